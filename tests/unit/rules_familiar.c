/* Stretches met before: cut by their content, found by their bytes, and never other keywords than a search would find. */
#include "rules/engine.h"
#include "rules/familiar.h"
#include "rules/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void add_lines(struct buf *b, const char *template, uint64_t from, uint64_t to) {
	struct error err = {0};

	for (uint64_t seed = from; seed < to; seed++)
		assert_int_equal(template_expand(b, slice_str(template), seed, &err), 0);
}

/* Cuts of b that lie behind `after`. */
static VEC(size_t) cuts;

static void cut_all(struct slice s, size_t after) {
	cuts.n = 0;
	for (size_t at = 0; at < s.n;) {
		size_t end = familiar_cut(s.p, at, s.n);

		assert_true(end > at && end <= s.n && end - at <= STRETCH_MAX);
		assert_true(end == s.n || end - at >= STRETCH_MIN);
		at = end;
		if (at > after)
			VEC_PUSH(&cuts, at - after);
	}
}

static void equal_text_is_cut_alike(void **state) {
	struct buf text = {0}, moved = {0};
	size_t alike = 0;

	(void)state;
	add_lines(&text, "	{{alnum:9}} = {{alnum:7}}({{alnum:11}});\n", 0, 600);
	add_lines(&moved, "{{alnum:23}}\n", 900, 917);
	size_t shift = moved.n;
	buf_add_slice(&moved, buf_slice(&text));
	cut_all(buf_slice(&text), 0);
	struct buf first = {0};
	buf_add(&first, (const uint8_t *)cuts.at, cuts.n * sizeof(*cuts.at));
	cut_all(buf_slice(&moved), shift);
	for (size_t i = 0, k = 0; i < cuts.n; i++) {
		const size_t *f = (const size_t *)(const void *)first.p;

		while (k < first.n / sizeof(*f) && f[k] < cuts.at[i])
			k++;
		alike += k < first.n / sizeof(*f) && f[k] == cuts.at[i];
	}
	assert_true(alike * 10 > cuts.n * 8);
	buf_free(&first);
	buf_free(&text);
	buf_free(&moved);
	VEC_FREE(&cuts);
}

static void text_without_lines_is_cut(void **state) {
	uint8_t bytes[3 * STRETCH_MAX] = {0};

	(void)state;
	assert_int_equal(familiar_cut(bytes, 0, sizeof(bytes)), STRETCH_MAX);
	assert_int_equal(familiar_cut(bytes, sizeof(bytes) - 3, sizeof(bytes)), sizeof(bytes));
	memset(bytes, '\n', sizeof(bytes));
	assert_in_range(familiar_cut(bytes, 0, sizeof(bytes)), STRETCH_MIN, STRETCH_MAX);
	assert_int_equal(familiar_cut(bytes, 0, STRETCH_MIN), STRETCH_MIN);
}

static void what_was_added_is_found(void **state) {
	struct familiar *f = familiar_new();
	const struct familiar_hit hits[] = {{3, 70}, {400, 65535}};
	struct familiar_key key = familiar_key(f, slice_str("some text")),
			    other = familiar_key(f, slice_str("some texT"));

	(void)state;
	assert_null(familiar_find(f, key));
	familiar_add(f, key, hits, 2);
	familiar_add(f, other, NULL, 0);
	const struct familiar_stretch *s = familiar_find(f, key);
	assert_non_null(s);
	assert_int_equal(familiar_count(s), 2);
	assert_memory_equal(s->hits, hits, sizeof(hits));
	assert_int_equal(familiar_count(familiar_find(f, other)), 0);
	familiar_add(f, key, hits, 1);
	assert_int_equal(familiar_count(familiar_find(f, key)), 1);
	familiar_free(f);
}

static void the_new_displaces_the_old(void **state) {
	struct familiar *f = familiar_new();
	struct familiar_key first = {0x100, 4}, second = {0x200, 4}, third = {0x300, 5};

	(void)state;
	familiar_add(f, first, NULL, 0);
	familiar_add(f, second, NULL, 0);
	assert_non_null(familiar_find(f, first));
	familiar_add(f, third, NULL, 0);
	assert_null(familiar_find(f, first));
	assert_non_null(familiar_find(f, second));
	assert_non_null(familiar_find(f, third));
	familiar_free(f);
}

