/* Lists of accepted findings: which entries accept what, and how that is told. */
#include "rules/accept.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define COMMIT	 "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"
#define SHA1_ABC "a9993e364706816aba3e25717850c26c9cd0d89d" /* of "abc", FIPS 180-4 */

static const struct row {
	const char *list, *path;
	unsigned line;
	const char *says;
} rows[] = {
	{"a.txt:jwt:3", "a.txt", 3, "listed in L:1, by file and line"},
	{"a.txt:jwt:3", "a.txt", 4, NULL},
	{"a.txt:jwt:3", "b.txt", 3, NULL},
	{"# why\n\n./a.txt:other-rule:3\r\n", "a.txt", 3, "listed in L:3, by file and line"},
	{"a:b.txt:jwt:3", "a:b.txt", 3, "listed in L:1, by file and line"},
	{"a.txt:3", "a.txt", 3, "listed in L:1, by file and line"},
	{COMMIT ":a.txt:jwt:3", "a.txt", 3, "listed in L:1, by commit, file and line"},
	{"1" COMMIT ":a.txt:jwt:3", "a.txt", 3, NULL},
	{"ffffffffffffffffffffffffffffffffffffffff:a.txt:jwt:3", "a.txt", 3, NULL},
	{"{\"results\": {\"a.txt\": [{\"hashed_secret\": \"" SHA1_ABC "\"}]}}", "a.txt", 9,
		"listed in L:1, by file and hash of the secret"},
	{"{\"results\": {\n\"a.txt\": [\n{\"hashed_secret\": \"" SHA1_ABC "\", \"is_secret\": true}]}}", "a.txt", 9,
		"listed in L:3, by file and hash of the secret; audited there as a real secret"},
	{"{\"results\": {\"b.txt\": [{\"hashed_secret\": \"" SHA1_ABC "\"}]}}", "a.txt", 9, NULL},
	{"{\"results\": {\"a.txt\": [{\"hashed_secret\": \"xyz\"}]}}", "a.txt", 9, NULL},
	{"{\"results\": {\"a.txt\": [{\"type\": \"Private Key\", \"line_number\": 9}]}}", "a.txt", 9,
		"listed in L:1, by file and line"},
	{"{\"results\": {\"a.txt\": 3, \"b\": [1, null]}}", "a.txt", 9, NULL},
	{"# tests\n(^|/)a\\.txt$\n", "x/a.txt", 9, "path excluded by L:2"},
	{"(bad\n\\.txt$\n", "a.txt", 9, "path excluded by L:2"},
	{"", "a.txt", 9, NULL},
};

static const struct rule rule = {.id = "jwt"};

static const char *ask(struct accept *l, struct arena *a, const struct row *row) {
	struct appraisal what = {.value = slice_str("abc")};
	struct harvested h = {.what = &what, .path = slice_str(row->path), .line = row->line, .commit = {.n = 20}};

	for (size_t i = 0; i < 20; i++) {
		const char *hex = COMMIT + 2 * i;
		unsigned hi = hex[0] <= '9' ? (unsigned)(hex[0] - '0') : (unsigned)(hex[0] - 'a' + 10);
		unsigned lo = hex[1] <= '9' ? (unsigned)(hex[1] - '0') : (unsigned)(hex[1] - 'a' + 10);

		h.commit.id[i] = (uint8_t)(hi << 4 | lo);
	}
	return accept_ask(l, a, &rule, &h);
}

static void entries_accept_what_they_name(void **unused) {
	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct accept *l = accept_new();
		struct coverage *cov = coverage_new();
		struct arena a = {0};
		struct error err = {0};
		const char *told;

		if (accept_parse(l, "L", slice_str(rows[i].list), ACCEPT_EVERYWHERE, cov, &err) != 0)
			fail_msg("%s: %s", rows[i].list, err.text);
		told = ask(l, &a, &rows[i]);
		if (!told != !rows[i].says || (told && strcmp(told, rows[i].says) != 0))
			fail_msg("%s: '%s'", rows[i].list, told ? told : "nothing");
		coverage_free(cov);
		accept_free(l);
		arena_free(&a);
	}
}

static void only_entries_that_accepted_nothing_are_unused(void **unused) {
	struct accept *l = accept_new();
	struct coverage *cov = coverage_new();
	struct arena a = {0};
	struct error err = {0};
	const struct notice *notices;

	(void)unused;
	assert_int_equal(
		accept_parse(l, "L", slice_str("a.txt:jwt:3\na.txt:other:3\na.txt:jwt:4\n" COMMIT ":b.txt:jwt:1\n"), 0,
			cov, &err),
		0);
	assert_non_null(ask(l, &a, &(struct row){.path = "a.txt", .line = 3}));
	accept_tell_unused(l, false, cov);
	assert_int_equal(coverage_notices(cov, &notices), 1);
	assert_string_equal(notices[0].code, "suppression-unused");
	assert_string_equal(notices[0].where, "L:3");
	accept_tell_unused(l, true, cov);
	assert_true(coverage_notices(cov, &notices) >= 2);
	assert_false(coverage_is_incomplete(cov));
	coverage_free(cov);
	accept_free(l);
	arena_free(&a);
}

static void what_is_no_list_is_an_error(void **unused) {
	static const char *const bad[] = {"{\"results\": 1}", "{", "{\"results\": {}, \"results\": {}}"};

	(void)unused;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct accept *l = accept_new();
		struct coverage *cov = coverage_new();
		struct error err = {0};

		assert_int_equal(accept_parse(l, "L", slice_str(bad[i]), 0, cov, &err), -1);
		assert_int_equal(err.kind, ERR_USAGE);
		coverage_free(cov);
		accept_free(l);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_accept_what_they_name),
		cmocka_unit_test(only_entries_that_accepted_nothing_are_unused),
		cmocka_unit_test(what_is_no_list_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
