/* Says of most ids that a small table can't hold them, by their first two bytes: eight KiB instead of a look into the table. */
#ifndef NHISCAN_SCANNERS_GIT_ID_FILTER_H
#define NHISCAN_SCANNERS_GIT_ID_FILTER_H

#include "scanners/git/id_table.h"

struct id_filter {
	uint64_t bits[65536 / 64];
};

static inline unsigned id_filter_head(const uint8_t *id) {
	return (unsigned)id[0] << 8 | id[1];
}

/* Of the ids that are in the table now. */
static inline void id_filter_of(struct id_filter *f, const struct id_table *t) {
	*f = (struct id_filter){{0}};
	for (uint32_t i = 0; i < t->n; i++) {
		unsigned head = id_filter_head(t->ids + (size_t)i * t->id_bytes);
		f->bits[head / 64] |= (uint64_t)1 << (head % 64);
	}
}

static inline bool id_filter_passes(const struct id_filter *f, const uint8_t *id) {
	unsigned head = id_filter_head(id);
	return f->bits[head / 64] >> (head % 64) & 1;
}

#endif
