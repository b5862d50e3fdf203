/* Parses multi-pack-indexes, every bound checked. No files, no packs. */
#include "scanners/git/midx.h"

#include "scanners/git/idx.h"

#define HEADER_BYTES 12
#define CHUNK_BYTES  12 /* id and offset of one chunk in the table */

static uint32_t chunk_id(const char name[4]) {
	return be32((const uint8_t *)name);
}

/* The chunk `name`, or an empty slice with p == NULL. The table was checked by chunks_check(). */
static struct slice chunk_find(struct slice b, unsigned nchunks, const char name[4]) {
	for (unsigned i = 0; i < nchunks; i++) {
		const uint8_t *row = b.p + HEADER_BYTES + (size_t)i * CHUNK_BYTES;
		if (be32(row) == chunk_id(name))
			return slice_sub(b, (size_t)be64(row + 4), (size_t)be64(row + CHUNK_BYTES + 4));
	}
	return slice_of(NULL, 0);
}

/* Chunks follow each other; the row behind the last one has id 0 and says where it ends. */
static int chunks_check(struct slice b, unsigned nchunks, size_t trailer, struct error *err) {
	uint64_t last = HEADER_BYTES + ((uint64_t)nchunks + 1) * CHUNK_BYTES;
	if (b.n < last + trailer)
		return error_set(err, ERR_FORMAT, "chunk table of %u chunks does not fit", nchunks);
	for (unsigned i = 0; i <= nchunks; i++) {
		const uint8_t *row = b.p + HEADER_BYTES + (size_t)i * CHUNK_BYTES;
		uint64_t off = be64(row + 4);
		if (off < last || off > b.n - trailer)
			return error_set(err, ERR_FORMAT, "chunk %u is out of order or beyond the file", i);
		if ((be32(row) == 0) != (i == nchunks))
			return error_set(err, ERR_FORMAT, "chunk table ends at row %u of %u", i, nchunks);
		last = off;
	}
	return 0;
}

static int names_check(struct midx *m, struct error *err) {
	size_t at = 0;
	for (uint32_t i = 0; i < m->npacks; i++) {
		const uint8_t *name = m->names.p + at;
		const uint8_t *nul = at < m->names.n ? memchr(name, 0, m->names.n - at) : NULL;
		if (!nul || nul == name)
			return error_set(err, ERR_FORMAT, "name of pack %u is cut or empty", i);
		/* The name is joined to the folder's: it must not lead out of it. */
		if (memchr(name, '/', (size_t)(nul - name)))
			return error_set(err, ERR_FORMAT, "name of pack %u holds a slash", i);
		at += (size_t)(nul - name) + 1;
	}
	return 0;
}

static int rows_check(const struct midx *m, struct error *err) {
	uint32_t i = 0;
	for (unsigned b = 0; b < 256; b++) {
		uint32_t end = be32(m->fanout + 4 * b);
		if (end < i || end > m->count)
			return error_set(err, ERR_FORMAT, "fan-out is not monotonic at %u", b);
		for (; i < end; i++) {
			if (midx_id(m, i)[0] != b || (i && memcmp(midx_id(m, i - 1), midx_id(m, i), m->id_bytes) >= 0))
				return error_set(err, ERR_FORMAT, "ids are not sorted at object %u", i);
			if (midx_pack(m, i) >= m->npacks)
				return error_set(err, ERR_FORMAT, "object %u is in pack %u of %u", i, midx_pack(m, i),
					m->npacks);
		}
	}
	return 0;
}

static int chunks_take(struct slice b, unsigned nchunks, struct midx *m, struct error *err) {
	struct slice fanout = chunk_find(b, nchunks, "OIDF"), ids = chunk_find(b, nchunks, "OIDL");
	struct slice offsets = chunk_find(b, nchunks, "OOFF"), offsets8 = chunk_find(b, nchunks, "LOFF");
	m->names = chunk_find(b, nchunks, "PNAM");
	if (!fanout.p || !ids.p || !offsets.p || !m->names.p)
		return error_set(err, ERR_FORMAT, "a required chunk is not there");
	if (fanout.n != 256 * 4)
		return error_set(err, ERR_FORMAT, "fan-out is %zu bytes long", fanout.n);
	m->fanout = fanout.p;
	m->count = be32(fanout.p + 4 * 255);
	/* Chunks may be padded behind their rows, but not be shorter. */
	if (ids.n / m->id_bytes < m->count || offsets.n / 8 < m->count)
		return error_set(err, ERR_FORMAT, "tables are too short for %u objects", m->count);
	m->ids = ids.p;
	m->offsets = offsets.p;
	m->offsets8 = offsets8.p;
	m->count8 = offsets8.n / 8 > UINT32_MAX ? UINT32_MAX : (uint32_t)(offsets8.n / 8);
	return 0;
}

int midx_parse(struct slice bytes, uint8_t id_bytes, struct midx *out, struct error *err) {
	memset(out, 0, sizeof(*out));
	if (bytes.n < HEADER_BYTES || memcmp(bytes.p, "MIDX", 4) != 0)
		return error_set(err, ERR_FORMAT, "not a multi-pack-index");
	/* Version 2 may name its packs in any order; nothing here depends on one. */
	if (bytes.p[4] != 1 && bytes.p[4] != 2)
		return error_set(err, ERR_FORMAT, "multi-pack-index version %u is unknown", bytes.p[4]);
	if (id_bytes == 0 || (bytes.p[5] == 1 ? 20 : bytes.p[5] == 2 ? 32 : 0) != id_bytes)
		return error_set(err, ERR_FORMAT, "multi-pack-index is of another hash (%u)", bytes.p[5]);
	if (bytes.p[7] != 0)
		return error_set(err, ERR_FORMAT, "multi-pack-index has a base file, which is unknown");
	out->id_bytes = id_bytes;
	out->npacks = be32(bytes.p + 8);
	if (chunks_check(bytes, bytes.p[6], id_bytes, err) != 0 || chunks_take(bytes, bytes.p[6], out, err) != 0 ||
		names_check(out, err) != 0 || rows_check(out, err) != 0) {
		memset(out, 0, sizeof(*out));
		return -1;
	}
	return 0;
}

const char *midx_name(const struct midx *m, uint32_t i) {
	const char *p = (const char *)m->names.p;
	while (i--)
		p += strlen(p) + 1;
	return p;
}

const uint8_t *midx_id(const struct midx *m, uint32_t i) {
	return m->ids + (size_t)i * m->id_bytes;
}

uint32_t midx_pack(const struct midx *m, uint32_t i) {
	return be32(m->offsets + (size_t)i * 8);
}

uint64_t midx_offset(const struct midx *m, uint32_t i) {
	uint32_t off = be32(m->offsets + (size_t)i * 8 + 4);
	/* The high bit means a 64-bit offset only if there is a table of those. */
	if (!(off & 0x80000000u) || !m->offsets8)
		return off;
	off &= 0x7fffffffu;
	return off < m->count8 ? be64(m->offsets8 + (size_t)off * 8) : UINT64_MAX;
}
