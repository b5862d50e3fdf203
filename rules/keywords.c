/* The search for keywords: blocks of a text, or those of its stretches that are not familiar.
 * What follows from a keyword is in match.c. */
#include "rules/compiled.h"
#include "rules/familiar.h"

/* Texts are matched in blocks that stay in the cache and overlap by the longest keyword. */
#define BLOCK_BYTES ((uint64_t)256 << 10)

/* Below this looking a stretch up costs more than it can save. */
#define FAMILIAR_MIN 384
/* Stretches that are not familiar are searched this many bytes at once. */
#define FRESH_BYTES ((uint64_t)32 << 10)

/* Keyword `id` stands at `kw`. */
static void meet(struct pass *p, unsigned id, uint64_t kw) {
	const struct literal *l = &p->m->engine->literals.at[id];

	if (l->opens_layer)
		layer_at_mark(p, kw);
	if (p->hits) {
		bool far = l->opens_layer || l->reach_before > HIT_NEAR || l->reach_after > HIT_NEAR;
		struct hit h = {(uint32_t)kw, id | (far ? HIT_FAR : 0)};

		VEC_PUSH(p->hits, h);
	}
	pass_try(p, l, kw);
}

static int on_hit(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *ctx) {
	struct pass *p = ctx;

	(void)from;
	(void)flags;
	meet(p, id, p->base + to - p->m->engine->literals.at[id].text.n);
	return 0;
}

/* A text begins where a line does: keywords whose first byte is the break before them stand at its start without it. */
static void meet_at_start(struct pass *p) {
	struct engine *e = p->m->engine;

	rope_view_need(&p->view, 0, e->longest_literal < p->bytes.n ? e->longest_literal : p->bytes.n);
	for (size_t i = 0; i < e->line_literals.n; i++) {
		unsigned id = e->line_literals.at[i];
		const struct literal *l = &e->literals.at[id];
		struct slice text = slice_sub(l->text, 1, l->text.n), start = slice_sub(p->bytes, 0, text.n);

		if (p->bytes.n > text.n && (l->nocase ? slice_eq_nocase(start, text) : slice_eq(start, text)))
			meet(p, id, 0);
	}
}

/* Both databases pass over a block before the next is begun, so that the second finds it in the cache. */
static void search_blocks(struct pass *p, uint64_t lo, uint64_t hi) {
	struct matcher *m = p->m;
	uint64_t overlap = m->engine->longest_literal;
	hs_scratch_t *scratch = matcher_scratch(m, p->depth);

	m->stats.bytes_matched += hi - lo;
	for (uint64_t at = lo; scratch && at < hi; at += BLOCK_BYTES) {
		uint64_t from = at > lo + overlap ? at - overlap : lo;
		uint64_t to = hi - at > BLOCK_BYTES ? at + BLOCK_BYTES : hi;

		p->base = from;
		rope_view_need(&p->view, from, to);
		for (int part = 0; part < LITERALS_PARTS; part++)
			if (m->engine->literals_db[part])
				hs_scan(m->engine->literals_db[part], (const char *)p->bytes.p + from,
					(unsigned)(to - from), 0, scratch, on_hit, p);
	}
}

/* --- by stretches --- */

/* Bytes [from, end) are what is remembered under the key, [at, end) what no stretch before has. */
struct stretch {
	uint64_t from, at, end;
	struct familiar_key key;
};

/* Neighbours that are not familiar, and the keywords in them: for each database in the order of their ends. */
struct fresh_stretches {
	struct stretch at[FRESH_BYTES / STRETCH_MIN + 2];
	size_t n;
	hit_vec *met; /* the matcher's, one for each database */
};

struct note_to {
	hit_vec *met;
	const struct literal *literals;
	uint64_t base;
};

static int note_hit(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *ctx) {
	const struct note_to *note = ctx;
	struct hit h = {(uint32_t)(note->base + to - note->literals[id].text.n), id};

	(void)from;
	(void)flags;
	VEC_PUSH(note->met, h);
	return 0;
}

