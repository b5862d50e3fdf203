/* The bump allocator behind documents and results: blocks of zeroed memory, newest first.
 * Running out of memory is handled in memory.c. */
#include "core/arena.h"
#include "core/memory.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>

#define BLOCK_MIN  ((size_t)4096)
#define BLOCK_MAX  ((size_t)1 << 20)
#define ALIGNMENT  alignof(max_align_t)
#define BLOCK_HEAD ((sizeof(struct arena_block) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT)

/* The bytes follow the header. Invariant: bytes from `used` on are zero, so that arena_alloc() never clears. */
struct arena_block {
	struct arena_block *older;
	size_t cap, used;
};

static uint8_t *block_bytes(struct arena_block *b) {
	return (uint8_t *)b + BLOCK_HEAD;
}

static void block_free(struct arena_block *b) {
	mem_wipe_free(b, BLOCK_HEAD + b->used);
}

static struct arena_block *block_new(size_t cap) {
	size_t bytes;

	if (!checked_add(cap, BLOCK_HEAD, &bytes))
		mem_exhausted();

	struct arena_block *b = mem_alloc(bytes);

	b->cap = cap;
	return b;
}

void *arena_alloc(struct arena *a, size_t n) {
	size_t need;
	struct arena_block *b = a->head;

	if (!checked_add(n ? n : 1, ALIGNMENT - 1, &need))
		mem_exhausted();
	need -= need % ALIGNMENT;
	a->used += need;
	if (!b || b->cap - b->used < need) {
		size_t usual = b ? b->cap * 2 : BLOCK_MIN;

		if (usual > BLOCK_MAX)
			usual = BLOCK_MAX;
		if (b && need > usual / 4) {
			/* A big thing gets its own block behind the newest, whose free end stays in use. */
			struct arena_block *own = block_new(need);

			own->used = need;
			own->older = b->older;
			b->older = own;
			return block_bytes(own);
		}
		b = block_new(need > usual ? need : usual);
		b->older = a->head;
		a->head = b;
	}

	void *p = block_bytes(b) + b->used;

	b->used += need;
	return p;
}

void *arena_alloc_n(struct arena *a, size_t n, size_t size) {
	size_t bytes;

	if (!checked_mul(n, size, &bytes))
		mem_exhausted();
	return arena_alloc(a, bytes);
}

struct slice arena_copy(struct arena *a, struct slice s) {
	uint8_t *p = arena_alloc(a, s.n);

	if (s.n)
		memcpy(p, s.p, s.n);
	return slice_of(p, s.n);
}

char *arena_str(struct arena *a, struct slice s) {
	size_t n;

	if (!checked_add(s.n, 1, &n))
		mem_exhausted();

	char *p = arena_alloc(a, n);

	if (s.n)
		memcpy(p, s.p, s.n);
	return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...) {
	struct arena_block *b = a->head;
	size_t room = b ? b->cap - b->used : 0;
	va_list args;

	/* Most texts fit into what is left of the newest block, and need to be formatted only once. */
	va_start(args, fmt);
	int n = vsnprintf(room ? (char *)block_bytes(b) + b->used : NULL, room, fmt, args);
	va_end(args);
	if (n >= 0 && (size_t)n + ALIGNMENT <= room)
		return arena_alloc(a, (size_t)n + 1);
	if (room)
		explicit_bzero(block_bytes(b) + b->used, room);
	if (n < 0)
		return arena_alloc(a, 1); /* an encoding error in %ls, which nothing here uses */

	char *p = arena_alloc(a, (size_t)n + 1);

	va_start(args, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, args);
	va_end(args);
	return p;
}

static void free_older(struct arena_block *b) {
	while (b) {
		struct arena_block *older = b->older;

		block_free(b);
		b = older;
	}
}

void arena_reset(struct arena *a) {
	struct arena_block *b = a->head;

	a->used = 0;
	if (!b)
		return;
	free_older(b->older);
	b->older = NULL;
	explicit_bzero(block_bytes(b), b->used);
	b->used = 0;
}

void arena_join(struct arena *a, struct arena *from) {
	struct arena_block **tail = &a->head;

	while (*tail)
		tail = &(*tail)->older;
	*tail = from->head;
	a->used += from->used;
	*from = (struct arena){0};
}

void arena_free(struct arena *a) {
	free_older(a->head);
	a->head = NULL;
	a->used = 0;
}
