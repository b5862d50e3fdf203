/* Seats, and what chains hold. Who holds how much is decided by what reads containers. */
#include "scanners/archive/budget.h"

#include <stdatomic.h>
#include <time.h>

#define SEATS	    2
#define LOOK_EVERY  ((long)100000000) /* ns: how often who waits asks whether the scan was stopped */
#define IN_A_SECOND 1000000000

void budget_open(struct budget *b, const uint64_t *limit, const struct stop_flag *stop) {
	*b = (struct budget){.limit = limit, .stop = stop};
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

/* Can it have what it needs now? */
static bool sit_down(struct chain *c, unsigned need) {
	struct budget *b = c->budget;

	if (c->seats == 0) {
		if (b->seats + need > SEATS)
			return false;
		b->seats += need;
		c->seats = need;
		return true;
	}
	if (b->beyond)
		return false;
	b->beyond = c->beyond = true;
	return true;
}

static void wait_for_seat(struct chain *c, unsigned need) {
	int64_t began = now(CLOCK_MONOTONIC);
	bool waited = false;

	pthread_mutex_lock(&c->budget->lock);
	while (!sit_down(c, need) && !stop_requested(c->budget->stop)) {
		if (c->busy)
			atomic_store(c->busy, false);
		waited = true;
		wait_a_little(c->budget);
	}
	pthread_mutex_unlock(&c->budget->lock);
	if (waited && c->busy)
		atomic_store(c->busy, true);
	if (waited && c->deadline)
		atomic_fetch_add(c->deadline, now(CLOCK_MONOTONIC) - began);
}

static void settle(struct chain *c) {
	unsigned need = c->touched <= BUDGET_FREE ? 0 : c->held - BUDGET_FREE <= *c->budget->limit / SEATS ? 1 : SEATS;

	if (need > c->seats && !c->beyond)
		wait_for_seat(c, need);
	if (need == 0 && c->seats > 0) {
		pthread_mutex_lock(&c->budget->lock);
		c->budget->seats -= c->seats;
		c->budget->beyond &= !c->beyond;
		c->seats = 0;
		c->beyond = false;
		pthread_cond_broadcast(&c->budget->freed);
		pthread_mutex_unlock(&c->budget->lock);
	}
}

uint64_t chain_left(const struct chain *c) {
	uint64_t left = *c->budget->limit + BUDGET_FREE - c->held;

	return left < *c->budget->limit ? left : *c->budget->limit;
}

bool chain_has_seat(const struct chain *c) {
	return c->seats > 0;
}

struct chain chain_beside(const struct chain *c, _Atomic bool *busy) {
	struct chain beside = *c;

	beside.busy = busy;
	beside.seats = 0;
	beside.beyond = false;
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