static void keys_differ_from_run_to_run(void **state) {
	struct familiar *a = familiar_new(), *b = familiar_new();
	struct familiar_key x = familiar_key(a, slice_str("text")), y = familiar_key(b, slice_str("text"));

	(void)state;
	assert_true(x.a != y.a && x.b != y.b);
	familiar_free(a);
	familiar_free(b);
}

static void a_match_is_told_by_all_that_decides_it(void **state) {
	struct familiar *f = familiar_new();
	const struct appraisal *what, *one = (const void *)state;
	const struct familiar_match m = {slice_str("password = x1"), 7, 0, 13, 11, 13, false, true};
	struct familiar_match others[8];
	struct familiar_key key = familiar_match_key(f, &m);

	assert_false(familiar_judged(f, key, &what));
	familiar_judge(f, key, one);
	assert_true(familiar_judged(f, key, &what));
	assert_ptr_equal(what, one);
	familiar_judge(f, key, NULL);
	assert_true(familiar_judged(f, key, &what));
	assert_null(what);
	for (size_t i = 0; i < 8; i++)
		others[i] = m;
	others[0].around = slice_str("password = x2");
	others[1].rule++;
	others[2].match_start++;
	others[3].match_end--;
	others[4].start++;
	others[5].end--;
	others[6].first = true;
	others[7].last = false;
	for (size_t i = 0; i < 8; i++)
		assert_false(familiar_judged(f, familiar_match_key(f, &others[i]), &what));
	familiar_free(f);
}

/* --- through the matcher --- */

static uint64_t match_twice(struct matcher *m, struct slice text, struct slice again, candidate_vec *whole) {
	struct match_input first = {.bytes = text}, second = {.bytes = again};
	unsigned hit;

	matched_text_free(matcher_scan_version(m, &first, NULL, &hit));
	uint64_t before = matcher_stats(m).bytes_matched;
	struct matched_text *t = matcher_scan_version(m, &second, NULL, &hit);
	uint64_t searched = matcher_stats(m).bytes_matched - before;
	whole->n = 0;
	matcher_scan(m, &second, whole);
	const candidate_vec *found = matched_text_candidates(t);
	assert_int_equal(found->n, whole->n);
	for (size_t i = 0; i < whole->n; i++)
		assert_int_equal(candidate_cmp(&found->at[i], &whole->at[i]), 0);
	matched_text_free(t);
	return searched;
}

static void familiar_text_gives_the_same_candidates(void **state) {
	struct limits lim = limits_default();
	struct error err = {0};
	struct engine *e = engine_open(&builtin_catalogue, &lim, 0, &err);
	struct matcher *m = matcher_open(e, &err);
	struct buf text = {0}, again = {0};
	candidate_vec whole = {0};

	(void)state;
	for (uint64_t i = 0; i < 60; i++) {
		add_lines(&text, "	{{alnum:9}} = {{alnum:7}}({{alnum:11}});\n", 40 * i, 40 * i + i % 37);
		add_lines(&text, "db_password = \"{{password:14}}\"\n", i, i + 1);
		if (i % 7 == 0) /* more keywords than are remembered */
			add_lines(&text, "password token secret key passwd api_key\n", i, i + 9);
	}
	/* The same elsewhere, with a seam right behind a keyword. */
	add_lines(&again, "x = {{alnum:30}}\npassword = ", 7, 8);
	buf_add_slice(&again, buf_slice(&text));
	assert_true(match_twice(m, buf_slice(&text), buf_slice(&again), &whole) < again.n / 2);
	assert_true(whole.n >= 60);
	VEC_FREE(&whole);
	buf_free(&text);
	buf_free(&again);
	matcher_close(m);
	engine_close(e);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_text_is_cut_alike),
		cmocka_unit_test(text_without_lines_is_cut),
		cmocka_unit_test(what_was_added_is_found),
		cmocka_unit_test(the_new_displaces_the_old),
		cmocka_unit_test(keys_differ_from_run_to_run),
		cmocka_unit_test(a_match_is_told_by_all_that_decides_it),
		cmocka_unit_test(familiar_text_gives_the_same_candidates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
