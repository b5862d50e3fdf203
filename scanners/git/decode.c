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

static enum trouble delta_check(const struct pack_entry *e, uint64_t limit, const char **why) {
	*why = too_large;
	/* A sane delta is smaller than what it makes; at worst it inserts all of it, with one byte more for each 127. */
	if (e->size > SIZE_MAX / 4 || e->size / 2 > limit + 64)
		return TROUBLE_TOO_LARGE;
	*why = bad_zlib;
	return inflate_is_plausible(e->data, e->size) ? TROUBLE_NONE : TROUBLE_CORRUPT;
}

static enum trouble result_check(struct slice delta, uint64_t limit, uint64_t *result, const char **why) {
	uint64_t base;
	size_t body;
	*why = "delta header is damaged";
	if (!delta_sizes(delta, &base, result, &body))
		return TROUBLE_CORRUPT;
	*why = too_large;
	if (*result > limit || *result > SIZE_MAX / 2)
		return TROUBLE_TOO_LARGE;
	/* One instruction gives at most 16 MiB: a small delta can't claim a large result. */
	*why = "delta makes less than its size";
	return *result >> 24 > delta.n ? TROUBLE_CORRUPT : TROUBLE_NONE;
}

/* The instructions into d->delta. */
static enum trouble delta_load(struct decoder *d, const struct pack_entry *e, uint64_t limit, const char **why) {
	enum trouble t = delta_check(e, limit, why);
	if (t != TROUBLE_NONE)
		return t;
	if (d->delta.cap > SCRATCH_KEEP && e->size <= SCRATCH_KEEP)
		buf_free(&d->delta);
	buf_clear(&d->delta);
	buf_reserve(&d->delta, (size_t)e->size + 1);
	if (!inflate_exact(d->inflater, e->data, d->delta.p, (size_t)e->size))
		return TROUBLE_CORRUPT;
	d->delta.n = (size_t)e->size;
	return TROUBLE_NONE;
}

enum trouble decode_delta(struct decoder *d, const struct pack_entry *e, struct slice base, uint64_t limit,
	delta_ops *ops, uint8_t **p, size_t *n, size_t *cap, const char **why) {
	uint64_t result = 0;
	*p = NULL;
	enum trouble t = delta_load(d, e, limit, why);
	if (t == TROUBLE_NONE)
		t = result_check(buf_slice(&d->delta), limit, &result, why);
	if (t != TROUBLE_NONE)
		return t;
	*n = (size_t)result;
	*p = buffers_get(&d->pool, *n, cap);
	*why = delta_apply(base, buf_slice(&d->delta), *p, *n, ops);
	if (!*why)
		return TROUBLE_NONE;
	buffers_put(&d->pool, *p, *cap);
	*p = NULL;
	return TROUBLE_CORRUPT;
}

/* Smaller results are put together at once. */
#define PARTS_MIN ((size_t)16 << 10)
/* So are those whose parts are smaller than this on average: copying is faster then. */
#define PART_BYTES 128

static const char *version_make(struct decoder *d, const struct rope *base, delta_ops *ops, rope_parts *parts,
	struct decoded_version *v, size_t n) {
	const char *why;
	if (base->nparts <= 1 && (v->n < PARTS_MIN || n > v->n / 4)) {
		v->p = buffers_get(&d->pool, v->n, &v->cap);
		return delta_apply(slice_of(base->nparts ? base->parts[0].p : NULL, base->n), slice_of(v->delta, n),
			v->p, v->n, ops);
	}
	why = delta_compose(base, v->delta, n, v->n, parts, ops);
	if (why || (v->n >= PARTS_MIN && parts->n <= v->n / PART_BYTES))
		return why;
	v->p = buffers_get(&d->pool, v->n, &v->cap);
	rope_copy(&(struct rope){parts->at, parts->n, v->n}, 0, v->n, v->p);
	return NULL;
}

enum trouble decode_version(struct decoder *d, const struct pack_entry *e, const struct rope *base, uint64_t limit,
	delta_ops *ops, rope_parts *parts, struct decoded_version *out, const char **why) {
	uint64_t result = 0;
	memset(out, 0, sizeof(*out));
	enum trouble t = delta_check(e, limit, why);
	if (t != TROUBLE_NONE)
		return t;
	out->delta = buffers_get(&d->pool, (size_t)e->size, &out->delta_cap);
	if (!inflate_exact(d->inflater, e->data, out->delta, (size_t)e->size))
		t = TROUBLE_CORRUPT;
	if (t == TROUBLE_NONE)
		t = result_check(slice_of(out->delta, (size_t)e->size), limit, &result, why);
	if (t == TROUBLE_NONE) {
		out->n = (size_t)result;
		*why = version_make(d, base, ops, parts, out, (size_t)e->size);
		t = *why ? TROUBLE_CORRUPT : TROUBLE_NONE;
	}
	if (t != TROUBLE_NONE || out->p) {
		buffers_put(&d->pool, out->delta, out->delta_cap);
		out->delta = NULL;
	}
	if (t != TROUBLE_NONE) {
		buffers_put(&d->pool, out->p, out->cap);
		out->p = NULL;
	}
	return t;
}

enum trouble decode_delta_size(
	struct decoder *d, const struct pack_entry *e, uint64_t limit, uint64_t *size, const char **why) {
	uint64_t base;
	size_t body;
	enum trouble t = delta_load(d, e, limit, why);
	if (t != TROUBLE_NONE)
		return t;
	*why = "delta header is damaged";
	return delta_sizes(buf_slice(&d->delta), &base, size, &body) ? TROUBLE_NONE : TROUBLE_CORRUPT;
}
