/* malloc and friends that end the process with a message when memory runs out, and checked sizes.
 * A scanner that cannot allocate cannot report either, so there is one policy in one place. */
#ifndef NHISCAN_CORE_MEMORY_H
#define NHISCAN_CORE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NEVER_NULL __attribute__((returns_nonnull))

NEVER_NULL void *mem_alloc(size_t n);			   /* zeroed */
NEVER_NULL void *mem_alloc_n(size_t n, size_t size);	   /* zeroed, n * size checked */
NEVER_NULL void *mem_grow(void *p, size_t n, size_t size); /* realloc to n * size checked; new bytes are not zeroed */
NEVER_NULL char *mem_str(const char *s);

/* What all of them do when there is no memory, or a size overflows: a message and exit status 3. */
_Noreturn void mem_exhausted(void);

/* Wipes `n` bytes in a way the compiler may not drop, then frees. NULL is fine. */
void mem_wipe_free(void *p, size_t n);

/* Keeps what is freed for the next document, where the C library can: giving pages back and taking them again costs more than reading a
 * small file does. Once, before threads are. */
void mem_keep_freed(void);

/* Size arithmetic where sizes enter: false on overflow, *out untouched. */
static inline bool checked_add(size_t a, size_t b, size_t *out) {
	return !__builtin_add_overflow(a, b, out);
}
static inline bool checked_mul(size_t a, size_t b, size_t *out) {
	return !__builtin_mul_overflow(a, b, out);
}

#endif
