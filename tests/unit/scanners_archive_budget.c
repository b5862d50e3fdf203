/* The budget of memory: what one chain may hold, who waits for whom, and that nobody waits for ever. */
#include "core/memory.h"
#include "scanners/archive/budget.h"
#include "scanners/archive/sevenzip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define MIB ((uint64_t)1 << 20)

static const uint64_t limit = 100 * MIB;

static void one_chain_holds_what_lies_in_one_another_together(void **state) {
	struct stop_flag stop = {0};
	struct budget b;
	struct chain c = {.budget = &b};
	struct hold outer = {.chain = &c}, inner = {.chain = &c};

	(void)state;
	budget_open(&b, &limit, 2, &stop);
	assert_int_equal(chain_left(&c), limit);
	assert_true(hold_set(&outer, 80 * MIB));
	assert_int_equal(chain_left(&c), 20 * MIB + BUDGET_FREE);
	assert_false(hold_set(&inner, 20 * MIB + BUDGET_FREE + 1));
	assert_true(hold_set(&inner, 20 * MIB + BUDGET_FREE));
	hold_touch(&outer, 5 * MIB);
	assert_false(chain_has_reserved(&c)); /* what was not touched costs nothing */
	hold_touch(&outer, 13 * MIB);
	assert_true(chain_has_reserved(&c));
	assert_int_equal(b.reserved, 100 * MIB + BUDGET_FREE - b.each);
	hold_end(&outer);
	assert_false(chain_has_reserved(&c));
	hold_end(&inner);
	assert_int_equal(c.held, 0);
	assert_int_equal(c.touched, 0);
	assert_int_equal(b.reserved, 0);
	budget_close(&b);
}

/* Two that have what they began with both need more: the one that asks last finds the other waiting, and goes beyond. */
struct asker {
	struct budget *b;
	_Atomic int *ready;
	_Atomic int *got;
};

static void *ask_twice(void *arg) {
	struct asker *a = arg;
	struct chain c = {.budget = a->b};
	struct hold first = {.chain = &c}, more = {.chain = &c};

	assert_true(hold_set(&first, 40 * MIB));
	hold_touch(&first, 40 * MIB);
	atomic_fetch_add(a->ready, 1);
	while (atomic_load(a->ready) < 2)
		;
	assert_true(hold_set(&more, 40 * MIB));
	assert_true(a->b->reserved <= 2 * limit);
	atomic_fetch_add(a->got, 1);
	hold_end(&more);
	hold_end(&first);
	return NULL;
}

static void two_that_both_need_more_do_not_wait_for_ever(void **state) {
	struct stop_flag stop = {0};
	struct budget b;
	_Atomic int ready = 0, got = 0;
	struct asker a = {&b, &ready, &got};
	pthread_t threads[2];

	(void)state;
	budget_open(&b, &limit, 2, &stop);
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask_twice, &a), 0);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(got, 2);
	assert_int_equal(b.reserved, 0);
	assert_int_equal(b.holders, 0);
	assert_int_equal(b.waiting, 0);
	assert_null(b.beyond);
	budget_close(&b);
}

/* What every thread may touch without asking is a share of one sum. */
static void many_threads_share_what_is_free(void **state) {
	struct stop_flag stop = {0};
	struct budget b;
	struct chain c = {.budget = &b};
	struct hold window = {.chain = &c};

	(void)state;
	budget_open(&b, &limit, 8, &stop);
	assert_true(hold_set(&window, 8 * MIB));
	hold_touch(&window, b.each);
	assert_int_equal(b.reserved, 0);
	hold_touch(&window, b.each + 1);
	assert_int_equal(b.reserved, 8 * MIB - b.each);
	hold_end(&window);
	budget_close(&b);
	budget_open(&b, &limit, 64, &stop);
	assert_int_equal(b.each, MIB);
	budget_close(&b);
}

/* Many threads, each with chains of random windows: what is touched at a time is bounded, and all come to their end. */
struct crowd {
	struct budget b;
	_Atomic uint64_t touched, most;
};

