/* What is reserved, and what chains hold. Who holds how much is decided by what reads containers. */
#include "scanners/archive/budget.h"

#include <stdatomic.h>
#include <time.h>

#define EACH_LEAST  ((uint64_t)1 << 20)
#define LOOK_EVERY  ((long)100000000) /* ns: how often who waits asks whether the scan was stopped */
#define IN_A_SECOND 1000000000

void budget_open(struct budget *b, const uint64_t *limit, unsigned threads, const struct stop_flag *stop) {
	uint64_t each = BUDGET_FREE / (threads ? threads : 1);

	*b = (struct budget){.limit = limit, .stop = stop, .each = each > EACH_LEAST ? each : EACH_LEAST};
	pthread_mutex_init(&b->lock, NULL);
	pthread_cond_init(&b->freed, NULL);
}

void budget_close(struct budget *b) {
	pthread_cond_destroy(&b->freed);
	pthread_mutex_destroy(&b->lock);
}

static int64_t now(clockid_t clock) {
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * IN_A_SECOND + t.tv_nsec;
}

static void wait_a_little(struct budget *b) {
	int64_t until = now(CLOCK_REALTIME) + LOOK_EVERY;
	struct timespec t = {.tv_sec = (time_t)(until / IN_A_SECOND), .tv_nsec = (long)(until % IN_A_SECOND)};

	pthread_cond_timedwait(&b->freed, &b->lock, &t);
}

/* Can it have `need` in all now? Alone it always can. */
static bool may_reserve(struct chain *c, uint64_t need) {
	struct budget *b = c->budget;

	if (b->reserved - c->reserved + need <= *b->limit / 4 * 3 || b->reserved == c->reserved)
		return true;
	if (!c->reserved || b->waiting < b->holders || (b->beyond && b->beyond != c))
		return false;
	b->beyond = c;
	return true;
}

static void set_reserved(struct chain *c, uint64_t need) {
	struct budget *b = c->budget;

	b->holders += (need > 0) - (c->reserved > 0);
	b->reserved += need - c->reserved;
	c->reserved = need;
	if (!need && b->beyond == c)
		b->beyond = NULL;
}

/* Waits until it has `need`. Who has something already counts as waiting: when all do, there is nobody to wait for. */
static void reserve(struct chain *c, uint64_t need) {
	struct budget *b = c->budget;
	bool holder = c->reserved > 0, waited = false;
	int64_t began = now(CLOCK_MONOTONIC);

	pthread_mutex_lock(&b->lock);
	b->waiting += holder;
	if (holder && b->waiting == b->holders)
		pthread_cond_broadcast(&b->freed);
	while (!may_reserve(c, need) && !stop_requested(b->stop)) {
		if (c->busy)
			atomic_store(c->busy, false);
		waited = true;
		wait_a_little(b);
	}
	b->waiting -= holder;
	set_reserved(c, need);
	pthread_mutex_unlock(&b->lock);
	if (waited && c->busy)
		atomic_store(c->busy, true);
	if (waited && c->deadline)
		atomic_fetch_add(c->deadline, now(CLOCK_MONOTONIC) - began);
}

static void settle(struct chain *c) {
	uint64_t need = c->touched > c->budget->each && c->held > c->budget->each ? c->held - c->budget->each : 0;

	if (need > c->reserved) {
		reserve(c, need);
	} else if (need < c->reserved) {
		pthread_mutex_lock(&c->budget->lock);
		set_reserved(c, need);
		pthread_cond_broadcast(&c->budget->freed);
		pthread_mutex_unlock(&c->budget->lock);
	}
}

uint64_t chain_left(const struct chain *c) {
	uint64_t left = *c->budget->limit + BUDGET_FREE - c->held;

	return left < *c->budget->limit ? left : *c->budget->limit;
}

bool chain_has_reserved(const struct chain *c) {
	return c->reserved > 0;
}

struct chain chain_beside(const struct chain *c, _Atomic bool *busy) {
	struct chain beside = *c;

	beside.busy = busy;
	beside.reserved = 0;
	return beside;
}

bool hold_set(struct hold *h, uint64_t n) {
	struct chain *c = h->chain;

	if (n > h->held && n - h->held > *c->budget->limit + BUDGET_FREE - c->held)
		return false;
	c->held = c->held - h->held + n;
	h->held = n;
	if (h->touched > n) {
		c->touched -= h->touched - n;
		h->touched = n;
	}
	settle(c);
	return true;
}

void hold_touch(struct hold *h, uint64_t n) {
	if (n > h->held)
		n = h->held;
	if (n <= h->touched)
		return;
	h->chain->touched += n - h->touched;
	h->touched = n;
	settle(h->chain);
}

void hold_end(struct hold *h) {
	if (h->chain)
		hold_set(h, 0);
}
