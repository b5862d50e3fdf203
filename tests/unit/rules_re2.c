/* RE2 patterns turned into PCRE2 ones: what they match, what every match holds, what is refused. Patterns are made up. */
#include "core/buf.h"
#include "rules/re2.h"
#include "rules/regex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct {
	const char *pattern, *text;
	bool found;
} matches[] = {
	{"^src/", "src/a.c", true},
	{"^src/", "a/src/a.c", false},
	{"a$", "ba", true},
	{"a$", "ba\n", false}, /* Go's $ is the end itself */
	{"(?m)^b$", "a\nb\nc", true},
	{"(?i)ABC", "xabcx", true},
	{"a(?i)b(?-i)c", "aBc", true},
	{"a(?i)b(?-i)c", "aBC", false},
	{"(?i:a|b)c", "Bc", true},
	{"(?i:a|b)c", "BC", false},
	{"(?P<name>x)+y", "xxy", true},
	{"(?<name>x)y", "xy", true},
	{"\\Qa.b\\Ec", "a.bc", true},
	{"\\Qa.b\\Ec", "axbc", false},
	{"\\x41\\x{42}\\103", "ABC", true},
	{"a\\zb?", "a", true},
	{"\\s", "\v", false}, /* Go's \s has no VT */
	{"\\v", "\v", true},
	{"\\v", "\n", false},
	{"[[:alpha:]]{3}", "12abc", true},
	{"[]a]", "]", true},
	{"[^]a]", "a", false},
	{"[a\\]b]", "]", true},
	{"[\\d-]", "-", true},
	{"a{,2}", "a{,2}", true},
	{"a{2}", "aa", true},
	{"a{x", "a{x", true},
	{"x#y z", "x#y z", true},
	{"\xc3\xa9+$", "\xc3\xa9\xc3\xa9", true},
	{"^\xc3\xa9{2}$", "\xc3\xa9\xc3\xa9", true},
	{"a.b", "a\nb", false},
	{"(?s)a.b", "a\nb", true},
	{"", "x", true},
	{"a||b", "x", true},
};

static void patterns_match_as_in_go(void **unused) {
	(void)unused;
	for (size_t i = 0; i < sizeof(matches) / sizeof(*matches); i++) {
		struct arena a = {0};
		struct error err = {0};
		const struct regex *r = regex_of_re2(&a, slice_str(matches[i].pattern), &err);

		if (!r)
			fail_msg("%s: %s", matches[i].pattern, err.text);
		if (regex_found(r, slice_str(matches[i].text)) != matches[i].found)
			fail_msg("%s on '%s'", matches[i].pattern, matches[i].text);
		arena_free(&a);
	}
}

static void what_is_not_re2_is_refused(void **unused) {
	static const char *const bad[] = {"(?=a)", "(?!a)", "(?<=a)b", "(?<!a)b", "(?>a)", "\\1", "(a)\\1",
		"\\p{Greek}", "\\C", "\\G", "a**", "*a", "(a", "a)", "[a", "[b-a]", "a{1001}", "a{3,2}", "\\", "\\x4",
		"\\x{110000}", "(?P<n", "(?x)a", "[\xc3\xa9]", "[\\x{e9}]", "[[:"};

	(void)unused;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct arena a = {0};
		struct error err = {0};

		if (regex_of_re2(&a, slice_str(bad[i]), &err))
			fail_msg("%s is taken", bad[i]);
		assert_int_equal(err.kind, ERR_USAGE);
		assert_true(err.text[0] != 0);
		arena_free(&a);
	}
}

static const struct {
	const char *pattern, *wanted;
	const char *literals; /* joined by blanks */
	bool nocase;
	uint64_t before, longest;
} needs[] = {
	{"acme_[a-z]{32}", NULL, "acme_", false, 0, 37},
	{"\\b(acme|corp)-[0-9]{8}\\b", NULL, "acme- corp-", false, 0, 13},
	{"(?i)[a-z]{0,10}Acme(?:[ -]?key)?=([0-9a-f]{8})", NULL, "acme key= acme-key= acmekey= acme=", true, 10, 27},
	{"[a-z]{32}", NULL, "", false, 0, 32},
	{"ab[0-9]cd", NULL, "", false, 0, 5},
	{"(?:ab|cd)ef", NULL, "abef cdef", false, 0, 4},
	{"(?:abc|x)[0-9]", NULL, "", false, 0, 4},
	{"x*token", NULL, "token", false, RE2_UNBOUNDED, RE2_UNBOUNDED},
	{"(?:foo)+bar", NULL, "foo", false, 0, RE2_UNBOUNDED},
	{"(?:foo)?[0-9]bars", NULL, "bars", false, 4, 8},
	{"longer_literal[0-9]key", "key", "key", false, 15, 18},
	{"key[_-]x", NULL, "key_x key-x", false, 0, 5},
};

static void literals_of_every_match_are_known(void **unused) {
	(void)unused;
	for (size_t i = 0; i < sizeof(needs) / sizeof(*needs); i++) {
		struct arena a = {0};
		struct error err = {0};
		struct re2 t;
		struct buf all = {0};
		struct re2_request ask = {
			.use = RE2_WINDOW, .wanted = &needs[i].wanted, .nwanted = needs[i].wanted != NULL};

		assert_int_equal(re2_translate(&a, slice_str(needs[i].pattern), &ask, &t, &err), 0);
		for (size_t k = 0; k < t.literals.n; k++) {
			buf_add_str(&all, k ? " " : "");
			buf_add_str(&all, t.literals.at[k]);
		}
		if (!slice_eq(buf_slice(&all), slice_str(needs[i].literals)))
			fail_msg("%s: '%.*s', not '%s'", needs[i].pattern, (int)all.n, (const char *)all.p,
				needs[i].literals);
		buf_free(&all);
		assert_int_equal(t.literals.nocase, needs[i].nocase);
		assert_int_equal(t.literals.before, needs[i].before);
		assert_int_equal(t.longest, needs[i].longest);
		arena_free(&a);
	}
}

static void anchors_in_a_window_are_those_of_lines(void **unused) {
	struct arena a = {0};
	struct error err = {0};
	struct re2 t;

	(void)unused;
	assert_int_equal(re2_translate(&a, slice_str("^key$"), &(struct re2_request){.use = RE2_WINDOW}, &t, &err), 0);
	assert_non_null(t.remark);
	assert_int_equal(
		re2_translate(&a, slice_str("key(?:\\s|$)"), &(struct re2_request){.use = RE2_WINDOW}, &t, &err), 0);
	assert_null(t.remark);
	arena_free(&a);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_match_as_in_go),
		cmocka_unit_test(what_is_not_re2_is_refused),
		cmocka_unit_test(literals_of_every_match_are_known),
		cmocka_unit_test(anchors_in_a_window_are_those_of_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
