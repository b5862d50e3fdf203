/* All objects of a store in the order of ids: its sorted indexes and loose objects merged, copies of one object
 * side by side. Bounded memory. */
#ifndef NHISCAN_SCANNERS_GIT_MERGE_H
#define NHISCAN_SCANNERS_GIT_MERGE_H

#include "scanners/git/store_parts.h"

struct merge_source {
	const uint8_t *id;
	uint32_t source; /* number of the pack; packs.n for the loose objects */
	uint32_t row;
};

struct merge {
	const struct store *store;
	struct merge_source *heap;
	size_t n;
	uint8_t last[32];
	bool any;
};

struct merge_row {
	const uint8_t *id; /* borrowed from the store */
	uint32_t source;
	uint32_t row;
	bool is_duplicate; /* a copy of the row before: the first source in order has the object already */
};

void merge_begin(struct merge *m, const struct store *s);
bool merge_next(struct merge *m, struct merge_row *out);
void merge_end(struct merge *m);

#endif
