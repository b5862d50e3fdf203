/* Worker threads over one bounded queue. Work items are opaque; each worker has an index so that
 * callers keep scratch memory per worker without locks. */
#ifndef NHISCAN_CORE_POOL_H
#define NHISCAN_CORE_POOL_H

#include <stdbool.h>
#include <stddef.h>

struct pool;
typedef void pool_work(void *ctx, unsigned worker, void *item);

/* Starts `threads` (>= 1) workers that call work(ctx, worker, item) for every item, in any order.
 * Ownership of an item passes to work(). Ends the process with a message if no thread can be made. */
struct pool *pool_new(unsigned threads, pool_work *work, void *ctx);

/* Queues one item; blocks while the queue is full (bounded memory). */
void pool_put(struct pool *p, void *item);

/* Waits for all items to be done, joins the workers, frees the pool. */
void pool_finish(struct pool *p);

/* Processors this process may use (affinity and cgroup quota respected), at least 1. */
unsigned pool_default_threads(void);

/* Set from a signal handler or a limit; scanners poll it and stop early. */
struct stop_flag {
	_Atomic int stopped;
};
void stop_request(struct stop_flag *s);
bool stop_requested(const struct stop_flag *s);

#endif
