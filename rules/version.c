/* Matching a version of a text by what is new in it. Keywords are looked for only in inserted bytes and across seams; those
 * in copied bytes move along with what was decided around them, and are decided again where their reach crosses a seam.
 * tests/unit/rules_version.c holds it equal to matching the whole. */
#include "core/text.h"
#include "rules/compiled.h"
#include "rules/line_marks.h"

#include <stdlib.h>

struct matched_text {
	candidate_vec found; /* settled, before overlaps are resolved */
	hit_vec hits;	     /* every keyword, sorted */
	line_marks marks;    /* when lines were counted */
	uint64_t n;
	bool whole_only; /* not to be built upon: UTF-16, too large, carries something, or a limit was hit */
};

void matched_text_free(struct matched_text *t) {
	if (!t)
		return;
	VEC_FREE(&t->found);
	VEC_FREE(&t->hits);
	VEC_FREE(&t->marks);
	free(t);
}

const candidate_vec *matched_text_candidates(const struct matched_text *t) {
	return &t->found;
}

struct range {
	uint64_t lo, hi;
};

typedef VEC(struct range) range_vec;

/* Ranges closer than this are one: a scan has a cost of its own. */
#define RANGES_JOIN 128

static void add_range(range_vec *v, uint64_t lo, uint64_t hi) {
	struct range r = {lo, hi};

	while (v->n && v->at[v->n - 1].hi + RANGES_JOIN >= r.lo) {
		struct range *last = &v->at[v->n - 1];

		r.lo = last->lo < r.lo ? last->lo : r.lo;
		r.hi = last->hi > r.hi ? last->hi : r.hi;
		v->n--;
	}
	VEC_PUSH(v, r);
}

/* Where the version differs: `keywords` holds the bytes in which a keyword may be new, `runs` those in which a base64 run may be, `wide` those in
 * which a run of UTF-16 may be. */
struct changes {
	range_vec keywords, runs, wide;
};

static void add_change(struct changes *c, const struct pass *pass, uint64_t from, uint64_t to) {
	uint64_t reach = pass->m->engine->longest_literal, n = pass->bytes.n;

	add_range(&c->keywords, from > reach ? from - reach : 0, to + reach < n ? to + reach : n);
	/* A run is decided by one more byte on either side, what is found in it by the marks beside it too. */
	add_range(&c->runs, from > JUDGE_CONTEXT ? from - JUDGE_CONTEXT - 1 : 0,
		n - to > JUDGE_CONTEXT ? to + JUDGE_CONTEXT + 1 : n);
}

/* Runs that go across an edge are looked at whole. The edges of what is already looked at are not looked for again: a run may be as long
 * as the document, and have many changes in it. */
static void widen_runs(range_vec *v, const struct pass *pass) {
	size_t n = v->n;
	uint64_t seen = 0; /* the end of the last widened range */

	v->n = 0;
	for (size_t i = 0; i < n; i++) {
		struct range r = v->at[i];

		if (v->n && r.hi <= seen)
			continue;
		if (!v->n || r.lo > seen)
			r.lo = layer_edge_left(pass, seen, r.lo);
		seen = r.hi = layer_edge_right(pass, r.hi);
		add_range(v, r.lo, r.hi);
	}
}

/* False when so much is new that matching the whole is cheaper. */
static bool find_changes(const struct pass *pass, const struct version *v, uint64_t base_n, struct changes *c) {
	uint64_t sum = 0, n = pass->bytes.n;

	for (size_t i = 0; i < v->n; i++) {
		const struct piece *p = &v->pieces[i];

		if (!p->copied) {
			add_change(c, pass, p->dst, p->dst + p->len);
			continue;
		}
		/* A copy starts at a seam, unless both texts start here. */
		if (i > 0 ? v->pieces[i - 1].copied : p->src != 0)
			add_change(c, pass, p->dst, p->dst);
		if (i + 1 == v->n && p->src + p->len != base_n)
			add_change(c, pass, n, n);
	}
	for (size_t i = 0; i < c->keywords.n; i++)
		sum += c->keywords.at[i].hi - c->keywords.at[i].lo;
	if (sum * 4 > n * 3)
		return false;
	for (size_t i = 0; i < c->runs.n; i++) { /* one that reaches into the range before is looked at there */
		const struct range *r = &c->runs.at[i];
		uint64_t floor = c->wide.n ? c->wide.at[c->wide.n - 1].hi : 0;

		add_range(&c->wide, layer_wide_edge_left(pass, floor, r->lo), r->hi);
	}
	widen_runs(&c->runs, pass);
	return true;
}

/* Does the copy hold bytes [lo, hi) of the version, with the ends of both texts where they were? */
static bool holds(const struct piece *p, uint64_t lo, uint64_t hi, uint64_t n, uint64_t base_n) {
	if (lo < p->dst || hi > p->dst + p->len)
		return false;
	/* What touched an end of the base may have been decided by the text ending there, and the other way round. */
	return (lo == 0) == (lo - p->dst + p->src == 0) && (hi == n) == (hi - p->dst + p->src == base_n);
}

