/* A hash map from bytes to a pointer or a number. Insertion order is kept for iteration, so that
 * nothing printed depends on hash order. Keys are copied into the map's own arena. */
#ifndef NHISCAN_CORE_MAP_H
#define NHISCAN_CORE_MAP_H

#include "core/arena.h"

struct map_entry {
	struct slice key;
	union {
		void *ptr;
		uint64_t num;
	} value;
};

struct map {
	struct map_entry *entries; /* in insertion order */
	size_t n, cap;
	uint32_t *slots; /* open addressing, entry index + 1 */
	size_t nslots;
	struct arena keys;
	uint64_t seed; /* keys come from hostile input: the order of slots must not be foreseeable */
};

/* Zeroed is a valid empty map. map_get returns NULL when absent. map_put returns the entry, new
 * (*added = true, value zero) or existing; `added` may be NULL. Pointers to entries are valid until the next put. */
struct map_entry *map_get(const struct map *m, struct slice key);
struct map_entry *map_put(struct map *m, struct slice key, bool *added);
void map_free(struct map *m); /* wipes keys; values are the caller's */

#endif
