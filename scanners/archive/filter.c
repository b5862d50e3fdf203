/* Decoding gzip, bzip2, xz, lzma, lzip, zstd, LZ4 and brotli with the libraries' streaming interfaces; compress and rpm through libarchive.
 * libarchive's own filters are not used for the former, since they bound neither windows nor how many are stacked. */
#include "scanners/archive/filter.h"
#include "core/memory.h"
#include "scanners/archive/archive.h"

#include <brotli/decode.h>
#include <bzlib.h>
#include <lz4frame.h>
#include <lzma.h>
#include <stdlib.h>
#include <zlib.h>
#define ZSTD_STATIC_LINKING_ONLY /* ZSTD_DCtx_setMaxWindowSize */
#include <zstd.h>
#include <zstd_errors.h>

#define OUT_BLOCK	  ((size_t)256 << 10)
#define BROTLI_WIDEST	  (UINT64_C(16) << 20) /* RFC 7932, 9.1 */
#define ZSTD_WINDOW_LEAST ((size_t)1 << 10)    /* RFC 8878, 3.1.1.1.2 */

enum step { STEP_MORE, STEP_END, STEP_DAMAGED, STEP_TOO_LARGE };

struct filter;

/* Decodes from f->in into f->out behind f->n, moving both. STEP_END: a stream ended; what follows may be another. */
struct codec {
	bool (*begin)(struct filter *f);
	enum step (*step)(struct filter *f);
	void (*end)(struct filter *f);
	bool (*again)(struct filter *f);      /* begins the next stream; false: what follows is none */
	uint64_t (*window)(struct filter *f); /* what it takes now, when that is worth counting; or NULL */
};

struct filter {
	struct stream base;
	const struct codec *codec;
	enum packed_kind kind;
	struct stream *from;
	uint64_t memory; /* the most that its window may take */
	struct hold hold;
	uint64_t given;
	struct slice in;
	uint8_t *out;
	size_t n, most; /* most: what was ever in `out` */
	bool begun, ended, from_ended;
	union {
		z_stream z;
		bz_stream bz;
		lzma_stream lz;
		ZSTD_DCtx *zstd;
		LZ4F_dctx *lz4;
		BrotliDecoderState *brotli;
	} u;
};

static void took(struct filter *f, size_t n) {
	f->in = slice_sub(f->in, n, f->in.n);
}

static bool gzip_begin(struct filter *f) {
	f->u.z = (z_stream){0};
	return inflateInit2(&f->u.z, 15 + 32) ==
	       Z_OK; /* zlib.h: 32 more takes a gzip header as well as zlib's own, for xar */
}

static enum step gzip_step(struct filter *f) {
	size_t before = f->in.n < UINT32_MAX ? f->in.n : UINT32_MAX;
	int rc;

	f->u.z.next_in = (Bytef *)(uintptr_t)f->in.p; /* zlib does not write there */
	f->u.z.avail_in = (uInt)before;
	f->u.z.next_out = f->out + f->n;
	f->u.z.avail_out = (uInt)(OUT_BLOCK - f->n);
	rc = inflate(&f->u.z, Z_NO_FLUSH);
	took(f, before - f->u.z.avail_in);
	f->n = OUT_BLOCK - f->u.z.avail_out;
	return rc == Z_STREAM_END ? STEP_END : rc == Z_OK || rc == Z_BUF_ERROR ? STEP_MORE : STEP_DAMAGED;
}

static void gzip_end(struct filter *f) {
	inflateEnd(&f->u.z);
}

static bool gzip_again(struct filter *f) {
	return f->in.p[0] == 0x1f && inflateReset(&f->u.z) == Z_OK;
}

static bool bzip2_begin(struct filter *f) {
	f->u.bz = (bz_stream){0};
	return BZ2_bzDecompressInit(&f->u.bz, 0, 0) == BZ_OK;
}

static enum step bzip2_step(struct filter *f) {
	size_t before = f->in.n < UINT32_MAX ? f->in.n : UINT32_MAX;
	int rc;

