/* The walk: every object of a store once, each delta applied once, bases before what is made of them.
 * Families of deltas are split over threads; what is delivered never depends on their number. */
#ifndef NHISCAN_SCANNERS_GIT_WALK_H
#define NHISCAN_SCANNERS_GIT_WALK_H

#include "core/pool.h"
#include "scanners/git/delta.h"
#include "scanners/git/store.h"

struct walk_object {
	enum object_type type;
	struct object_id id;
	struct slice bytes; /* borrowed: valid during the call */
	/* NULL unless walk_options.parts: `bytes` is then a buffer in which nothing is yet, at `into`, and the bytes are in these parts. */
	const struct rope *rope;
	uint8_t *into;
	/* NULL: take the object as whole. Otherwise its base was delivered to object() before, and this is how `bytes`
	 * came from the base's bytes; never NULL then, even when nops is 0. Borrowed. */
	const struct delta_op *ops;
	size_t nops;
	const struct rope *base; /* the bytes of the base; NULL when whole */
	/* What object() returned for the base; NULL when whole. Alive during the call. Several workers may look at it at
	 * the same time (a base with many deltas is shared): treat it as read-only. */
	void *base_state;
	/* False: nothing made of it will be delivered with ops, so a state returned would be released at once. */
	bool has_deltas;
};

/* Calls of one worker never overlap; those of different workers do. */
struct walk_visitor {
	void *ctx;
	/* Takes one object. Returns a state (may be NULL) that comes back as base_state with the object's deltas. */
	void *(*object)(void *ctx, unsigned worker, const struct walk_object *o);
	/* Called exactly once for every state that is not NULL, after object() has returned for the last delta of it;
	 * by any worker. NULL when object() always returns NULL. */
	void (*release)(void *ctx, unsigned worker, void *state);
	/* One object that can't be delivered, or, with id->n == 0, a part of the store that can't be used (see
	 * store_problems(); said before anything is delivered). `detail` is borrowed. Objects whose type is unknown because
	 * their base is missing are reported whatever types are wanted. */
	void (*trouble)(void *ctx, unsigned worker, const struct object_id *id, enum trouble why, const char *detail);
};

struct walk_options {
	unsigned types;		   /* OBJECT_BIT()s of what is wanted; 0 means all */
	unsigned threads;	   /* 0 means 1; workers are numbered from 0 */
	uint64_t max_object_bytes; /* at most the store's limit, which 0 means */
	size_t worker_bytes; /* budget for decoded bases kept by one worker; 0 means 32 MiB. Exceeded only by single objects */
	bool parts;	     /* blobs that were made by deltas may come in parts */
	bool known_only; /* nothing is said of objects whose type is unknown: another walk has told of them */
	bool verify;	 /* hash every object; a wrong hash is TROUBLE_CORRUPT */
	/* Objects that are neither delivered nor reported; asked once for each, by the caller's thread, before anything is delivered.
	 * What only they need is not even decoded. May be NULL. */
	bool (*skip)(void *ctx, const uint8_t *id);
	void *skip_ctx;
	struct stop_flag *stop; /* polled between objects; may be NULL */
};

/* Visits every distinct object of the wanted types once: object() or trouble(). Objects in several places are read
 * from one of them (packs before loose objects), from the others if that is damaged. The caller's thread is worker 0.
 * Returns 0, or -1 with ERR_STOPPED; trouble with objects never makes it fail. */
int walk(const struct store *s, const struct walk_options *opt, const struct walk_visitor *v, struct error *err);

#endif
