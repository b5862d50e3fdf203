/* The hash map from bytes to a pointer or number: entries in insertion order, an index of slots beside them.
 * Sets and multimaps are made of it by their users. */
#include "core/map.h"
#include "core/memory.h"

#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#define SLOTS_MIN 16

static uint64_t fold_product(uint64_t a, uint64_t b) {
	unsigned __int128 r = (unsigned __int128)a * b;

	return (uint64_t)r ^ (uint64_t)(r >> 64);
}

static uint64_t load64(const uint8_t *p, size_t n) {
	uint64_t v = 0;

	memcpy(&v, p, n);
	return v;
}

/* Multiply and fold eight bytes at a time, the way of wyhash (public domain); the constants are its
 * mixing words. The seed keeps keys that were chosen to collide from colliding. */
static uint64_t hash(struct slice key, uint64_t seed) {
	uint64_t h = seed ^ UINT64_C(0xa0761d6478bd642f);
	size_t i = 0;

	for (; i + 8 <= key.n; i += 8)
		h = fold_product(h ^ load64(key.p + i, 8), UINT64_C(0xe7037ed1a0b428db) ^ seed);
	if (i < key.n)
		h = fold_product(h ^ load64(key.p + i, key.n - i), UINT64_C(0x8ebc6af09c88c6e3) ^ seed);
	return fold_product(h ^ key.n, UINT64_C(0x589965cc75374cc3) ^ seed);
}

/* The slot that holds `key`, or the free one where it belongs. */
static size_t find_slot(const struct map *m, struct slice key) {
	size_t mask = m->nslots - 1;
	size_t i = (size_t)hash(key, m->seed) & mask;

	while (m->slots[i] != 0 && !slice_eq(m->entries[m->slots[i] - 1].key, key))
		i = (i + 1) & mask;
	return i;
}

static uint64_t draw_seed(const struct map *m) {
	uint64_t seed;

	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != (ssize_t)sizeof(seed))
		seed = (uint64_t)(uintptr_t)m * UINT64_C(0x9e3779b97f4a7c15) ^ (uint64_t)time(NULL);
	return seed;
}

/* Keeps at least half of the slots free: linear probing stays short. */
static void grow_slots(struct map *m) {
	if (m->nslots == 0)
		m->seed = draw_seed(m);
	free(m->slots);
	m->nslots = m->nslots ? m->nslots * 2 : SLOTS_MIN;
	m->slots = mem_alloc_n(m->nslots, sizeof(*m->slots));
	for (size_t e = 0; m->entries && e < m->n; e++) {
		size_t mask = m->nslots - 1;
		size_t i = (size_t)hash(m->entries[e].key, m->seed) & mask;

		while (m->slots[i] != 0)
			i = (i + 1) & mask;
		m->slots[i] = (uint32_t)(e + 1);
	}
}

struct map_entry *map_get(const struct map *m, struct slice key) {
	if (m->nslots == 0)
		return NULL;

	uint32_t at = m->slots[find_slot(m, key)];

	return at ? &m->entries[at - 1] : NULL;
}

struct map_entry *map_put(struct map *m, struct slice key, bool *added) {
	struct map_entry *e = map_get(m, key);

	if (added)
		*added = !e;
	if (e)
		return e;
	if ((m->n + 1) * 2 > m->nslots)
		grow_slots(m);
	if (!m->entries || m->n == m->cap) {
		if (m->n >= UINT32_MAX / 2) /* slots hold 32 bits */
			mem_exhausted();
		m->cap = m->cap ? m->cap * 2 : 8;
		m->entries = mem_grow(m->entries, m->cap, sizeof(*m->entries));
	}
	e = &m->entries[m->n];
	*e = (struct map_entry){.key = arena_copy(&m->keys, key)};
	m->slots[find_slot(m, key)] = (uint32_t)++m->n;
	return e;
}

void map_free(struct map *m) {
	free(m->entries);
	free(m->slots);
	arena_free(&m->keys);
	*m = (struct map){0};
}
