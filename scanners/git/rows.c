/* A radix sort of index rows by offset. Nothing else. */
#include "scanners/git/rows.h"

#include "core/memory.h"

#include <stdlib.h>

#define DIGIT_BITS 11
#define DIGITS	   (1u << DIGIT_BITS)

struct spot {
	uint64_t offset;
	uint32_t row;
};

/* One stable pass over the digit at `shift`. */
static void pass(const struct spot *in, struct spot *out, uint32_t n, unsigned shift) {
	uint32_t count[DIGITS] = {0}, sum = 0;
	for (uint32_t i = 0; i < n; i++)
		count[in[i].offset >> shift & (DIGITS - 1)]++;
	for (unsigned d = 0; d < DIGITS; d++) {
		uint32_t c = count[d];
		count[d] = sum;
		sum += c;
	}
	for (uint32_t i = 0; i < n; i++)
		out[count[in[i].offset >> shift & (DIGITS - 1)]++] = in[i];
}

void rows_by_offset(const struct idx *x, uint64_t **offsets, uint32_t **rows) {
	size_t n = x->count;
	struct spot *a = mem_grow(NULL, n + 1, sizeof(*a)), *b = mem_grow(NULL, n + 1, sizeof(*b));
	uint64_t any = 0;
	for (uint32_t i = 0; i < n; i++) {
		a[i] = (struct spot){idx_offset(x, i), i};
		any |= a[i].offset;
	}
	for (unsigned shift = 0; shift < 64 && any >> shift; shift += DIGIT_BITS) {
		pass(a, b, (uint32_t)n, shift);
		struct spot *swap = a;
		a = b;
		b = swap;
	}
	*offsets = mem_grow(NULL, n + 1, sizeof(**offsets));
	*rows = mem_grow(NULL, n + 1, sizeof(**rows));
	for (size_t i = 0; i < n; i++) {
		(*offsets)[i] = a[i].offset;
		(*rows)[i] = a[i].row;
	}
	free(a);
	free(b);
}
