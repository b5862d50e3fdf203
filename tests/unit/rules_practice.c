/* Practices: each answer from facts, places with lines, and the built-in list holds. */
#include "rules/practice.h"

#include "rules/rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const char list_text[] =
	"- id: p\n"
	"  title: P\n"
	"  nhi: [NHI5]\n"
	"  evidence:\n"
	"    - {says: present, on: agent, readers: [r], when: checks_tools, at: checks_tools, text: good}\n"
	"    - {says: contradicted, on: agent, readers: [r], when: has(bypass), at: bypass, text: bad}\n";

static const struct fact_source source = {.target = 0, .path = {(const uint8_t *)"f", 1}};

static struct fact *agent(struct fact_set *set, const char *reader, bool checks, const char *bypass) {
	struct fact *f = fact_add(set, FACT_AGENT, reader, &source, (struct span){.line = 1, .column = 1});
	const struct span at = {.line = 7, .column = 3};

	fact_set_bool(set, f, "checks_tools", checks, at);
	if (bypass)
		fact_set_text(set, f, "bypass", slice_str(bypass), at);
	else
		fact_set_none(set, f, "bypass", at);
	return f;
}

static enum practice_answer answer(bool any, const char *reader, bool checks, const char *bypass, unsigned *line) {
	struct arena a = {0};
	struct practice_list list;
	struct practice_result r;
	struct fact_set set = {0};
	struct error err = {0};
	enum practice_answer out;

	assert_int_equal(practices_parse(&a, "f", slice_str(list_text), &list, &err), 0);
	if (any)
		agent(&set, reader, checks, bypass);
	practice_judge(&list.at[0], 0, &set, 0, &r);
	out = r.answer;
	*line = r.places.n ? r.places.at[0].span.line : 0;
	practice_result_free(&r);
	fact_set_free(&set);
	arena_free(&a);
	return out;
}

static void there_are_four_answers(void **unused) {
	unsigned line;

	(void)unused;
	assert_int_equal(answer(false, "r", false, NULL, &line), PRACTICE_NOT_ASSESSED);
	assert_int_equal(answer(true, "other", true, NULL, &line), PRACTICE_NOT_ASSESSED);
	assert_int_equal(answer(true, "r", false, NULL, &line), PRACTICE_NOT_EVIDENCED);
	assert_int_equal(answer(true, "r", true, NULL, &line), PRACTICE_PRESENT);
	assert_int_equal(line, 7);
	/* both: the opposite counts */
	assert_int_equal(answer(true, "r", true, "x", &line), PRACTICE_CONTRADICTED);
	assert_int_equal(line, 7);
}

static void the_built_in_practices_hold(void **unused) {
	static const char *const asked[] = {"short-lived-credentials", "workload-identity", "runtime-policy",
		"logged-tool-calls", "just-in-time", "federation", "renewed-authority", "contained-agents-in-pipelines",
		"ownership", "retirement"};
	struct arena a = {0};
	struct practice_list list;
	struct error err = {0};

	(void)unused;
	if (practices_builtin(&a, &list, &err) != 0)
		fail_msg("%s", err.text);
	assert_int_equal(list.n, sizeof(asked) / sizeof(*asked));
	for (size_t i = 0; i < list.n; i++) {
		assert_string_equal(list.at[i].id, asked[i]);
		assert_true(list.at[i].nhi && list.at[i].nevidence > 1);
	}
	arena_free(&a);
}

static void mistakes_are_told_with_their_line(void **unused) {
#define HEAD "- id: p\n  title: P\n  nhi: [NHI1]\n  evidence:\n"
	static const struct {
		const char *text, *where;
	} bad[] = {
		{"- id: p\n", "f:1: "},
		{HEAD "    - {says: present, on: agent, when: no_such_word, text: t}\n", "f:5: "},
		{HEAD "    - {says: maybe, on: agent, when: checks_tools, text: t}\n", "f:5: "},
		{HEAD "    - {says: present, on: nothing, when: checks_tools, text: t}\n", "f:5: "},
		{HEAD "    - {says: present, on: agent, when: checks_tools}\n", "f:5: "},
		{"- id: p\n  title: P\n  nhi: [NHI11]\n  evidence:\n    - {says: present, on: agent, when: "
		 "checks_tools, text: t}\n",
			"f:3: "},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct arena a = {0};
		struct practice_list list;
		struct error err = {0};

		if (practices_parse(&a, "f", slice_str(bad[i].text), &list, &err) == 0)
			fail_msg("%s is taken", bad[i].text);
		if (strncmp(err.text, bad[i].where, strlen(bad[i].where)) != 0)
			fail_msg("%s", err.text);
		arena_free(&a);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_are_four_answers),
		cmocka_unit_test(the_built_in_practices_hold),
		cmocka_unit_test(mistakes_are_told_with_their_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
