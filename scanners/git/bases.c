/* Direct-mapped slots, dropped in turn when the bytes run out. Reads nothing itself. */
#include "scanners/git/bases.h"

static unsigned slot_of(uint32_t pack, uint64_t offset) {
	return (unsigned)(((offset ^ (uint64_t)pack << 40) * 0x9e3779b97f4a7c15u) >> 54) % BASES_SLOTS;
}

const struct base_slot *bases_get(const struct bases *b, uint32_t pack, uint64_t offset) {
	const struct base_slot *s = &b->slots[slot_of(pack, offset)];
	return s->p && s->pack == pack && s->offset == offset ? s : NULL;
}

static void drop(struct bases *b, struct buffers *pool, struct base_slot *s) {
	if (!s->p)
		return;
	b->bytes -= s->cap;
	buffers_put(pool, s->p, s->cap);
	s->p = NULL;
}

void bases_put(struct bases *b, struct buffers *pool, const struct base_slot *x) {
	if (x->cap > BASES_BYTES / 2) {
		buffers_put(pool, x->p, x->cap);
		return;
	}
	struct base_slot *s = &b->slots[slot_of(x->pack, x->offset)];
	drop(b, pool, s);
	while (b->bytes + x->cap > BASES_BYTES) {
		drop(b, pool, &b->slots[b->hand]);
		b->hand = (b->hand + 1) % BASES_SLOTS;
	}
	*s = *x;
	b->bytes += x->cap;
}

void bases_clear(struct bases *b, struct buffers *pool) {
	for (unsigned i = 0; i < BASES_SLOTS; i++)
		drop(b, pool, &b->slots[i]);
}
