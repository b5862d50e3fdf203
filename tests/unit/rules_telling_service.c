/* Forms of vendors' tokens, read out of patterns: which values have one, beside which names. */
#include "rules/telling_service.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *const acme[] = {"acmeq_api_key", "acmeq-api-key", "acmeqapikey"};
static const char *const zork[] = {"zorkmid"};
static const char *const common[] = {"api_key"};
static const char *const fixed[] = {"pre_"};
static const struct rule rules[] = {
	{.id = "a",
		.service = "Acmeq AI",
		.kind = KIND_TOKEN,
		.keywords = acme,
		.nkeywords = 3,
		.ignore_case = true,
		.secret_group = 1,
		.pattern = "(?:acmeq)[_-](?:key)[=:]\\s{0,5}([a-f0-9]{32})(?![\\w])"},
	{.id = "b",
		.service = "Zork",
		.kind = KIND_TOKEN,
		.keywords = zork,
		.nkeywords = 1,
		.ignore_case = true,
		.secret_group = 2,
		.pattern = "(zork)[=:((?-i:zk\\.[A-Z]{2,4}|[0-9]{2}])"}, /* no group 2 that ends: skipped */
	{.id = "c",
		.service = "Qux",
		.kind = KIND_TOKEN,
		.keywords = zork,
		.nkeywords = 1,
		.ignore_case = true,
		.secret_group = 1,
		.pattern = "zorkmid=((?-i:(?=[A-Z])[A-Z]{20}|u\\+[A-Za-z0-9_\\-]{18}))"},
	{.id = "d",
		.service = "Api",
		.kind = KIND_TOKEN,
		.keywords = common,
		.nkeywords = 1,
		.ignore_case = true,
		.secret_group = 1,
		.pattern = "api_key=([g-z]{24})"},
	{.id = "e",
		.service = "Prefixed",
		.kind = KIND_TOKEN,
		.keywords = fixed,
		.nkeywords = 1,
		.secret_group = 1,
		.pattern = "(pre_[g-z]{20})"},
};
static const struct catalogue catalogue = {.rules = rules, .n = sizeof(rules) / sizeof(rules[0])};

/* `n` bytes made of `set` in turn. */
static const char *row(const char *set, size_t n) {
	static char out[128];

	for (size_t i = 0; i < n; i++)
		out[i] = set[i % strlen(set)];
	out[n] = 0;
	return out;
}

static const char *told(const char *value, const char *around) {
	struct telling_services *t = telling_services_of(&catalogue);
	const char *service = service_told(t, slice_str(value), slice_str(around));

	telling_services_free(t);
	return service;
}

static void form_and_name_together(void **state) {
	(void)state;
	assert_string_equal(told(row("0a1b2c", 32), "client = AcmeqClient("), "Acmeq AI");
	assert_string_equal(told(row("0a1b2c", 32), "MY_ACMEQ_TOKEN = "), "Acmeq AI");
	assert_string_equal(told(row("0A1B2C", 32), "acmeq: "), "Acmeq AI"); /* the rule folds case */
	assert_null(told(row("0a1b2c", 31), "acmeq: "));
	assert_null(told(row("0a1b2c", 33), "acmeq: "));
	assert_null(told(row("0a1x2c", 32), "acmeq: "));
	assert_null(told(row("0a1b2c", 32), "acne: "));
	assert_null(told(row("0a1b2c", 32), "macmeqs: "));
}

static void alternatives_and_case(void **state) {
	char token[160];

	(void)state;
	assert_string_equal(told(row("QWERT", 20), "# zorkmid"), "Qux");
	assert_null(told(row("QWErT", 20), "# zorkmid"));
	snprintf(token, sizeof(token), "u+%s", row("aB-9_", 18));
	assert_string_equal(told(token, "# zorkmid"), "Qux");
}

/* "api" names no vendor, and what has a prefix is found by it. */
static void nothing_told(void **state) {
	char token[160];

	(void)state;
	assert_null(told(row("ghijk", 24), "api_key = "));
	snprintf(token, sizeof(token), "pre_%s", row("ghijk", 20));
	assert_null(told(token, "prefixed = "));
	assert_null(service_told(NULL, slice_str("x"), slice_str("acmeq")));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(form_and_name_together),
		cmocka_unit_test(alternatives_and_case),
		cmocka_unit_test(nothing_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
