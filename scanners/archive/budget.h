/* One budget of memory for everything that an expander unpacks at the same time: windows of decoders, archives and documents that are held
 * whole. What counts is what was touched: a window of 64 MiB that has seen 1 MiB costs 1 MiB. What limits one file alone is in account.h. */
#ifndef NHISCAN_SCANNERS_ARCHIVE_BUDGET_H
#define NHISCAN_SCANNERS_ARCHIVE_BUDGET_H

#include "core/pool.h"

#include <pthread.h>
#include <stdint.h>

/* What every thread may touch without asking: the window of xz -6 and zstd -19 (8 MiB), and a little. */
#define BUDGET_FREE ((uint64_t)12 << 20)

/* Two seats. Who touched more than BUDGET_FREE sits on one, or on both if what it may still touch is more than half of the limit. Who must wait
 * for a seat has none, so that the holders end, whatever others do. Who sits on one and comes to need more may go beyond, one at a time: the second
 * waits for the first, which waits for nobody. So at most one and a half times the limit, and BUDGET_FREE for each thread, are ever touched. */
struct budget {
	pthread_mutex_t lock;
	pthread_cond_t freed;
	const uint64_t *limit; /* options may still change it when the budget is opened */
	unsigned seats;	       /* taken */
	bool beyond;	       /* somebody who had one seat needs more */
	const struct stop_flag *stop;
};

void budget_open(struct budget *b, const uint64_t *limit, const struct stop_flag *stop);
void budget_close(struct budget *b);

/* The containers one thread is in, one inside another. Zeroed but for `budget`. */
struct chain {
	struct budget *budget;
	uint64_t held;	  /* what they may touch, all together: at most limit + BUDGET_FREE */
	uint64_t touched; /* what they did */
	unsigned seats;
	bool beyond;
	_Atomic bool *busy; /* told to be no longer so while it waits, so that a helper may work instead; or NULL */
	_Atomic int64_t *deadline; /* put off by what it waited, ns; or NULL */
};

/* The most that one more may hold. */
uint64_t chain_left(const struct chain *c);
/* Does it have a seat? Then it must not wait for another thread that may ask for one: helpers_share(). */
bool chain_has_seat(const struct chain *c);
/* The chain of a thread that works at the same containers. */
struct chain chain_beside(const struct chain *c, _Atomic bool *busy);

/* One window or buffer of a chain. Zeroed but for `chain`; used by the chain's thread alone. */
struct hold {
	struct chain *chain;
	uint64_t held, touched;
};

/* It may touch `n` bytes in all, more than before or fewer. False: more than is left, and nothing changes. */
bool hold_set(struct hold *h, uint64_t n);
/* It touched `n` bytes in all, or what it holds if that is less. May wait. */
void hold_touch(struct hold *h, uint64_t n);
void hold_end(struct hold *h);

#endif
