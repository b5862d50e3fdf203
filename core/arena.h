/* A bump allocator: many small things that die together. One for each document, one for each result.
 * Not thread-safe: an arena belongs to one thread at a time. */
#ifndef NHISCAN_CORE_ARENA_H
#define NHISCAN_CORE_ARENA_H

#include "core/slice.h"

struct arena_block;

struct arena {
	struct arena_block *head; /* newest block; a zeroed struct is a valid empty arena */
	size_t used;		  /* bytes handed out in total */
};

/* `n` zeroed bytes aligned for any type. Never NULL: running out of memory ends the process with a
 * message, since no caller could do better. n == 0 gives a valid unique pointer. */
void *arena_alloc(struct arena *a, size_t n);

/* Copies. arena_str() adds a NUL behind the bytes and returns a C string. */
struct slice arena_copy(struct arena *a, struct slice s);
char *arena_str(struct arena *a, struct slice s);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Wipes and keeps the newest block for reuse, frees the others. */
void arena_reset(struct arena *a);

/* Takes over all blocks of `from`, which is empty afterwards: what was allocated there stays where it is. */
void arena_join(struct arena *a, struct arena *from);

/* Wipes (documents hold secrets) and frees everything; `a` is empty and valid afterwards. */
void arena_free(struct arena *a);

#define ARENA_NEW(a, T)	     ((T *)arena_alloc((a), sizeof(T)))
#define ARENA_NEW_N(a, T, n) ((T *)arena_alloc_n((a), (n), sizeof(T)))

/* `n * size` zeroed bytes, overflow checked. */
void *arena_alloc_n(struct arena *a, size_t n, size_t size);

#endif
