/* The header of a 7z archive, as far as it tells of memory (7zFormat.txt of the LZMA SDK, https://www.7-zip.org/sdk.html). Members are read by
 * libarchive, in archive.c. */
#include "scanners/archive/sevenzip.h"
#include "core/buf.h"
#include "core/memory.h"
#include "core/numbers.h"

#include <lzma.h>
#include <stdlib.h>

#define SIGNATURE_BYTES 32
#define HEADER_MOST	(UINT64_C(64) << 20) /* packed or not */
#define CODERS_MOST	32		     /* of one folder, as in the SDK; libarchive has fewer */
#define STREAMS_MOST	32
#define FOLDERS_MOST                                                                                                   \
	UINT64_C(                                                                                                      \
		100000) /* libarchive's UMAX_ENTRY is larger, but a folder takes some 20 bytes of header at the least */
#define FILE_BYTES UINT64_C(112) /* what libarchive keeps of one, and the flags beside it */

enum {
	ID_END,
	ID_HEADER,
	ID_PROPERTIES,
	ID_ADDITIONAL,
	ID_STREAMS,
	ID_FILES,
	ID_PACK,
	ID_UNPACK,
	ID_SUBSTREAMS,
	ID_SIZE,
	ID_CRC,
	ID_FOLDER,
	ID_UNPACK_SIZE,
	ID_NUM_UNPACK,
	ID_ENCODED = 0x17
};

#define CODER_LZMA  UINT64_C(0x030101)
#define CODER_PPMD  UINT64_C(0x030401)
#define CODER_BZIP2 UINT64_C(0x040202)
#define CODER_ZSTD  UINT64_C(0x04f71101)
#define CODER_AES   UINT64_C(0x06f10701)
#define CODER_BCJ2  UINT64_C(0x0303011b)
#define CODER_LZMA2 UINT64_C(0x21)

/* Reading what is left; once it is bad it stays so and gives zeros. */
struct header {
	struct slice left;
	bool bad;
};

struct coder {
	uint64_t id;
	struct slice properties;
};

/* What was read of the streams. */
struct streams {
	uint64_t memory; /* of the folder that needs most */
	bool encrypted, at_once;
	uint64_t pack_at, pack_size; /* of the first packed stream, for an encoded header */
	struct coder only;	     /* the coder of the first folder when it has just one */
	uint64_t size;		     /* that comes out of the first folder */
	uint64_t folders, files;     /* files: that have bytes */
	struct buf unknown;	     /* a byte for each folder: its checksum is not known */
};

static uint8_t next_byte(struct header *h) {
	uint8_t b = 0;

	if (h->left.n == 0) {
		h->bad = true;
	} else {
		b = h->left.p[0];
		h->left = slice_sub(h->left, 1, h->left.n);
	}
	return b;
}

/* The number of leading ones of the first byte is that of the bytes behind it, lowest first; its other bits are the highest. */
static uint64_t next_number(struct header *h) {
	uint8_t first = next_byte(h), mask = 0x80;
	uint64_t value = 0;

	for (unsigned i = 0; i < 8; i++, mask >>= 1) {
		if (!(first & mask))
			return value | (uint64_t)(first & (mask - 1)) << (8 * i);
		value |= (uint64_t)next_byte(h) << (8 * i);
	}
	return value;
}

static struct slice next_bytes(struct header *h, uint64_t n) {
	struct slice s = slice_of(NULL, 0);

	if (n > h->left.n) {
		h->bad = true;
	} else {
		s = slice_sub(h->left, 0, (size_t)n);
		h->left = slice_sub(h->left, (size_t)n, h->left.n);
	}
	return s;
}

/* A number of things of which each takes a byte of header at the least, or a bit. */
static uint64_t next_count(struct header *h, uint64_t most) {
	uint64_t n = next_number(h);

	h->bad |= n > most;
	return h->bad ? 0 : n;
}

/* Which of `n` have a checksum, and then those. Clears unknown[i] of them. */
static void skip_digests(struct header *h, uint64_t n, uint8_t *unknown) {
	bool all = next_byte(h) != 0;
	struct slice bits = all ? slice_of(NULL, 0) : next_bytes(h, (n + 7) / 8);
	uint64_t known = 0;

	for (uint64_t i = 0; i < n && !h->bad; i++) {
		bool is = all || (bits.p[i / 8] & 0x80 >> i % 8);

		known += is;
		if (is && unknown)
			unknown[i] = 0;
	}
	next_bytes(h, 4 * known);
}

