/* A text in parts that lie apart, and a view of it that puts bytes together only where somebody looks.
 * Versions of a text share most of their parts: what a version costs is then what is new in it, not its size. */
#ifndef NHISCAN_CORE_ROPE_H
#define NHISCAN_CORE_ROPE_H

#include "core/slice.h"

/* Bytes from `at` up to where the next part begins, or the text ends. Borrowed. */
struct rope_part {
	size_t at;
	const uint8_t *p;
};

struct rope {
	const struct rope_part *parts; /* the first is at 0; none is empty */
	size_t nparts;		       /* 0: there is no rope */
	size_t n;		       /* bytes of the text */
};

/* The part that holds byte `at`, which is below r->n. */
size_t rope_find(const struct rope *r, size_t at);

/* Bytes [lo, hi) of the text to `out`. */
void rope_copy(const struct rope *r, size_t lo, size_t hi, uint8_t *out);

/* How many LF are in bytes [lo, hi). */
size_t rope_count_lf(const struct rope *r, size_t lo, size_t hi);

/* Where the line that holds `at` begins: behind the last LF before it. */
size_t rope_line_start(const struct rope *r, size_t at);

/* A buffer for the whole text that is filled block by block, the first time that a block is asked for. */
#define ROPE_BLOCK_SHIFT 10
#define ROPE_BLOCK	 ((size_t)1 << ROPE_BLOCK_SHIFT)

struct rope_view {
	const struct rope *rope; /* NULL: all bytes are there */
	uint8_t *bytes;		 /* rope->n of them */
	uint64_t *have;		 /* a bit for each block, rope_view_words(n) words, zeroed */
};

static inline size_t rope_view_words(size_t n) {
	return (n >> (ROPE_BLOCK_SHIFT + 6)) + 1;
}

/* Fills one block. */
void rope_view_fill(const struct rope_view *v, size_t block);

/* Sees to it that byte `at` is there. */
static inline void rope_view_need_byte(const struct rope_view *v, size_t at) {
	size_t block = at >> ROPE_BLOCK_SHIFT;

	if (v->rope && !(v->have[block / 64] >> (block % 64) & 1))
		rope_view_fill(v, block);
}

/* The same for bytes [lo, hi), which may reach beyond the end. */
void rope_view_need(const struct rope_view *v, size_t lo, size_t hi);

#endif