/* Remembers what one stretch holds. `next` is, for each database, the first keyword that may end in it. */
static void remember(struct pass *p, const struct fresh_stretches *f, const struct stretch *s, size_t *next) {
	const struct literal *literals = p->m->engine->literals.at;
	struct familiar_hit hits[FAMILIAR_HITS];
	unsigned n = 0;

	for (int part = 0; part < LITERALS_PARTS; part++) {
		const hit_vec *met = &f->met[part];
		size_t i = next[part];

		while (i < met->n && met->at[i].at + literals[met->at[i].literal].text.n <= s->from)
			i++;
		next[part] = i;
		for (; i < met->n && met->at[i].at + literals[met->at[i].literal].text.n <= s->end; i++) {
			if (met->at[i].at < s->from)
				continue;
			if (n == FAMILIAR_HITS)
				return;
			hits[n].at = (uint16_t)(met->at[i].at - s->from);
			hits[n++].literal = (uint16_t)met->at[i].literal;
		}
	}
	familiar_add(p->m->familiar, s->key, hits, n);
}

/* Searches the stretches at once. They are done with before anything follows from a keyword. */
static void search_fresh(struct pass *p, struct fresh_stretches *f) {
	struct matcher *m = p->m;
	hs_scratch_t *scratch = matcher_scratch(m, p->depth);
	size_t next[LITERALS_PARTS] = {0};

	if (!f->n || !scratch)
		return;
	uint64_t from = f->at[0].from, end = f->at[f->n - 1].end;
	m->stats.bytes_matched += end - from;
	for (int part = 0; part < LITERALS_PARTS; part++) {
		struct note_to note = {&f->met[part], m->engine->literals.at, from};

		f->met[part].n = 0;
		if (m->engine->literals_db[part])
			hs_scan(m->engine->literals_db[part], (const char *)p->bytes.p + from, (unsigned)(end - from),
				0, scratch, note_hit, &note);
	}
	for (size_t i = 0; i < f->n; i++)
		remember(p, f, &f->at[i], next);
	f->n = 0;
	for (int part = 0; part < LITERALS_PARTS; part++)
		for (size_t i = 0; i < f->met[part].n; i++)
			meet(p, f->met[part].at[i].literal, f->met[part].at[i].at);
}

/* Keywords that end in the part that belongs to a stretch before were met there. */
static void meet_again(struct pass *p, const struct stretch *s, const struct familiar_stretch *known) {
	for (unsigned i = 0; i < familiar_count(known); i++) {
		const struct familiar_hit *h = &known->hits[i];
		uint64_t kw = s->from + h->at;

		if (kw + p->m->engine->literals.at[h->literal].text.n > s->at || s->from == s->at)
			meet(p, h->literal, kw);
	}
}

/* The stretch that begins at `at`. Where it would be remembered is on its way to the cache. */
static struct stretch stretch_at(const struct pass *p, uint64_t lo, uint64_t at, uint64_t hi) {
	uint64_t overlap = p->m->engine->longest_literal;
	struct stretch s = {at > lo + overlap ? at - overlap : lo, at, familiar_cut(p->bytes.p, at, hi), {0}};

	s.key = familiar_key(p->m->familiar, slice_of(p->bytes.p + s.from, s.end - s.from));
	familiar_expect(p->m->familiar, s.key);
	return s;
}

static void search_stretches(struct pass *p, uint64_t lo, uint64_t hi) {
	struct fresh_stretches fresh;
	struct stretch next;

	fresh.n = 0;
	fresh.met = p->m->met;
	rope_view_need(&p->view, lo, hi);
	next = stretch_at(p, lo, lo, hi);
	for (uint64_t at = lo; at < hi;) {
		struct stretch s = next;
		const struct familiar_stretch *known;

		at = s.end;
		if (at < hi)
			next = stretch_at(p, lo, at, hi);
		known = familiar_find(p->m->familiar, s.key);
		if (known) {
			search_fresh(p, &fresh);
			meet_again(p, &s, known);
		} else {
			fresh.at[fresh.n++] = s;
			if (s.end - fresh.at[0].from >= FRESH_BYTES)
				search_fresh(p, &fresh);
		}
	}
	search_fresh(p, &fresh);
}

/* Only texts whose keywords are kept come in versions, and again and again. */
static bool may_be_familiar(struct pass *p, uint64_t n) {
	struct matcher *m = p->m;

	if (!p->hits || p->depth || n < FAMILIAR_MIN || m->engine->literals.n > UINT16_MAX)
		return false;
	if (!m->familiar && !m->no_familiar) {
		m->familiar = familiar_new();
		m->no_familiar = !m->familiar;
	}
	return m->familiar;
}

void pass_keywords(struct pass *p, uint64_t lo, uint64_t hi) {
	if (lo >= hi)
		return;
	if (lo == 0)
		meet_at_start(p);
	if (may_be_familiar(p, hi - lo))
		search_stretches(p, lo, hi);
	else
		search_blocks(p, lo, hi);
}