static void read_pack(struct header *h, struct streams *s) {
	uint64_t n;
	uint8_t id;

	s->pack_at = next_number(h);
	n = next_count(h, h->left.n);
	while (!h->bad && (id = next_byte(h)) != ID_END)
		if (id == ID_SIZE)
			for (uint64_t i = 0; i < n && !h->bad; i++) {
				uint64_t size = next_number(h);

				s->pack_size = i == 0 ? size : s->pack_size;
			}
		else if (id == ID_CRC)
			skip_digests(h, n, NULL);
		else
			h->bad = true;
}

/* LZMA2's dictionary in its one byte (7zFormat.txt; xz's file format, 5.3.1). */
static uint64_t lzma2_bytes(uint8_t bits) {
	return bits >= 40 ? UINT32_MAX : (uint64_t)(2 | (bits & 1)) << (bits / 2 + 11);
}

static uint64_t coder_bytes(const struct coder *c) {
	if (c->id == CODER_LZMA)
		return c->properties.n < 5 ? 0 : le32(c->properties.p + 1);
	if (c->id == CODER_LZMA2)
		return c->properties.n < 1 ? 0 : lzma2_bytes(c->properties.p[0]);
	if (c->id == CODER_PPMD)
		return c->properties.n < 5 ? 0 : le32(c->properties.p + 1);
	if (c->id == CODER_BZIP2)
		return UINT64_C(4) << 20;
	return c->id == CODER_ZSTD ? UINT64_C(128) << 20 : 0; /* the library's own bound */
}

static struct coder read_coder(struct header *h, unsigned *in, unsigned *out) {
	uint8_t flags = next_byte(h);
	struct slice id = next_bytes(h, flags & 15);
	struct coder c = {0};

	for (size_t i = 0; i < id.n; i++)
		c.id = c.id << 8 | id.p[i];
	*in += flags & 0x10 ? (unsigned)next_count(h, STREAMS_MOST) : 1;
	*out += flags & 0x10 ? (unsigned)next_count(h, STREAMS_MOST) : 1;
	if (flags & 0x20)
		c.properties = next_bytes(h, next_number(h));
	h->bad |= (flags & 0x80) != 0; /* another method instead: never used */
	return c;
}

struct folder {
	uint64_t memory;
	unsigned outs;
	bool joins; /* BCJ2: of the four streams that it joins, libarchive holds three whole */
};

static struct folder read_folder(struct header *h, struct streams *s) {
	uint64_t coders = next_count(h, CODERS_MOST);
	struct folder f = {0};
	unsigned ins = 0;

	for (uint64_t i = 0; i < coders && !h->bad; i++) {
		struct coder c = read_coder(h, &ins, &f.outs);

		f.memory += coder_bytes(&c);
		f.joins |= c.id == CODER_BCJ2;
		s->encrypted |= c.id == CODER_AES;
		s->at_once |= c.id == CODER_PPMD;
		if (s->folders == 0)
			s->only = coders == 1 ? c : (struct coder){0};
	}
	h->bad |= f.outs == 0 || ins + 1 < f.outs;
	if (h->bad)
		return f;
	for (unsigned i = 0; i + 1 < f.outs; i++) { /* which output goes where */
		next_number(h);
		next_number(h);
	}
	if (ins - (f.outs - 1) > 1)
		for (unsigned i = 0; i < ins - (f.outs - 1); i++)
			next_number(h);
	s->folders++;
	return f;
}

/* What comes out of each coder of a folder: all but the two largest are what BCJ2 needs whole. */
static uint64_t read_sizes(struct header *h, const struct folder *f) {
	uint64_t sum = 0, largest = 0, second = 0;

	for (unsigned i = 0; i < f->outs && !h->bad; i++) {
		uint64_t n = next_number(h);

		sum = n > UINT64_MAX - sum ? UINT64_MAX : sum + n;
		if (n > largest) {
			second = largest;
			largest = n;
		} else if (n > second) {
			second = n;
		}
	}
	return !f->joins ? 0 : sum == UINT64_MAX ? sum : sum - largest - second;
}

