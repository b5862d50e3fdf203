/* The decoder of deflate beside zlib's: the same bytes and the same verdict, in whatever pieces input and room come. */
#include "scanners/archive/gzip.h"

#include <stdlib.h>
#include <zlib.h>

#define ROOM  ((size_t)40 << 10)
#define MOST  ((size_t)1 << 20)
#define START INFLATE_HISTORY

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct result {
	uint8_t *bytes;
	size_t n;
	bool ended, damaged;
};

static void with_zlib(struct slice in, struct result *r) {
	z_stream z = {0};
	int rc = Z_OK;

	if (inflateInit2(&z, 15 + 32) != Z_OK)
		abort();
	z.next_in = (Bytef *)(uintptr_t)in.p;
	z.avail_in = (uInt)in.n;
	z.next_out = r->bytes;
	z.avail_out = MOST;
	rc = inflate(&z, Z_NO_FLUSH);
	r->n = MOST - z.avail_out;
	r->ended = rc == Z_STREAM_END;
	r->damaged = rc != Z_STREAM_END && rc != Z_OK && rc != Z_BUF_ERROR;
	inflateEnd(&z);
}

static void in_pieces(struct slice in, unsigned piece, unsigned room, struct result *r) {
	struct gzip *g = calloc(1, sizeof(*g));
	uint8_t *out = malloc(START + ROOM);
	size_t n = 0;
	enum inflate_result rc = INFLATE_MORE;
	bool moved = true;

	while (rc == INFLATE_MORE && (in.n || moved) && r->n < MOST) {
		struct slice part = slice_sub(in, 0, piece);
		size_t from, given = part.n;

		if (n > START) {
			memmove(out, out + n - START, START);
			n = START;
		}
		from = n;
		rc = gzip_run(g, &part, out, &n, from + room < START + ROOM ? from + room : START + ROOM);
		if (n - from > MOST - r->n)
			n = from + (MOST - r->n);
		memcpy(r->bytes + r->n, out + from, n - from);
		r->n += n - from;
		in = slice_sub(in, given - part.n, in.n);
		moved = n > from || part.n < given;
	}
	r->ended = rc == INFLATE_END;
	r->damaged = rc == INFLATE_DAMAGED;
	free(out);
	free(g);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct result a = {malloc(MOST), 0, false, false}, b = {malloc(MOST), 0, false, false};

	if (size > 3) {
		struct slice in = slice_of(data + 2, size - 2);

		if (in.n > 3 && in.p[0] == 0x1f &&
			(in.p[3] & 2)) /* zlib looks at the header's checksum, nhiscan doesn't */
			goto out;
		with_zlib(in, &a);
		in_pieces(in, 1u + data[0] * (data[0] > 128 ? 64u : 1u), 1u + data[1] * 150u, &b);
		if (a.n < MOST &&
			(a.ended != b.ended || (a.damaged && b.ended) || a.n > b.n + 512 || (a.ended && a.n != b.n)))
			abort();
		if (memcmp(a.bytes, b.bytes, a.n < b.n ? a.n : b.n) != 0)
			abort();
	}
out:
	free(a.bytes);
	free(b.bytes);
	return 0;
}
