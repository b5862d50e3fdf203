/* A member's bytes: small ones inflated at once by libdeflate, large ones and damaged ones in blocks, so that what stands before the damage is
 * given: by zlib, LZMA by liblzma within bounds, bzip2, zstd and xz as streams of their own (filter.c). The directory is read in zip.c. */
#include "scanners/archive/zip_data.h"
#include "core/memory.h"
#include "scanners/archive/filter.h"

#include <libdeflate.h>
#include <lzma.h>
#include <stdlib.h>
#include <zlib.h>

#define WHOLE_MOST   ((uint64_t)4 << 20) /* larger members pass through in blocks */
#define BLOCK	     ((size_t)256 << 10)
#define LOCAL_BYTES  30
#define INFLATE_MOST 1032 /* times: zlib's manual, "Maximum Compression Factor" */

struct data {
	struct stream base;
	struct zip_reader *r;
	const char *trouble; /* at the end, or at once when there is no `left`; NULL: none */
	struct slice left;   /* all of it, when it is in memory */
	/* in blocks */
	uint64_t at, end, n; /* packed bytes not read yet; bytes given */
	uint32_t crc, want;
	uint64_t want_n;
	bool inflating, unlzma, ended, too_large;
	uint8_t *in;
	z_stream z;
	lzma_stream lz;
	struct hold hold;
	struct stream region, *filter; /* the packed bytes, and what decodes them */
	struct error *why;	       /* of the filter */
};

static int trouble(struct data *d, struct error *err) {
	return d->trouble ? error_set(err, d->too_large ? ERR_LIMIT : ERR_FORMAT, "%s", d->trouble) : 0;
}

static int whole_next(struct stream *s, struct slice *out, struct error *err) {
	struct data *d = (struct data *)s;

	if (!d->left.n)
		return trouble(d, err);
	if (!account_bytes(d->r->account, d->left.n))
		return error_set(err, ERR_LIMIT, "a limit was hit");
	*out = d->left;
	d->left = slice_of(NULL, 0);
	return 1;
}

/* More packed bytes. */
static bool refill(struct data *d) {
	size_t n = d->end - d->at < BLOCK ? (size_t)(d->end - d->at) : BLOCK;

	if (n == 0 || !source_read(d->r->source, d->at, d->in, n))
		return false;
	d->at += n;
	d->z.next_in = d->in;
	d->z.avail_in = (uInt)n;
	return true;
}

static int region_next(struct stream *s, struct slice *out, struct error *err) {
	struct data *d = (struct data *)(void *)((char *)s - offsetof(struct data, region));

	(void)err;
	if (!refill(d))
		return 0;
	*out = slice_of(d->in, d->z.avail_in);
	return 1;
}

static void region_close(struct stream *s) {
	(void)s; /* the member's own */
}

static struct slice filtered_block(struct data *d) {
	struct slice out = {0};
	int more = d->filter->next(d->filter, &out, d->why);

	d->ended = more <= 0;
	if (more < 0) {
		d->trouble = d->why->text;
		d->too_large = d->why->kind == ERR_LIMIT;
	}
	return more > 0 ? out : slice_of(NULL, 0);
}

static size_t inflate_block(struct data *d, uint8_t *out) {
	d->z.next_out = out;
	d->z.avail_out = (uInt)BLOCK;
	while (d->z.avail_out && !d->ended) {
		int rc = d->z.avail_in || refill(d) ? inflate(&d->z, Z_NO_FLUSH) : Z_BUF_ERROR;

		d->ended = rc != Z_OK;
		if (d->ended && rc != Z_STREAM_END)
			d->trouble = rc == Z_BUF_ERROR ? "the member ends too early" : "the member is damaged";
	}
	return BLOCK - d->z.avail_out;
}

