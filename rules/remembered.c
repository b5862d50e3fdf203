/* The table of appraisals and the list of each object, as bytes. Sealing them is in remembered_seal.c. */
#include "rules/remembered_parts.h"

#include <stdlib.h>

struct remembered *remembered_new(size_t nrules) {
	struct remembered *r = mem_alloc(sizeof(*r));

	r->nrules = nrules;
	return r;
}

void remembered_free(struct remembered *r) {
	if (!r)
		return;
	map_free(&r->objects);
	map_free(&r->numbers);
	VEC_FREE(&r->appraisals);
	buf_free(&r->lists);
	arena_free(&r->arena);
	free(r);
}

/* What has expired stays so; what will, or is not valid yet, is judged by the day. */
static bool judgement_is_lasting(const struct judgement *j) {
	for (size_t i = 0; i < j->nreasons; i++)
		if (strcmp(j->reasons[i].code, "jwt-not-before") == 0)
			return false;
	return j->expires.state != WHEN_AT || j->verdict == VERDICT_EXPIRED;
}

bool harvested_is_lasting(const struct harvested *h) {
	return !h->nsteps && !h->path.n && !h->commit.n && judgement_is_lasting(&h->what->judgement);
}

bool remembered_is_new(const struct remembered *r) {
	return r->added > 0;
}

/* --- writing --- */

static void put32(struct buf *b, uint32_t v) {
	for (int i = 0; i < 4; i++)
		buf_add_byte(b, (uint8_t)(v >> 8 * i));
}

static void put64(struct buf *b, uint64_t v) {
	put32(b, (uint32_t)v);
	put32(b, (uint32_t)(v >> 32));
}

static void put_bytes(struct buf *b, struct slice s) {
	put32(b, (uint32_t)s.n);
	buf_add_slice(b, s);
}

#define NO_TEXT UINT32_MAX

static void put_text(struct buf *b, const char *s) {
	if (s)
		put_bytes(b, slice_str(s));
	else
		put32(b, NO_TEXT);
}

static uint32_t number_of(struct remembered *r, const struct appraisal *a) {
	bool added;
	struct map_entry *e = map_put(&r->numbers, slice_of(&a, sizeof(a)), &added);

	if (added) {
		e->value.num = r->appraisals.n;
		VEC_PUSH(&r->appraisals, a);
	}
	return (uint32_t)e->value.num;
}

static void put_place(struct buf *b, uint32_t what, const struct harvested *h) {
	put32(b, what);
	put64(b, h->offset);
	put64(b, h->end);
	put32(b, h->line);
	put32(b, h->column);
	put32(b, h->end_line);
	put32(b, h->end_column);
}

