/* The prefixes of vendors' tokens: which values begin with one, and what that says to rules of no vendor. */
#include "rules/telling_prefix.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char *const words[] = {"acmepat_", " qz_", "ZQRT"};
static const char *const names[] = {"acmeservice"};
static const char *const common[] = {"token_"};
static const char *const generic[] = {"generic"};
static const struct rule rules[] = {
	{.id = "a", .kind = KIND_TOKEN, .keywords = words, .nkeywords = 1, .mask_prefix = 8},
	{.id = "b", .kind = KIND_TOKEN, .keywords = words + 1, .nkeywords = 1, .mask_prefix = 3},
	{.id = "c", .kind = KIND_KEY_ID, .keywords = words + 2, .nkeywords = 1, .mask_prefix = 4},
	{.id = "d", .kind = KIND_TOKEN, .keywords = names, .nkeywords = 1, .mask_prefix = 4, .ignore_case = true},
	{.id = "e", .kind = KIND_TOKEN, .keywords = common, .nkeywords = 1, .mask_prefix = 6},
};
static const struct catalogue catalogue = {.rules = rules, .n = sizeof(rules) / sizeof(rules[0])};

static enum told_prefix told(const char *value) {
	struct telling_prefixes *t = telling_prefixes_of(&catalogue);
	enum told_prefix is = value_begins_as_token(t, slice_str(value));

	telling_prefixes_free(t);
	return is;
}

static void known_in_any_case(void **state) {
	(void)state;
	assert_int_equal(told("acmepat_k3J9d0sQm2"), PREFIX_KNOWN);
	assert_int_equal(told("ACMEPAT_k3J9d0sQm2"), PREFIX_KNOWN);
	assert_int_equal(told("qz_k3J9d0sQm2"), PREFIX_KNOWN);
	assert_int_equal(told("zqrtk3J9d0sQm2"), PREFIX_KNOWN);
}

static void misspelt_by_one_character(void **state) {
	(void)state;
	assert_int_equal(told("acmepaz_k3J9d0sQm2"), PREFIX_MISSPELT);
	assert_int_equal(told("acmezaz_k3J9d0sQm2"), PREFIX_NONE);
	assert_int_equal(told("ZQRXk3J9d0sQm2"), PREFIX_NONE); /* too short to be sure */
}

static void others_say_nothing(void **state) {
	(void)state;
	assert_int_equal(told("k3J9d0sQm2k3J9d0sQm2"), PREFIX_NONE);
	assert_int_equal(told("acmeservice9k3J9d0s"), PREFIX_NONE); /* a service's name, not a prefix */
	assert_int_equal(told("token_k3J9d0sQm2"), PREFIX_NONE);    /* anybody's */
	assert_int_equal(told("acmepat_"), PREFIX_NONE);
	assert_int_equal(told(""), PREFIX_NONE);
	assert_int_equal(value_begins_as_token(NULL, slice_str("acmepat_k3J9d0sQm2")), PREFIX_NONE);
}

static void rules_of_no_vendor(void **state) {
	struct rule r = {.kind = KIND_GENERIC};

	(void)state;
	assert_true(rule_takes_any(&r));
	r = (struct rule){.kind = KIND_TOKEN, .tags = generic, .ntags = 1};
	assert_true(rule_takes_any(&r));
	assert_false(rule_takes_any(&rules[0]));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_in_any_case),
		cmocka_unit_test(misspelt_by_one_character),
		cmocka_unit_test(others_say_nothing),
		cmocka_unit_test(rules_of_no_vendor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