static size_t unlzma_block(struct data *d, uint8_t *out) {
	d->lz.next_out = out;
	d->lz.avail_out = d->want_n - d->n < BLOCK ? (size_t)(d->want_n - d->n) : BLOCK; /* there may be no end mark */
	d->ended = d->lz.avail_out == 0;
	while (d->lz.avail_out && !d->ended) {
		lzma_ret rc;

		if (!d->lz.avail_in && refill(d)) {
			d->lz.next_in = d->in;
			d->lz.avail_in = d->z.avail_in;
		}
		rc = lzma_code(&d->lz, LZMA_RUN);
		d->ended = rc != LZMA_OK;
		if (d->ended && rc != LZMA_STREAM_END)
			d->trouble = rc == LZMA_BUF_ERROR ? "the member ends too early" : "the member is damaged";
	}
	hold_touch(&d->hold, d->n + (size_t)(d->lz.next_out - out));
	return (size_t)(d->lz.next_out - out);
}

/* APPNOTE 5.8: a version, the length of the properties, and these, as in an .lzma file. */
static void begin_lzma(struct data *d) {
	lzma_filter filters[2] = {{.id = LZMA_FILTER_LZMA1}, {.id = LZMA_VLI_UNKNOWN}};
	uint8_t head[9];

	if (d->end - d->at < sizeof(head) || !source_read(d->r->source, d->at, head, sizeof(head)) || head[2] != 5 ||
		head[3] != 0 || lzma_properties_decode(&filters[0], NULL, head + 4, 5) != LZMA_OK) {
		d->trouble = "the member is damaged";
	} else if (!hold_set(&d->hold, lzma_raw_decoder_memusage(filters))) {
		d->trouble = "its LZMA wants a window larger than the limit; raise --archive-memory to read it";
		d->too_large = true;
	} else {
		d->unlzma = lzma_raw_decoder(&d->lz, filters) == LZMA_OK;
		if (!d->unlzma)
			mem_exhausted();
		d->at += sizeof(head);
	}
	free(filters[0].options);
	d->ended = d->trouble != NULL;
}

static void begin_filter(struct data *d, unsigned method) {
	enum packed_kind k = method == ZIP_BZIP2 ? KIND_BZIP2 : method == ZIP_ZSTD ? KIND_ZSTD : KIND_XZ;

	d->region = (struct stream){region_next, region_close, d->end - d->at};
	d->why = mem_alloc(sizeof(*d->why));
	d->filter = filter_open(k, &d->region, d->r->chain, d->why);
	d->ended = d->filter == NULL;
	if (!d->filter)
		d->trouble = d->why->text;
}

static size_t stored_block(struct data *d, uint8_t *out) {
	size_t n = d->end - d->at < BLOCK ? (size_t)(d->end - d->at) : BLOCK;

	d->ended = n == 0;
	if (n && !source_read(d->r->source, d->at, out, n)) {
		d->ended = true;
		d->trouble = "the member ends too early";
		return 0;
	}
	d->at += n;
	return n;
}

static int blocks_next(struct stream *s, struct slice *out, struct error *err) {
	struct data *d = (struct data *)s;
	uint8_t *plain = d->r->plain.p;
	struct slice block;

	if (d->ended)
		return trouble(d, err);
	block = d->filter      ? filtered_block(d)
		: d->inflating ? slice_of(plain, inflate_block(d, plain))
		: d->unlzma    ? slice_of(plain, unlzma_block(d, plain))
			       : slice_of(plain, stored_block(d, plain));
	if (block.n) /* of nothing at NULL it would be that of nothing at all */
		d->crc = libdeflate_crc32(d->crc, block.p, block.n);
	d->n += block.n;
	if (d->ended && !d->trouble && (d->crc != d->want || d->n != d->want_n))
		d->trouble = "its checksum or size is another than the directory says";
	if (block.n == 0)
		return trouble(d, err);
	if (!account_bytes(d->r->account, block.n))
		return error_set(err, ERR_LIMIT, "a limit was hit");
	*out = block;
	return 1;
}

static void data_close(struct stream *s) {
	struct data *d = (struct data *)s;

	if (d->inflating)
		inflateEnd(&d->z);
	if (d->unlzma)
		lzma_end(&d->lz);
	stream_close(d->filter);
	free(d->why);
	hold_end(&d->hold);
	if (d->in)
		mem_wipe_free(d->in, BLOCK);
	free(d);
}

