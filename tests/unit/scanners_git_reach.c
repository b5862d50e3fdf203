/* Which tips reach which commits, against following parents one by one, on random histories. */
#include "scanners/git/reach.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define COMMITS 300
#define TIPS	12

struct answers {
	const struct history *h;
	bool said[COMMITS][TIPS];
	size_t last[COMMITS]; /* tip told last of each, + 1 */
	size_t told[COMMITS], total[COMMITS];
};

static void note(void *ctx, size_t i, const struct history_tip *tip) {
	struct answers *a = ctx;
	size_t t = (size_t)(tip - a->h->tips.at);

	assert_true(i < COMMITS && t < TIPS);
	assert_true(t + 1 > a->last[i]); /* in the order of the tips, each once */
	a->last[i] = t + 1;
	a->told[i]++;
	a->said[i][t] = true;
}

static void sum(void *ctx, size_t i, uint64_t n) {
	struct answers *a = ctx;

	assert_true(i < COMMITS && a->total[i] == 0);
	a->total[i] = n;
}

/* Parents have lower numbers; the order has them first. */
static void make(struct history *h, uint32_t *order) {
	for (uint32_t i = 0; i < COMMITS; i++) {
		struct history_commit c = {.first_parent = (uint32_t)h->parents.n, .is_present = true};

		c.nparents = i == 0 ? 0 : (uint32_t)rand() % (i < 3 ? i + 1 : 4);
		for (uint32_t p = 0; p < c.nparents; p++)
			VEC_PUSH(&h->parents, (uint32_t)rand() % i);
		VEC_PUSH(&h->at, c);
		order[i] = i;
	}
	for (int t = 0; t < TIPS; t++) {
		struct history_tip tip = {slice_str("refs/heads/x"), (uint32_t)rand() % COMMITS};

		VEC_PUSH(&h->tips, tip);
	}
}

static void every_tip_that_reaches_a_commit_is_told(void **unused) {
	(void)unused;
	for (unsigned seed = 1; seed < 20; seed++) {
		struct history h = {.id_bytes = 20};
		struct answers *a = mem_alloc(sizeof(*a));
		uint32_t order[COMMITS], asked[COMMITS];
		uint8_t mark[COMMITS];
		size_t reach[COMMITS] = {0}, most = seed % (TIPS + 3);

		srand(seed);
		make(&h, order);
		a->h = &h;
		for (uint32_t i = 0; i < COMMITS; i++)
			asked[i] = COMMITS - 1 - i;
		reach_find(&h, order, COMMITS, asked, COMMITS, &(struct reach_visitor){a, most, note, sum});
		for (size_t t = 0; t < TIPS; t++) {
			memset(mark, 0, sizeof(mark));
			history_mark(&h, h.tips.at[t].commit, mark, 1);
			for (uint32_t i = 0; i < COMMITS; i++) {
				reach[i] += mark[asked[i]];
				assert_int_equal(a->said[i][t], mark[asked[i]] && reach[i] <= most);
			}
		}
		for (uint32_t i = 0; i < COMMITS; i++)
			assert_true(a->total[i] == reach[i] && a->told[i] == (reach[i] < most ? reach[i] : most));
		history_free(&h);
		free(a);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_tip_that_reaches_a_commit_is_told)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