static void carry_candidates(
	const struct matched_text *base, const struct piece *p, struct line_carrier *lines, struct matched_text *t) {
	size_t a = 0, b = base->found.n;

	while (a < b) { /* first candidate that starts in the copy */
		size_t mid = a + (b - a) / 2;

		if (base->found.at[mid].start < p->src)
			a = mid + 1;
		else
			b = mid;
	}
	for (; a < base->found.n && base->found.at[a].start < p->src + p->len; a++) {
		struct candidate c = base->found.at[a];

		if (c.lo < p->src || c.hi > p->src + p->len)
			continue;
		c.start += p->dst - p->src;
		c.end += p->dst - p->src;
		c.lo += p->dst - p->src;
		c.hi += p->dst - p->src;
		if (!holds(p, c.lo, c.hi, t->n, base->n))
			continue;
		if (!lines || !lines->in_order)
			c.line = 0;
		else if (c.line)
			line_carrier_move(lines, p, &c);
		VEC_PUSH(&t->found, c);
	}
}

static bool mark_is_held(struct pass *pass, const struct piece *p, uint64_t at, uint64_t base_n) {
	uint64_t far = LAYER_TOKEN_MAX + JUDGE_CONTEXT + 1;
	const struct layer_token *t;

	if (at - p->dst > far && p->dst + p->len - at > far)
		return true; /* wherever its token ends */
	t = layer_token(pass, at);
	return t->whole && holds(p, t->lo > JUDGE_CONTEXT ? t->lo - JUDGE_CONTEXT - 1 : 0,
				   pass->bytes.n - t->hi > JUDGE_CONTEXT ? t->hi + JUDGE_CONTEXT + 1 : pass->bytes.n,
				   pass->bytes.n, base_n);
}

/* A keyword that moved along is decided again unless all that its rules look at moved with it. */
static void decide_again(struct pass *pass, const struct piece *p, const struct hit *h, uint64_t base_n) {
	const struct literal *l = &pass->m->engine->literals.at[h->literal & ~HIT_FAR];
	uint64_t n = pass->bytes.n, lo = h->at > l->reach_before ? h->at - l->reach_before : 0;
	uint64_t hi = (uint64_t)h->at + l->reach_after < n ? h->at + l->reach_after : n;

	if (l->opens_layer && !mark_is_held(pass, p, h->at, base_n))
		layer_at_mark(pass, h->at);
	if (l->rules.n && !holds(p, lo, hi, n, base_n))
		pass_try(pass, l, h->at);
}

/* The first hit at or behind `at`. */
static size_t hit_find(const hit_vec *v, uint64_t at) {
	size_t a = 0, b = v->n;

	while (a < b) {
		size_t mid = a + (b - a) / 2;

		if (v->at[mid].at < at)
			a = mid + 1;
		else
			b = mid;
	}
	return a;
}

/* Far from both ends of the copy nothing but far-reaching keywords needs another thought. */
static void carry_hits(
	struct pass *pass, const struct matched_text *base, const struct piece *p, struct matched_text *t) {
	const struct literal *literals = pass->m->engine->literals.at;
	uint64_t end = p->src + p->len, inner_end = p->len > HIT_NEAR ? end - HIT_NEAR : p->src;
	uint32_t shift = (uint32_t)(p->dst - p->src); /* modulo 2^32, as places are */
	size_t i = hit_find(&base->hits, p->src), to = hit_find(&base->hits, end);

	VEC_RESERVE(&t->hits, to - i);
	for (; i < to; i++) {
		struct hit h = base->hits.at[i];
		bool inner = h.at - p->src > HIT_NEAR && h.at < inner_end && !(h.literal & HIT_FAR);

		if (!inner && h.at + literals[h.literal & ~HIT_FAR].text.n > end)
			continue;
		h.at += shift;
		t->hits.at[t->hits.n++] = h;
		if (!inner)
			decide_again(pass, p, &h, base->n);
	}
}

static int hit_cmp(const void *pa, const void *pb) {
	const struct hit *a = pa, *b = pb;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return a->literal < b->literal ? -1 : a->literal > b->literal;
}

/* Sorts, and drops doubles. */
static void settle_hits(hit_vec *v) {
	size_t kept = 0;

	if (v->n > 1)
		qsort(v->at, v->n, sizeof(*v->at), hit_cmp);
	for (size_t i = 1; i < v->n; i++)
		if (hit_cmp(&v->at[kept], &v->at[i]) != 0)
			v->at[++kept] = v->at[i];
	if (v->n)
		v->n = kept + 1;
}

