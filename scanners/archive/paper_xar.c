/* xar archives (macOS packages): a table of contents in packed XML, then a heap. libarchive reads them through libxml2, which would bring 30 MiB of
 * ICU's tables into the program; of the table only names, offsets, lengths and encodings are of interest. Format: xar's wiki, "xarformat". */
#include "core/memory.h"
#include "core/vec.h"
#include "scanners/archive/filter.h"
#include "scanners/archive/paper.h"

#include <libdeflate.h>
#include <stdlib.h>

#define TOC_MOST  ((uint64_t)64 << 20)
#define DEEP_MOST 64

struct xar_file {
	size_t name; /* length of the path when it began */
	uint64_t offset, length;
	bool has_data, packed;
};

struct xar {
	const struct paper *paper;
	struct slice heap;
	struct buf path;
	struct xar_file open[DEEP_MOST];
	unsigned depth;
	bool in_data;
};

static uint64_t big_endian(const uint8_t *p, size_t n) {
	uint64_t v = 0;

	while (n--)
		v = v << 8 | *p++;
	return v;
}

static uint64_t number(struct slice s) {
	uint64_t v = 0;

	for (size_t i = 0; i < s.n && s.p[i] >= '0' && s.p[i] <= '9' && v < UINT64_MAX / 16; i++)
		v = v * 10 + (uint64_t)(s.p[i] - '0');
	return v;
}

static void give_file(struct xar *x, const struct xar_file *f) {
	struct slice bytes;
	struct stream *packed, *plain;
	struct error err = {0};

	if (!f->has_data || f->offset > x->heap.n || f->length > x->heap.n - f->offset)
		return;
	bytes = slice_sub(x->heap, (size_t)f->offset, (size_t)(f->offset + f->length));
	if (!f->packed) {
		paper_give_bytes(x->paper, buf_cstr(&x->path), bytes);
		return;
	}
	/* What xar calls gzip is a zlib stream. */
	packed = stream_of_bytes(bytes);
	plain = filter_open(KIND_GZIP, packed, &x->paper->r->chain, &err);
	if (plain && account_member(&x->paper->r->job->account))
		member_give(x->paper->r, x->paper->doc, x->paper->depth,
			&(struct member){.name = slice_str(buf_cstr(&x->path)), .size = UINT64_MAX}, plain);
	stream_close(plain);
	stream_close(packed);
}

static void begin_element(struct xar *x, struct slice tag) {
	struct xar_file *f = x->depth ? &x->open[x->depth - 1] : NULL;

	if (slice_has_prefix(tag, "file ") || slice_eq(tag, slice_str("file"))) {
		if (x->depth < DEEP_MOST)
			x->open[x->depth++] = (struct xar_file){.name = x->path.n};
	} else if (f && slice_eq(tag, slice_str("data"))) {
		x->in_data = f->has_data = true;
	} else if (f && x->in_data && slice_has_prefix(tag, "encoding")) {
		f->packed = slice_find(tag, slice_str("application/x-gzip")) >= 0;
	}
}

static void end_element(struct xar *x, struct slice name, struct slice text) {
	struct xar_file *f = x->depth ? &x->open[x->depth - 1] : NULL;

	if (!f)
		return;
	if (slice_eq(name, slice_str("name")) && !x->in_data) {
		x->path.n = f->name;
		if (x->path.n)
			buf_add_byte(&x->path, '/');
		buf_add_slice(&x->path, text);
	} else if (slice_eq(name, slice_str("offset")) && x->in_data) {
		f->offset = number(text);
	} else if (slice_eq(name, slice_str("length")) && x->in_data) {
		f->length = number(text);
	} else if (slice_eq(name, slice_str("data"))) {
		x->in_data = false;
	} else if (slice_eq(name, slice_str("file"))) {
		give_file(x, f);
		x->path.n = f->name;
		x->depth--;
	}
}

static void read_toc(struct xar *x, struct slice toc) {
	size_t text = 0;

	for (size_t at = 0; at < toc.n && account_goes_on(&x->paper->r->job->account);) {
		const uint8_t *open = memchr(toc.p + at, '<', toc.n - at), *close;
		size_t from, to;

		if (!open)
			break;
		from = (size_t)(open - toc.p) + 1;
		close = memchr(toc.p + from, '>', toc.n - from);
		if (!close)
			break;
		to = (size_t)(close - toc.p);
		if (to > from && toc.p[from] == '/')
			end_element(x, slice_sub(toc, from + 1, to), slice_sub(toc, text, from - 1));
		else
			begin_element(x, slice_sub(toc, from, to));
		text = at = to + 1;
	}
}

bool xar_give(const struct paper *p) {
	struct slice s = p->doc->bytes;
	struct xar x = {.paper = p};
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	uint64_t head, packed, plain;
	struct buf toc = {0};
	size_t got = 0;
	bool read = false;

	if (s.n < 28 || !d)
		goto out;
	head = big_endian(s.p + 4, 2);
	packed = big_endian(s.p + 8, 8);
	plain = big_endian(s.p + 16, 8);
	if (head < 28 || head > s.n || packed > s.n - head || plain > TOC_MOST || plain / 1032 > packed)
		goto out;
	buf_reserve(&toc, (size_t)plain + 1);
	if (libdeflate_zlib_decompress(d, s.p + head, (size_t)packed, toc.p, (size_t)plain, &got) != LIBDEFLATE_SUCCESS)
		goto out;
	toc.n = got;
	x.heap = slice_sub(s, (size_t)(head + packed), s.n);
	read_toc(&x, buf_slice(&toc));
	read = true;
out:
	if (!read)
		job_note(p->r, p->doc, "archive-damaged", true,
			"the table of this xar archive can't be read; its bytes were matched as they are");
	libdeflate_free_decompressor(d);
	buf_free(&toc);
	buf_free(&x.path);
	return read;
}
