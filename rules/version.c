/* Matching a version of a text by what is new in it. Candidates whose deciding bytes were copied move along; keywords are
 * looked for only around inserted bytes and seams; far-looking rules are tried again where their window crosses a seam.
 * tests/unit/rules_version.c holds it equal to matching the whole. */
#include "core/text.h"
#include "rules/compiled.h"

#include <stdlib.h>

struct matched_text {
	candidate_vec found; /* settled, before overlaps are resolved */
	far_hits far;
	uint64_t n;
	bool whole_only; /* not to be built upon: UTF-16, or a limit was hit */
};

void matched_text_free(struct matched_text *t) {
	if (!t)
		return;
	VEC_FREE(&t->found);
	VEC_FREE(&t->far);
	free(t);
}

const candidate_vec *matched_text_candidates(const struct matched_text *t) {
	return &t->found;
}

struct range {
	uint64_t lo, hi;
};

typedef VEC(struct range) range_vec;

static uint64_t below(uint64_t at, uint64_t n) {
	return at > n ? at - n : 0;
}

/* Adds what must be matched again when bytes [from, to) are new or, with from == to, when there is a seam. */
static void add_dirty(range_vec *dirty, struct slice s, uint64_t from, uint64_t to) {
	uint64_t lo = below(from, NEAR_AFTER + JUDGE_CONTEXT), hi = to + NEAR_BEFORE + LOOK_BEHIND_MAX + JUDGE_CONTEXT;
	struct range r;

	r.lo = layer_edge_left(s, lo);
	r.hi = layer_edge_right(s, hi < s.n ? hi : s.n);
	while (dirty->n && dirty->at[dirty->n - 1].hi >= r.lo) {
		struct range *last = &dirty->at[dirty->n - 1];

		r.lo = last->lo < r.lo ? last->lo : r.lo;
		r.hi = last->hi > r.hi ? last->hi : r.hi;
		dirty->n--;
	}
	VEC_PUSH(dirty, r);
}

/* False when so much is new that matching the whole is cheaper. */
static bool find_dirty(const struct version *v, struct slice s, uint64_t base_n, range_vec *dirty) {
	uint64_t sum = 0;

	for (size_t i = 0; i < v->n; i++) {
		const struct piece *p = &v->pieces[i];
		uint64_t known = dirty->n ? dirty->at[dirty->n - 1].hi : 0;

		if (!p->copied) {
			add_dirty(dirty, s, p->dst, p->dst + p->len);
			continue;
		}
		/* A copy starts at a seam, unless both texts start here. */
		if (i > 0 ? v->pieces[i - 1].copied : p->src != 0)
			if (known < p->dst + NEAR_BEFORE + LOOK_BEHIND_MAX + JUDGE_CONTEXT)
				add_dirty(dirty, s, p->dst, p->dst);
		if (i + 1 == v->n && p->src + p->len != base_n)
			add_dirty(dirty, s, s.n, s.n);
	}
	for (size_t i = 0; i < dirty->n; i++)
		sum += dirty->at[i].hi - dirty->at[i].lo;
	return sum * 4 <= s.n * 3;
}

/* Does one copy hold all that any far rule of this keyword may look at? */
static bool far_window_is_copied(const struct engine *e, const struct literal *l, const struct piece *p, uint64_t at,
	uint64_t n, uint64_t base_n) {
	uint64_t before = 0, after = 0, lo, hi;

	for (size_t i = 0; i < l->rules.n; i++) {
		const struct rule *r = &e->catalogue->rules[l->rules.at[i]];

		before = r->before > before ? r->before : before;
		after = r->after > after ? r->after : after;
	}
	lo = below(at, before + LOOK_BEHIND_MAX + JUDGE_CONTEXT);
	hi = at + after + JUDGE_CONTEXT < n ? at + after + JUDGE_CONTEXT : n;
	if (lo < p->dst || hi > p->dst + p->len)
		return false;
	return (lo != 0 || p->src == 0) && (hi != n || p->src + p->len == base_n);
}

/* One text may hold the same copied bytes several times: each copy carries its candidates. */
static void carry_all(const struct matched_text *base, const struct version *v, uint64_t n, struct matched_text *t) {
	for (size_t k = 0; k < v->n; k++) {
		const struct piece *p = &v->pieces[k];
		size_t a = 0, b = base->found.n;

		if (!p->copied)
			continue;
		while (a < b) { /* first candidate that starts in the copy */
			size_t mid = a + (b - a) / 2;

			if (base->found.at[mid].start < p->src)
				a = mid + 1;
			else
				b = mid;
		}
		for (; a < base->found.n && base->found.at[a].start < p->src + p->len; a++) {
			struct candidate c = base->found.at[a];

			if (c.lo < p->src || c.hi > p->src + p->len || (c.lo == 0 && p->dst != 0) ||
				(c.hi == base->n && p->dst + p->len != n))
				continue;
			c.start += p->dst - p->src;
			c.end += p->dst - p->src;
			c.lo += p->dst - p->src;
			c.hi += p->dst - p->src;
			VEC_PUSH(&t->found, c);
		}
	}
}

