/* Documents in which much stands close together: what is told of each place must not cost the whole document each time. Where it does,
 * these take minutes, and the alarm ends them. */
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
};

static bool is_packed(struct slice head) {
	return slice_has_prefix(head, "PK\003\004");
}

static void bench_open(struct bench *b) {
	struct error err = {0};

	b->limits = limits_default();
	b->engine = engine_open(&builtin_catalogue, &b->limits, 1700000000, &err);
	assert_non_null(b->engine);
	engine_set_packed(b->engine, is_packed);
	b->matcher = matcher_open(b->engine, &err);
	assert_non_null(b->matcher);
}

static void bench_close(struct bench *b) {
	matcher_close(b->matcher);
	engine_close(b->engine);
}

/* One line of 48 MB with 4,000 secrets at its end: a column is counted from where the line is known to begin. */
static void long_line_is_measured_once(void **unused) {
	struct bench b;
	struct buf text = {0}, one = {0};
	struct error err = {0};
	unsigned limits;

	(void)unused;
	bench_open(&b);
	buf_add_str(&text, "first line\n");
	while (text.n < (size_t)48 << 20)
		buf_add_str(&text, "a, b, c, d, e, f, g, ");
	for (unsigned i = 0; i < 4000; i++) {
		buf_clear(&one);
		assert_int_equal(template_expand(&one, slice_str("dop_v1_{{hex:64}} "), i, &err), 0);
		buf_add_slice(&text, buf_slice(&one));
		if (i == 2000)
			buf_add_str(&text, "\nnext ");
	}
	alarm(30);
	struct matched_text *t =
		matcher_scan_version(b.matcher, &(struct match_input){.bytes = buf_slice(&text)}, NULL, &limits);
	alarm(0);

	const candidate_vec *found = matched_text_candidates(t);

	assert_true(found->n >= 4000);
	for (size_t i = 0; i < found->n; i++) {
		const struct candidate *c = &found->at[i];
		const uint8_t *lf = memrchr(text.p, '\n', c->start);

		assert_int_equal(c->column, (size_t)(text.p + c->start - lf));
		assert_int_equal(c->end_column, (size_t)(text.p + c->end - lf));
		assert_int_equal(c->line, lf == text.p + 10 ? 2 : 3);
		i += 199; /* the check looks back over the line as well */
	}
	matched_text_free(t);
	buf_free(&one);
	buf_free(&text);
	bench_close(&b);
}

/* Archives in base64 in a text of UTF-16: their places are counted from one to the next. */
static void places_in_utf16_are_counted_on(void **unused) {
	struct bench b;
	struct buf text = {0}, wide = {0};
	candidate_vec found = {0};
	struct carried_list carried;
	size_t expect = 0;
	char zeros[72];

	(void)unused;
	memset(zeros, 'A', sizeof(zeros) - 1);
	zeros[sizeof(zeros) - 1] = 0;
	bench_open(&b);
	while (text.n < (size_t)4 << 20)
		buf_add_str(&text, "a, b, c, d, e, f, g, ");
	expect = 2 + 2 * text.n;
	for (unsigned i = 0; i < 4000; i++)
		buf_printf(&text, "%s%s%04u, ", "UEsDBBQ", zeros, i); /* begins as a zip does */
	buf_add(&wide, "\377\376", 2);
	for (size_t i = 0; i < text.n; i++) {
		buf_add_byte(&wide, text.p[i]);
		buf_add_byte(&wide, 0);
	}
	alarm(30);
	matcher_scan(b.matcher, &(struct match_input){.bytes = buf_slice(&wide)}, &found);
	alarm(0);
	matcher_carried(b.matcher, &carried);
	assert_int_equal(carried.n, 4000);
	for (size_t i = 0; i < carried.n; i++, expect += 2 * 84) {
		assert_int_equal(carried.at[i].start, expect);
		assert_int_equal(carried.at[i].end, expect + 2 * 82);
	}
	carried_free(&carried);
	VEC_FREE(&found);
	buf_free(&text);
	buf_free(&wide);
	bench_close(&b);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(long_line_is_measured_once),
		cmocka_unit_test(places_in_utf16_are_counted_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
