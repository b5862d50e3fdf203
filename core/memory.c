/* The one place that asks the system for memory and the one policy for not getting any.
 * Arenas and buffers stand on this. */
#include "core/memory.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Status 3 is "scan incomplete": what was read so far is lost, and that must never look like a clean result. */
_Noreturn void mem_exhausted(void) {
	static const char text[] = "nhiscan: out of memory; raise the memory limit, or scan less at once\n";
	ssize_t ignored = write(STDERR_FILENO, text, sizeof(text) - 1);

	(void)ignored;
	_exit(3);
}

void *mem_alloc(size_t n) {
	return mem_alloc_n(n, 1);
}

void *mem_alloc_n(size_t n, size_t size) {
	if (n == 0 || size == 0)
		n = size = 1;

	void *p = calloc(n, size); /* checks n * size itself */

	if (!p)
		mem_exhausted();
	return p;
}

void *mem_grow(void *p, size_t n, size_t size) {
	size_t bytes;

	if (!checked_mul(n, size, &bytes))
		mem_exhausted();

	void *grown = realloc(p, bytes ? bytes : 1);

	if (!grown)
		mem_exhausted();
	return grown;
}

char *mem_str(const char *s) {
	size_t n = strlen(s) + 1;
	char *copy = mem_grow(NULL, n, 1);

	memcpy(copy, s, n);
	return copy;
}

void mem_wipe_free(void *p, size_t n) {
	if (!p)
		return;
	explicit_bzero(p, n);
	free(p);
}

#define KEPT_BYTES (64 << 20)

void mem_keep_freed(void) {
#ifdef __GLIBC__
	mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
	mallopt(M_MMAP_THRESHOLD,
		4 << 20); /* fixed: by itself it would grow with what is freed, and the other with it */
	mallopt(M_TOP_PAD, 1 << 20);
#endif
}
