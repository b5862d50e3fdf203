/* What the workers of one walk share, and the decoded bases that go from one to the other.
 * Only for walk.c, worker.c and family.c. */
#ifndef NHISCAN_SCANNERS_GIT_RUN_H
#define NHISCAN_SCANNERS_GIT_RUN_H

#include "core/vec.h"
#include "scanners/git/decode.h"
#include "scanners/git/graph.h"
#include "scanners/git/hash.h"
#include "scanners/git/walk.h"

#include <pthread.h>
#include <stdatomic.h>

/* A decoded object while deltas of it remain to be read. Every worker that has it on its stack takes children from
 * `next`, so one base with many deltas is shared by all of them. */
struct base {
	_Atomic uint32_t refs; /* stacks (and the queue) that hold it */
	_Atomic uint32_t next; /* the first child that nobody has taken */
	uint32_t node;
	enum object_type type;
	enum trouble failed; /* children can't be read; there are no bytes */
	bool delivered;	     /* to the visitor: children have ops */
	void *state;
	/* Put together, or in parts that lie in `delta` and in the bases below; neither while the bytes are evicted, which only the single
	 * holder does. */
	uint8_t *p;
	size_t n, cap;
	struct rope_part *parts;
	size_t nparts, parts_cap;
	uint8_t *delta;
	size_t delta_cap;
	struct base *under; /* what the parts lie in; one hold on it */
	size_t pinned;	    /* bytes of parts and deltas from here down to what is put together */
	struct base *free_next;
};

struct run;

struct worker {
	struct run *run;
	unsigned index;
	pthread_t thread;
	struct decoder decoder;
	delta_ops ops;
	rope_parts parts;	     /* of the version at hand */
	struct store_reader *reader; /* made when first needed */
	struct hasher *hasher;	     /* the same */
	struct buf whole;	     /* what the reader gives */
	VEC(struct base *) stack;    /* ancestors first */
	size_t held;		     /* bytes of the bases on the stack */
	size_t live_from;	     /* bases below have no bytes or can't be evicted */
	uint64_t decoded, redone;    /* bytes: first time, and again after eviction */
	VEC(uint32_t) path;
	uint32_t root_at, root_end;
	struct base *free_bases;
};

struct run {
	const struct store *store;
	struct walk_options opt;
	const struct walk_visitor *visitor;
	struct graph graph;	    /* of the pack at hand */
	const uint64_t *loose_rows; /* bits: which loose objects are to be delivered */
	struct worker *workers;
	unsigned active; /* workers that take part in this phase */

	_Atomic uint32_t entries_read; /* of the pack at hand: decides when its pages are let go */
	_Atomic uint32_t root_next;    /* roots or loose objects not handed out */
	_Atomic unsigned idle, queued;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t wake;
	struct base **queue; /* bases given away, `queued` of them */
	bool done;
};

/* worker.c: takes part in the phase until nothing is left. */
void worker_packed(struct worker *w);
void worker_loose(struct worker *w);
void worker_close(struct worker *w);

/* family.c: reads one node and everything that follows from it at once. `b` is NULL for roots. */
void family_visit(struct worker *w, uint32_t node, struct base *b);
/* Decodes an evicted base again, from the nearest ancestor that has bytes among the `n` lowest of the stack. */
void family_restore(struct worker *w, struct base *b, size_t n);
static inline bool base_has_bytes(const struct base *b) {
	return b->p || b->parts;
}

/* What it adds to the memory of whoever has it on the stack. */
static inline size_t base_weight(const struct base *b) {
	return b->p ? b->cap : b->delta_cap + b->parts_cap;
}

/* Gives up one hold on a base. */
void family_drop(struct worker *w, struct base *b);

/* deliver.c: the edge to the visitor. Returns the state; NULL and *t set when verification fails. */
struct store_reader *worker_reader(struct worker *w);
void *deliver_object(struct worker *w, const struct walk_object *o, enum trouble *t);
void deliver_node_trouble(struct worker *w, uint32_t node, enum trouble t, const char *why);
void deliver_release(struct worker *w, void *state);
struct object_id node_id(const struct run *r, uint32_t node); /* n == 0 when it has none */

#endif
