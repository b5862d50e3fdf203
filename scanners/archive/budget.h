/* One budget of memory for everything that an expander unpacks at the same time: windows of decoders, archives and documents that are held
 * whole. What counts is what was touched: a window of 64 MiB that has seen 1 MiB costs 1 MiB. What limits one file alone is in account.h. */
#ifndef NHISCAN_SCANNERS_ARCHIVE_BUDGET_H
#define NHISCAN_SCANNERS_ARCHIVE_BUDGET_H

#include "core/pool.h"

#include <pthread.h>
#include <stdint.h>

/* What one chain may hold beyond the limit: the window of xz -6 and zstd -19 (8 MiB), and a little. */
#define BUDGET_FREE ((uint64_t)12 << 20)

/* Who touched more than its share of BUDGET_FREE reserves all that it may still touch. Who must wait for that has nothing reserved, so that
 * the others end, whatever it does. Who has something and comes to need more waits, too, while any other that has is not waiting itself; when all
 * are, one of them goes beyond the limit. Several share three quarters of the limit: buffers grow by
 * steps before they are counted. So what is touched at a time stays within the limit and BUDGET_FREE, for any number of threads, but
 * where windows grow inside one another in several archives at once: then less than twice that. */
struct budget {
	pthread_mutex_t lock;
	pthread_cond_t freed;
	const uint64_t *limit; /* options may still change it when the budget is opened */
	uint64_t each;	       /* what every thread may touch without asking */
	uint64_t reserved;
	unsigned holders, waiting;  /* chains that have something reserved; those of them that want more */
	const struct chain *beyond; /* the one that went beyond the limit, until it has nothing reserved */
	const struct stop_flag *stop;
};

void budget_open(struct budget *b, const uint64_t *limit, unsigned threads, const struct stop_flag *stop);
void budget_close(struct budget *b);

/* The containers one thread is in, one inside another. Zeroed but for `budget`. */
struct chain {
	struct budget *budget;
	uint64_t held;	  /* what they may touch, all together: at most limit + BUDGET_FREE */
	uint64_t touched; /* what they did */
	uint64_t reserved;
	_Atomic bool *busy; /* told to be no longer so while it waits, so that a helper may work instead; or NULL */
	_Atomic int64_t *deadline; /* put off by what it waited, ns; or NULL */
};

/* The most that one more may hold. */
uint64_t chain_left(const struct chain *c);
/* Has it reserved anything? Then it must not wait for another thread that may want to: helpers_share(). */
bool chain_has_reserved(const struct chain *c);
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
