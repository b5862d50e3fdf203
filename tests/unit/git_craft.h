/* Packs and indexes written by hand, for what git would never write: cycles, thin packs, bombs, lies.
 * Included by tests only; everything is static. */
#ifndef NHISCAN_TESTS_UNIT_GIT_CRAFT_H
#define NHISCAN_TESTS_UNIT_GIT_CRAFT_H

#include "core/buf.h"
#include "core/vec.h"
#include "scanners/git/object.h"

#include <libdeflate.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

struct craft_row {
	uint8_t id[20];
	uint64_t offset;
};

struct craft {
	struct buf pack;
	VEC(struct craft_row) rows;
	uint32_t unlisted; /* entries that the index does not name */
};

__attribute__((unused)) static void put32(struct buf *b, uint32_t v) {
	uint8_t p[4] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v};
	buf_add(b, p, 4);
}

__attribute__((unused)) static void put64(struct buf *b, uint64_t v) {
	put32(b, (uint32_t)(v >> 32));
	put32(b, (uint32_t)v);
}

__attribute__((unused)) static struct object_id craft_id(const char *type, struct slice bytes) {
	struct object_id id = {.n = 20};
	struct buf b = {0};
	buf_printf(&b, "%s %zu", type, bytes.n);
	buf_add_byte(&b, 0);
	buf_add_slice(&b, bytes);
	EVP_Digest(b.p, b.n, id.id, NULL, EVP_sha1(), NULL);
	buf_free(&b);
	return id;
}

__attribute__((unused)) static void craft_begin(struct craft *c) {
	memset(c, 0, sizeof(*c));
	buf_add_str(&c->pack, "PACK");
	put32(&c->pack, 2);
	put32(&c->pack, 0);
}

static void craft_deflate(struct buf *out, struct slice bytes) {
	struct libdeflate_compressor *z = libdeflate_alloc_compressor(6);
	size_t cap = libdeflate_zlib_compress_bound(z, bytes.n);
	buf_reserve(out, cap);
	out->n += libdeflate_zlib_compress(z, bytes.p ? bytes.p : (const uint8_t *)"", bytes.n, out->p + out->n, cap);
	libdeflate_free_compressor(z);
}

/* One entry; `size` is what its header claims. Returns its offset. `base_id` for kind 7, `distance` for kind 6. */
__attribute__((unused)) static uint64_t craft_entry(struct craft *c, const struct object_id *id, unsigned kind,
	uint64_t size, struct slice bytes, const struct object_id *base_id, uint64_t distance) {
	uint64_t offset = c->pack.n;
	struct craft_row row = {.offset = offset};
	memcpy(row.id, id->id, 20);
	VEC_PUSH(&c->rows, row);
	uint8_t byte = (uint8_t)(kind << 4 | (size & 15));
	for (size >>= 4; size; size >>= 7) {
		buf_add_byte(&c->pack, byte | 0x80);
		byte = size & 0x7f;
	}
	buf_add_byte(&c->pack, byte);
	if (kind == 7)
		buf_add(&c->pack, base_id->id, 20);
	if (kind == 6) {
		uint8_t d[10];
		size_t n = sizeof(d);
		d[--n] = distance & 0x7f;
		while (distance >>= 7)
			d[--n] = (uint8_t)(0x80 | (--distance & 0x7f));
		buf_add(&c->pack, d + n, sizeof(d) - n);
	}
	craft_deflate(&c->pack, bytes);
	return offset;
}

/* A delta that keeps the base's first `keep` (< 0x10000, not 0) bytes and inserts `text` (1 … 127 bytes) behind. */
__attribute__((unused)) static void craft_delta(struct buf *out, size_t base_n, size_t keep, struct slice text) {
	size_t sizes[2] = {base_n, keep + text.n};
	buf_clear(out);
	for (unsigned i = 0; i < 2; i++) {
		size_t v = sizes[i];
		for (; v > 0x7f; v >>= 7)
			buf_add_byte(out, (uint8_t)(v | 0x80));
		buf_add_byte(out, (uint8_t)v);
	}
	buf_add_byte(out, 0xb0);
	buf_add_byte(out, (uint8_t)keep);
	buf_add_byte(out, (uint8_t)(keep >> 8));
	buf_add_byte(out, (uint8_t)text.n);
	buf_add_slice(out, text);
}

static int craft_order(const void *a, const void *b) {
	return memcmp(((const struct craft_row *)a)->id, ((const struct craft_row *)b)->id, 20);
}

__attribute__((unused)) static void craft_idx(const struct craft *c, struct buf *out) {
	uint32_t n = (uint32_t)c->rows.n, at = 0;
	if (n)
		qsort(c->rows.at, n, sizeof(*c->rows.at), craft_order);
	buf_add(out, "\377tOc", 4);
	put32(out, 2);
	for (unsigned b = 0; b < 256; b++) {
		while (at < n && c->rows.at[at].id[0] == b)
			at++;
		put32(out, at);
	}
	for (uint32_t i = 0; i < n; i++)
		buf_add(out, c->rows.at[i].id, 20);
	for (uint32_t i = 0; i < n; i++)
		put32(out, 0); /* CRC-32: not looked at */
	for (uint32_t i = 0; i < n; i++)
		put32(out, (uint32_t)c->rows.at[i].offset);
	buf_add(out, c->pack.p + c->pack.n - 20, 20);
	buf_add(out, "12345678901234567890", 20);
}

static void craft_file(const char *path, struct slice bytes) {
	FILE *f = fopen(path, "wb");
	if (!f || fwrite(bytes.p, 1, bytes.n, f) != bytes.n || fclose(f) != 0)
		abort();
}

/* Writes objects/pack/pack-NAME.pack and .idx below `objects` and forgets the craft. */
__attribute__((unused)) static void craft_end(struct craft *c, const char *objects, const char *name) {
	struct buf idx = {0};
	char path[4096];
	uint32_t n = __builtin_bswap32((uint32_t)c->rows.n + c->unlisted);
	memcpy(c->pack.p + 8, &n, 4);
	buf_add(&c->pack, "trailertrailertraile", 20);
	craft_idx(c, &idx);
	snprintf(path, sizeof(path), "%s/pack/pack-%s.pack", objects, name);
	craft_file(path, buf_slice(&c->pack));
	snprintf(path, sizeof(path), "%s/pack/pack-%s.idx", objects, name);
	craft_file(path, buf_slice(&idx));
	buf_free(&idx);
	buf_free(&c->pack);
	VEC_FREE(&c->rows);
}

#endif
