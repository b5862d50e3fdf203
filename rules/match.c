/* From a keyword's hit to a candidate: the window, the pattern in it, the judges, the interned appraisal.
 * Compiling is in engine.c, the search for keywords in keywords.c; encoded text is found in layer.c. */
#include "core/text.h"
#include "rules/compiled.h"
#include "rules/inline_mark.h"
#include "rules/judge.h"

#include <stdlib.h>

static uint64_t clip_below(uint64_t at, uint64_t n) {
	return at > n ? at - n : 0;
}

/* The line around the value, at most EXCERPT_MAX bytes of it with the value's start inside. */
static void cut_excerpt(struct slice text, size_t start, struct appraisal *a) {
	size_t from = start, to = start;

	while (from > 0 && start - from < EXCERPT_MAX / 2 && text.p[from - 1] != '\n')
		from--;
	while (to < text.n && to - from < EXCERPT_MAX && text.p[to] != '\n' && text.p[to] != '\r')
		to++;
	a->excerpt = slice_sub(text, from, to);
	a->excerpt_at = (uint32_t)(start - from);
}

/* What the match is, interned. */
static const struct appraisal *appraise(
	const struct pass *p, uint32_t rule, const struct matched *md, const struct judgement *j) {
	struct appraisal a = {.rule = rule, .value = md->value, .name = md->name, .layers = p->layers, .judgement = *j};

	cut_excerpt(md->text, md->start, &a);
	return appraisal_intern(&p->m->appraisals, &a);
}

static bool is_full(struct pass *p) {
	if (p->out->n < p->m->engine->limits->max_matches_per_document)
		return false;
	p->m->limits_hit |= MATCH_LIMIT_MATCHES;
	return true;
}

/* Bytes [start, end) are it, bytes [lo, hi) decided. */
static void add_candidate(
	struct pass *p, const struct appraisal *what, uint64_t start, uint64_t end, uint64_t lo, uint64_t hi) {
	struct candidate c = {.what = what, .start = start, .end = end, .lo = lo, .hi = hi};

	if (p->depth) {
		lo = clip_below(p->outer_lo, JUDGE_CONTEXT); /* for marks beside the encoded text */
		hi = p->outer_hi + JUDGE_CONTEXT < p->document.n ? p->outer_hi + JUDGE_CONTEXT : p->document.n;
		c.start = p->outer_lo + start * p->stride;
		c.end = p->stride ? p->outer_lo + end * p->stride : p->outer_hi;
		c.lo = p->decided_lo < lo ? p->decided_lo : lo;
		c.hi = p->decided_hi > hi ? p->decided_hi : hi;
	}
	VEC_PUSH(p->out, c);
}

/* Only machine-made values can outrank what a generic rule says of the same bytes, also when they were rejected
 * (a published example key is no finding, under no name); not when a rule found no vendor to speak for. */
static bool casts_shadow(const struct rule *r, const struct judgement *j) {
	if (j->rejected && j->nreasons && strcmp(j->reasons[j->nreasons - 1].code, "no-vendor") == 0)
		return false;
	return r->kind != KIND_GENERIC && r->kind != KIND_PASSWORD;
}

/* In the text itself, or beside the encoded text in the document. */
static void look_for_mark(const struct pass *p, const struct matched *md, struct arena *a, struct judgement *j) {
	if (j->rejected)
		return;
	j->inline_mark = inline_mark_find(a, p->bytes, md->start, md->end, md->rule->id);
	if (!j->inline_mark && p->depth)
		j->inline_mark = inline_mark_find(a, p->document, p->outer_lo, p->outer_hi, md->rule->id);
}

static void explain_match(struct pass *p, const struct matched *md, struct judgement *j) {
	struct matcher *m = p->m;
	struct explained x = {.rule = md->rule,
		.value = md->value,
		.start = p->depth ? p->outer_lo : md->start,
		.end = p->depth ? p->outer_hi : md->end,
		.layers = p->layers,
		.judgement = j};

	if (!m->explain)
		return;
	judge_path(md->rule, p->path, md->value, j);
	x.confidence = judged_confidence(md->rule, j);
	x.severity = judged_severity(md->rule, j);
	m->explain(m->explain_ctx, &x);
}

