/* Which refs reach some commits. Reads nothing. */
#ifndef NHISCAN_SCANNERS_GIT_REACH_H
#define NHISCAN_SCANNERS_GIT_REACH_H

#include "scanners/git/history.h"

/* Calls `reached` for each of `commits` (numbers, each once) and each tip that reaches it; of one commit in the order of the tips.
 * Cost: all commits of the history once for every 64 asked for. */
void reach_find(const struct history *h, const uint32_t *order, size_t norder, const uint32_t *commits, size_t n,
	void (*reached)(void *ctx, size_t i, const struct history_tip *tip), void *ctx);

#endif