/* Puts the few new hits among the many carried ones, both sorted, from the last to the first. */
static void merge_hits(hit_vec *all, const hit_vec *fresh) {
	size_t end = all->n, to;

	VEC_RESERVE(all, fresh->n);
	to = all->n + fresh->n;
	for (size_t i = fresh->n; i-- > 0;) {
		const struct hit *h = &fresh->at[i];
		size_t at = hit_find(all, h->at), n;
		bool known = false;

		if (at > end)
			at = end;
		while (at < end && hit_cmp(&all->at[at], h) < 0)
			at++;
		known = at < end && hit_cmp(&all->at[at], h) == 0;
		n = end - at;
		memmove(all->at + to - n, all->at + at, n * sizeof(*h));
		to -= n;
		end = at;
		if (!known)
			all->at[--to] = *h;
	}
	/* Doubles left a gap. */
	if (all->at)
		memmove(all->at + end, all->at + to, (all->n + fresh->n - to) * sizeof(*all->at));
	all->n = end + (all->n + fresh->n - to);
}

static void scan_changes(struct pass *pass, const struct version *v, const struct rope *text, const struct changes *c,
	struct matched_text *t) {
	const struct matched_text *base = v->base_state;
	hit_vec *fresh = &pass->m->fresh;
	struct line_carrier lines = {.base = v->base, .text = text, .base_marks = &base->marks, .marks = &t->marks};
	bool counted = base->marks.n && v->base;

	VEC_RESERVE(&t->hits, base->hits.n);
	for (size_t i = 0; i < v->n; i++) {
		if (counted)
			line_carrier_next(&lines, &v->pieces[i]);
		if (!v->pieces[i].copied)
			continue;
		carry_candidates(base, &v->pieces[i], counted ? &lines : NULL, t);
		carry_hits(pass, base, &v->pieces[i], t);
	}
	fresh->n = 0;
	pass->hits = fresh;
	for (size_t i = 0; i < c->keywords.n; i++)
		pass_keywords(pass, c->keywords.at[i].lo, c->keywords.at[i].hi);
	for (size_t i = 0; i < c->runs.n; i++)
		layer_base64_runs(pass, c->runs.at[i].lo, c->runs.at[i].hi);
	for (size_t i = 0; i < c->wide.n; i++)
		layer_wide_runs(pass, c->wide.at[i].lo, c->wide.at[i].hi);
	pass->hits = &t->hits;
	settle_hits(fresh);
	merge_hits(&t->hits, fresh);
}

static void scan_all(struct pass *pass, struct matched_text *t) {
	rope_view_need(&pass->view, 0, pass->bytes.n);
	t->found.n = t->hits.n = t->marks.n = 0;
	carried_free(&pass->m->carried);
	memset(pass->tokens, 0, sizeof(pass->tokens)); /* what was decoded is to be found again */
	if (t->whole_only)
		matcher_scan(pass->m, &(struct match_input){pass->bytes, pass->path}, &t->found);
	else
		pass_run(pass);
	settle_hits(&t->hits);
}

/* Nothing of a text that comes in parts is there yet. */
static void view_open(struct pass *pass, const struct version *v) {
	struct matcher *m = pass->m;

	if (!v || !v->rope)
		return;
	m->have.n = 0;
	VEC_RESERVE(&m->have, rope_view_words(v->rope->n));
	memset(m->have.at, 0, rope_view_words(v->rope->n) * sizeof(*m->have.at));
	pass->view = (struct rope_view){v->rope, v->into, m->have.at};
}

struct matched_text *matcher_scan_version(
	struct matcher *m, const struct match_input *in, const struct version *v, unsigned *limits_hit) {
	struct matched_text *t = mem_alloc(sizeof(*t));
	const struct matched_text *base = v ? v->base_state : NULL;
	struct pass pass = {.m = m, .bytes = in->bytes, .path = in->path, .out = &t->found, .hits = &t->hits};
	struct rope_part flat = {0, in->bytes.p};
	struct rope text = v && v->rope ? *v->rope : (struct rope){&flat, 1, in->bytes.n};
	struct changes c = {0};

	view_open(&pass, v);
	rope_view_need(&pass.view, 0, TEXT_SNIFF_BYTES);
	t->n = in->bytes.n;
	t->whole_only = text_sniff(in->bytes) != TEXT_BYTES || in->bytes.n > VERSION_BYTES_MAX;
	m->limits_hit = 0;
	m->decoded_bytes = 0;
	carried_free(&m->carried);
	if (base && !base->whole_only && !t->whole_only && find_changes(&pass, v, base->n, &c))
		scan_changes(&pass, v, &text, &c, t);
	else
		scan_all(&pass, t);
	if (base && m->limits_hit) {
		m->limits_hit = 0;
		m->decoded_bytes = 0;
		scan_all(&pass, t); /* a limit counts for a whole text: let it be hit where it would be */
	}
	candidates_settle(&t->found);
	if (candidates_any_stands(&t->found))
		candidates_place(&t->found, &text, &t->marks);
	else
		t->marks.n = 0;
	/* What is carried is opened anew with every version. */
	t->whole_only |= m->limits_hit != 0 || m->carried.n;
	*limits_hit = m->limits_hit;
	VEC_FREE(&c.keywords);
	VEC_FREE(&c.runs);
	VEC_FREE(&c.wide);
	return t;
}