/* What the judges make of it; NULL: nothing. */
static const struct appraisal *judge_anew(
	struct pass *p, uint32_t rule, size_t ms, size_t me, size_t start, size_t end) {
	struct matcher *m = p->m;
	const struct rule *r = &m->engine->catalogue->rules[rule];
	struct matched md = {.rule = r,
		.text = p->bytes,
		.match_start = ms,
		.match_end = me,
		.start = start,
		.end = end,
		.value = slice_sub(p->bytes, start, end),
		.prefixes = m->engine->prefixes,
		.services = m->engine->services,
		.now = m->engine->now};
	struct judgement j = {0};
	struct arena a = {0};
	const struct appraisal *what = NULL;

	matched_look_around(&md);
	judge_content(&md, &a, &j);
	look_for_mark(p, &md, &a, &j);
	if (!j.rejected || casts_shadow(r, &j))
		what = appraise(p, rule, &md, &j);
	explain_match(p, &md, &j);
	arena_free(&a);
	return what;
}

/* Bytes [lo, hi) are what the pattern saw. */
static void judge_match(
	struct pass *p, uint32_t rule, size_t ms, size_t me, size_t start, size_t end, uint64_t lo, uint64_t hi) {
	struct familiar *f = p->hits && !p->depth ? p->m->familiar : NULL;
	const struct appraisal *what;
	struct familiar_key key;

	p->m->stats.matches++;
	lo = clip_below(start, JUDGE_CONTEXT) < lo ? clip_below(start, JUDGE_CONTEXT) : lo;
	hi = end + JUDGE_CONTEXT > hi ? end + JUDGE_CONTEXT : hi;
	hi = hi > p->bytes.n ? p->bytes.n : hi;
	if (f) {
		struct familiar_match fm = {.around = slice_sub(p->bytes, lo, hi),
			.rule = rule,
			.match_start = (uint32_t)(ms - lo),
			.match_end = (uint32_t)(me - lo),
			.start = (uint32_t)(start - lo),
			.end = (uint32_t)(end - lo),
			.first = lo == 0,
			.last = hi == p->bytes.n};

		key = familiar_match_key(f, &fm);
	}
	if (!f || !familiar_judged(f, key, &what)) {
		what = judge_anew(p, rule, ms, me, start, end);
		if (f)
			familiar_judge(f, key, what);
	}
	if (what && !is_full(p))
		add_candidate(p, what, start, end, lo, hi);
}

/* Looks for matches of one rule that contain the keyword at `kw`. The window is all the pattern ever sees. */
static void try_rule(struct pass *p, uint32_t rule, uint64_t kw, size_t kwlen) {
	struct matcher *m = p->m;
	const struct rule *r = &m->engine->catalogue->rules[rule];
	pcre2_code *code = engine_pattern(m->engine, rule);
	uint32_t look_behind = 0;
	uint64_t lo, hi, first;

	if (!code)
		return;
	pcre2_pattern_info(code, PCRE2_INFO_MAXLOOKBEHIND, &look_behind);
	lo = clip_below(kw, (uint64_t)r->before + look_behind);
	first = clip_below(kw, r->before);
	hi = kw + r->after < p->bytes.n ? kw + r->after : p->bytes.n;
	m->stats.windows++;
	while (first <= kw) {
		const uint8_t *subject = p->bytes.p + lo;
		PCRE2_SIZE *ov;
		uint64_t ms, me;
		int rc;

		pcre2_set_offset_limit(m->match_context, r->before ? kw - lo : PCRE2_UNSET);
		rc = pcre2_match(code, subject, hi - lo, first - lo, 0, m->match_data, m->match_context);
		if (rc == PCRE2_ERROR_MATCHLIMIT || rc == PCRE2_ERROR_JIT_STACKLIMIT || rc == PCRE2_ERROR_HEAPLIMIT)
			m->limits_hit |= MATCH_LIMIT_PATTERN;
		if (rc < 0)
			return;
		ov = pcre2_get_ovector_pointer(m->match_data);
		ms = lo + ov[0];
		me = lo + ov[1];
		if (ms <= kw && me >= kw + kwlen) {
			unsigned g = r->secret_group;

			if ((rc == 0 || g < (unsigned)rc) && g < 16 && ov[2 * g] != PCRE2_UNSET &&
				ov[2 * g + 1] > ov[2 * g])
				judge_match(p, rule, ms, me, lo + ov[2 * g], lo + ov[2 * g + 1], lo, hi);
			return;
		}
		if (r->before == 0)
			return;
		first = ms + 1; /* a match that ends before the keyword: look for a later start */
	}
}

