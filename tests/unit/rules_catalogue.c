/* Catalogues: names, merging, partners, selection, digest.
 * Not here: reading rule files (rules_load.c). */
#include "rules/load.h"
#include "tests/unit/rules_sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

static void names_parse_back(void **state) {
	(void)state;
	for (unsigned i = 0; i <= SEVERITY_CRITICAL; i++) {
		enum severity s;
		assert_true(severity_parse(slice_str(severity_name((enum severity)i)), &s));
		assert_int_equal(s, i);
	}
	for (unsigned i = 0; i <= CONFIDENCE_HIGH; i++) {
		enum confidence c;
		assert_true(confidence_parse(slice_str(confidence_name((enum confidence)i)), &c));
		assert_int_equal(c, i);
	}
	for (unsigned i = 0; i < KIND_COUNT; i++) {
		enum secret_kind k;
		assert_true(secret_kind_parse(slice_str(secret_kind_name((enum secret_kind)i)), &k));
		assert_int_equal(k, i);
	}
	assert_string_equal(nhi_id(1), "NHI2:2025");
	assert_string_equal(nhi_title(1), "Secret Leakage");
	assert_string_equal(nhi_title(9), "Human Use of NHI");
	assert_string_equal(nhi_id(10), "unknown");
}

/* Three rules: acme-token, acme-key (tag cloud, service Beta), other-token (NHI5). */
static void three_rules(struct arena *a, rule_vec *rules) {
	struct buf yaml = {0};
	struct error err = {0};
	sample_rule(&yaml, NULL, NULL);
	sample_rule(&yaml, "id", "acme-key\n  tags: [cloud]");
	sample_rule(&yaml, "id", "other-token");
	if (rules_parse(a, "r.yaml", buf_slice(&yaml), rules, &err) != 0)
		fail_msg("%s", err.text);
	rules->at[1].service = "Beta";
	rules->at[2].nhi = 1u << 4;
	buf_free(&yaml);
}

static void merge_replaces_in_place_and_adds(void **state) {
	struct arena a = {0};
	rule_vec base = {0}, extra = {0};
	struct catalogue none = {0}, one, two;
	(void)state;
	three_rules(&a, &base);
	catalogue_merge(&a, &none, &base, &one);
	assert_int_equal(one.n, 3);
	assert_int_equal(strlen(one.digest), 64);
	struct rule changed = base.at[1], added = base.at[0];
	changed.title = "changed";
	added.id = "new-rule";
	VEC_PUSH(&extra, added);
	VEC_PUSH(&extra, changed);
	catalogue_merge(&a, &one, &extra, &two);
	assert_int_equal(two.n, 4);
	assert_string_equal(two.rules[1].title, "changed");
	assert_string_equal(two.rules[3].id, "new-rule");
	assert_int_equal(catalogue_find(&two, slice_str("new-rule")), 3);
	assert_int_equal(catalogue_find(&two, slice_str("no-rule")), -1);
	VEC_FREE(&base);
	VEC_FREE(&extra);
	arena_free(&a);
}

static void digest_tells_what_decides(void **state) {
	struct arena a = {0};
	rule_vec base = {0};
	struct catalogue none = {0}, one, two;
	(void)state;
	three_rules(&a, &base);
	catalogue_merge(&a, &none, &base, &one);
	base.at[0].title = "another title";
	base.at[0].fix = "another fix";
	catalogue_merge(&a, &none, &base, &two);
	assert_string_equal(one.digest, two.digest);
	base.at[0].after++;
	catalogue_merge(&a, &none, &base, &two);
	assert_string_not_equal(one.digest, two.digest);
	base.at[0].after--;
	base.at[0].entropy = 0.5;
	catalogue_merge(&a, &none, &base, &two);
	assert_string_not_equal(one.digest, two.digest);
	base.at[0].entropy = 0;
	catalogue_merge(&a, &none, &base, &two);
	assert_string_equal(one.digest, two.digest);
	base.at[0].tags = (const char *const[]){"generic"};
	base.at[0].ntags = 1;
	catalogue_merge(&a, &none, &base, &two);
	assert_string_not_equal(one.digest, two.digest);
	VEC_FREE(&base);
	arena_free(&a);
}

static void partners_must_exist(void **state) {
	struct arena a = {0};
	struct error err = {0};
	rule_vec base = {0};
	struct catalogue none = {0}, all;
	static const char *const good[] = {"acme-key"}, *const bad[] = {"acme-kez"};
	(void)state;
	three_rules(&a, &base);
	base.at[0].partners = good;
	base.at[0].npartners = 1;
	catalogue_merge(&a, &none, &base, &all);
	assert_int_equal(catalogue_check_partners(&all, &err), 0);
	base.at[0].partners = bad;
	catalogue_merge(&a, &none, &base, &all);
	assert_int_equal(catalogue_check_partners(&all, &err), -1);
	assert_string_equal(
		err.text, "r.yaml:2: rule acme-token: partner 'acme-kez' is no rule, did you mean 'acme-key'?");
	VEC_FREE(&base);
	arena_free(&a);
}

static void selectors_select(void **state) {
	static const struct {
		const char *only, *skip, *want; /* want: ids joined by blanks, or the error */
	} rows[] = {
		{NULL, NULL, "acme-token acme-key other-token"},
		{"acme-key", NULL, "acme-key"},
		{"acme-*", NULL, "acme-token acme-key"},
		{"*-token", NULL, "acme-token other-token"},
		{"cloud", NULL, "acme-key"},
		{"beta", NULL, "acme-key"},
		{"NHI5", NULL, "other-token"},
		{"nhi5:2025", NULL, "other-token"},
		{NULL, "cloud", "acme-token other-token"},
		{"acme-*", "acme-key", "acme-token"},
		{"acme-kee", NULL, "--only 'acme-kee' selects no rule, did you mean 'acme-key'?"},
		{NULL, "x*", "--skip 'x*' selects no rule"},
		{"NHI9", NULL, "--only 'NHI9' selects no rule"},
		{"", NULL, "--only '' selects no rule"},
		{"acme-key", "acme-key", "--only and --skip leave no rule"},
	};
	struct arena a = {0};
	rule_vec base = {0};
	struct catalogue none = {0}, all;
	(void)state;
	three_rules(&a, &base);
	catalogue_merge(&a, &none, &base, &all);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct catalogue out;
		struct error err = {0};
		struct buf got = {0};
		int status = catalogue_select(
			&a, &all, &rows[i].only, rows[i].only ? 1 : 0, &rows[i].skip, rows[i].skip ? 1 : 0, &out, &err);
		for (size_t k = 0; status == 0 && k < out.n; k++)
			buf_printf(&got, "%s%s", k ? " " : "", out.rules[k].id);
		buf_add_str(&got, err.text);
		if (!strstr(buf_cstr(&got), rows[i].want))
			fail_msg("row %zu: '%s' is not '%s'", i, buf_cstr(&got), rows[i].want);
		buf_free(&got);
	}
	VEC_FREE(&base);
	arena_free(&a);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_parse_back),
		cmocka_unit_test(merge_replaces_in_place_and_adds),
		cmocka_unit_test(digest_tells_what_decides),
		cmocka_unit_test(partners_must_exist),
		cmocka_unit_test(selectors_select),
	};
	return cmocka_run_group_tests_name("rules_catalogue", tests, NULL, NULL);
}
