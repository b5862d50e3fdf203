/* Inflates and applies with limits. No indexes, no chains, no files. */
#include "scanners/git/decode.h"

#include "core/memory.h"

static const char too_large[] = "object is larger than the limit";
static const char bad_zlib[] = "zlib data is damaged";

/* More scratch than this is given back after use. */
#define SCRATCH_KEEP ((size_t)4 << 20)

void decoder_open(struct decoder *d) {
	memset(d, 0, sizeof(*d));
	d->inflater = inflater_new();
}

void decoder_close(struct decoder *d) {
	inflater_free(d->inflater);
	buffers_free(&d->pool);
	buf_free(&d->delta);
	memset(d, 0, sizeof(*d));
}

enum trouble decode_whole(struct decoder *d, const struct pack_entry *e, uint64_t limit, uint8_t **p, size_t *n,
	size_t *cap, const char **why) {
	*p = NULL;
	*why = too_large;
	if (e->size > limit || e->size > SIZE_MAX / 2)
		return TROUBLE_TOO_LARGE;
	*why = bad_zlib;
	if (!inflate_is_plausible(e->data, e->size))
		return TROUBLE_CORRUPT;
	*n = (size_t)e->size;
	*p = buffers_get(&d->pool, *n, cap);
	if (inflate_exact(d->inflater, e->data, *p, *n))
		return TROUBLE_NONE;
	buffers_put(&d->pool, *p, *cap);
	*p = NULL;
	return TROUBLE_CORRUPT;
}

/* The instructions into d->delta, their sizes into the rest. */
static enum trouble delta_load(
	struct decoder *d, const struct pack_entry *e, uint64_t limit, uint64_t *result, const char **why) {
	uint64_t base;
	size_t body;
	*why = too_large;
	/* A sane delta is smaller than what it makes; at worst it inserts all of it, with one byte more for each 127. */
	if (e->size > SIZE_MAX / 4 || e->size / 2 > limit + 64)
		return TROUBLE_TOO_LARGE;
	*why = bad_zlib;
	if (!inflate_is_plausible(e->data, e->size))
		return TROUBLE_CORRUPT;
	if (d->delta.cap > SCRATCH_KEEP && e->size <= SCRATCH_KEEP)
		buf_free(&d->delta);
	buf_clear(&d->delta);
	buf_reserve(&d->delta, (size_t)e->size + 1);
	if (!inflate_exact(d->inflater, e->data, d->delta.p, (size_t)e->size))
		return TROUBLE_CORRUPT;
	d->delta.n = (size_t)e->size;
	*why = "delta header is damaged";
	return delta_sizes(buf_slice(&d->delta), &base, result, &body) ? TROUBLE_NONE : TROUBLE_CORRUPT;
}

enum trouble decode_delta(struct decoder *d, const struct pack_entry *e, struct slice base, uint64_t limit,
	delta_ops *ops, uint8_t **p, size_t *n, size_t *cap, const char **why) {
	uint64_t result = 0;
	*p = NULL;
	enum trouble t = delta_load(d, e, limit, &result, why);
	if (t != TROUBLE_NONE)
		return t;
	*why = too_large;
	if (result > limit || result > SIZE_MAX / 2)
		return TROUBLE_TOO_LARGE;
	/* One instruction gives at most 16 MiB: a small delta can't claim a large result. */
	*why = "delta makes less than its size";
	if (result >> 24 > e->size)
		return TROUBLE_CORRUPT;
	*n = (size_t)result;
	*p = buffers_get(&d->pool, *n, cap);
	*why = delta_apply(base, buf_slice(&d->delta), *p, *n, ops);
	if (!*why)
		return TROUBLE_NONE;
	buffers_put(&d->pool, *p, *cap);
	*p = NULL;
	return TROUBLE_CORRUPT;
}

enum trouble decode_delta_size(
	struct decoder *d, const struct pack_entry *e, uint64_t limit, uint64_t *size, const char **why) {
	return delta_load(d, e, limit, size, why);
}
