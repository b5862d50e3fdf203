/* Parses pack indexes and looks ids up in them, every bound checked. No files, no packs. */
#include "scanners/git/idx.h"

#include "core/memory.h"
#include "scanners/git/midx.h"

#include <stdlib.h>

#define FANOUT_BYTES (256 * 4)
static const uint8_t idx_magic[4] = {0xff, 't', 'O', 'c'};

static int fanout_check(const uint8_t *fanout, struct error *err) {
	uint32_t last = 0;
	for (unsigned i = 0; i < 256; i++) {
		uint32_t n = be32(fanout + 4 * i);
		if (n < last)
			return error_set(err, ERR_FORMAT, "fan-out is not monotonic at %u (%u after %u)", i, n, last);
		last = n;
	}
	return 0;
}

/* Ids differ in their first bytes nearly always: no call is needed then. */
static inline bool id_is_before(const uint8_t *a, const uint8_t *b, size_t n) {
	uint64_t x = be64(a), y = be64(b);
	return x != y ? x < y : memcmp(a + 8, b + 8, n - 8) < 0;
}

/* Sorted ids in the buckets that the fan-out names: what look-ups and the merging of indexes rest upon. */
static int order_check(const struct idx *x, struct error *err) {
	uint32_t i = 0;
	for (unsigned b = 0; b < 256; b++) {
		uint32_t end = be32(x->fanout + 4 * b);
		for (; i < end; i++) {
			const uint8_t *id = idx_id(x, i);
			if (id[0] != b)
				return error_set(err, ERR_FORMAT, "object %u is in the wrong fan-out bucket", i);
			if (i > 0 &&
				id_is_before(id, id - (x->version == 1 ? x->id_bytes + 4 : x->id_bytes), x->id_bytes))
				return error_set(err, ERR_FORMAT, "ids are not sorted at object %u", i);
		}
	}
	return 0;
}

static int v1_parse(struct slice b, struct idx *x, struct error *err) {
	size_t hash = x->id_bytes, need = FANOUT_BYTES + 2 * hash;
	if (b.n < need)
		return error_set(err, ERR_FORMAT, "index is only %zu bytes long", b.n);
	x->version = 1;
	x->fanout = b.p;
	if (fanout_check(x->fanout, err) != 0)
		return -1;
	x->count = be32(x->fanout + 4 * 255);
	need += (uint64_t)x->count * (hash + 4);
	if (b.n != need)
		return error_set(
			err, ERR_FORMAT, "index of %u objects is %zu bytes long instead of %zu", x->count, b.n, need);
	x->rows = b.p + FANOUT_BYTES;
	return 0;
}

static int v2_parse(struct slice b, struct idx *x, struct error *err) {
	size_t hash = x->id_bytes, head = 8 + FANOUT_BYTES, least = head + 2 * hash;
	uint32_t version = be32(b.p + 4);
	if (version != 2)
		return error_set(err, ERR_FORMAT, "index version %u is unknown", version);
	if (b.n < least)
		return error_set(err, ERR_FORMAT, "index is only %zu bytes long", b.n);
	x->version = 2;
	x->fanout = b.p + 8;
	if (fanout_check(x->fanout, err) != 0)
		return -1;
	x->count = be32(x->fanout + 4 * 255);
	least += (uint64_t)x->count * (hash + 8);
	/* At most one 64-bit offset an object, and the first object of a pack never needs one. */
	size_t most = least + (x->count ? ((uint64_t)x->count - 1) * 8 : 0);
	if (b.n < least || b.n > most || (b.n - least) % 8 != 0)
		return error_set(err, ERR_FORMAT, "index of %u objects is %zu bytes long", x->count, b.n);
	x->rows = b.p + head;
	x->offsets = x->rows + (size_t)x->count * (hash + 4); /* behind the ids and their CRC-32s */
	x->offsets8 = x->offsets + (size_t)x->count * 4;
	x->count8 = (uint32_t)((b.n - least) / 8);
	return 0;
}

