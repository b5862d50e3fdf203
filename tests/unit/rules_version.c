/* Matching a version by what it inserts finds exactly what matching the whole finds: held on random texts, edits and rules of
 * every kind, along chains of versions. */
#include "core/text.h"
#include "rules/engine.h"
#include "rules/line_marks.h"
#include "rules/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

struct random {
	uint64_t state;
};

static uint64_t draw(struct random *r, uint64_t below) {
	r->state ^= r->state << 13;
	r->state ^= r->state >> 7;
	r->state ^= r->state << 17;
	return below ? r->state % below : 0;
}

/* Pieces that wake rules, layers and edges of all kinds. */
static const char *const pieces[] = {
	"password = \"{{password:12}}\"\n",
	"AWS_ACCESS_KEY_ID=AKIA{{base32:16}}\naws_secret_access_key = {{base64:40}}\n",
	"{{pem:ec}}\n",
	"-----BEGIN PRIVATE KEY-----\n",
	"-----END PRIVATE KEY-----\n",
	"token: {{jwt}}\n",
	"data: {{b64:db_password={{password:14}} and more text to decode}}\n",
	"https%3A%2F%2Fuser%3A{{alnum:12}}%40host.test%2Fx%3Fpassword%3D{{alnum:12}} ",
	"{&quot;secret&quot;:&quot;{{alnum:24}}&quot;} ",
	"api_key: '{{hex:32}}'\n",
	"postgres://app:{{alnum:14}}@db.test:5432/x\n",
	"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"{{base64url:43}}\",\"d\":\"{{base64url:43}}\"}\n",
	"{{base64:76}}\n{{base64:76}}\n",
	"the quick brown fox jumps over the lazy dog and runs away\n",
	"int main(void) { return 0; }\n",
	" # gitleaks:allow\n",
	"// nhiscan:allow * made for the tests\n",
	" nhiscan:allow jwt,private-key,generic-password why not\n",
	"\"",
	"\n",
	" ",
	"=",
	"{{alnum:7}}",
	"{{base64:300}}",
};

static void add_piece(struct buf *b, struct random *r) {
	struct error err = {0};
	struct buf one = {0};
	const char *p = pieces[draw(r, sizeof(pieces) / sizeof(*pieces))];
	bool wide = draw(r, 5) == 0, big_endian = draw(r, 2);

	assert_int_equal(template_expand(&one, slice_str(p), draw(r, 1u << 30), &err), 0);
	for (size_t i = 0; i < one.n; i++) {
		if (wide && big_endian)
			buf_add_byte(b, 0);
		buf_add_byte(b, one.p[i]);
		if (wide && !big_endian)
			buf_add_byte(b, 0);
	}
	buf_free(&one);
}

typedef VEC(struct piece) piece_vec;

static void add_copy(struct buf *to, piece_vec *how, struct slice from, size_t src, size_t len) {
	struct piece p = {.dst = to->n, .src = src, .len = len, .copied = true};

	if (!len)
		return;
	buf_add_slice(to, slice_sub(from, src, src + len));
	VEC_PUSH(how, p);
}

/* A version: runs of the old text, with cuts, moves, repeats and insertions between. */
static void edit(struct buf *to, piece_vec *how, struct slice from, struct random *r) {
	size_t at = 0;

	how->n = 0;
	while (at < from.n) {
		size_t len = draw(r, 3) ? draw(r, from.n - at) + 1 : draw(r, 40) + 1;

		if (len > from.n - at)
			len = from.n - at;
		add_copy(to, how, from, at, len);
		at += len;
		switch (draw(r, 6)) {
		case 0: { /* insertion */
			struct piece p = {.dst = to->n};

			add_piece(to, r);
			p.len = to->n - p.dst;
			if (p.len)
				VEC_PUSH(how, p);
			break;
		}
		case 1: /* cut */
			at += draw(r, 200);
			break;
		case 2: { /* repeat of anything */
			size_t src = draw(r, from.n);

			add_copy(to, how, from, src, draw(r, from.n - src));
			break;
		}
		case 3: { /* one byte */
			struct piece p = {.dst = to->n, .len = 1};

			buf_add_byte(to, (uint8_t) "aZ9=\n\"% {\0"[draw(r, 10)]);
			VEC_PUSH(how, p);
			break;
		}
		default:
			break;
		}
		if (to->n > 60000)
			return;
	}
}

/* Says which candidate one side lacks: a failing seed is otherwise hard to read. */
static void print_difference(const candidate_vec *a, const candidate_vec *b) {
	size_t i = 0, k = 0;

	while (i < a->n || k < b->n) {
		int d = i == a->n ? 1 : k == b->n ? -1 : candidate_cmp(&a->at[i], &b->at[k]);
		const struct candidate *c = d <= 0 ? &a->at[i] : &b->at[k];

		if (d)
			print_message("only %s: %s [%zu, %zu) decided by [%zu, %zu) %s\n",
				d < 0 ? "in the version" : "in the whole", builtin_catalogue.rules[c->what->rule].id,
				(size_t)c->start, (size_t)c->end, (size_t)c->lo, (size_t)c->hi,
				c->what->layers ? c->what->layers : "");
		i += d <= 0;
		k += d >= 0;
	}
}

