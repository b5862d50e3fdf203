/* Deflate (RFC 1951) in pieces, some twice as fast as zlib's inflate() on streams too long for libdeflate, which wants all at once: 64 bits are held
 * ready, and up to three literals are decoded for each time they are filled up. Headers and checksums around it are in gzip.c. */
#ifndef NHISCAN_SCANNERS_ARCHIVE_INFLATE_H
#define NHISCAN_SCANNERS_ARCHIVE_INFLATE_H

#include "core/slice.h"
#include "scanners/archive/inflate_code.h"

#define INFLATE_HISTORY ((size_t)32 << 10) /* how far back a match may reach */

enum inflate_state {
	INFLATE_HEAD,
	INFLATE_STORED_HEAD,
	INFLATE_STORED,
	INFLATE_SIZES,
	INFLATE_LENGTHS,
	INFLATE_CODES,
	INFLATE_SYMBOLS,
	INFLATE_MATCH,
	INFLATE_DONE,
	INFLATE_BROKEN
};

/* One stream. Zeroed, it is at its start; it holds nothing that must be freed. */
struct inflate {
	enum inflate_state state;
	bool last; /* the block at hand is */
	uint64_t bits;
	unsigned nbits;
	uint64_t total; /* bytes that came out before this call */
	uint32_t left;	/* of a stored block or a match */
	uint32_t distance;
	unsigned nliterals, ndistances, nlengths, at; /* of a header */
	uint8_t lengths[320];
	uint32_t literals[LITERAL_ROOM], distances[DISTANCE_ROOM];
};

enum inflate_result {
	INFLATE_MORE, /* `in` is used up, or there is no room left */
	INFLATE_END,  /* what follows comes from inflate_take() first, up to 7 bytes; then from `in` */
	INFLATE_DAMAGED
};

/* Decodes from `in`, which moves, to out[*n] and on until `most`. out[0, *n) holds what came out last: INFLATE_HISTORY bytes or more, or all that
 * this stream ever gave. */
enum inflate_result inflate_run(struct inflate *s, struct slice *in, uint8_t *out, size_t *n, size_t most);

/* The next bits, at most 32, first those of the byte at hand. False: too little is left of `in`; what was there is kept. */
bool inflate_take(struct inflate *s, struct slice *in, unsigned nbits, uint32_t *value);

#endif
