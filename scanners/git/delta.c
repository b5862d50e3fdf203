/* Parses and applies deltas, every bound checked. Knows nothing of packs or files. */
#include "scanners/git/delta.h"

#include <stdlib.h>

/* Sizes are little-endian groups of 7 bits. */
static bool size_parse(struct slice d, size_t *at, uint64_t *out) {
	uint64_t v = 0;
	for (unsigned shift = 0;; shift += 7) {
		if (*at >= d.n || shift > 63)
			return false;
		uint8_t c = d.p[(*at)++];
		uint64_t part = c & 0x7f;
		if (shift == 63 && part > 1)
			return false;
		v |= part << shift;
		if (!(c & 0x80))
			break;
	}
	*out = v;
	return true;
}

bool delta_sizes(struct slice delta, uint64_t *base_size, uint64_t *result_size, size_t *body) {
	size_t at = 0;
	if (!size_parse(delta, &at, base_size) || !size_parse(delta, &at, result_size))
		return false;
	*body = at;
	return true;
}

static inline void ops_add(delta_ops *ops, enum delta_kind kind, size_t dst, size_t src, size_t len) {
	if (ops->n) {
		struct delta_op *last = &ops->at[ops->n - 1];
		if (last->kind == kind && (kind == DELTA_INSERT || last->src + last->len == src)) {
			last->len += len;
			return;
		}
	}
	VEC_PUSH(ops, ((struct delta_op){kind, dst, src, len}));
}

/* The operands of a copy: bits of the opcode say which bytes of offset (4) and size (3) follow. NULL: truncated. */
static inline const uint8_t *copy_parse(const uint8_t *p, const uint8_t *end, uint8_t op, size_t *off, size_t *len) {
	size_t o = 0, n = 0;
	/* The longest form is 7 bytes: with that much left no single byte needs a check. */
	if (end - p < 7 && end - p < __builtin_popcount(op & 0x7fu))
		return NULL;
	if (op & 0x01)
		o = *p++;
	if (op & 0x02)
		o |= (size_t)*p++ << 8;
	if (op & 0x04)
		o |= (size_t)*p++ << 16;
	if (op & 0x08)
		o |= (size_t)*p++ << 24;
	if (op & 0x10)
		n = *p++;
	if (op & 0x20)
		n |= (size_t)*p++ << 8;
	if (op & 0x40)
		n |= (size_t)*p++ << 16;
	*off = o;
	*len = n ? n : 0x10000;
	return p;
}

const char *delta_apply(struct slice base, struct slice delta, uint8_t *out, size_t out_size, delta_ops *ops) {
	uint64_t base_size, result_size;
	size_t body, at = 0;
	if (ops)
		ops->n = 0;
	if (!delta_sizes(delta, &base_size, &result_size, &body))
		return "delta header is damaged";
	if (base_size != base.n)
		return "delta is for a base of another size";
	if (result_size != out_size)
		return "delta gives another size than expected";
	const uint8_t *p = delta.p + body, *end = delta.p + delta.n;
	while (p < end) {
		uint8_t op = *p++;
		size_t off, len;
		if (op & 0x80) {
			p = copy_parse(p, end, op, &off, &len);
			if (!p)
				return "delta ends inside a copy";
			if (off > base.n || len > base.n - off)
				return "delta copies beyond its base";
			if (len > out_size - at)
				return "delta makes more than its size";
			memcpy(out + at, base.p + off, len);
			if (ops)
				ops_add(ops, DELTA_COPY, at, off, len);
		} else if (op) {
			len = op;
			if (len > (size_t)(end - p))
				return "delta ends inside an insert";
			if (len > out_size - at)
				return "delta makes more than its size";
			memcpy(out + at, p, len);
			if (ops)
				ops_add(ops, DELTA_INSERT, at, 0, len);
			p += len;
		} else {
			return "delta holds the reserved instruction 0";
		}
		at += len;
	}
	return at == out_size ? NULL : "delta makes less than its size";
}

/* Bytes that follow the part before in memory go on in it. */
static inline void parts_add(rope_parts *parts, size_t at, const uint8_t *p) {
	if (parts->n) {
		const struct rope_part *last = &parts->at[parts->n - 1];
		if (last->p + (at - last->at) == p)
			return;
	}
	VEC_PUSH(parts, ((struct rope_part){at, p}));
}

static void parts_copy(rope_parts *parts, const struct rope *base, size_t off, size_t len, size_t at) {
	for (size_t i = rope_find(base, off); len > 0; i++) {
		const struct rope_part *p = &base->parts[i];
		size_t end = i + 1 < base->nparts ? base->parts[i + 1].at : base->n;
		size_t n = end - off < len ? end - off : len;
		parts_add(parts, at, p->p + (off - p->at));
		at += n;
		off += n;
		len -= n;
	}
}

const char *delta_compose(
	const struct rope *base, uint8_t *delta, size_t n, size_t out_size, rope_parts *parts, delta_ops *ops) {
	uint64_t base_size, result_size;
	size_t body, at = 0, kept;
	parts->n = 0;
	if (ops)
		ops->n = 0;
	if (!delta_sizes(slice_of(delta, n), &base_size, &result_size, &body))
		return "delta header is damaged";
	if (base_size != base->n)
		return "delta is for a base of another size";
	if (result_size != out_size)
		return "delta gives another size than expected";
	const uint8_t *p = delta + body, *end = delta + n;
	kept = body; /* inserted bytes that were moved together end here, never behind what is still to be read */
	while (p < end) {
		uint8_t op = *p++;
		size_t off, len;
		if (op & 0x80) {
			p = copy_parse(p, end, op, &off, &len);
			if (!p)
				return "delta ends inside a copy";
			if (off > base->n || len > base->n - off)
				return "delta copies beyond its base";
			if (len > out_size - at)
				return "delta makes more than its size";
			parts_copy(parts, base, off, len, at);
			if (ops)
				ops_add(ops, DELTA_COPY, at, off, len);
		} else if (op) {
			len = op;
			if (len > (size_t)(end - p))
				return "delta ends inside an insert";
			if (len > out_size - at)
				return "delta makes more than its size";
			memmove(delta + kept, p, len);
			parts_add(parts, at, delta + kept);
			kept += len;
			if (ops)
				ops_add(ops, DELTA_INSERT, at, 0, len);
			p += len;
		} else {
			return "delta holds the reserved instruction 0";
		}
		at += len;
	}
	return at == out_size ? NULL : "delta makes less than its size";
}