static bool in_dirty(const range_vec *dirty, uint64_t at, uint64_t len) {
	size_t a = 0, b = dirty->n;

	while (a < b) {
		size_t mid = a + (b - a) / 2;

		if (dirty->at[mid].hi < at + len)
			a = mid + 1;
		else
			b = mid;
	}
	return a < dirty->n && dirty->at[a].lo <= at;
}

/* Carries far keywords along; those whose window crosses a seam are tried again. */
static void carry_far(struct pass *pass, const struct matched_text *base, const struct version *v,
	const range_vec *dirty, struct matched_text *t) {
	for (size_t k = 0; k < v->n; k++) {
		const struct piece *p = &v->pieces[k];
		size_t a = 0, b = base->far.n;

		if (!p->copied)
			continue;
		while (a < b) {
			size_t mid = a + (b - a) / 2;

			if (base->far.at[mid].at < p->src)
				a = mid + 1;
			else
				b = mid;
		}
		for (; a < base->far.n && base->far.at[a].at < p->src + p->len; a++) {
			struct far_hit h = base->far.at[a];
			const struct literal *l = &pass->m->engine->literals.at[h.literal];

			if (h.at + l->text.n > p->src + p->len)
				continue;
			h.at += p->dst - p->src;
			if (in_dirty(dirty, h.at, l->text.n))
				continue; /* found there anew */
			VEC_PUSH(&t->far, h);
			if (!far_window_is_copied(pass->m->engine, l, p, h.at, pass->bytes.n, base->n))
				pass_try(pass, l, h.at);
		}
	}
}

static int far_cmp(const void *pa, const void *pb) {
	const struct far_hit *a = pa, *b = pb;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return a->literal < b->literal ? -1 : a->literal > b->literal;
}

static void settle_far(far_hits *f) {
	size_t kept = 0;

	if (f->n < 2)
		return;
	qsort(f->at, f->n, sizeof(*f->at), far_cmp);
	for (size_t i = 1; i < f->n; i++)
		if (far_cmp(&f->at[kept], &f->at[i]) != 0)
			f->at[++kept] = f->at[i];
	f->n = kept + 1;
}

static void scan_changes(struct matcher *m, const struct match_input *in, const struct version *v,
	const range_vec *dirty, struct matched_text *t) {
	const struct matched_text *base = v->base_state;
	struct pass p = {.m = m, .bytes = in->bytes, .path = in->path, .out = &t->found, .far = &t->far};

	carry_all(base, v, in->bytes.n, t);
	for (size_t i = 0; i < dirty->n; i++) {
		pass_keywords(&p, dirty->at[i].lo, dirty->at[i].hi);
		layer_base64_runs(&p, dirty->at[i].lo, dirty->at[i].hi);
	}
	carry_far(&p, base, v, dirty, t);
}

static void scan_all(struct matcher *m, const struct match_input *in, struct matched_text *t) {
	struct pass p = {.m = m, .bytes = in->bytes, .path = in->path, .out = &t->found, .far = &t->far};

	t->found.n = t->far.n = 0;
	if (text_sniff(in->bytes) != TEXT_BYTES) {
		t->whole_only = true;
		matcher_scan(m, in, &t->found);
	} else {
		pass_run(&p);
	}
}

struct matched_text *matcher_scan_version(
	struct matcher *m, const struct match_input *in, const struct version *v, unsigned *limits_hit) {
	struct matched_text *t = mem_alloc(sizeof(*t));
	const struct matched_text *base = v ? v->base_state : NULL;
	range_vec dirty = {0};

	t->n = in->bytes.n;
	m->limits_hit = 0;
	m->decoded_bytes = 0;
	if (base && !base->whole_only && text_sniff(in->bytes) == TEXT_BYTES &&
		find_dirty(v, in->bytes, base->n, &dirty))
		scan_changes(m, in, v, &dirty, t);
	else
		scan_all(m, in, t);
	if (base && m->limits_hit) {
		m->limits_hit = 0;
		m->decoded_bytes = 0;
		scan_all(m, in, t); /* a limit counts for a whole text: let it be hit where it would be */
	}
	candidates_settle(&t->found);
	settle_far(&t->far);
	t->whole_only |= m->limits_hit != 0;
	*limits_hit = m->limits_hit;
	VEC_FREE(&dirty);
	return t;
}