static void read_unpack(struct header *h, struct streams *s) {
	struct folder *folders = NULL;
	uint64_t n = 0;
	uint8_t id;

	h->bad |= next_byte(h) != ID_FOLDER;
	n = next_count(h, h->left.n < FOLDERS_MOST ? h->left.n : FOLDERS_MOST);
	h->bad |= next_byte(h) != 0; /* folders elsewhere: never used */
	folders = mem_alloc_n((size_t)n + 1, sizeof(*folders));
	for (uint64_t i = 0; i < n && !h->bad; i++)
		folders[i] = read_folder(h, s);
	h->bad |= next_byte(h) != ID_UNPACK_SIZE;
	for (uint64_t i = 0; i < n && !h->bad; i++) {
		struct header before = *h;
		uint64_t held = read_sizes(h, &folders[i]), all;

		all = held > UINT64_MAX - folders[i].memory ? UINT64_MAX : held + folders[i].memory;
		s->memory = all > s->memory ? all : s->memory;
		s->size = i == 0 ? next_number(&before) : s->size;
	}
	buf_reserve(&s->unknown, (size_t)n + 1);
	memset(s->unknown.p, 1, (size_t)n);
	s->unknown.n = (size_t)n;
	while (!h->bad && (id = next_byte(h)) != ID_END) {
		if (id == ID_CRC)
			skip_digests(h, n, s->unknown.p);
		else
			h->bad = true;
	}
	s->files = n;
	free(folders);
}

/* How many files are in each folder; their sizes and checksums are passed over. */
static void read_substreams(struct header *h, struct streams *s) {
	uint64_t n = s->unknown.n, unknown = 0, sizes = 0, count = 1;
	uint8_t id = next_byte(h);

	s->files = 0;
	for (uint64_t i = 0; i < n && !h->bad; i++) {
		if (id == ID_NUM_UNPACK)
			count = next_count(h, UINT32_MAX);
		s->files += count;
		sizes += count ? count - 1 : 0;
		if (count != 1 || s->unknown.p[i])
			unknown += count;
	}
	if (id == ID_NUM_UNPACK)
		id = next_byte(h);
	if (id == ID_SIZE) {
		for (uint64_t i = 0; i < sizes && !h->bad; i++)
			next_number(h);
		id = next_byte(h);
	}
	if (id == ID_CRC) {
		skip_digests(h, unknown, NULL);
		id = next_byte(h);
	}
	h->bad |= id != ID_END;
}

static void read_streams(struct header *h, struct streams *s) {
	uint8_t id;

	while (!h->bad && (id = next_byte(h)) != ID_END) {
		if (id == ID_PACK)
			read_pack(h, s);
		else if (id == ID_UNPACK)
			read_unpack(h, s);
		else if (id == ID_SUBSTREAMS)
			read_substreams(h, s);
		else
			h->bad = true;
	}
}

static int too_large(uint64_t need, struct error *err) {
	return error_set(err, ERR_LIMIT,
		"this 7z wants %llu bytes of memory, more than what is left for it; raise --archive-memory to read it",
		(unsigned long long)need);
}

static int unreadable(struct error *err) {
	return error_set(err, ERR_FORMAT, "the header of this 7z can't be read");
}

/* The header itself may be packed: with LZMA, says every program that writes them. */
static int unpack(
	const struct source *src, const struct streams *s, uint64_t most, struct buf *out, struct error *err) {
	lzma_filter filters[2] = {
		{.id = s->only.id == CODER_LZMA ? LZMA_FILTER_LZMA1 : LZMA_FILTER_LZMA2}, {.id = LZMA_VLI_UNKNOWN}};
	struct buf packed = {0};
	size_t in = 0, n = 0;
	int rc = -1;

	if (s->only.id != CODER_LZMA && s->only.id != CODER_LZMA2)
		return unreadable(err);
	if (s->size > HEADER_MOST || s->pack_size > HEADER_MOST || s->memory > most ||
		s->size + s->pack_size > most - s->memory)
		return too_large(s->memory + s->size + s->pack_size, err);
	buf_reserve(&packed, (size_t)s->pack_size + 1);
	buf_reserve(out, (size_t)s->size + 1);
	if (s->pack_at <= UINT64_MAX - SIGNATURE_BYTES &&
		source_read(src, SIGNATURE_BYTES + s->pack_at, packed.p, (size_t)s->pack_size) &&
		lzma_properties_decode(&filters[0], NULL, s->only.properties.p, s->only.properties.n) == LZMA_OK) {
		lzma_raw_buffer_decode(filters, NULL, packed.p, &in, (size_t)s->pack_size, out->p, &n, (size_t)s->size);
		out->n = n;
		rc = n == s->size ? 0 : -1; /* there may be no end mark: the code tells nothing */
	}
	free(filters[0].options);
	buf_free(&packed);
	return rc == 0 ? 0 : unreadable(err);
}

