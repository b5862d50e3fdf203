/* Threads that match what one thread unpacks, when threads of the scanner have nothing to do: one large archive then keeps them all busy.
 * Documents are copied into parcels, since what they were read from moves on. */
#ifndef NHISCAN_SCANNERS_ARCHIVE_HELPERS_H
#define NHISCAN_SCANNERS_ARCHIVE_HELPERS_H

#include "core/arena.h"
#include "core/vec.h"
#include "scanners/document.h"

#include <pthread.h>

struct expander;
struct job;
struct reading;

/* Documents on their way, with the containers around them. */
struct parcel {
	struct arena arena;
	VEC(struct document) docs;
	const struct document *container, *container_copy; /* of the last document */
	size_t bytes;
	struct parcel *next;
};

struct helper {
	struct job *job;
	unsigned worker;
	pthread_t thread;
	struct helper *next;
};

/* Of one job. Zeroed, then helpers_open(). */
struct helpers {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct parcel *queue, **end;
	unsigned queued, running;
	bool closing;
	struct helper *all;
	struct parcel *filling; /* by the thread that unpacks */
};

void helpers_open(struct helpers *h);

/* Hands `doc` to a helper, now or with others. False: nobody could help, so the caller delivers it. Only the job's first thread calls it. */
bool helpers_take(struct reading *r, const struct document *doc);

/* Runs `work` in this thread and in as many more as have nothing to do, each with a reading of its own, and waits for all. What they find
 * they deliver themselves. */
void helpers_share(struct reading *r, void (*work)(struct reading *r, void *ctx), void *ctx);

/* Delivers what is left and waits for the helpers. */
void helpers_close(struct reading *r);

#endif
