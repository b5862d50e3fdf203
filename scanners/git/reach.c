/* Which refs reach some commits: 64 at once, one bit each, handed from parents to children. */
#include "scanners/git/reach.h"

#include <stdlib.h>

#define AT_ONCE 64

/* 64 counters, one a bit: plane k holds bit k of each, so that adding to all of them is a few operations. */
struct counters {
	uint64_t planes[64];
};

static void count(struct counters *c, uint64_t bits) {
	for (unsigned k = 0; bits && k < 64; k++) {
		uint64_t carry = c->planes[k] & bits;
		c->planes[k] ^= bits;
		bits = carry;
	}
}

static uint64_t counted(const struct counters *c, unsigned i) {
	uint64_t n = 0;
	for (unsigned k = 0; k < 64; k++)
		n |= (c->planes[k] >> i & 1) << k;
	return n;
}

static void tell(
	const struct history *h, const uint64_t *bits, size_t from, size_t some, const struct reach_visitor *v) {
	struct counters all = {{0}};
	size_t told[AT_ONCE] = {0};
	uint64_t open = v->most ? UINT64_MAX : 0; /* those of which more may be told */
	for (size_t t = 0; t < h->tips.n; t++) {
		uint64_t reaches = bits[h->tips.at[t].commit];
		count(&all, reaches);
		for (uint64_t b = reaches & open; b; b &= b - 1) {
			unsigned i = (unsigned)__builtin_ctzll(b);
			v->reached(v->ctx, from + i, &h->tips.at[t]);
			if (++told[i] == v->most)
				open &= ~((uint64_t)1 << i);
		}
	}
	for (unsigned i = 0; i < some; i++)
		v->total(v->ctx, from + i, counted(&all, i));
}

void reach_find(const struct history *h, const uint32_t *order, size_t norder, const uint32_t *commits, size_t n,
	const struct reach_visitor *v) {
	uint64_t *bits = mem_alloc_n(h->at.n + 1, sizeof(*bits));
	for (size_t from = 0; from < n; from += AT_ONCE) {
		size_t some = n - from < AT_ONCE ? n - from : AT_ONCE;
		memset(bits, 0, h->at.n * sizeof(*bits));
		for (size_t i = 0; i < some; i++)
			bits[commits[from + i]] |= (uint64_t)1 << i;
		for (size_t i = 0; i < norder; i++) {
			const struct history_commit *c = &h->at.at[order[i]];
			for (uint32_t p = 0; p < c->nparents; p++)
				bits[order[i]] |= bits[h->parents.at[c->first_parent + p]];
		}
		tell(h, bits, from, some, v);
	}
	free(bits);
}
