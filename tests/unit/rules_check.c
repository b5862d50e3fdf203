/* `rules check`: cases that do or do not fire, and patterns read for cost.
 * The engine is played by a search for the keyword and twenty characters. */
#include "rules/check.h"
#include "rules/pattern_lint.h"
#include "tests/unit/rules_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

static bool fires_on_long_values(void *ctx, const struct rule *rule, struct slice text) {
	ptrdiff_t at = slice_find(text, slice_str(rule->keywords[0]));
	size_t n = 0;
	(void)ctx;
	if (at < 0)
		return false;
	for (size_t i = (size_t)at + 5; i < text.n; i++, n++) {
		bool lower = text.p[i] >= 'a' && text.p[i] <= 'z', digit = text.p[i] >= '0' && text.p[i] <= '9';
		if (!lower && !digit)
			break;
	}
	return n >= 20;
}

static void check_sample(const char *field, const char *value, const char *want, size_t errors, size_t warnings) {
	struct arena a = {0};
	struct buf yaml = {0}, all = {0};
	struct error err = {0};
	rule_vec rules = {0};
	struct rules_checked out;
	sample_rule(&yaml, field, value);
	if (rules_parse(&a, "r.yaml", buf_slice(&yaml), &rules, &err) != 0)
		fail_msg("%s", err.text);
	rules_check(&a, &rules, fires_on_long_values, NULL, &out);
	for (size_t i = 0; i < out.n; i++)
		buf_printf(&all, "%s\n", out.complaints[i].text);
	if (out.errors != errors || out.warnings != warnings || (want && !strstr(buf_cstr(&all), want)))
		fail_msg("%s: %s: got %zu errors, %zu warnings: %s", field ? field : "", value ? value : "", out.errors,
			out.warnings, buf_cstr(&all));
	assert_int_equal(out.rules, 1);
	VEC_FREE(&rules);
	buf_free(&yaml);
	buf_free(&all);
	arena_free(&a);
}

static void a_good_rule_has_nothing_said_of_it(void **state) {
	(void)state;
	check_sample(NULL, NULL, NULL, 0, 0);
}

static void bad_cases_are_named_with_their_line(void **state) {
	(void)state;
	check_sample("positive", "['acme_{{lowernum:20}}', 'acme_{{lowernum:10}}']",
		"r.yaml:15: rule acme-token: positive 2 does not fire (seed 0)", 1, 0);
	check_sample("positive", "['acme_{{lowernum:20}}', 'x_{{lowernum:20}}']",
		"r.yaml:15: rule acme-token: positive 2 holds none of the keywords", 1, 0);
	check_sample("positive", "['acme_{{lowernum:20}}', '{{b64:acme_{{lowernum:20}}}}']", "positive 2 does not fire",
		1, 0);
	check_sample("positive", "['acme_{{lowernum:20}}', 'acme_{{lowernum:x}}']",
		"positive 2: template '{{lowernum:x}}'", 1, 0);
	check_sample("positive", "['acme_{{lowernum:20}}']", "has 1 positive case, needs at least 2", 1, 0);
	check_sample(
		"negative", "['acme_{{lowernum:20}}', 'acme_x']", "r.yaml:16: rule acme-token: negative 1 fires", 1, 0);
}

struct faults {
	unsigned unbounded, nested;
};

static void count_fault(void *ctx, enum pattern_fault fault, size_t offset) {
	struct faults *f = ctx;
	(void)offset;
	*(fault == PATTERN_NESTED ? &f->nested : &f->unbounded) += 1;
}

static void patterns_are_read_for_cost(void **state) {
	static const struct {
		const char *pattern;
		unsigned unbounded, nested;
	} rows[] = {
		{"abc[a-z]{1,20}", 0, 0},
		{"abc[a-z]+", 1, 0},
		{"abc[a-z]*x{3,}", 2, 0},
		{"abc[a-z]++", 0, 0},
		{"abc[a-z*+{3,}]{2}", 0, 0},
		{"abc[]*]{2}[^]+]\\*\\+", 0, 0},
		{"abc[[:alpha:]+]{2}", 0, 0},
		{"a\\x{2b}{2}\\x2a{1,3}\\p{L}\\pL\\Qx\\E", 0, 0},
		{"a{x}b{,3}", 0, 0},
		{"(?:a+)+", 2, 1},
		{"(a{1,9}){1,9}", 0, 1},
		{"(a{1,9}){2}", 0, 0},
		{"(a{1,9}){0,3}", 0, 0},
		{"(?>a{1,9}){1,9}", 0, 0},
		{"(?:a{1,9}){1,9}+", 0, 0},
		{"(?:a{1,9}\\.){1,9}", 0, 0},
		{"(?:[a.]{1,9}\\.){1,9}", 0, 1},
		{"(?:\\r?\\n[A-Z]{1,64}){1,99}", 0, 0},
		{"(?:[A-Z]{1,64}\\s{1,2}){1,99}", 0, 0},
		{"(?:[A-Z]{1,64}\\s?){1,99}", 0, 1},
		{"(?:a|b{1,3}){1,40}", 0, 1},
		{"(?:(?:a{1,3}-)x){1,40}", 0, 0},
		{"(?:(?:a{1,3}|-)x?){1,40}", 0, 1},
		{"(?i:a)(?i)b(?#c*)(?=d{1,3})(?<!e)(?<n>f)(?P<m>g)(?|h)(?'q'i)", 0, 0},
		{"((((((((a))))))))", 0, 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct faults got = {0};
		pattern_lint(rows[i].pattern, i % 2 == 0, count_fault, &got);
		if (got.unbounded != rows[i].unbounded || got.nested != rows[i].nested)
			fail_msg("%s: %u unbounded, %u nested", rows[i].pattern, got.unbounded, got.nested);
	}
}

static void cost_shows_in_the_check(void **state) {
	(void)state;
	check_sample("pattern", "'acme_([a-z0-9]+)'", "r.yaml:2: rule acme-token: pattern offset 14: unbounded", 0, 1);
	check_sample("pattern", "'acme_((?:[a-z0-9]{1,4}){5,9})'", "a group is repeated that repeats inside", 1, 0);
}

static void unfinished_patterns_end_the_reading(void **state) {
	static const char *const patterns[] = {"", "(", "(?", "(?<", "(?'", "[", "[^", "[[:", "\\", "\\x", "\\x{", "a{",
		"a{1", "a{1,", ")", "))))", "(?(1)a|b)", "(*",
		"(((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("};
	(void)state;
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		struct faults got = {0};
		pattern_lint(patterns[i], false, count_fault, &got);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_rule_has_nothing_said_of_it),
		cmocka_unit_test(bad_cases_are_named_with_their_line),
		cmocka_unit_test(patterns_are_read_for_cost),
		cmocka_unit_test(cost_shows_in_the_check),
		cmocka_unit_test(unfinished_patterns_end_the_reading),
	};
	return cmocka_run_group_tests_name("rules_check", tests, NULL, NULL);
}