static void touch(struct crowd *c, struct hold *h, uint64_t n) {
	uint64_t before = h->touched, now, most;

	hold_touch(h, n);
	now = atomic_fetch_add(&c->touched, h->touched - before) + h->touched - before;
	most = atomic_load(&c->most);
	while (now > most && !atomic_compare_exchange_weak(&c->most, &most, now))
		;
}

static void leave(struct crowd *c, struct hold *h) {
	atomic_fetch_sub(&c->touched, h->touched);
	hold_end(h);
}

static void *work(void *arg) {
	struct crowd *crowd = arg;
	unsigned seed = (unsigned)(uintptr_t)&crowd ^ (unsigned)clock();

	for (int i = 0; i < 300; i++) {
		struct chain c = {.budget = &crowd->b};
		struct hold h[3] = {{.chain = &c}, {.chain = &c}, {.chain = &c}};

		for (int k = 0; k < 3; k++) {
			if (!hold_set(&h[k], (uint64_t)(rand_r(&seed) % 80) * MIB))
				continue;
			for (uint64_t n = MIB; n <= h[k].held; n += 4 * MIB) {
				touch(crowd, &h[k], n);
				if (k > 0)
					touch(crowd, &h[k - 1], n * 2);
			}
		}
		for (int k = 3; k-- > 0;)
			leave(crowd, &h[k]);
	}
	return NULL;
}

static void a_crowd_comes_to_its_end_within_the_bound(void **state) {
	enum { THREADS = 6 };
	struct stop_flag stop = {0};
	static struct crowd crowd;
	pthread_t threads[THREADS];

	(void)state;
	budget_open(&crowd.b, &limit, THREADS, &stop);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, work, &crowd), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(crowd.b.reserved, 0);
	assert_int_equal(crowd.b.holders, 0);
	assert_int_equal(crowd.b.waiting, 0);
	assert_int_equal(crowd.touched, 0);
	assert_in_range(crowd.most, 1, 2 * limit + BUDGET_FREE);
	budget_close(&crowd.b);
}

/* Every header that is cut or changed by a byte is refused or read, and never more than what was allowed. */
static void no_header_of_7z_is_believed(void **state) {
	static const uint8_t header[] = {1, 4, 6, 0, 1, 9, 5, 0, 7, 11, 1, 0, 1, 0x21, 0x21, 1, 24, 12, 5, 10, 1, 1, 2,
		3, 4, 0, 8, 0, 0, 5, 1, 0x11, 5, 0, 't', 0, 0, 0, 0, 0};
	uint8_t file[32 + 5 + sizeof(header)] = {'7', 'z', 0xbc, 0xaf, 0x27, 0x1c};
	struct source src = {.bytes = slice_of(file, sizeof(file)), .fd = -1};
	struct sevenzip_need need;
	struct error err = {0};

	(void)state;
	file[12] = 5;
	file[20] = sizeof(header);
	memcpy(file + 37, header, sizeof(header));
	assert_int_equal(sevenzip_memory(&src, 32 * MIB, &need, &err), 0);
	assert_in_range(need.bytes, 16 * MIB, 17 * MIB);
	assert_int_equal(sevenzip_memory(&src, 16 * MIB - 1, &need, &err), -1);
	assert_int_equal(err.kind, ERR_LIMIT);
	for (size_t i = 12; i < sizeof(file); i++)
		for (unsigned v = 0; v < 256; v++) {
			uint8_t was = file[i];

			file[i] = (uint8_t)v;
			if (sevenzip_memory(&src, 32 * MIB, &need, &err) == 0)
				assert_in_range(need.bytes, 0, 32 * MIB);
			file[i] = was;
		}
	for (size_t n = 0; n < sizeof(file); n++) {
		src.bytes = slice_of(file, n);
		assert_int_equal(sevenzip_memory(&src, 32 * MIB, &need, &err), -1);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_chain_holds_what_lies_in_one_another_together),
		cmocka_unit_test(two_that_both_need_more_do_not_wait_for_ever),
		cmocka_unit_test(many_threads_share_what_is_free),
		cmocka_unit_test(a_crowd_comes_to_its_end_within_the_bound),
		cmocka_unit_test(no_header_of_7z_is_believed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
