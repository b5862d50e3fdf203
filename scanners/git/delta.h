/* Git's deltas: how one object is made of pieces of another and of new bytes. Format: gitformat-pack(5),
 * "Deltified representation". Only bytes in memory; where they come from is pack.h's business. */
#ifndef NHISCAN_SCANNERS_GIT_DELTA_H
#define NHISCAN_SCANNERS_GIT_DELTA_H

#include "core/rope.h"
#include "core/vec.h"

enum delta_kind { DELTA_COPY, DELTA_INSERT };

/* Bytes [dst, dst + len) of the result are bytes [src, src + len) of the base, or new. */
struct delta_op {
	enum delta_kind kind;
	size_t dst;
	size_t src; /* DELTA_COPY only; 0 otherwise */
	size_t len; /* never 0 */
};

/* In order of dst, without gaps or overlaps. Neighbours that continue each other (copies are at most 64 KiB or 16 MiB long,
 * inserts 127 bytes) are joined to one. */
typedef VEC(struct delta_op) delta_ops;

/* Reads the two sizes in front. False: truncated or over 64 bits. *body is where the instructions begin. */
bool delta_sizes(struct slice delta, uint64_t *base_size, uint64_t *result_size, size_t *body);

/* Applies `delta` to `base`; `out` has room for exactly `out_size` bytes, which the caller took from delta_sizes().
 * `ops` (may be NULL) is emptied and then holds the instructions. Returns NULL, or a static sentence that says
 * what is wrong; `out` is then undefined but was not overrun. */
const char *delta_apply(struct slice base, struct slice delta, uint8_t *out, size_t out_size, delta_ops *ops);

typedef VEC(struct rope_part) rope_parts;

/* The same without putting bytes together: `parts` is emptied and then says where the bytes of the result are, in what `base` is made of
 * and in `delta`, in which inserted bytes are moved to one another. Both must outlive the parts. `ops` may be NULL. */
const char *delta_compose(
	const struct rope *base, uint8_t *delta, size_t n, size_t out_size, rope_parts *parts, delta_ops *ops);

#endif