void pass_try(struct pass *p, const struct literal *l, uint64_t at) {
	if (l->rules.n)
		rope_view_need(&p->view, clip_below(at, l->reach_before), at + l->reach_after);
	for (size_t i = 0; i < l->rules.n; i++)
		try_rule(p, l->rules.at[i], at, l->text.n);
}

void pass_run(struct pass *p) {
	pass_keywords(p, 0, p->bytes.n);
	layer_base64_runs(p, 0, p->bytes.n);
	layer_wide_runs(p, 0, p->bytes.n);
}

static int carried_cmp(const void *pa, const void *pb) {
	const struct carried *a = pa, *b = pb;

	return a->start != b->start ? (a->start < b->start ? -1 : 1) : (a->end > b->end) - (a->end < b->end);
}

/* Spans of the UTF-8 become spans of the UTF-16, from the first to the last: counting anew for each would be quadratic. */
static void place_carried(struct matcher *m, struct slice utf16, bool big_endian) {
	uint64_t at8 = 0, at16 = 0;

	if (m->carried.n)
		qsort(m->carried.at, m->carried.n, sizeof(*m->carried.at), carried_cmp);
	for (size_t i = 0; i < m->carried.n; i++) {
		struct carried *c = &m->carried.at[i];
		uint64_t length = c->end - c->start;

		at16 += text_utf16_offset(slice_sub(utf16, at16, utf16.n), big_endian, c->start - at8);
		at8 = c->start;
		c->start = at16;
		c->end = at16 + text_utf16_offset(slice_sub(utf16, at16, utf16.n), big_endian, length);
	}
}

/* UTF-16 is turned into UTF-8 whole; spans are mapped back, so that they stand in the bytes that the user has. */
static void scan_utf16(struct matcher *m, const struct match_input *in, bool big_endian, candidate_vec *out) {
	struct buf utf8 = {0};
	struct pass p = {.m = m, .path = in->path, .layers = big_endian ? "utf-16be" : "utf-16le", .out = out};
	uint64_t at8 = 0, at16 = 0;

	text_from_utf16(&utf8, in->bytes, big_endian);
	p.bytes = buf_slice(&utf8);
	pass_run(&p);
	candidates_settle(out);
	for (size_t i = 0; i < out->n; i++) {
		struct candidate *c = &out->at[i];
		struct slice rest = slice_sub(in->bytes, at16, in->bytes.n);
		uint64_t length = c->end - c->start;

		at16 += text_utf16_offset(rest, big_endian, c->start - at8);
		at8 = c->start;
		c->start = at16;
		c->end = at16 + text_utf16_offset(slice_sub(in->bytes, at16, in->bytes.n), big_endian, length);
		c->lo = 0; /* a conversion of the whole: what decided is the whole */
		c->hi = in->bytes.n;
	}
	place_carried(m, in->bytes, big_endian);
	buf_free(&utf8);
}

static void scan_document(struct matcher *m, const struct match_input *in, candidate_vec *out) {
	enum text_coding coding = text_sniff(in->bytes);
	struct pass p = {.m = m, .bytes = in->bytes, .path = in->path, .out = out};

	if (coding == TEXT_BYTES)
		pass_run(&p);
	else
		scan_utf16(m, in, coding == TEXT_UTF16BE, out);
	candidates_settle(out);
}

unsigned matcher_scan(struct matcher *m, const struct match_input *in, candidate_vec *out) {
	m->limits_hit = 0;
	m->decoded_bytes = 0;
	carried_free(&m->carried);
	scan_document(m, in, out);
	return m->limits_hit;
}

void matcher_explain(struct matcher *m, const struct match_input *in, explain_fn *fn, void *ctx) {
	candidate_vec out = {0};

	m->explain = fn;
	m->explain_ctx = ctx;
	matcher_scan(m, in, &out);
	m->explain = NULL;
	VEC_FREE(&out);
}
