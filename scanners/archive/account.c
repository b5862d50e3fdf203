/* Counting against the limits of a container. What is said when one is hit goes to the coverage, in expand.c. */
#include "scanners/archive/account.h"

#include <stdatomic.h>
#include <time.h>

/* Small files may be anything: a page of zeros packs a thousandfold. The ratio counts from here on. */
#define RATIO_FROM ((uint64_t)128 << 20)

static int64_t now_ns(void) {
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void account_open(struct account *a, const struct limits *l, const struct stop_flag *stop, uint64_t packed) {
	a->limits = l;
	a->stop = stop;
	a->deadline = now_ns() + (int64_t)l->max_archive_seconds * 1000000000;
	a->packed = packed;
	a->members = a->bytes = 0;
	a->hit = ACCOUNT_NONE;
}

static bool hit(struct account *a, enum account_limit l) {
	int none = ACCOUNT_NONE;

	atomic_compare_exchange_strong(&a->hit, &none, (int)l);
	return false;
}

bool account_goes_on(struct account *a) {
	if (a->hit != ACCOUNT_NONE)
		return false;
	if (stop_requested(a->stop))
		return hit(a, ACCOUNT_STOPPED);
	if (now_ns() > a->deadline)
		return hit(a, ACCOUNT_TIME);
	return true;
}

bool account_member(struct account *a) {
	if (atomic_fetch_add_explicit(&a->members, 1, memory_order_relaxed) >= a->limits->max_archive_members)
		return hit(a, ACCOUNT_MEMBERS);
	/* The clock is asked now and then: members can be smaller than what asking costs. */
	return (a->members & 63) != 0 ? a->hit == ACCOUNT_NONE : account_goes_on(a);
}

bool account_bytes(struct account *a, uint64_t n) {
	uint64_t all = atomic_fetch_add_explicit(&a->bytes, n, memory_order_relaxed) + n;

	if (all > a->limits->max_archive_bytes)
		return hit(a, ACCOUNT_BYTES);
	if (all > RATIO_FROM && all / a->limits->max_archive_ratio > a->packed)
		return hit(a, ACCOUNT_RATIO);
	return n < 4096 ? a->hit == ACCOUNT_NONE : account_goes_on(a);
}

static const struct {
	const char *code, *text;
} limits[] = {
	[ACCOUNT_NONE] = {"none", ""},
	[ACCOUNT_MEMBERS] = {"limit-archive-members",
		"more members than the limit; the rest was not read, raise --archive-members to read it"},
	[ACCOUNT_BYTES] = {"limit-archive-bytes",
		"more bytes inside than the limit; the rest was not read, raise --archive-size to read it"},
	[ACCOUNT_RATIO] = {"limit-archive-ratio", "expands more than the limit allows, as a bomb does; the rest was "
						  "not read, raise --archive-ratio to read it"},
	[ACCOUNT_TIME] = {"limit-archive-time",
		"took longer than the limit; the rest was not read, raise --archive-time to read it"},
	[ACCOUNT_STOPPED] = {"stopped", "interrupted before its end"},
};

const char *account_code(enum account_limit l) {
	return limits[l].code;
}

const char *account_text(enum account_limit l) {
	return limits[l].text;
}