	f->u.bz.next_in = (char *)(uintptr_t)f->in.p;
	f->u.bz.avail_in = (unsigned)before;
	f->u.bz.next_out = (char *)f->out + f->n;
	f->u.bz.avail_out = (unsigned)(OUT_BLOCK - f->n);
	rc = BZ2_bzDecompress(&f->u.bz);
	took(f, before - f->u.bz.avail_in);
	f->n = OUT_BLOCK - f->u.bz.avail_out;
	return rc == BZ_STREAM_END ? STEP_END : rc == BZ_OK ? STEP_MORE : STEP_DAMAGED;
}

static void bzip2_end(struct filter *f) {
	BZ2_bzDecompressEnd(&f->u.bz);
}

static bool bzip2_again(struct filter *f) {
	if (f->in.p[0] != 'B')
		return false;
	bzip2_end(f);
	return bzip2_begin(f);
}

/* bzip2's manual, 1.3 "Memory management": 100k + 4 times the block of 900k. */
static uint64_t bzip2_window(struct filter *f) {
	(void)f;
	return UINT64_C(3700) << 10;
}

static bool lzma_begin(struct filter *f) {
	lzma_ret rc;

	f->u.lz = (lzma_stream)LZMA_STREAM_INIT;
	if (f->kind == KIND_LZMA)
		rc = lzma_alone_decoder(&f->u.lz, f->memory);
	else if (f->kind == KIND_LZIP)
		rc = lzma_lzip_decoder(&f->u.lz, f->memory, LZMA_CONCATENATED);
	else
		rc = lzma_stream_decoder(&f->u.lz, f->memory, LZMA_CONCATENATED);
	return rc == LZMA_OK;
}

static enum step lzma_step(struct filter *f) {
	lzma_ret rc;
	size_t before = f->in.n;

	f->u.lz.next_in = f->in.p;
	f->u.lz.avail_in = before;
	f->u.lz.next_out = f->out + f->n;
	f->u.lz.avail_out = OUT_BLOCK - f->n;
	rc = lzma_code(&f->u.lz, f->from_ended ? LZMA_FINISH : LZMA_RUN);
	took(f, before - f->u.lz.avail_in);
	f->n = OUT_BLOCK - f->u.lz.avail_out;
	return rc == LZMA_STREAM_END		       ? STEP_END
	       : rc == LZMA_OK || rc == LZMA_BUF_ERROR ? STEP_MORE
	       : rc == LZMA_MEMLIMIT_ERROR	       ? STEP_TOO_LARGE
						       : STEP_DAMAGED;
}

static void lzma_finish(struct filter *f) {
	lzma_end(&f->u.lz);
}

static uint64_t lzma_window(struct filter *f) {
	return lzma_memusage(&f->u.lz);
}

static bool zstd_begin(struct filter *f) {
	f->u.zstd = ZSTD_createDCtx();
	return f->u.zstd && !ZSTD_isError(ZSTD_DCtx_setMaxWindowSize(
				    f->u.zstd, f->memory > ZSTD_WINDOW_LEAST ? f->memory : ZSTD_WINDOW_LEAST));
}

static enum step zstd_step(struct filter *f) {
	ZSTD_inBuffer in = {f->in.p, f->in.n, 0};
	ZSTD_outBuffer out = {f->out, OUT_BLOCK, f->n};
	size_t rc = ZSTD_decompressStream(f->u.zstd, &out, &in);

	took(f, in.pos);
	f->n = out.pos;
	if (ZSTD_isError(rc))
		return ZSTD_getErrorCode(rc) == ZSTD_error_frameParameter_windowTooLarge ? STEP_TOO_LARGE
											 : STEP_DAMAGED;
	return rc == 0 ? STEP_END : STEP_MORE;
}

static void zstd_end(struct filter *f) {
	ZSTD_freeDCtx(f->u.zstd);
}

static uint64_t zstd_window(struct filter *f) {
	return ZSTD_sizeof_DCtx(f->u.zstd);
}

