/* From keyword to candidate: windows, edges, case, limits, and patterns that are compiled by whichever thread comes first. */
#include "core/text.h"
#include "rules/resolve.h"
#include "tests/unit/rules_lab.h"

#include <pthread.h>

static struct slice around(struct lab *l, const char *before, struct slice s, const char *behind) {
	struct buf b = {0};
	struct slice kept;

	buf_add_str(&b, before);
	buf_add_slice(&b, s);
	buf_add_str(&b, behind);
	kept = arena_copy(&l->arena, buf_slice(&b));
	buf_free(&b);
	return kept;
}

static void keywords_at_the_edges_of_a_document_count(void **unused) {
	struct lab l = {0};
	static const char *const sides[][2] = {{"", ""}, {"x ", ""}, {"", " x"}, {"\n", "\n"}, {"\"", "\""}};

	(void)unused;
	lab_add(&l, "acme-token", LAB_TOKEN);
	lab_open(&l);
	for (size_t i = 0; i < sizeof(sides) / sizeof(*sides); i++) {
		struct slice secret = lab_expand(&l, "acme_{{lowernum:20}}", 7);

		assert_int_equal(lab_match(&l, around(&l, sides[i][0], secret, sides[i][1])), 1);
		assert_int_equal(l.found.at[0].start, strlen(sides[i][0]));
		assert_int_equal(l.found.at[0].end, strlen(sides[i][0]) + secret.n);
	}
	assert_int_equal(lab_match(&l, slice_str("acme_")), 0);
	assert_int_equal(lab_match(&l, slice_str("")), 0);
	lab_close(&l);
}

/* A keyword that begins with a line break stands for the start of a line, and a text starts with one. */
static void a_text_starts_where_a_line_does(void **unused) {
	struct lab l = {0};

	(void)unused;
	lab_add(&l, "short-prefix",
		"severity: high\nconfidence: high\nkind: token\nkeywords: [\"\\nzq-\", '=zq-']\npattern: "
		"'(?:(?<![\\s\\S])|[\\s=])(zq-[a-z0-9]{20})(?![a-z0-9])'\nafter: 40");
	lab_open(&l);
	for (unsigned seed = 1; seed < 9; seed++) {
		struct slice secret = lab_expand(&l, "zq-{{lowernum:20}}", seed);

		assert_int_equal(lab_match(&l, secret), 1);
		assert_int_equal(l.found.at[0].start, 0);
		assert_int_equal(lab_match(&l, around(&l, "\n", secret, "\n")), 1);
		assert_int_equal(l.found.at[0].start, 1);
		assert_int_equal(lab_match(&l, around(&l, "a=", secret, "")), 1);
		assert_int_equal(lab_match(&l, around(&l, "a", secret, "")), 0);
		assert_int_equal(lab_match(&l, around(&l, "", secret, "a")), 0);
	}
	lab_close(&l);
}

/* There as anywhere else a rule may ask that case does not matter. */
static void case_is_ignored_at_the_start_too(void **unused) {
	struct lab l = {0};

	(void)unused;
	lab_add(&l, "loose-prefix",
		"severity: high\nconfidence: high\nkind: token\nkeywords: [\"\\nzq-\"]\npattern: "
		"'(?:(?<![\\s\\S])|\\s)(zq-[a-z0-9]{20})(?![a-z0-9])'\nafter: 40\nignore_case: true");
	lab_open(&l);
	assert_int_equal(lab_match(&l, lab_expand(&l, "\nZQ-{{uppernum:20}}", 3)), 1);
	assert_int_equal(lab_match(&l, lab_expand(&l, "ZQ-{{uppernum:20}}", 3)), 1);
	assert_int_equal(lab_match(&l, lab_expand(&l, "zq-{{lowernum:20}}", 3)), 1);
	lab_close(&l);
}

/* The match ends at most `after` bytes behind the keyword's first byte: one more is not seen. */
static void after_is_counted_from_the_keyword(void **unused) {
	struct lab l = {0};

	(void)unused;
	lab_add(&l, "exact-window",
		"severity: high\nconfidence: high\nkind: token\nkeywords: [acme_]\npattern: "
		"'(acme_[a-z0-9]{20})'\nafter: 25");
	lab_open(&l);
	assert_int_equal(lab_match(&l, lab_expand(&l, "acme_{{lowernum:20}}", 7)), 1);
	lab_close(&l);
	l = (struct lab){0};
	lab_add(&l, "short-window",
		"severity: high\nconfidence: high\nkind: token\nkeywords: [acme_]\npattern: "
		"'(acme_[a-z0-9]{20})'\nafter: 24");
	lab_open(&l);
	assert_int_equal(lab_match(&l, lab_expand(&l, "acme_{{lowernum:20}}", 7)), 0);
	lab_close(&l);
}

