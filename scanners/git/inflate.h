/* zlib streams (RFC 1950) inflated in one go into memory of known size, by libdeflate.
 * One inflater belongs to one thread. */
#ifndef NHISCAN_SCANNERS_GIT_INFLATE_H
#define NHISCAN_SCANNERS_GIT_INFLATE_H

#include "core/slice.h"

struct inflater;
struct inflater *inflater_new(void);
void inflater_free(struct inflater *z);

/* True when `in` can begin a stream of `size` bytes at all: deflate never gives more than 1032 bytes for one.
 * Asked before memory is allocated, so that a small file can't claim a large object. */
bool inflate_is_plausible(struct slice in, uint64_t size);

/* Inflates the stream at the start of `in`, which may go on behind it, to exactly `size` bytes at `out`.
 * False: damaged, or of another size. The Adler-32 is checked. */
bool inflate_exact(struct inflater *z, struct slice in, uint8_t *out, size_t size);

enum inflate_result { INFLATE_OK, INFLATE_DAMAGED, INFLATE_MORE };

/* Inflates into `cap` bytes: INFLATE_OK sets *n. INFLATE_MORE: the stream is longer than `cap`; *n is `cap`, and `out`
 * then holds the beginning of it as far as libdeflate got, which it does not promise to be far. */
enum inflate_result inflate_upto(struct inflater *z, struct slice in, uint8_t *out, size_t cap, size_t *n);

#endif
