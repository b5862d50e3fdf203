/* Any bytes are matched within their bounds; and a version made of them by edits drawn from the same input gives exactly
 * what matching it whole gives. */
#include "rules/engine.h"
#include "core/buf.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PIECES_MAX 32

struct edit {
	struct slice script; /* two bytes a number */
	struct buf text;
	struct piece pieces[PIECES_MAX];
	size_t n;
};

static size_t draw(struct edit *e, size_t below) {
	size_t v = e->script.n > 1 ? (size_t)e->script.p[0] << 8 | e->script.p[1] : 0;

	e->script = slice_sub(e->script, 2, e->script.n);
	return below ? v % below : 0;
}

static void add(struct edit *e, struct slice from, size_t src, size_t len, bool copied) {
	struct piece p = {.dst = e->text.n, .src = copied ? src : 0, .copied = copied};
	struct slice part = slice_sub(from, src, src + len);

	p.len = part.n;
	if (!p.len)
		return;
	buf_add_slice(&e->text, part);
	e->pieces[e->n++] = p;
}

static void check_place(const struct candidate *c, size_t n) {
	if (c->start > c->end || c->end > n || c->lo > c->start || c->hi < c->end || c->hi > n)
		abort();
}

static void check_same(const candidate_vec *a, const candidate_vec *b, size_t n) {
	if (a->n != b->n)
		abort();
	for (size_t i = 0; i < a->n; i++) {
		check_place(&b->at[i], n);
		if (candidate_cmp(&a->at[i], &b->at[i]) != 0 ||
			a->at[i].what->judgement.rejected != b->at[i].what->judgement.rejected)
			abort();
	}
}

static void compare(struct matcher *m, struct slice text, struct slice script) {
	struct edit e = {.script = script};
	unsigned hit;
	struct matched_text *base = matcher_scan_version(m, &(struct match_input){.bytes = text}, NULL, &hit), *made;
	candidate_vec whole = {0};

	while (e.n < PIECES_MAX && e.script.n > 0) {
		size_t at = draw(&e, text.n + 1);

		add(&e, text, at, draw(&e, 1024), draw(&e, 3) != 0);
	}
	made = matcher_scan_version(m, &(struct match_input){.bytes = buf_slice(&e.text)},
		&(struct version){.pieces = e.pieces, .n = e.n, .base_state = base}, &hit);
	matcher_scan(m, &(struct match_input){.bytes = buf_slice(&e.text)}, &whole);
	check_same(matched_text_candidates(made), &whole, e.text.n);
	VEC_FREE(&whole);
	matched_text_free(made);
	matched_text_free(base);
	buf_free(&e.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static struct engine *engine; /* takes milliseconds to open */
	static struct limits lim;
	struct error err = {0};
	struct matcher *m;
	size_t script = size ? data[0] % 64 : 0;
	candidate_vec found = {0};

	if (!engine) {
		lim = limits_default();
		lim.max_decoded_bytes = 1 << 20;
		engine = engine_open(&builtin_catalogue, &lim, 1700000000, &err);
	}
	if (size < 2)
		return 0;
	m = engine ? matcher_open(engine, &err) : NULL;
	if (!m)
		abort();
	if (script > size - 1)
		script = size - 1;
	matcher_scan(m, &(struct match_input){.bytes = slice_of(data, size)}, &found);
	for (size_t i = 0; i < found.n; i++)
		check_place(&found.at[i], size);
	VEC_FREE(&found);
	compare(m, slice_of(data + 1 + script, size - 1 - script), slice_of(data + 1, script));
	matcher_close(m);
	return 0;
}
