/* From documents to harvested candidates with lines and columns. Grouping into findings is in assemble.c. */
#include "rules/harvest.h"

#include "core/text.h"

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
	arena_free(&h->paths);
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
	char where[4096 + OBJECT_ID_HEX_MAX], hex[OBJECT_ID_HEX_MAX] = "";

	if (!hit)
		return;
	h->limited++;
	if (doc->path.n)
		snprintf(where, sizeof(where), "%.*s", (int)(doc->path.n < 4096 ? doc->path.n : 4096),
			(const char *)doc->path.p);
	else {
		object_id_hex(&doc->object, hex);
		snprintf(where, sizeof(where), "%s", hex);
	}
	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++)
		if (hit & limits[i].bit)
			coverage_note(cov, limits[i].code, limits[i].bit != MATCH_LIMIT_DEPTH, where, limits[i].text);
}

/* Lines and columns are counted in one pass over the text, since candidates come in order. */
struct cursor {
	struct slice text;
	uint64_t at, line_start;
	unsigned line;
};

static void cursor_move(struct cursor *c, uint64_t to, unsigned *line, unsigned *column) {
	if (to > c->text.n)
		to = c->text.n;
	if (to > c->at) {
		struct slice passed = slice_sub(c->text, c->at, to);
		const uint8_t *last = memrchr(passed.p, '\n', passed.n);

		if (last) {
			c->line += (unsigned)text_count_lf(passed);
			c->line_start = (uint64_t)(last - c->text.p) + 1;
		}
	}
	c->at = to;
	*line = c->line;
	*column = (unsigned)(to - c->line_start) + 1;
}

static bool any_stands(const candidate_vec *found) {
	for (size_t i = 0; i < found->n; i++)
		if (!found->at[i].what->judgement.rejected)
			return true;
	return false;
}

void harvest_candidates(struct harvest *h, const struct document *doc, const candidate_vec *found) {
	struct cursor cursor = {.text = doc->bytes, .line = 1};
	struct slice path;

	if (!any_stands(found))
		return;
	path = arena_copy(&h->paths, doc->path);
	for (size_t i = 0; i < found->n; i++) {
		const struct candidate *x = &found->at[i];
		struct harvested g = {.what = x->what,
			.target = doc->target,
			.place = doc->place,
			.path = path,
			.object = doc->object,
			.commit = doc->commit,
			.authored = doc->authored,
			.at_head = doc->at_head,
			.offset = x->start,
			.end = x->end,
			.partner = -1};
		struct cursor end;

		cursor_move(&cursor, x->start, &g.line, &g.column);
		end = cursor; /* spans may nest: the end is counted from a copy */
		cursor_move(&end, x->end, &g.end_line, &g.end_column);
		VEC_PUSH(&h->all, g);
	}
}

void harvest_document(struct harvest *h, const struct document *doc, struct coverage *cov) {
	candidate_vec found = {0};
	struct match_input in = {.bytes = doc->bytes, .path = doc->path};

	note_limits(h, doc, matcher_scan(h->matcher, &in, &found), cov);
	harvest_candidates(h, doc, &found);
	VEC_FREE(&found);
}

struct matched_text *harvest_version(
	struct harvest *h, const struct document *doc, const struct version *v, bool keep_state, struct coverage *cov) {
	struct match_input in = {.bytes = doc->bytes, .path = doc->path};
	unsigned hit;
	struct matched_text *t;

	if (!v && !keep_state) {
		harvest_document(h, doc, cov);
		return NULL;
	}
	t = matcher_scan_version(h->matcher, &in, v, &hit);
	note_limits(h, doc, hit, cov);
	harvest_candidates(h, doc, matched_text_candidates(t));
	if (keep_state)
		return t;
	matched_text_free(t);
	return NULL;
}