/* A frame's magic, or that of a skippable one, begins so (RFC 8878). */
static bool zstd_again(struct filter *f) {
	return f->in.p[0] == 0x28 || (f->in.p[0] & 0xf0) == 0x50;
}

static bool lz4_begin(struct filter *f) {
	f->u.lz4 = NULL;
	return !LZ4F_isError(LZ4F_createDecompressionContext(&f->u.lz4, LZ4F_VERSION));
}

static enum step lz4_step(struct filter *f) {
	size_t out = OUT_BLOCK - f->n, in = f->in.n;
	size_t rc = LZ4F_decompress(f->u.lz4, f->out + f->n, &out, f->in.p, &in, NULL);

	if (LZ4F_isError(rc))
		return STEP_DAMAGED;
	took(f, in);
	f->n += out;
	return rc == 0 ? STEP_END : STEP_MORE;
}

static void lz4_end(struct filter *f) {
	LZ4F_freeDecompressionContext(f->u.lz4);
}

static bool lz4_again(struct filter *f) {
	return f->in.p[0] == 0x04 || (f->in.p[0] & 0xf0) == 0x50;
}

/* Two blocks of up to 4 MiB and what they refer to (LZ4 frame format 1.6, "Block Maximum Size"). */
static uint64_t lz4_window(struct filter *f) {
	(void)f;
	return UINT64_C(9) << 20;
}

static bool brotli_begin(struct filter *f) {
	f->u.brotli = BrotliDecoderCreateInstance(NULL, NULL, NULL);
	return f->u.brotli != NULL;
}

/* RFC 7932, 9.1: the first bits are the width of the window. Wider than 24 it is no brotli of that standard, and the library refuses it. */
static uint64_t brotli_bytes(uint8_t first) {
	unsigned n = (first >> 1) & 7, m = (first >> 4) & 7;

	return UINT64_C(1) << ((first & 1) == 0 ? 16 : n ? 17 + n : m ? 8 + m : 17);
}

static enum step brotli_step(struct filter *f) {
	size_t in = f->in.n, out = OUT_BLOCK - f->n;
	const uint8_t *next_in = f->in.p;
	uint8_t *next_out = f->out + f->n;
	BrotliDecoderResult rc;

	if (f->in.n && !BrotliDecoderIsUsed(f->u.brotli) && brotli_bytes(f->in.p[0]) > f->memory)
		return STEP_TOO_LARGE;
	rc = BrotliDecoderDecompressStream(f->u.brotli, &in, &next_in, &out, &next_out, NULL);
	took(f, f->in.n - in);
	f->n = OUT_BLOCK - out;
	return rc == BROTLI_DECODER_RESULT_SUCCESS ? STEP_END
	       : rc == BROTLI_DECODER_RESULT_ERROR ? STEP_DAMAGED
						   : STEP_MORE;
}

static void brotli_end(struct filter *f) {
	BrotliDecoderDestroyInstance(f->u.brotli);
}

/* The widest: the decoder does not tell. It grows with what it holds. */
static uint64_t brotli_window(struct filter *f) {
	return f->memory < BROTLI_WIDEST ? f->memory : BROTLI_WIDEST;
}

static const struct codec *codec_of(enum packed_kind k) {
	static const struct codec gzip = {gzip_begin, gzip_step, gzip_end, gzip_again, NULL},
				  bzip2 = {bzip2_begin, bzip2_step, bzip2_end, bzip2_again, bzip2_window},
				  lzma = {lzma_begin, lzma_step, lzma_finish, NULL, lzma_window},
				  zstd = {zstd_begin, zstd_step, zstd_end, zstd_again, zstd_window},
				  lz4 = {lz4_begin, lz4_step, lz4_end, lz4_again, lz4_window},
				  brotli = {brotli_begin, brotli_step, brotli_end, NULL, brotli_window};

	switch (k) {
	case KIND_GZIP:
		return &gzip;
	case KIND_BZIP2:
		return &bzip2;
	case KIND_XZ:
	case KIND_LZMA:
	case KIND_LZIP:
		return &lzma;
	case KIND_ZSTD:
		return &zstd;
	case KIND_LZ4:
		return &lz4;
	case KIND_BROTLI:
		return &brotli;
	default:
		return NULL;
	}
}

