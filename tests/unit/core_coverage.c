/* Coverage: counts that add up, and notices that do not depend on threads.
 * What scanners count is tested with them. */
#include "core/coverage.h"
#include "core/pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

static void counts_reconcile_or_not(void **state) {
	struct coverage *c = coverage_new();

	(void)state;
	assert_true(coverage_reconciles(c));
	assert_true(coverage_read_nothing(c));
	coverage_seen(c, UNIT_FILE, 3);
	assert_false(coverage_reconciles(c));
	coverage_read(c, UNIT_FILE, 2, 10);
	coverage_skip(c, UNIT_FILE, SKIP_LINK, NULL, NULL);
	assert_true(coverage_reconciles(c));
	assert_false(coverage_read_nothing(c));
	assert_false(coverage_is_incomplete(c));
	struct unit_count n = coverage_unit(c, UNIT_FILE);
	assert_int_equal(n.seen, 3);
	assert_int_equal(n.read, 2);
	assert_int_equal(n.bytes, 10);
	assert_int_equal(n.skipped[SKIP_LINK], 1);
	coverage_seen(c, UNIT_BLOB, 1);
	assert_false(coverage_reconciles(c));
	coverage_skip(c, UNIT_BLOB, SKIP_MISSING, NULL, NULL);
	assert_true(coverage_reconciles(c));
	assert_true(coverage_is_incomplete(c));
	coverage_free(c);
	coverage_free(NULL);
}

static void every_row_has_its_names(void **state) {
	(void)state;
	for (int u = 0; u < UNIT_COUNT; u++)
		assert_non_null(unit_name((enum unit)u));
	for (int s = 0; s < SKIP_COUNT; s++) {
		assert_non_null(skip_name((enum skip)s));
		assert_non_null(skip_text((enum skip)s));
		assert_int_equal(skip_is_incomplete((enum skip)s), s <= SKIP_ENCRYPTED);
	}
}

static void notices_are_sorted_and_bounded(void **state) {
	struct coverage *c = coverage_new();
	const struct notice *n;
	char where[32];

	(void)state;
	coverage_note(c, "zeta", false, "w", NULL);
	assert_false(coverage_is_incomplete(c));
	coverage_note(c, "alpha", true, NULL, "d");
	assert_true(coverage_is_incomplete(c));
	for (int i = 0; i < 250; i++) {
		snprintf(where, sizeof(where), "%03d", i * 7 % 250);
		coverage_skip(c, UNIT_FILE, SKIP_UNREADABLE, where, "why");
	}
	assert_int_equal(coverage_notices(c, &n), 2 + NOTICE_MAX);
	assert_int_equal(coverage_notices_dropped(c), 150);
	assert_string_equal(n[0].code, "alpha");
	assert_string_equal(n[0].where, "");
	assert_true(n[0].incomplete);
	for (int i = 0; i < NOTICE_MAX; i++) {
		snprintf(where, sizeof(where), "%03d", i);
		assert_string_equal(n[1 + i].code, "unreadable");
		assert_string_equal(n[1 + i].where, where);
	}
	assert_string_equal(n[1 + NOTICE_MAX].code, "zeta");
	coverage_free(c);
}

static void work(void *ctx, unsigned worker, void *item) {
	struct coverage *c = ctx;
	char where[32];

	(void)worker;
	snprintf(where, sizeof(where), "%05d", *(int *)item);
	coverage_seen(c, UNIT_FILE, 2);
	coverage_read(c, UNIT_FILE, 1, 5);
	coverage_skip(c, UNIT_FILE, SKIP_CORRUPT, where, "x");
}

static void threads_do_not_show(void **state) {
	static int items[2000];
	struct coverage *c = coverage_new();
	struct pool *p = pool_new(4, work, c);
	const struct notice *n;
	char where[32];

	(void)state;
	for (int i = 0; i < 2000; i++) {
		items[i] = i * 13 % 2000;
		pool_put(p, &items[i]);
	}
	pool_finish(p);
	assert_true(coverage_reconciles(c));
	assert_int_equal(coverage_unit(c, UNIT_FILE).bytes, 10000);
	assert_int_equal(coverage_notices(c, &n), NOTICE_MAX);
	for (int i = 0; i < NOTICE_MAX; i++) {
		snprintf(where, sizeof(where), "%05d", i);
		assert_string_equal(n[i].where, where);
	}
	coverage_free(c);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_reconcile_or_not),
		cmocka_unit_test(every_row_has_its_names),
		cmocka_unit_test(notices_are_sorted_and_bounded),
		cmocka_unit_test(threads_do_not_show),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
