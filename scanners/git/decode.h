/* Turns pack entries into bytes: inflates, applies deltas, checks limits before anything is allocated.
 * One decoder belongs to one thread. Which entry stands on which is the caller's business. */
#ifndef NHISCAN_SCANNERS_GIT_DECODE_H
#define NHISCAN_SCANNERS_GIT_DECODE_H

#include "core/buf.h"
#include "scanners/git/buffers.h"
#include "scanners/git/delta.h"
#include "scanners/git/inflate.h"
#include "scanners/git/pack.h"

struct decoder {
	struct inflater *inflater;
	struct buffers pool;
	struct buf delta; /* the instructions of the delta at hand */
};

void decoder_open(struct decoder *d);
void decoder_close(struct decoder *d);

/* Each gives a buffer (*p, *n bytes of *cap) that goes back with buffers_put(&d->pool, …), or TROUBLE_CORRUPT or
 * TROUBLE_TOO_LARGE (over `limit`) with a static sentence in *why and *p NULL. *p is not NULL when *n is 0. */
enum trouble decode_whole(struct decoder *d, const struct pack_entry *e, uint64_t limit, uint8_t **p, size_t *n,
	size_t *cap, const char **why);

/* `ops` as in delta_apply(). */
enum trouble decode_delta(struct decoder *d, const struct pack_entry *e, struct slice base, uint64_t limit,
	delta_ops *ops, uint8_t **p, size_t *n, size_t *cap, const char **why);

/* A version of a base: put together, or in parts. */
struct decoded_version {
	uint8_t *p; /* NULL when it is in parts */
	size_t n, cap;
	uint8_t *delta; /* what inserted parts lie in; NULL when it is put together */
	size_t delta_cap;
};

/* Like decode_delta(), but leaves large results in parts when few of them are new: `parts` then say where their bytes are. Both buffers go
 * back with buffers_put(). */
enum trouble decode_version(struct decoder *d, const struct pack_entry *e, const struct rope *base, uint64_t limit,
	delta_ops *ops, rope_parts *parts, struct decoded_version *out, const char **why);

/* The size of what a delta makes, without its base. */
enum trouble decode_delta_size(
	struct decoder *d, const struct pack_entry *e, uint64_t limit, uint64_t *size, const char **why);

#endif