/* The match starts at most `before` bytes ahead of the keyword, and must hold it. */
static void before_is_counted_from_the_keyword(void **unused) {
	struct lab l = {0};
	struct slice secret;

	(void)unused;
	lab_add(&l, "behind-name",
		"severity: high\nconfidence: high\nkind: token\nkeywords: ['-acme']\npattern: "
		"'([a-z0-9]{20}) {0,9}-acme'\nbefore: 24\nafter: 10");
	lab_open(&l);
	secret = lab_expand(&l, "{{lowernum:20}}", 7);
	assert_int_equal(lab_match(&l, around(&l, "", secret, "-acme")), 1);
	assert_int_equal(l.found.at[0].start, 0);
	assert_int_equal(lab_match(&l, around(&l, "text: ", secret, "    -acme")), 1);
	assert_int_equal(l.found.at[0].start, 6);
	assert_int_equal(lab_match(&l, around(&l, "text: ", secret, "     -acme")), 0);
	/* An earlier match that does not reach the keyword does not hide a later one that does. */
	assert_int_equal(lab_match(&l, around(&l, "-acme -acme ", secret, "-acme")), 1);
	lab_close(&l);
}

/* What stands ahead of the window is seen by look-behind and \b as it is, not as the start of a text. */
static void the_window_does_not_look_like_a_start(void **unused) {
	struct lab l = {0};
	struct slice secret;

	(void)unused;
	lab_add(&l, "acme-token", LAB_TOKEN);
	lab_add(&l, "behind",
		"severity: high\nconfidence: high\nkind: token\nkeywords: [zeta_]\npattern: "
		"'(?<!no:)(zeta_[a-z0-9]{20})'\nafter: 64");
	lab_open(&l);
	secret = lab_expand(&l, "acme_{{lowernum:20}}", 7);
	assert_int_equal(lab_match(&l, around(&l, "x", secret, "")), 0);
	assert_int_equal(lab_match(&l, around(&l, "=", secret, "")), 1);
	secret = lab_expand(&l, "zeta_{{lowernum:20}}", 7);
	assert_int_equal(lab_match(&l, around(&l, "no:", secret, "")), 0);
	assert_int_equal(lab_match(&l, around(&l, "yes:", secret, "")), 1);
	lab_close(&l);
}

static void case_is_ignored_only_when_asked(void **unused) {
	struct lab l = {0};

	(void)unused;
	lab_add(&l, "strict", LAB_TOKEN);
	lab_add(&l, "loose",
		"severity: high\nconfidence: high\nkind: token\nkeywords: [beta_]\npattern: "
		"'\\b(beta_[a-z0-9]{20})\\b'\nafter: 64\nignore_case: true");
	lab_open(&l);
	assert_int_equal(lab_match(&l, lab_expand(&l, "ACME_{{uppernum:20}}", 7)), 0);
	assert_int_equal(lab_match(&l, lab_expand(&l, "BETA_{{uppernum:20}}", 7)), 1);
	assert_int_equal(lab_match(&l, lab_expand(&l, "Beta_{{alnum:20}}", 7)), 1);
	lab_close(&l);
}

static void a_costly_pattern_runs_into_its_limit(void **unused) {
	struct lab l = {0};
	struct buf b = {0};

	(void)unused;
	lab_add(&l, "costly",
		"severity: high\nconfidence: high\nkind: token\nkeywords: [acme_]\npattern: "
		"'(acme_(x+x+)+[yz])'\nafter: 4000");
	lab_open(&l);
	buf_add_str(&b, "acme_");
	for (int i = 0; i < 3000; i++)
		buf_add_byte(&b, 'x');
	assert_int_equal(lab_match(&l, buf_slice(&b)), 0);
	assert_int_equal(l.limits_hit, MATCH_LIMIT_PATTERN);
	assert_int_equal(lab_match(&l, slice_str("acme_ and no more")), 0);
	assert_int_equal(l.limits_hit, 0);
	buf_free(&b);
	lab_close(&l);
}

static void matches_of_one_document_are_bounded(void **unused) {
	struct lab l = {.limits = limits_default()};
	struct buf b = {0};

	(void)unused;
	l.limits.max_matches_per_document = 10;
	lab_add(&l, "acme-token", LAB_TOKEN);
	lab_open(&l);
	for (uint64_t i = 0; i < 12; i++) {
		buf_add_slice(&b, lab_expand(&l, "acme_{{lowernum:20}}\n", i));
		assert_int_equal(lab_match(&l, buf_slice(&b)), i < 10 ? i + 1 : 10);
		assert_int_equal(l.limits_hit, i < 10 ? 0 : MATCH_LIMIT_MATCHES);
	}
	buf_free(&b);
	lab_close(&l);
}

