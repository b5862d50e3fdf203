/* UTF-16 inside other bytes: at odd and even places, in both byte orders, at the ends of a text, beside text of one byte a character,
 * behind characters beyond ASCII; and where in the document it is said to be. */
#include "rules/engine.h"
#include "rules/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

struct bench {
	struct limits limits;
	struct engine *engine;
	struct matcher *matcher;
	struct buf token; /* "dop_v1_…", made here */
};

static void bench_open(struct bench *b) {
	struct error err = {0};

	memset(b, 0, sizeof(*b));
	b->limits = limits_default();
	b->engine = engine_open(&builtin_catalogue, &b->limits, 1700000000, &err);
	assert_non_null(b->engine);
	b->matcher = matcher_open(b->engine, &err);
	assert_non_null(b->matcher);
	assert_int_equal(template_expand(&b->token, slice_str("dop_v1_{{hex:64}}"), 7, &err), 0);
}

static void bench_close(struct bench *b) {
	matcher_close(b->matcher);
	engine_close(b->engine);
	buf_free(&b->token);
}

static void add_wide(struct buf *to, struct slice s, bool big_endian) {
	for (size_t i = 0; i < s.n; i++) {
		if (big_endian)
			buf_add_byte(to, 0);
		buf_add_byte(to, s.p[i]);
		if (!big_endian)
			buf_add_byte(to, 0);
	}
}

/* Finds the token once, in 2 bytes a character from `at` on. */
static void finds(struct bench *b, struct slice text, size_t at, const char *what) {
	candidate_vec found = {0};
	size_t n = 0;

	assert_int_equal(matcher_scan(b->matcher, &(struct match_input){.bytes = text}, &found), 0);
	for (size_t i = 0; i < found.n; i++) {
		const struct candidate *c = &found.at[i];

		if (strcmp(builtin_catalogue.rules[c->what->rule].id, "digitalocean-access-token") != 0)
			continue;
		n++;
		if (c->start != at || c->end != at + 2 * b->token.n)
			fail_msg(
				"%s: found in [%zu, %zu), not from %zu on", what, (size_t)c->start, (size_t)c->end, at);
		assert_true(slice_eq(c->what->value, buf_slice(&b->token)));
		assert_int_equal(strncmp(c->what->layers, "utf-16", 6), 0);
	}
	if (n != 1)
		fail_msg("%s: found %zu times", what, n);
	VEC_FREE(&found);
}

static void strings_in_binaries_are_found(void **unused) {
	static const struct {
		const char *what;
		struct slice before, behind;
	} rows[] = {
		{"alone, but for what makes it no text", {(const uint8_t *)"\1\2\3\4\5\6", 6},
			{(const uint8_t *)"", 0}},
		{"between binary bytes", {(const uint8_t *)"MZ\220\0\3\0\0\1", 8},
			{(const uint8_t *)"\0\0\377\376\1", 5}},
		{"at an odd place", {(const uint8_t *)"MZ\220\0\3\0\1", 7}, {(const uint8_t *)"\0\0\377\376\1", 5}},
		{"behind a BMP character", {(const uint8_t *)"\345\145\54\147", 4}, {(const uint8_t *)"\r\0\n\0", 4}},
		{"behind its length", {(const uint8_t *)"\377\1\2\220\1\222", 6}, {(const uint8_t *)"\1\377\377", 3}},
	};
	struct bench b;

	(void)unused;
	bench_open(&b);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		for (unsigned big = 0; big < 2; big++)
			for (unsigned shift = 0; shift < 70; shift++) {
				struct buf text = {0};
				size_t at;

				for (unsigned k = 0; k < shift; k++)
					buf_add_byte(&text, (uint8_t)(200 + k % 50));
				buf_add_slice(&text, rows[i].before);
				add_wide(&text, slice_str("key = "), big);
				at = text.n;
				add_wide(&text, buf_slice(&b.token), big);
				buf_add_slice(&text, rows[i].behind);
				finds(&b, buf_slice(&text), at, rows[i].what);
				buf_free(&text);
			}
	bench_close(&b);
}

/* Where the byte order can't be told from the ends, both are tried. */
static void text_on_both_sides_hides_nothing(void **unused) {
	struct bench b;

	(void)unused;
	bench_open(&b);
	for (unsigned big = 0; big < 2; big++) {
		struct buf text = {0};
		candidate_vec found = {0};
		bool seen = false;

		buf_add_str(&text, "\1\2\3name");
		add_wide(&text, slice_str("key = "), big);
		add_wide(&text, buf_slice(&b.token), big);
		buf_add_str(&text, "more");
		matcher_scan(b.matcher, &(struct match_input){.bytes = buf_slice(&text)}, &found);
		for (size_t i = 0; i < found.n; i++)
			seen |= slice_eq(found.at[i].what->value, buf_slice(&b.token));
		assert_true(seen);
		VEC_FREE(&found);
		buf_free(&text);
	}
	bench_close(&b);
}

/* Cost follows the bytes, whatever zeros stand between them. */
static void patterns_of_zeros_are_no_burden(void **unused) {
	static const struct slice patterns[] = {{(const uint8_t *)"\0a", 2}, {(const uint8_t *)"\0\1", 2},
		{(const uint8_t *)"\0a\0\1", 4}, {(const uint8_t *)"\0\0a", 3},
		{(const uint8_t *)"\0a\0a\0a\0a\0a\0a\0a\0a\0\1", 18}};
	struct bench b;

	(void)unused;
	bench_open(&b);
	alarm(60);
	for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
		struct buf text = {0};
		candidate_vec found = {0};

		buf_add_str(&text, "\1\2\3\4\5\6\7\10\11");
		while (text.n < (size_t)8 << 20)
			buf_add_slice(&text, patterns[i]);
		matcher_scan(b.matcher, &(struct match_input){.bytes = buf_slice(&text)}, &found);
		VEC_FREE(&found);
		buf_free(&text);
	}
	alarm(0);
	bench_close(&b);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_in_binaries_are_found),
		cmocka_unit_test(text_on_both_sides_hides_nothing),
		cmocka_unit_test(patterns_of_zeros_are_no_burden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