static void assert_lines(const struct candidate *c, struct slice text) {
	unsigned line, column;

	text_position(text, c->start, &line, &column);
	assert_int_equal(c->line, line);
	assert_int_equal(c->column, column);
	text_position(text, c->end, &line, &column);
	assert_int_equal(c->end_line, line);
	assert_int_equal(c->end_column, column);
}

/* `a` of a version, `b` of matching the whole. */
static void assert_same(const candidate_vec *a, const candidate_vec *b, struct slice text) {
	bool placed = candidates_any_stands(a);

	print_difference(a, b);
	assert_int_equal(a->n, b->n);
	for (size_t i = 0; i < a->n; i++) {
		assert_int_equal(candidate_cmp(&a->at[i], &b->at[i]), 0);
		assert_int_equal(a->at[i].what->judgement.rejected, b->at[i].what->judgement.rejected);
		assert_true(slice_eq(a->at[i].what->excerpt, b->at[i].what->excerpt));
		assert_true(slice_eq(slice_str(a->at[i].what->judgement.inline_mark),
			slice_str(b->at[i].what->judgement.inline_mark)));
		if (placed)
			assert_lines(&a->at[i], text);
	}
}

/* The text in parts of random length, each with memory of its own, so that nobody can read beyond one. */
struct scattered {
	struct rope rope;
	struct rope_part *parts;
	uint8_t *into; /* holds what never was in the text until it is filled */
};

static struct scattered scatter(struct slice text, struct random *r) {
	struct scattered s = {{NULL, 0, text.n}, mem_alloc_n(text.n + 1, sizeof(*s.parts)), mem_alloc(text.n + 1)};

	for (size_t at = 0; at < text.n;) {
		size_t len = draw(r, draw(r, 3) ? 3000 : 20) + 1;
		uint8_t *p;

		if (len > text.n - at)
			len = text.n - at;
		p = mem_alloc(len);
		memcpy(p, text.p + at, len);
		s.parts[s.rope.nparts++] = (struct rope_part){at, p};
		at += len;
	}
	s.rope.parts = s.parts;
	/* Bytes that would change every decision if they were looked at. */
	for (size_t i = 0; i < text.n; i++)
		s.into[i] = (uint8_t) "password = \"AKIA%22%3d\n"[i % 22 + (i / 22 % 2 ? 0 : draw(r, 2))];
	return s;
}

static void scattered_free(struct scattered *s) {
	for (size_t i = 0; i < s->rope.nparts; i++)
		free((void *)(uintptr_t)s->parts[i].p);
	free(s->parts);
	free(s->into);
}

static void chain(struct matcher *m, uint64_t seed) {
	struct random r = {seed * 0x9E3779B97F4A7C15u + 1};
	struct buf text = {0};
	struct matched_text *state;
	piece_vec how = {0};
	unsigned hit;

	for (uint64_t i = draw(&r, 60) + 1; i; i--)
		add_piece(&text, &r);
	state = matcher_scan_version(m, &(struct match_input){.bytes = buf_slice(&text)}, NULL, &hit);
	for (int step = 0; step < 8; step++) {
		struct buf next = {0};
		struct matched_text *made;
		candidate_vec whole = {0};
		struct scattered old, new;

		edit(&next, &how, buf_slice(&text), &r);
		old = scatter(buf_slice(&text), &r);
		new = scatter(buf_slice(&next), &r);
		made = matcher_scan_version(m, &(struct match_input){.bytes = slice_of(new.into, next.n)},
			&(struct version){how.at, how.n, state, draw(&r, 8) ? &old.rope : NULL, &new.rope, new.into},
			&hit);
		matcher_scan(m, &(struct match_input){.bytes = buf_slice(&next)}, &whole);
		assert_same(matched_text_candidates(made), &whole, buf_slice(&next));
		VEC_FREE(&whole);
		scattered_free(&old);
		scattered_free(&new);
		matched_text_free(state);
		buf_free(&text);
		state = made;
		text = next;
	}
	matched_text_free(state);
	buf_free(&text);
	VEC_FREE(&how);
}

static void versions_give_what_wholes_give(void **unused) {
	struct error err = {0};
	struct limits lim = limits_default();
	struct engine *e = engine_open(&builtin_catalogue, &lim, 1700000000, &err);
	struct matcher *m;
	const char *rounds = getenv("NHISCAN_ROUNDS");

	(void)unused;
	assert_non_null(e);
	m = matcher_open(e, &err);
	assert_non_null(m);
	for (uint64_t seed = 1; seed <= (rounds ? strtoull(rounds, NULL, 10) : 100); seed++)
		chain(m, seed);
	matcher_close(m);
	engine_close(e);
}

int main(void) {
	const struct CMUnitTest tests[] = {cmocka_unit_test(versions_give_what_wholes_give)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
