/* A compact table of object ids: millions of trees are remembered while history is walked, so an entry costs
 * little more than the id. General maps are in core/map.h. */
#include "scanners/git/id_table.h"

#include "core/memory.h"

#include <stdlib.h>

/* Ids are digests, but an attacker can choose some bits: the multiplication spreads all eight bytes. */
static size_t slot_of(const uint8_t *id, size_t nslots) {
	uint64_t h;
	memcpy(&h, id, sizeof(h));
	h *= UINT64_C(0x9E3779B97F4A7C15);
	return (size_t)(h >> 20) & (nslots - 1);
}

uint32_t id_table_find(const struct id_table *t, const uint8_t *id) {
	if (t->n == 0)
		return ID_NONE;
	uint64_t head, other;
	memcpy(&head, id, sizeof(head));
	for (size_t s = slot_of(id, t->nslots);; s = (s + 1) & (t->nslots - 1)) {
		if (t->slots[s] == 0)
			return ID_NONE;
		const uint8_t *there = t->ids + (size_t)(t->slots[s] - 1) * t->id_bytes;
		memcpy(&other, there, sizeof(other)); /* most others differ here: no call is needed then */
		if (head == other && memcmp(there, id, t->id_bytes) == 0)
			return t->slots[s] - 1;
	}
}

static void slots_grow(struct id_table *t) {
	free(t->slots);
	t->nslots = t->nslots ? t->nslots * 2 : 64;
	t->slots = mem_alloc_n(t->nslots, sizeof(*t->slots));
	for (size_t i = 0; i < t->n; i++) {
		size_t s = slot_of(t->ids + i * t->id_bytes, t->nslots);
		while (t->slots[s])
			s = (s + 1) & (t->nslots - 1);
		t->slots[s] = (uint32_t)(i + 1);
	}
}

uint32_t id_table_add(struct id_table *t, const uint8_t *id, unsigned id_bytes, bool *added) {
	uint32_t found = id_table_find(t, id);
	if (added)
		*added = found == ID_NONE;
	if (found != ID_NONE)
		return found;
	t->id_bytes = id_bytes;
	if (2 * (t->n + 1) > t->nslots)
		slots_grow(t);
	if (t->n == t->cap) {
		t->cap = t->cap ? t->cap * 2 : 32;
		t->ids = mem_grow(t->ids, t->cap, id_bytes);
	}
	memcpy(t->ids + t->n * id_bytes, id, id_bytes);
	size_t s = slot_of(id, t->nslots);
	while (t->slots[s])
		s = (s + 1) & (t->nslots - 1);
	t->slots[s] = (uint32_t)++t->n;
	return (uint32_t)(t->n - 1);
}

struct object_id id_table_at(const struct id_table *t, uint32_t i) {
	struct object_id o = {.n = (uint8_t)t->id_bytes};
	memcpy(o.id, t->ids + (size_t)i * t->id_bytes, t->id_bytes);
	return o;
}

void id_table_free(struct id_table *t) {
	free(t->ids);
	free(t->slots);
	*t = (struct id_table){0};
}