/* Gets more to decode. 0: there is none, -1: trouble. */
static int refill(struct filter *f, struct error *err) {
	int more;

	if (f->in.n || f->from_ended)
		return f->in.n > 0;
	more = f->from->next(f->from, &f->in, err);
	if (more <= 0) {
		f->from_ended = more == 0;
		f->in = slice_of(NULL, 0);
	}
	return more;
}

static int fail(struct filter *f, enum step step, struct error *err) {
	const char *name = packed_kind_name(f->kind);

	f->ended = true;
	if (step == STEP_TOO_LARGE)
		return error_set(err, ERR_LIMIT,
			"%s wants a window larger than the %llu bytes that are left for it; raise "
			"--archive-memory to read it",
			name, (unsigned long long)f->memory);
	if (step == STEP_MORE)
		return error_set(err, ERR_FORMAT, "the %s stream ends too early", name);
	return error_set(err, ERR_FORMAT, "the %s stream is damaged", name);
}

/* One step; false when no further one can be made now, with *step saying why. */
static bool advance(struct filter *f, enum step *step, struct error *err, int *more) {
	size_t n = f->n, in;

	*more = refill(f, err);
	if (*more < 0)
		return false;
	in = f->in.n;
	*step = f->codec->step(f);
	if (*step == STEP_END) {
		f->ended = refill(f, err) <= 0 || !f->codec->again || !f->codec->again(f);
		*step = STEP_MORE;
		return !f->ended;
	}
	return *step == STEP_MORE && (f->n > n || f->in.n < in || !f->from_ended);
}

/* The window is touched as bytes come out of it. */
static void count_window(struct filter *f) {
	uint64_t window = f->codec->window ? f->codec->window(f) : 0;

	f->given += f->n;
	if (window)
		hold_set(&f->hold, window < f->memory ? window : f->memory);
	hold_touch(&f->hold, f->given);
}

static int filter_next(struct stream *s, struct slice *out, struct error *err) {
	struct filter *f = (struct filter *)s;
	enum step step = STEP_MORE;
	int more = 1;

	f->n = 0;
	while (!f->ended && f->n < OUT_BLOCK && advance(f, &step, err, &more))
		;
	/* What was decoded before the trouble is given first; the next call meets the trouble again. */
	*out = slice_of(f->out, f->n);
	if (f->n > f->most)
		f->most = f->n;
	if (f->n > 0) {
		count_window(f);
		return 1;
	}
	return more < 0 ? -1 : f->ended ? 0 : fail(f, step, err);
}

static void filter_close(struct stream *s) {
	struct filter *f = (struct filter *)s;

	if (f->begun)
		f->codec->end(f);
	hold_end(&f->hold);
	mem_wipe_free(f->out, f->most);
	free(f);
}

struct stream *filter_open(enum packed_kind k, struct stream *from, struct chain *chain, struct error *err) {
	const struct codec *c = codec_of(k);
	struct filter *f;

	if (!c)
		return archive_filter_open(k, from, err);
	f = mem_alloc(sizeof(*f));
	f->base = (struct stream){filter_next, filter_close, UINT64_MAX};
	f->codec = c;
	f->kind = k;
	f->from = from;
	f->memory = chain_left(chain);
	f->hold.chain = chain;
	if (k == KIND_LZ4) { /* its blocks are there before anything came out */
		hold_set(&f->hold, lz4_window(f) < f->memory ? lz4_window(f) : f->memory);
		hold_touch(&f->hold, f->hold.held);
	}
	f->out = mem_grow(NULL, OUT_BLOCK, 1); /* not cleared: there may be one for every small file */
	f->begun = true;
	if (!c->begin(f)) {
		error_set(err, ERR_IO, "no memory to decode %s", packed_kind_name(k));
		filter_close(&f->base);
		return NULL;
	}
	return &f->base;
}
