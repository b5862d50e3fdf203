/* From documents to harvested candidates with lines and columns. Grouping into findings is in assemble.c. */
#include "rules/harvest.h"

#include "rules/line_marks.h"

#include <stdio.h>
#include <stdlib.h>

int harvest_open(struct harvest *h, struct engine *e, struct error *err) {
	memset(h, 0, sizeof(*h));
	h->matcher = matcher_open(e, err);
	return h->matcher ? 0 : -1;
}

void harvest_close(struct harvest *h) {
	matcher_close(h->matcher);
	VEC_FREE(&h->all);
	carried_free(&h->carried);
	arena_free(&h->paths);
	buf_free(&h->path);
}

static const struct document *outermost(const struct document *doc) {
	while (doc->container)
		doc = doc->container;
	return doc;
}

struct slice harvested_outer_path(const struct harvested *h) {
	return h->nsteps ? h->steps[0] : h->path;
}

static struct slice join_steps(struct arena *a, const struct slice *steps, unsigned n) {
	struct buf b = {0};
	struct slice s;

	for (unsigned i = 0; i < n; i++) {
		buf_add_str(&b, i ? "!/" : "");
		buf_add_slice(&b, steps[i]);
	}
	s = arena_copy(a, buf_slice(&b));
	buf_free(&b);
	return s;
}

void harvested_set_outer_path(struct harvested *h, struct arena *a, struct slice path) {
	struct slice *steps;

	if (!h->nsteps) {
		h->path = path;
		return;
	}
	steps = ARENA_NEW_N(a, struct slice, h->nsteps);
	memcpy(steps, h->steps, h->nsteps * sizeof(*steps));
	steps[0] = path;
	h->steps = steps;
	h->path = join_steps(a, steps, h->nsteps);
}

/* The path of a document, in steps when it lies in containers. */
static void keep_path(struct harvest *h, const struct document *doc, struct harvested *out) {
	struct slice *steps;
	unsigned n = 1;

	for (const struct document *d = doc; d->container; d = d->container)
		n++;
	if (n == 1) {
		out->path = arena_copy(&h->paths, doc->path);
		return;
	}
	steps = ARENA_NEW_N(&h->paths, struct slice, n);
	out->nsteps = n;
	for (const struct document *d = doc; d; d = d->container)
		steps[--n] = arena_copy(&h->paths, d->path);
	out->steps = steps;
	out->path = join_steps(&h->paths, steps, out->nsteps);
}

static void note_limits(struct harvest *h, const struct document *doc, unsigned hit, struct coverage *cov) {
	static const struct {
		unsigned bit;
		const char *code, *text;
	} limits[] = {
		{MATCH_LIMIT_PATTERN, "limit-pattern",
			"a pattern ran into its step limit here, so a value may be missed"},
		{MATCH_LIMIT_MATCHES, "limit-matches",
			"more values than max_matches_per_document; the rest is not reported"},
		{MATCH_LIMIT_DECODED, "limit-decoded", "encoded text beyond max_decoded_bytes was not decoded"},
		{MATCH_LIMIT_DEPTH, "limit-decode-depth", "text encoded deeper than max_decode_depth was not decoded"},
	};
	struct buf where = {0};
	char hex[OBJECT_ID_HEX_MAX] = "";

	if (!hit)
		return;
	h->limited++;
	if (!outermost(doc)->path.n) { /* an object: its path is worked out later, if ever */
		object_id_hex(&doc->object, hex);
		buf_add_str(&where, hex);
	}
	document_whole_path(&where, doc);
	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++)
		if (hit & limits[i].bit)
			coverage_note(cov, limits[i].code, limits[i].bit != MATCH_LIMIT_DEPTH, buf_cstr(&where),
				limits[i].text);
	buf_free(&where);
}

/* Parts of a long document overlap: each tells what begins in its own share. */
static bool is_told_here(const struct document *doc, const struct candidate *x) {
	return !doc->part || (x->start >= doc->part->from && x->start < doc->part->to);
}

static void place_in_whole(const struct part *part, struct harvested *g) {
	if (g->line == 1)
		g->column += part->column;
	if (g->end_line == 1)
		g->end_column += part->column;
	g->line += part->line;
	g->end_line += part->line;
	g->offset += part->offset;
	g->end += part->offset;
}

