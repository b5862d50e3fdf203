/* gzip (RFC 1952) and zlib (RFC 1950) streams in pieces: headers and checksums around inflate.c. */
#ifndef NHISCAN_SCANNERS_ARCHIVE_GZIP_H
#define NHISCAN_SCANNERS_ARCHIVE_GZIP_H

#include "scanners/archive/inflate.h"

enum gzip_state {
	GZIP_START,
	GZIP_FIXED,
	GZIP_EXTRA_SIZE,
	GZIP_EXTRA,
	GZIP_NAME,
	GZIP_COMMENT,
	GZIP_HEADER_SUM,
	GZIP_ZLIB,
	GZIP_DATA,
	GZIP_TRAILER,
	GZIP_DONE
};

/* One member of gzip, or one stream of zlib. Zeroed, it is at its start. */
struct gzip {
	enum gzip_state state;
	bool is_zlib;
	uint8_t flags;
	uint32_t at, left; /* bytes of a part of the header or trailer */
	uint32_t sum;	   /* of what came out; CRC-32 or Adler-32 */
	uint32_t size;
	uint32_t told[2]; /* by the trailer */
	struct inflate inflate;
};

/* As inflate_run(); after INFLATE_END what follows a member of gzip is in `in`; behind zlib's, up to four bytes more are taken. Checksums and sizes that do not fit are damage, told behind the last bytes. */
enum inflate_result gzip_run(struct gzip *g, struct slice *in, uint8_t *out, size_t *n, size_t most);

#endif
