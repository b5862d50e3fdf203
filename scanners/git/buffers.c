/* Free lists by size class, bounded in bytes. Not a general allocator. */
#include "scanners/git/buffers.h"

#include "core/memory.h"

#include <stdlib.h>

/* Classes are quarter steps of powers of two (at most 25 % waste), from 1 KiB to 224 MiB; above, malloc alone. */
#define CLASS_SHIFT_MIN 10
#define KEEP_BYTES	((size_t)24 << 20)

struct buffers_free {
	struct buffers_free *next;
};

static size_t class_bytes(unsigned c) {
	return (size_t)(4 + c % 4) << (CLASS_SHIFT_MIN - 2 + c / 4);
}

/* The smallest class that holds n bytes; BUFFERS_CLASSES when none does. */
static unsigned class_of(size_t n) {
	if (n <= (size_t)1 << CLASS_SHIFT_MIN)
		return 0;
	unsigned top = 63u - (unsigned)__builtin_clzll(n - 1); /* 2^top <= n - 1 */
	unsigned quarter = (unsigned)((n - 1) >> (top - 2)) & 3;
	return (top - CLASS_SHIFT_MIN) * 4 + quarter + 1;
}

uint8_t *buffers_get(struct buffers *b, size_t n, size_t *cap) {
	unsigned c = class_of(n);
	if (c >= BUFFERS_CLASSES) {
		*cap = n;
		return mem_grow(NULL, n, 1);
	}
	*cap = class_bytes(c);
	struct buffers_free *f = b->free[c];
	if (!f)
		return mem_grow(NULL, *cap, 1);
	b->free[c] = f->next;
	b->kept -= *cap;
	return (uint8_t *)f;
}

void buffers_put(struct buffers *b, uint8_t *p, size_t cap) {
	if (!p)
		return;
	unsigned c = class_of(cap);
	if (c >= BUFFERS_CLASSES || cap > KEEP_BYTES - b->kept) {
		mem_wipe_free(p, cap);
		return;
	}
	struct buffers_free *f = (struct buffers_free *)(void *)p;
	f->next = b->free[c];
	b->free[c] = f;
	b->kept += cap;
}

void buffers_free(struct buffers *b) {
	for (unsigned c = 0; c < BUFFERS_CLASSES; c++)
		while (b->free[c]) {
			struct buffers_free *f = b->free[c];
			b->free[c] = f->next;
			mem_wipe_free(f, class_bytes(c));
		}
	b->kept = 0;
}
