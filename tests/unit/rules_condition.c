/* Conditions over facts: what each operation answers, that what is unknown stays unknown, and that mistakes are told with their place. */
#include "rules/condition.h"
#include "rules/fact_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#define NOW INT64_C(1800000000)

/* One job, as a case of a rule would write it. */
static const char job_text[] = "name: build\n"
			       "system: github\n"
			       "low_trust: true\n"
			       "untrusted: false\n"
			       "triggers: [push, pull_request]\n"
			       "secrets: [NPM_TOKEN, AWS_KEY]\n"
			       "environment: none\n"
			       "contexts: 3\n"
			       "pipeline: {name: ci, jobs: 2, system: github}\n";

struct world {
	struct arena arena;
	struct fact_set set;
	struct fact *job;
};

static void open_world(struct world *w, enum fact_kind on, const char *text) {
	struct rule_node *root;
	struct error err = {0};

	memset(w, 0, sizeof(*w));
	assert_int_equal(rule_tree_read(&w->arena, "t", slice_str(text), &root, &err), 0);
	w->job = fact_case_read(&w->set, on, root, NOW, &err);
	assert_string_equal(err.text, "");
	assert_non_null(w->job);
}

static void close_world(struct world *w) {
	fact_set_free(&w->set);
	arena_free(&w->arena);
}

static void conditions_answer(void **state) {
	static const struct {
		const char *text;
		enum truth answer;
	} rows[] = {
		{"low_trust", TRUTH_YES},
		{"not low_trust", TRUTH_NO},
		{"low_trust and untrusted", TRUTH_NO},
		{"untrusted or low_trust", TRUTH_YES},
		{"system == \"github\"", TRUTH_YES},
		{"system != 'github'", TRUTH_NO},
		{"name == 'build'", TRUTH_YES},
		{"'push' in triggers", TRUTH_YES},
		{"'issues' not in triggers", TRUTH_YES},
		{"system in ['gitlab', 'github']", TRUTH_YES},
		{"contexts in [1, 2]", TRUTH_NO},
		{"contexts >= 3 and contexts < 3.5", TRUTH_YES},
		{"system matches 'git*'", TRUTH_YES},
		{"system not matches '/^git(lab|ea)$/'", TRUTH_YES},
		{"any(secrets, it matches '*_TOKEN')", TRUTH_YES},
		{"all(secrets, it matches '*_TOKEN')", TRUTH_NO},
		{"count(secrets) == 2", TRUTH_YES},
		{"count(secrets, it matches '*KEY*') == 1", TRUTH_YES},
		{"any(secrets, it == 'NPM_TOKEN' and outer.low_trust and low_trust)", TRUTH_YES},
		{"environment == none", TRUTH_YES},
		{"environment == 'x'", TRUTH_NO},
		{"environment != 'x'", TRUTH_YES},
		{"has(environment)", TRUTH_NO},
		{"has(secrets)", TRUTH_YES},
		{"pipeline.jobs > 1 and pipeline.name == 'ci'", TRUTH_YES},
		/* unknown values */
		{"production", TRUTH_UNKNOWN},
		{"not production", TRUTH_UNKNOWN},
		{"production and untrusted", TRUTH_NO},
		{"production and low_trust", TRUTH_UNKNOWN},
		{"production or low_trust", TRUTH_YES},
		{"known(production)", TRUTH_NO},
		{"pipeline.debugs", TRUTH_UNKNOWN},
		{"image matches '*:latest'", TRUTH_UNKNOWN},
		{"any(audiences, it == 'x')", TRUTH_UNKNOWN},
		{"count(audiences) > 1", TRUTH_UNKNOWN},
	};
	struct world w;

	(void)state;
	open_world(&w, FACT_JOB, job_text);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct condition_error why = {0};
		const struct condition *c = condition_parse(&w.arena, FACT_JOB, slice_str(rows[i].text), &why);
		struct judging j = {.now = NOW};

		if (!c)
			fail_msg("%s: %s", rows[i].text, why.text);
		if (condition_judge(c, w.job, &j) != rows[i].answer)
			fail_msg("%s: not %d", rows[i].text, rows[i].answer);
		assert_true((j.unknown != NULL) == (rows[i].answer == TRUTH_UNKNOWN));
	}
	close_world(&w);
}

