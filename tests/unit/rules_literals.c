/* Keywords compiled at build time find what keywords compiled now find, for the whole catalogue and for parts of it. */
#include "core/buf.h"
#include "rules/compiled.h"
#include "rules/load.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct limits *limits(void) {
	static struct limits lim;

	lim = limits_default();
	return &lim;
}

/* How many windows are opened in a text that holds every keyword. */
static uint64_t windows(const struct catalogue *c, struct slice text) {
	struct error err = {0};
	struct engine *e = engine_open(c, limits(), 0, &err);
	struct matcher *m;
	candidate_vec found = {0};
	uint64_t n;

	assert_non_null(e);
	m = matcher_open(e, &err);
	assert_non_null(m);
	matcher_scan(m, &(struct match_input){.bytes = text}, &found);
	n = matcher_stats(m).windows;
	VEC_FREE(&found);
	matcher_close(m);
	engine_close(e);
	return n;
}

static void all_keywords(struct buf *b) {
	for (size_t i = 0; i < builtin_catalogue.n; i++)
		for (size_t k = 0; k < builtin_catalogue.rules[i].nkeywords; k++)
			buf_printf(b, "%s\n", builtin_catalogue.rules[i].keywords[k]);
}

/* A copy of the built-in catalogue that is not recognised as such: its keywords are compiled now. */
static struct catalogue strange_copy(struct arena *a) {
	struct rule *rules = ARENA_NEW_N(a, struct rule, builtin_catalogue.n);

	for (size_t i = 0; i < builtin_catalogue.n; i++) {
		rules[i] = builtin_catalogue.rules[i];
		rules[i].pattern = arena_str(a, slice_str(rules[i].pattern));
	}
	return (struct catalogue){.rules = rules, .n = builtin_catalogue.n};
}

static void compiled_ahead_equals_compiled_now(void **unused) {
	struct arena a = {0};
	struct buf text = {0};
	struct catalogue copy = strange_copy(&a);
	uint64_t ahead, now;

	(void)unused;
	all_keywords(&text);
	ahead = windows(&builtin_catalogue, buf_slice(&text));
	now = windows(&copy, buf_slice(&text));
	assert_true(ahead >= builtin_catalogue.n);
	assert_int_equal(ahead, now);
	buf_free(&text);
	arena_free(&a);
}

static void a_selection_wakes_only_its_rules(void **unused) {
	struct arena a = {0};
	struct buf text = {0};
	struct error err = {0};
	struct catalogue some;
	const char *only[] = {"private-key"};

	(void)unused;
	all_keywords(&text);
	assert_int_equal(catalogue_select(&a, &builtin_catalogue, only, 1, NULL, 0, &some, &err), 0);
	assert_in_range(windows(&some, buf_slice(&text)), 1, 20);
	buf_free(&text);
	arena_free(&a);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compiled_ahead_equals_compiled_now),
		cmocka_unit_test(a_selection_wakes_only_its_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
