/* Mapped files and the handler that keeps a file which shrinks from ending the program: mmap(2), "SIGBUS: Attempted access to a page of the buffer that
 * lies beyond the end of the mapped file". A handler of signals can know its ranges from nowhere but static memory: the one place where this is so. */
#include "core/mapped.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

/* Written by the owner of a slot alone, read by the handler. `end` 0: free. */
static struct range {
	_Atomic uintptr_t start, end;
	atomic_bool cut;
} ranges[MAPPED_MAX];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct sigaction before;
static unsigned open_maps;
static uintptr_t page;

/* Puts a page of zeros where the file has none any more. mmap is a plain system call on Linux. Any other fault is somebody else's: as before. */
static void on_fault(int number, siginfo_t *info, void *context) {
	uintptr_t at = (uintptr_t)info->si_addr;

	(void)context;
	for (int i = 0; i < MAPPED_MAX && info->si_code == BUS_ADRERR; i++) {
		if (at < atomic_load(&ranges[i].start) || at >= atomic_load(&ranges[i].end))
			continue;
		/* no file, and where it goes is known */
		// cppcheck-suppress [invalidFunctionArg, leakReturnValNotUsed]
		if (mmap((void *)(at & ~(page - 1)), page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
			MAP_FAILED)
			break;
		atomic_store(&ranges[i].cut, true);
		return;
	}
	sigaction(number, &before, NULL);
}

static int take_slot(void) {
	for (int i = 0; i < MAPPED_MAX; i++)
		if (atomic_load(&ranges[i].end) == 0)
			return i;
	return -1;
}

bool mapped_open(struct mapped *m, int fd, size_t n) {
	struct sigaction on = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER};
	void *p = MAP_FAILED;

	*m = (struct mapped){.slot = -1};
	pthread_mutex_lock(&lock);
	if (n)
		m->slot = take_slot();
	if (m->slot >= 0)
		p = mmap(NULL, n, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p != MAP_FAILED) {
		page = (uintptr_t)sysconf(_SC_PAGESIZE);
		atomic_store(&ranges[m->slot].cut, false);
		atomic_store(&ranges[m->slot].start, (uintptr_t)p);
		atomic_store(&ranges[m->slot].end, (uintptr_t)p + n);
		if (open_maps++ == 0)
			sigaction(SIGBUS, &on, &before);
		m->bytes = slice_of(p, n);
	}
	pthread_mutex_unlock(&lock);
	return p != MAP_FAILED;
}

bool mapped_was_cut(const struct mapped *m) {
	return m->slot >= 0 && atomic_load(&ranges[m->slot].cut);
}

void mapped_close(struct mapped *m) {
	if (!m->bytes.p)
		return;
	pthread_mutex_lock(&lock);
	if (--open_maps == 0)
		sigaction(SIGBUS, &before, NULL);
	atomic_store(&ranges[m->slot].end, 0);
	munmap((void *)m->bytes.p, m->bytes.n);
	pthread_mutex_unlock(&lock);
	*m = (struct mapped){.slot = -1};
}