/* A header that is plain. */
static int read_plain(struct header h, uint64_t most, struct sevenzip_need *out, struct error *err) {
	struct streams s = {0};
	uint8_t id = next_byte(&h);
	uint64_t files = 0, bytes = h.left.n; /* of names, mostly */

	if (id == ID_PROPERTIES) {
		while (!h.bad && next_byte(&h) != ID_END)
			next_bytes(&h, next_number(&h));
		id = next_byte(&h);
	}
	h.bad |= id == ID_ADDITIONAL; /* never used */
	if (id == ID_STREAMS) {
		read_streams(&h, &s);
		id = next_byte(&h);
	}
	if (id == ID_FILES)
		files = next_number(&h);
	buf_free(&s.unknown);
	if (h.bad)
		return unreadable(err);
	out->at_once = s.at_once;
	files = files > s.files ? files : s.files;
	bytes = files > UINT64_MAX / FILE_BYTES - bytes ? UINT64_MAX / 2 : files * FILE_BYTES + bytes;
	out->bytes = bytes > UINT64_MAX - s.memory ? UINT64_MAX : bytes + s.memory;
	return out->bytes > most ? too_large(out->bytes, err) : 0;
}

static int read_encoded(
	const struct source *src, struct header h, uint64_t most, struct sevenzip_need *out, struct error *err) {
	struct streams s = {0};
	struct buf plain = {0};
	int rc;

	read_streams(&h, &s);
	buf_free(&s.unknown);
	if (h.bad)
		return unreadable(err);
	if (s.encrypted)
		return 0;
	rc = unpack(src, &s, most, &plain, err);
	h = (struct header){.left = buf_slice(&plain)};
	if (rc == 0 && next_byte(&h) != ID_HEADER)
		rc = unreadable(err); /* packed twice: never written */
	if (rc == 0)
		rc = read_plain(h, most, out, err);
	if (rc == 0 && out->bytes < s.memory)
		out->bytes = s.memory;
	buf_free(&plain);
	return rc;
}

int sevenzip_memory(const struct source *src, uint64_t most, struct sevenzip_need *out, struct error *err) {
	uint64_t size = src->bytes.p ? src->bytes.n : src->size;
	uint8_t signature[SIGNATURE_BYTES], id;
	struct buf bytes = {0};
	struct header h;
	uint64_t at, n;
	int rc;

	*out = (struct sevenzip_need){0};
	if (!source_read(src, 0, signature, SIGNATURE_BYTES))
		return unreadable(err);
	at = le64(signature + 12);
	n = le64(signature + 20);
	if (n == 0)
		return 0; /* an empty one */
	if (at > size - SIGNATURE_BYTES || n > size - SIGNATURE_BYTES - at)
		return error_set(
			err, ERR_FORMAT, "this 7z ends too early: its header, which is the last of it, is not there");
	if (n > HEADER_MOST || n > most)
		return too_large(n, err);
	buf_reserve(&bytes, (size_t)n);
	if (!source_read(src, SIGNATURE_BYTES + at, bytes.p, (size_t)n)) {
		buf_free(&bytes);
		return unreadable(err);
	}
	bytes.n = (size_t)n;
	h = (struct header){.left = buf_slice(&bytes)};
	id = next_byte(&h);
	rc = id == ID_HEADER	? read_plain(h, most, out, err)
	     : id == ID_ENCODED ? read_encoded(src, h, most, out, err)
				: unreadable(err);
	buf_free(&bytes);
	return rc;
}