int idx_parse(struct slice bytes, uint8_t id_bytes, struct idx *out, struct error *err) {
	memset(out, 0, sizeof(*out));
	if (id_bytes != 20 && id_bytes != 32)
		return error_set(err, ERR_FORMAT, "object ids of %u bytes are unknown", id_bytes);
	out->id_bytes = id_bytes;
	/* A version 1 index begins with a count, which is never as high as the magic number. */
	bool v2 = bytes.n >= 8 && memcmp(bytes.p, idx_magic, 4) == 0;
	if ((v2 ? v2_parse(bytes, out, err) : v1_parse(bytes, out, err)) != 0 || order_check(out, err) != 0) {
		memset(out, 0, sizeof(*out));
		return -1;
	}
	out->pack_hash = slice_of(bytes.p + bytes.n - 2 * (size_t)id_bytes, id_bytes);
	return 0;
}

void idx_from_midx(const struct midx *m, uint32_t pack, struct idx *out) {
	memset(out, 0, sizeof(*out));
	out->id_bytes = m->id_bytes;
	out->midx = m;
	for (uint32_t i = 0; i < m->count; i++)
		out->count += midx_pack(m, i) == pack;
	out->midx_rows = mem_alloc_n(out->count ? out->count : 1, sizeof(*out->midx_rows));
	uint32_t n = 0;
	for (uint32_t i = 0; i < m->count; i++)
		if (midx_pack(m, i) == pack)
			out->midx_rows[n++] = i;
}

void idx_free(struct idx *x) {
	free(x->midx_rows);
	memset(x, 0, sizeof(*x));
}

const uint8_t *idx_id(const struct idx *x, uint32_t i) {
	if (x->midx)
		return midx_id(x->midx, x->midx_rows[i]);
	if (x->version == 1)
		return x->rows + (size_t)i * (x->id_bytes + 4u) + 4;
	return x->rows + (size_t)i * x->id_bytes;
}

uint64_t idx_offset(const struct idx *x, uint32_t i) {
	if (x->midx)
		return midx_offset(x->midx, x->midx_rows[i]);
	if (x->version == 1)
		return be32(x->rows + (size_t)i * (x->id_bytes + 4u));
	uint32_t off = be32(x->offsets + (size_t)i * 4);
	if (!(off & 0x80000000u))
		return off;
	off &= 0x7fffffffu;
	return off < x->count8 ? be64(x->offsets8 + (size_t)off * 8) : UINT64_MAX;
}

/* Ids are digests, spread evenly: where one should stand is known but for some dozens of rows, and from what stands there but for a few.
 * So most of a search by halves is left out, and with it most waiting for memory. In an index that was made to be slow it is not. */
#define FEW_ROWS 32

/* The first row that is looked at again, in steps that grow: bytes of a cache line or two. */
#define FIRST_STEP 4

static uint32_t guess(const struct idx *x, const uint8_t *id, uint32_t lo, uint32_t hi) {
	/* With a fanout the first byte is the same for all of them. */
	unsigned skip = x->fanout ? 1 : 0;
	int64_t n = hi - lo, want = be32(id + skip), at = n * want >> 32;
	at += (want - (int64_t)be32(idx_id(x, lo + (uint32_t)at) + skip)) * n / ((int64_t)1 << 32);
	return lo + (uint32_t)(at < 0 ? 0 : at >= n ? n - 1 : at);
}

static void narrow(const struct idx *x, const uint8_t *id, uint32_t *lo, uint32_t *hi) {
	if (*hi - *lo < FEW_ROWS)
		return;
	uint32_t at = guess(x, id, *lo, *hi);
	bool is_behind = id_is_before(idx_id(x, at), id, x->id_bytes);
	if (is_behind)
		*lo = at + 1;
	else
		*hi = at;
	for (uint32_t step = FIRST_STEP; step < *hi - *lo; step *= 2) {
		uint32_t row = is_behind ? *lo + step : *hi - step;
		if (id_is_before(idx_id(x, row), id, x->id_bytes)) {
			*lo = row + 1;
			if (!is_behind)
				return;
		} else {
			*hi = row;
			if (is_behind)
				return;
		}
	}
}

bool idx_find(const struct idx *x, const uint8_t *id, uint32_t *row) {
	uint32_t lo = 0, hi = x->count;
	if (x->fanout) {
		lo = id[0] ? be32(x->fanout + 4 * (id[0] - 1u)) : 0;
		hi = be32(x->fanout + 4u * id[0]);
	}
	narrow(x, id, &lo, &hi);
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (id_is_before(idx_id(x, mid), id, x->id_bytes))
			lo = mid + 1;
		else
			hi = mid;
	}
	*row = lo;
	return lo < x->count && memcmp(idx_id(x, lo), id, x->id_bytes) == 0;
}
