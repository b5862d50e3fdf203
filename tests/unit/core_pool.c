/* The pool: every item once, worker numbers in range, a bounded queue that does not deadlock.
 * Coverage under threads is tested in core_coverage.c. */
#include "core/pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdatomic.h>
#include <unistd.h>

#define ITEMS 5000

struct run {
	unsigned threads;
	_Atomic int done[ITEMS];
	_Atomic int busy[8]; /* calls of one worker never overlap */
	_Atomic int wrong;
};

static void work(void *ctx, unsigned worker, void *item) {
	struct run *r = ctx;
	size_t i = (size_t)item - 1;

	if (worker >= r->threads || atomic_fetch_add(&r->busy[worker], 1) != 0)
		atomic_fetch_add(&r->wrong, 1);
	if (i % 1000 == 0)
		usleep(1000); /* lets the queue run full */
	atomic_fetch_add(&r->done[i], 1);
	atomic_fetch_sub(&r->busy[worker], 1);
}

static void every_item_is_worked_once(void **state) {
	(void)state;
	for (unsigned threads = 1; threads <= 8; threads++) {
		struct run r = {.threads = threads};
		struct pool *p = pool_new(threads, work, &r);

		for (size_t i = 0; i < ITEMS; i++)
			pool_put(p, (void *)(i + 1)); // NOLINT(performance-no-int-to-ptr)
		pool_finish(p);
		assert_int_equal(r.wrong, 0);
		for (size_t i = 0; i < ITEMS; i++)
			assert_int_equal(r.done[i], 1);
	}
}

static void a_pool_without_items_ends(void **state) {
	struct run r = {.threads = 3};

	(void)state;
	pool_finish(pool_new(3, work, &r));
	assert_int_equal(r.wrong, 0);
}

static void threads_are_at_least_one(void **state) {
	long online = sysconf(_SC_NPROCESSORS_CONF);

	(void)state;
	assert_true(pool_default_threads() >= 1);
	assert_true(online < 1 || pool_default_threads() <= (unsigned)online);
}

static void stop_is_remembered(void **state) {
	struct stop_flag s = {0};

	(void)state;
	assert_false(stop_requested(&s));
	stop_request(&s);
	assert_true(stop_requested(&s));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_item_is_worked_once),
		cmocka_unit_test(a_pool_without_items_ends),
		cmocka_unit_test(threads_are_at_least_one),
		cmocka_unit_test(stop_is_remembered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
