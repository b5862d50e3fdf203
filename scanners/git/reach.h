/* Which refs reach some commits. Reads nothing. */
#ifndef NHISCAN_SCANNERS_GIT_REACH_H
#define NHISCAN_SCANNERS_GIT_REACH_H

#include "scanners/git/history.h"

struct reach_visitor {
	void *ctx;
	size_t most; /* tips that are told of one commit */
	/* A tip that reaches commits[i]; those of one commit come in the order of the tips. */
	void (*reached)(void *ctx, size_t i, const struct history_tip *tip);
	/* How many do, told or not. */
	void (*total)(void *ctx, size_t i, uint64_t n);
};

/* For each of `commits` (numbers, each once). Cost: all commits of the history and all tips once for every 64 asked for. */
void reach_find(const struct history *h, const uint32_t *order, size_t norder, const uint32_t *commits, size_t n,
	const struct reach_visitor *v);

#endif
