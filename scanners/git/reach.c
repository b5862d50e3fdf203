/* Which refs reach some commits: 64 at once, one bit each, handed from parents to children. */
#include "scanners/git/reach.h"

#include <stdlib.h>

#define AT_ONCE 64

void reach_find(const struct history *h, const uint32_t *order, size_t norder, const uint32_t *commits, size_t n,
	void (*reached)(void *ctx, size_t i, const struct history_tip *tip), void *ctx) {
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
		for (size_t t = 0; t < h->tips.n; t++)
			for (uint64_t b = bits[h->tips.at[t].commit]; b; b &= b - 1)
				reached(ctx, from + (size_t)__builtin_ctzll(b), &h->tips.at[t]);
	}
	free(bits);
}
