/* Facts: attributes set and asked, names near, sets joined and put in order. */
#include "scanners/fact.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct span at = {1, 2, 3, 4, 3, 5};

static void attributes_are_set_replaced_and_unknown(void **state) {
	struct fact_set set = {0};
	struct fact *f = fact_add(&set, FACT_JOB, "test", NULL, at);
	char text[] = "gitlab";

	(void)state;
	assert_null(fact_get(f, "system"));
	fact_set_text(&set, f, "system", slice_str(text), at);
	text[0] = 'x'; /* copied */
	assert_true(slice_eq(fact_get(f, "system")->text, slice_str("gitlab")));
	assert_int_equal(fact_get(f, "system")->span.line, 3);
	fact_set_text(&set, f, "system", slice_str("github"), at);
	assert_int_equal(f->values.n, 1);
	assert_true(slice_eq(fact_get(f, "system")->text, slice_str("github")));
	fact_set_none(&set, f, "environment", at);
	assert_true(fact_get(f, "environment")->none);
	assert_int_equal(fact_get(f, "environment")->type, VALUE_TEXT);
	fact_set_free(&set);
}

static void fill(struct fact_set *set, struct fact *f) {
	fact_set_bool(set, f, "low_trust", false, (struct span){0});
	fact_set_none(set, f, "environment", (struct span){0});
}

static void a_fact_rests_on_its_sort_until_it_says_otherwise(void **state) {
	struct fact_set one = {0}, two = {0};
	struct fact *f = fact_add(&one, FACT_JOB, "test", NULL, at), *g = fact_add(&one, FACT_JOB, "test", NULL, at);

	(void)state;
	fact_rest_on(&one, f, fill);
	fact_rest_on(&one, g, fill);
	assert_ptr_equal(f->rest, g->rest);
	assert_true(fact_get(f, "environment")->none);
	fact_set_bool(&one, f, "low_trust", true, at);
	assert_true(fact_true(f, "low_trust"));
	assert_false(fact_true(g, "low_trust"));
	assert_int_equal(g->values.n, 0);
	assert_true(fact_speaks(g, fact_attribute(FACT_JOB, slice_str("low_trust"))));
	fact_set_join(&two, &one);
	assert_non_null(fact_get(g, "low_trust"));
	fact_set_free(&two);
}

static void names_are_found_and_the_nearest_suggested(void **state) {
	(void)state;
	assert_non_null(fact_attribute(FACT_JOB, slice_str("low_trust")));
	assert_null(fact_attribute(FACT_TOOL, slice_str("low_trust")));
	assert_string_equal(fact_attribute_near(FACT_JOB, slice_str("low-trust"))->name, "low_trust");
	assert_null(fact_attribute_near(FACT_JOB, slice_str("qqqqqqqq")));
}

static void tables_agree_about_types(void **state) {
	(void)state;
	for (size_t t = 0; fact_attributes[t]; t++)
		for (const struct attribute *a = fact_attributes[t]; a->name; a++) {
			const struct attribute *first = fact_attribute(a->on, slice_str(a->name));

			if (first->type != a->type || (a->type >= VALUE_FACT && first->of != a->of))
				fail_msg(
					"%s %s is declared twice with different types", fact_kind_name(a->on), a->name);
			assert_non_null(a->help);
			assert_true(strlen(a->name) < 64);
		}
}

static void sets_join_and_sort_by_source(void **state) {
	static const struct fact_source a = {.path = {(const uint8_t *)"a", 1}},
					b = {.path = {(const uint8_t *)"b", 1}},
					other = {.target = 1, .path = {(const uint8_t *)"a", 1}};
	struct fact_set one = {0}, two = {0};
	struct fact *f[5];

	(void)state;
	f[4] = fact_add(&one, FACT_JOB, "t", &other, at);
	f[2] = fact_add(&one, FACT_JOB, "t", &b, at);
	f[3] = fact_add(&one, FACT_STEP, "t", &b, at);
	f[0] = fact_add(&two, FACT_JOB, "t", &a, at);
	f[1] = fact_add(&two, FACT_JOB, "t", &a, at);
	fact_set_text(&two, f[1], "system", slice_str("github"), at);
	fact_set_join(&one, &two);
	assert_int_equal(two.all.n, 0);
	fact_set_sort(&one);
	assert_int_equal(one.all.n, 5);
	for (size_t i = 0; i < 5; i++)
		assert_ptr_equal(one.all.at[i], f[i]);
	assert_true(slice_eq(fact_get(f[1], "system")->text, slice_str("github")));
	fact_set_free(&one);
}

/* Runs of one source that others interrupt are brought together, in the order of adding. */
static void interrupted_runs_are_sorted(void **state) {
	static const struct fact_source a = {.path = {(const uint8_t *)"a", 1}},
					b = {.path = {(const uint8_t *)"b", 1}},
					same = {.path = {(const uint8_t *)"a", 1}};
	struct fact_set set = {0};
	struct fact *f[6];

	(void)state;
	f[3] = fact_add(&set, FACT_JOB, "t", &b, at);
	f[0] = fact_add(&set, FACT_JOB, "t", &a, at);
	f[4] = fact_add(&set, FACT_JOB, "t", &b, at);
	f[1] = fact_add(&set, FACT_JOB, "t", &same, at);
	f[2] = fact_add(&set, FACT_JOB, "t", &a, at);
	f[5] = fact_add(&set, FACT_JOB, "t", &b, at);
	fact_set_sort(&set);
	assert_int_equal(set.all.n, 6);
	for (size_t i = 0; i < 6; i++)
		assert_ptr_equal(set.all.at[i], f[i]);
	fact_set_free(&set);
	fact_set_sort(&set);
	assert_int_equal(set.all.n, 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(attributes_are_set_replaced_and_unknown),
		cmocka_unit_test(a_fact_rests_on_its_sort_until_it_says_otherwise),
		cmocka_unit_test(names_are_found_and_the_nearest_suggested),
		cmocka_unit_test(tables_agree_about_types),
		cmocka_unit_test(sets_join_and_sort_by_source),
		cmocka_unit_test(interrupted_runs_are_sorted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