void harvest_candidates(struct harvest *h, const struct document *doc, const candidate_vec *found) {
	struct harvested where = {.target = doc->target,
		.place = doc->place,
		.object = doc->object,
		.commit = doc->commit,
		.authored = doc->authored,
		.at_head = doc->at_head,
		.partner = -1};

	if (!candidates_any_stands(found))
		return;
	keep_path(h, doc, &where);
	if (doc->life) {
		struct lifetime *life = ARENA_NEW(&h->paths, struct lifetime);

		*life = *doc->life;
		where.life = life;
	}
	for (size_t i = 0; i < found->n; i++) {
		const struct candidate *x = &found->at[i];
		struct harvested g = where;

		if (!is_told_here(doc, x))
			continue;
		g.what = x->what;
		g.offset = x->start;
		g.end = x->end;
		g.line = x->line;
		g.column = x->column;
		g.end_line = x->end_line;
		g.end_column = x->end_column;
		if (doc->part)
			place_in_whole(doc->part, &g);
		VEC_PUSH(&h->all, g);
	}
}

/* What is judged by path is judged by all of it; not yet when its first step is not known. */
static struct slice whole_path(struct harvest *h, const struct document *doc) {
	if (!doc->container || !outermost(doc)->path.n)
		return doc->container ? slice_of(NULL, 0) : doc->path;
	buf_clear(&h->path);
	document_whole_path(&h->path, doc);
	return buf_slice(&h->path);
}

static int carried_cmp(const void *a, const void *b) {
	const struct carried *x = a, *y = b;

	return x->start != y->start ? (x->start < y->start ? -1 : 1) : (x->end > y->end) - (x->end < y->end);
}

/* Keeps what the document carries, with the lines where that stands. */
static void keep_carried(struct harvest *h, const struct document *doc, const struct rope *text) {
	candidate_vec places = {0};
	line_marks marks = {0};

	carried_free(&h->carried);
	matcher_carried(h->matcher, &h->carried);
	if (!h->carried.n)
		return;
	qsort(h->carried.at, h->carried.n, sizeof(*h->carried.at), carried_cmp);
	for (size_t i = 0; i < h->carried.n; i++)
		VEC_PUSH(&places, ((struct candidate){.start = h->carried.at[i].start, .end = h->carried.at[i].end}));
	candidates_place(&places, text, &marks);
	for (size_t i = h->carried.n; i-- > 0;) {
		struct carried *c = &h->carried.at[i];
		bool elsewhere = !is_told_here(doc, &places.at[i]);

		c->line = places.at[i].line + (doc->part ? doc->part->line : 0);
		c->column = places.at[i].column + (doc->part && places.at[i].line == 1 ? doc->part->column : 0);
		if (elsewhere) {
			mem_wipe_free((void *)(uintptr_t)c->bytes.p, c->bytes.n);
			h->carried.n--;
			memmove(c, c + 1, (h->carried.n - i) * sizeof(*c));
		}
	}
	VEC_FREE(&places);
	VEC_FREE(&marks);
}

void harvest_carried(struct harvest *h, struct carried_list *out) {
	*out = h->carried;
	h->carried = (struct carried_list){0};
}

void harvest_document(struct harvest *h, const struct document *doc, struct coverage *cov) {
	candidate_vec found = {0};
	line_marks marks = {0};
	struct match_input in = {.bytes = doc->bytes, .path = whole_path(h, doc)};
	struct rope_part flat = {0, doc->bytes.p};

	note_limits(h, doc, matcher_scan(h->matcher, &in, &found), cov);
	if (candidates_any_stands(&found))
		candidates_place(&found, &(struct rope){&flat, 1, doc->bytes.n}, &marks);
	harvest_candidates(h, doc, &found);
	keep_carried(h, doc, &(struct rope){&flat, 1, doc->bytes.n});
	VEC_FREE(&found);
	VEC_FREE(&marks);
}

struct matched_text *harvest_version(
	struct harvest *h, const struct document *doc, const struct version *v, bool keep_state, struct coverage *cov) {
	struct match_input in = {.bytes = doc->bytes, .path = whole_path(h, doc)};
	struct rope_part flat = {0, doc->bytes.p};
	unsigned hit;
	struct matched_text *t;

	if (!v && !keep_state) {
		harvest_document(h, doc, cov);
		return NULL;
	}
	t = matcher_scan_version(h->matcher, &in, v, &hit);
	note_limits(h, doc, hit, cov);
	harvest_candidates(h, doc, matched_text_candidates(t));
	keep_carried(h, doc, v && v->rope ? v->rope : &(struct rope){&flat, 1, doc->bytes.n});
	if (keep_state)
		return t;
	matched_text_free(t);
	return NULL;
}