static void what_decided_lies_within_its_span(void **unused) {
	struct lab l = {0};
	struct buf b = {0};

	(void)unused;
	lab_add(&l, "acme-token", LAB_TOKEN);
	lab_open(&l);
	while (b.n < 5000)
		buf_add_str(&b, "some words; ");
	buf_add_slice(&b, lab_expand(&l, "acme_{{lowernum:20}}", 7));
	while (b.n < 10000)
		buf_add_str(&b, " more words;");
	assert_int_equal(lab_match(&l, buf_slice(&b)), 1);
	assert_true(l.found.at[0].lo <= l.found.at[0].start &&
		    l.found.at[0].start - l.found.at[0].lo <= 64 + JUDGE_CONTEXT);
	assert_true(
		l.found.at[0].hi >= l.found.at[0].end && l.found.at[0].hi - l.found.at[0].end <= 64 + JUDGE_CONTEXT);
	buf_free(&b);
	lab_close(&l);
}

#define THREADS 8

struct runner {
	struct lab *lab;
	struct slice text;
	size_t found;
	pthread_barrier_t *start;
};

static void *match_once(void *arg) {
	struct runner *r = arg;
	struct error err = {0};
	struct matcher *m = matcher_open(r->lab->engine, &err);
	candidate_vec found = {0};

	pthread_barrier_wait(r->start);
	matcher_scan(m, &(struct match_input){.bytes = r->text}, &found);
	r->found = found.n;
	VEC_FREE(&found);
	matcher_close(m);
	return NULL;
}

/* Run under ThreadSanitizer this shows that the first use of a pattern is no race. */
static void patterns_are_compiled_once_by_any_thread(void **unused) {
	struct lab l = {0};
	struct buf text = {0};
	struct runner r[THREADS];
	pthread_t threads[THREADS];
	pthread_barrier_t start;

	(void)unused;
	for (int i = 0; i < 20; i++) {
		char id[32], fields[256], template[64];

		snprintf(id, sizeof(id), "rule-%d", i);
		snprintf(fields, sizeof(fields),
			"severity: high\nconfidence: high\nkind: token\nkeywords: [k%02d_]\npattern: "
			"'\\b(k%02d_[a-z0-9]{20})\\b'\nafter: 64",
			i, i);
		snprintf(template, sizeof(template), "k%02d_{{lowernum:20}}\n", i);
		lab_add(&l, id, fields);
		buf_add_slice(&text, lab_expand(&l, template, 3));
	}
	lab_open(&l);
	pthread_barrier_init(&start, NULL, THREADS);
	for (int i = 0; i < THREADS; i++) {
		r[i] = (struct runner){&l, buf_slice(&text), 0, &start};
		assert_int_equal(pthread_create(&threads[i], NULL, match_once, &r[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(r[i].found, 20);
	}
	assert_int_equal(matcher_stats(l.matcher).patterns_compiled, 20);
	pthread_barrier_destroy(&start);
	buf_free(&text);
	lab_close(&l);
}

/* Two vendors share a prefix: the name beside the token decides whose it is, and without one the prefix alone does. */
static void the_vendor_named_beside_a_token_is_believed(void **unused) {
	struct lab l = {0};
	struct slice token;

	(void)unused;
	lab_add(&l, "prefix-alone",
		"severity: critical\nconfidence: high\nkind: token\nkeywords: [zq_]\nmask_prefix: 3\npattern: "
		"'(zq_[a-z0-9]{20})'\nafter: 40");
	lab_add(&l, "beside-name",
		"severity: high\nconfidence: high\nkind: token\nignore_case: true\nkeywords: [acme]\nmask_prefix: "
		"3\npattern: 'acme=(zq_[a-z0-9]{20})'\nafter: 40");
	lab_open(&l);
	token = lab_expand(&l, "zq_{{lowernum:20}}", 3);
	for (int named = 0; named < 2; named++) {
		lab_match(&l, around(&l, named ? "acme=" : "other=", token, ""));
		candidates_resolve(&l.catalogue, &l.found);
		assert_int_equal(l.found.n, 1);
		assert_string_equal(
			l.catalogue.rules[l.found.at[0].what->rule].id, named ? "beside-name" : "prefix-alone");
	}
	lab_close(&l);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keywords_at_the_edges_of_a_document_count),
		cmocka_unit_test(a_text_starts_where_a_line_does),
		cmocka_unit_test(case_is_ignored_at_the_start_too),
		cmocka_unit_test(after_is_counted_from_the_keyword),
		cmocka_unit_test(before_is_counted_from_the_keyword),
		cmocka_unit_test(the_window_does_not_look_like_a_start),
		cmocka_unit_test(case_is_ignored_only_when_asked),
		cmocka_unit_test(a_costly_pattern_runs_into_its_limit),
		cmocka_unit_test(matches_of_one_document_are_bounded),
		cmocka_unit_test(what_decided_lies_within_its_span),
		cmocka_unit_test(patterns_are_compiled_once_by_any_thread),
		cmocka_unit_test(the_vendor_named_beside_a_token_is_believed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
