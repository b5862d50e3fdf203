/* The handler of SIGINT and SIGTERM and the two words it may touch.
 * What stopping means is up to those who poll the stop flag. */
#include "cmd/signals.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

/* A handler has no context pointer: these are the only variables of the program that outlive a call. Both are lock-free,
 * so that a handler may touch them (C11 7.14.1.1). */
static struct stop_flag *_Atomic stop_flag;
static atomic_int caught;

static void handle(int signo) {
	int none = 0;
	if (!atomic_compare_exchange_strong(&caught, &none, signo))
		_exit(128 + signo);
	stop_request(atomic_load(&stop_flag));
}

void signals_install(struct stop_flag *stop) {
	static const int handled[] = {SIGINT, SIGTERM};
	atomic_store(&stop_flag, stop);
	for (size_t i = 0; i < sizeof(handled) / sizeof(*handled); i++) {
		struct sigaction old, new = {.sa_handler = handle, .sa_flags = SA_RESTART};
		sigemptyset(&new.sa_mask);
		if (sigaction(handled[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(handled[i], &new, NULL);
	}
}