void remembered_add(struct remembered *r, const struct object_id *id, const struct harvested *all, size_t n) {
	bool added;
	struct map_entry *e = map_put(&r->objects, object_id_slice(id), &added);

	if (!added)
		return;
	r->added++;
	e->value.num = r->lists.n;
	put32(&r->lists, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		put_place(&r->lists, number_of(r, all[i].what), &all[i]);
}

static void put_appraisal(struct buf *b, const struct appraisal *a) {
	const struct judgement *j = &a->judgement;

	put32(b, a->rule);
	put_bytes(b, a->value);
	put_bytes(b, a->name);
	put_text(b, a->layers);
	put_bytes(b, a->excerpt);
	put32(b, a->excerpt_at);
	put32(b, (uint32_t)j->verdict);
	put32(b, j->rejected);
	put32(b, (uint32_t)j->confidence_shift);
	put32(b, (uint32_t)j->expires.state);
	put64(b, (uint64_t)j->expires.at);
	put32(b, (uint32_t)j->nreasons);
	for (size_t i = 0; i < j->nreasons; i++) {
		put_text(b, j->reasons[i].code);
		put_text(b, j->reasons[i].text);
	}
	put_text(b, j->inline_mark);
}

void remembered_write(const struct remembered *r, struct buf *out) {
	put64(out, r->nrules);
	put64(out, r->appraisals.n);
	for (size_t i = 0; i < r->appraisals.n; i++)
		put_appraisal(out, r->appraisals.at[i]);
	put64(out, r->objects.n);
	for (size_t i = 0; i < r->objects.n; i++) {
		put_bytes(out, r->objects.entries[i].key);
		put64(out, r->objects.entries[i].value.num);
	}
	put64(out, r->lists.n);
	buf_add(out, r->lists.p, r->lists.n);
}

/* --- reading: what was sealed was written above, but a bound is never left to trust --- */

struct reader {
	struct slice s;
	size_t at;
	bool bad;
};

static uint32_t get32(struct reader *r) {
	uint32_t v = 0;

	if (r->s.n - r->at < 4) {
		r->bad = true;
		r->at = r->s.n;
		return 0;
	}
	for (int i = 3; i >= 0; i--)
		v = v << 8 | r->s.p[r->at + (size_t)i];
	r->at += 4;
	return v;
}

static uint64_t get64(struct reader *r) {
	uint64_t low = get32(r);

	return low | (uint64_t)get32(r) << 32;
}

static struct slice get_exactly(struct reader *r, uint64_t n) {
	struct slice s;

	if (n > r->s.n - r->at) {
		r->bad = true;
		return slice_of(NULL, 0);
	}
	s = slice_sub(r->s, r->at, r->at + (size_t)n);
	r->at += (size_t)n;
	return s;
}

static struct slice get_bytes(struct reader *r) {
	return get_exactly(r, get32(r));
}

static const char *get_text(struct reader *r, struct arena *a) {
	uint32_t n = get32(r);

	return n == NO_TEXT ? NULL : arena_str(a, get_exactly(r, n));
}

static const struct appraisal *get_appraisal(struct reader *r, struct arena *arena, size_t nrules) {
	struct appraisal *a = ARENA_NEW(arena, struct appraisal);
	struct judgement *j = &a->judgement;

	a->rule = get32(r);
	a->value = arena_copy(arena, get_bytes(r));
	a->name = arena_copy(arena, get_bytes(r));
	a->layers = get_text(r, arena);
	a->excerpt = arena_copy(arena, get_bytes(r));
	a->excerpt_at = get32(r);
	j->verdict = (enum verdict)get32(r);
	j->rejected = get32(r) != 0;
	j->confidence_shift = (int)get32(r);
	j->expires.state = (enum when_state)get32(r);
	j->expires.at = (int64_t)get64(r);
	j->nreasons = get32(r);
	if (a->rule >= nrules || a->excerpt_at > a->excerpt.n || j->verdict >= VERDICT_COUNT ||
		j->expires.state > WHEN_AT || j->nreasons > REASONS_MAX) {
		r->bad = true;
		return a;
	}
	for (size_t i = 0; i < j->nreasons; i++) {
		j->reasons[i].code = get_text(r, arena);
		j->reasons[i].text = get_text(r, arena);
		r->bad |= !j->reasons[i].code || !j->reasons[i].text;
	}
	j->inline_mark = get_text(r, arena);
	return a;
}

int remembered_read(struct remembered *r, struct slice bytes) {
	struct reader in = {.s = bytes};
	uint64_t nrules = get64(&in), n = get64(&in);

	for (uint64_t i = 0; i < n && !in.bad; i++)
		number_of(r, get_appraisal(&in, &r->arena, r->nrules));
	n = get64(&in);
	for (uint64_t i = 0; i < n && !in.bad; i++) {
		struct slice id = get_bytes(&in);

		map_put(&r->objects, id, NULL)->value.num = get64(&in);
	}
	buf_add_slice(&r->lists, get_exactly(&in, get64(&in)));
	return in.bad || nrules != r->nrules || in.at != in.s.n ? -1 : 0;
}

bool remembered_recall(const struct remembered *r, const struct harvested *where, struct harvest *h) {
	const struct map_entry *e = map_get(&r->objects, object_id_slice(&where->object));
	struct reader in = {.s = buf_slice(&r->lists)};
	size_t before = h->all.n;
	uint32_t n;

	if (!e || e->value.num > in.s.n)
		return false;
	in.at = (size_t)e->value.num;
	n = get32(&in);
	for (uint32_t i = 0; i < n && !in.bad; i++) {
		struct harvested g = *where;
		uint32_t what = get32(&in);

		g.offset = get64(&in);
		g.end = get64(&in);
		g.line = get32(&in);
		g.column = get32(&in);
		g.end_line = get32(&in);
		g.end_column = get32(&in);
		if (what >= r->appraisals.n)
			in.bad = true;
		else
			g.what = r->appraisals.at[what];
		VEC_PUSH(&h->all, g);
	}
	if (in.bad)
		h->all.n = before;
	return !in.bad;
}