/* Where the packed bytes begin: behind a header that has lengths of its own. NULL or what is wrong. */
static const char *find_data(struct zip_reader *r, const struct zip_entry *e, uint64_t *at) {
	uint8_t local[LOCAL_BYTES];

	if (e->encrypted)
		return "Passphrase required for this entry";
	if (e->offset > r->size || !source_read(r->source, e->offset, local, LOCAL_BYTES) ||
		memcmp(local, "PK\3\4", 4) != 0)
		return "the directory names a place at which no member is";
	*at = e->offset + LOCAL_BYTES + (local[26] | (uint64_t)local[27] << 8) + (local[28] | (uint64_t)local[29] << 8);
	return *at > r->size || e->packed > r->size - *at ? "the member ends too early" : NULL;
}

/* All of a small member at once. False: not this way. */
static bool load_whole(struct zip_reader *r, const struct zip_entry *e, uint64_t at, struct data *d) {
	struct slice packed;
	size_t got = 0;

	if ((e->method != 0 && e->method != ZIP_DEFLATED) || e->size > WHOLE_MOST || e->packed > WHOLE_MOST ||
		e->size / INFLATE_MOST > e->packed)
		return false;
	if (r->source->bytes.p) {
		packed = slice_sub(r->source->bytes, at, at + e->packed);
	} else {
		buf_clear(&r->packed);
		buf_reserve(&r->packed, (size_t)e->packed + 1);
		if (!source_read(r->source, at, r->packed.p, (size_t)e->packed))
			return false;
		packed = slice_of(r->packed.p, (size_t)e->packed);
	}
	if (e->method == 0) {
		d->left = packed;
	} else {
		if (!r->inflater && !(r->inflater = libdeflate_alloc_decompressor()))
			mem_exhausted();
		buf_clear(&r->plain);
		buf_reserve(&r->plain, (size_t)e->size + 1);
		if (libdeflate_deflate_decompress(r->inflater, packed.p, packed.n, r->plain.p, (size_t)e->size, &got) !=
				LIBDEFLATE_SUCCESS ||
			got != e->size)
			return false;
		r->plain.n = got;
		d->left = buf_slice(&r->plain);
	}
	d->base.size = d->left.n;
	if (d->left.n != e->size || libdeflate_crc32(0, d->left.p, d->left.n) != e->crc)
		d->trouble = "its checksum or size is another than the directory says";
	return true;
}

bool zip_method_is_known(unsigned method) {
	return method == 0 || method == ZIP_DEFLATED || method == ZIP_BZIP2 || method == ZIP_LZMA ||
	       method == ZIP_ZSTD || method == ZIP_XZ;
}

struct stream *zip_data_open(struct zip_reader *r, const struct zip_entry *e) {
	struct data *d = mem_alloc(sizeof(*d));
	uint64_t at = 0;

	d->base = (struct stream){whole_next, data_close, UINT64_MAX};
	d->r = r;
	d->hold.chain = r->chain;
	d->trouble = find_data(r, e, &at);
	if (d->trouble || load_whole(r, e, at, d))
		return &d->base;
	d->base.next = blocks_next;
	d->base.size = e->size;
	d->at = at;
	d->end = at + e->packed;
	d->want = e->crc;
	d->want_n = e->size;
	buf_reserve(&r->plain, BLOCK);
	if (e->method != 0)
		d->in = mem_grow(NULL, BLOCK, 1);
	if (e->method == ZIP_LZMA)
		begin_lzma(d);
	else if (e->method != 0 && e->method != ZIP_DEFLATED)
		begin_filter(d, e->method);
	if (e->method == ZIP_DEFLATED) {
		d->inflating = inflateInit2(&d->z, -15) == Z_OK;
		if (!d->inflating)
			mem_exhausted();
	}
	return &d->base;
}

void zip_reader_free(struct zip_reader *r) {
	buf_free(&r->packed);
	buf_free(&r->plain);
	libdeflate_free_decompressor(r->inflater);
}
