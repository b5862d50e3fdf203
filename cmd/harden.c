/* No core dumps, not traceable by other processes of the user, no death by SIGPIPE.
 * Handling of Ctrl-C is in signals.c. */
#include "cmd/harden.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#if defined(__SANITIZE_ADDRESS__)
#define UNDER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_ASAN 1
#endif
#endif

void harden_process(void) {
	const struct rlimit none = {0, 0};
	setrlimit(RLIMIT_CORE, &none);
#ifndef UNDER_ASAN /* its leak check attaches to the process */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
	signal(SIGPIPE, SIG_IGN);
}