static void what_is_unknown_is_named(void **state) {
	struct world w;
	struct condition_error why;
	struct judging j = {.now = NOW};

	(void)state;
	open_world(&w, FACT_JOB, job_text);
	assert_int_equal(
		condition_judge(condition_parse(&w.arena, FACT_JOB, slice_str("low_trust and pipeline.debugs"), &why),
			w.job, &j),
		TRUTH_UNKNOWN);
	assert_string_equal(j.unknown->name, "debugs");
	assert_int_equal(j.unknown->on, FACT_PIPELINE);
	close_world(&w);
}

static void mistakes_are_told_with_their_place(void **state) {
	static const struct {
		const char *text, *said;
		size_t at;
	} rows[] = {
		{"lowtrust", "unknown attribute 'lowtrust' of a job, did you mean 'low_trust'?", 0},
		{"low_trust and pipeline.debug", "unknown attribute 'debug' of a pipeline, did you mean 'debugs'?", 23},
		{"system == 3", "'==' does not fit a text and a number", 7},
		{"system", "a condition is expected, and this is a text", 0},
		{"low_trust and", "a value is expected here", 13},
		{"low_trust low_trust", "the condition was whole before this", 10},
		{"system matches 3", "'matches' needs a pattern in quotes", 15},
		{"contexts matches 'x'", "'matches' asks about a text, and this is a number", 0},
		{"any(system, it == 'x')", "a list is expected here, and this is a text", 4},
		{"some(secrets)", "there is no 'some(…)'; there are any, all, count, has, known, never and age", 0},
		{"system == 'x", "a text without its closing quote", 10},
		{"system.x == 'y'", "only a fact has attributes of its own", 6},
		{"contexts > 90q", "a number or a duration (90d) must end before 'q'", 11},
		{"contexts & 3", "'&' means nothing here", 9},
	};
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct condition_error why = {0};

		assert_null(condition_parse(&a, FACT_JOB, slice_str(rows[i].text), &why));
		assert_string_equal(why.text, rows[i].said);
		assert_int_equal(why.at, rows[i].at);
	}
	arena_free(&a);
}

static void nesting_and_steps_have_bounds(void **state) {
	struct buf deep = {0};
	struct arena a = {0};
	struct condition_error why = {0};

	(void)state;
	for (int i = 0; i < 500; i++)
		buf_add_str(&deep, "(not ");
	assert_null(condition_parse(&a, FACT_JOB, buf_slice(&deep), &why));
	assert_string_equal(why.text, "nested deeper than 32");
	buf_free(&deep);
	for (int i = 0; i < 5000; i++)
		buf_add_str(&deep, " ");
	assert_null(condition_parse(&a, FACT_JOB, buf_slice(&deep), &why));
	assert_string_equal(why.text, "longer than 4096 bytes");
	buf_free(&deep);

	/* 60 names against themselves three times are more steps than one answer may take. */
	struct world w;

	buf_add_str(&deep, "secrets: [");
	for (int i = 0; i < 60; i++)
		buf_printf(&deep, "%sS%d", i ? ", " : "", i);
	buf_add_str(&deep, "]\n");
	open_world(&w, FACT_JOB, buf_cstr(&deep));

	const struct condition *c = condition_parse(&w.arena, FACT_JOB,
		slice_str("any(secrets, any(outer.secrets, any(outer.secrets, it == 'no')))"), &why);
	struct judging j = {.now = NOW};

	assert_non_null(c);
	assert_int_equal(condition_judge(c, w.job, &j), TRUTH_UNKNOWN);
	assert_true(j.stopped);
	buf_free(&deep);
	close_world(&w);
	arena_free(&a);
}

static void paths_tell_their_values(void **state) {
	static const struct {
		const char *path, *told;
	} rows[] = {{"system", "github"}, {"secrets", "NPM_TOKEN, AWS_KEY"}, {"contexts", "3"}, {"low_trust", "true"},
		{"environment", "nothing"}, {"production", "unknown"}, {"pipeline", "ci"}, {"pipeline.jobs", "2"},
		{"name", "build"}, {"pipeline.name", "ci"}};
	struct world w;

	(void)state;
	open_world(&w, FACT_JOB, job_text);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct condition_error why;
		struct buf b = {0};
		const struct attribute_path *p =
			attribute_path_parse(&w.arena, FACT_JOB, slice_str(rows[i].path), &why);

		assert_non_null(p);
		attribute_path_tell(p, w.job, &b);
		assert_string_equal(buf_cstr(&b), rows[i].told);
		buf_free(&b);
	}
	close_world(&w);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conditions_answer),
		cmocka_unit_test(what_is_unknown_is_named),
		cmocka_unit_test(mistakes_are_told_with_their_place),
		cmocka_unit_test(nesting_and_steps_have_bounds),
		cmocka_unit_test(paths_tell_their_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
