/* git's index file. Sizes, counts and the prefix compression of version 4 are checked against the bytes at hand.
 * The shared part of a split index is joined in index_split.c; what differs from HEAD is worked out in read_staged.c. */
#include "scanners/git/index.h"

#include "scanners/git/idx.h"

#include <openssl/evp.h>
#include <stdlib.h>

#define STAT_BYTES    40 /* ctime, mtime, dev, ino, mode, uid, gid, size: 10 words */
#define MODE_AT	      24
#define FLAG_EXTENDED 0x4000
#define MAX_DEPTH     4096
#define MAX_EXPANSION 16 /* paths of a version 4 index against the whole file */

struct cursor {
	struct slice all;
	size_t at, end; /* end: where the trailing checksum begins */
	unsigned id_bytes, version;
};

/* git's offset encoding: each continued byte adds one (gitformat-pack(5), OBJ_OFS_DELTA). */
static bool take_varint(struct cursor *c, size_t *out) {
	size_t v = 0;
	for (int i = 0; i < 5 && c->at < c->end; i++) {
		uint8_t b = c->all.p[c->at++];
		v = v << 7 | (b & 0x7f);
		if (!(b & 0x80)) {
			*out = v;
			return true;
		}
		v++;
	}
	return false;
}

/* The path behind the fixed part. Version 4 keeps a part of the previous path and has no padding. */
static bool take_path(struct cursor *c, struct index *x, size_t start, struct slice *out) {
	size_t strip = 0, keep = 0;
	struct slice before = x->entries.n ? x->entries.at[x->entries.n - 1].path : (struct slice){NULL, 0};
	if (c->version == 4) {
		if (!take_varint(c, &strip) || strip > before.n)
			return false;
		keep = before.n - strip;
	}
	const uint8_t *p = c->all.p + c->at, *nul = memchr(p, 0, c->end - c->at);
	if (!nul)
		return false;
	size_t n = (size_t)(nul - p);
	c->at += n + 1;
	if (c->version == 4) {
		/* Without this a few bytes an entry could ask for a long shared prefix each time. */
		if (x->arena.used / MAX_EXPANSION > c->all.n)
			return false;
		uint8_t *path = arena_alloc(&x->arena, keep + n + 1);
		if (keep)
			memcpy(path, before.p, keep);
		memcpy(path + keep, p, n);
		*out = slice_of(path, keep + n);
		return true;
	}
	*out = slice_of(p, n);
	/* 1 to 8 NULs bring an entry to a multiple of 8 bytes. */
	c->at = start + ((c->at - 1 - start) / 8 + 1) * 8;
	return c->at <= c->end;
}

static bool take_entry(struct cursor *c, struct index *x) {
	size_t start = c->at, fixed = STAT_BYTES + c->id_bytes + 2;
	struct index_entry e = {0};
	if (c->end - c->at < fixed)
		return false;
	const uint8_t *p = c->all.p + c->at;
	e.mode = be32(p + MODE_AT);
	e.id = p + STAT_BYTES;
	unsigned flags = (unsigned)p[fixed - 2] << 8 | p[fixed - 1];
	e.stage = flags >> 12 & 3;
	if (flags & FLAG_EXTENDED) {
		if (c->version < 3 || c->end - c->at < fixed + 2)
			return false;
		fixed += 2;
	}
	c->at += fixed;
	if (!take_path(c, x, start, &e.path))
		return false;
	VEC_PUSH(&x->entries, e);
	return true;
}

/* A decimal number up to `stop`; -1 for "-1". */
static bool take_number(struct slice *s, uint8_t stop, int64_t *out) {
	size_t i = 0;
	bool negative = s->n > 0 && s->p[0] == '-';
	int64_t v = 0;
	for (i = negative; i < s->n && s->p[i] >= '0' && s->p[i] <= '9' && v < INT32_MAX; i++)
		v = v * 10 + (s->p[i] - '0');
	if (i == (size_t)negative || i >= s->n || s->p[i] != stop)
		return false;
	*out = negative ? -v : v;
	*s = slice_sub(*s, i + 1, s->n);
	return true;
}

/* "<name>\0<entries> <children>\n<id>": pre-order, no id when entries is -1 (gitformat-index(5), "Cache tree"). */
static bool take_folder(struct index *x, struct slice *rest, unsigned id_bytes, int depth) {
	const uint8_t *nul = rest->n ? memchr(rest->p, 0, rest->n) : NULL;
	struct index_folder f = {0};
	int64_t entries, children;
	if (!nul || depth > MAX_DEPTH)
		return false;
	f.name = slice_sub(*rest, 0, (size_t)(nul - rest->p));
	*rest = slice_sub(*rest, f.name.n + 1, rest->n);
	if (!take_number(rest, ' ', &entries) || !take_number(rest, '\n', &children) || children < 0)
		return false;
	if (entries >= 0) {
		if (rest->n < id_bytes || (uint64_t)entries > UINT32_MAX)
			return false;
		f.id = rest->p;
		f.entries = (uint32_t)entries;
		*rest = slice_sub(*rest, id_bytes, rest->n);
	}
	f.children = (uint32_t)children;
	size_t here = x->folders.n;
	VEC_PUSH(&x->folders, f);
	for (int64_t i = 0; i < children; i++)
		if (!take_folder(x, rest, id_bytes, depth + 1))
			return false;
	x->folders.at[here].next = (uint32_t)x->folders.n;
	return true;
}

/* The id of the shared part, all zeros when there is none, and two bitmaps (gitformat-index(5), "Split index"). */
static bool take_link(struct index *x, struct slice body, unsigned id_bytes) {
	static const uint8_t none[32];
	if (body.n < id_bytes)
		return false;
	if (memcmp(body.p, none, id_bytes) == 0)
		return true;
	x->shared_id = body.p;
	x->link = slice_sub(body, id_bytes, body.n);
	return true;
}

int index_check(struct index *x, struct error *err) {
	for (size_t i = 0; i < x->entries.n; i++)
		if (x->entries.at[i].path.n == 0)
			return error_set(err, ERR_FORMAT, "entry %zu of the index has no name", i + 1);
	for (size_t i = 0; i < x->folders.n; i++)
		if (x->folders.at[i].id && x->folders.at[i].entries > x->entries.n)
			x->folders.n = 0; /* they only save time */
	x->shared_id = NULL;
	return 0;
}

static int take_extensions(struct cursor *c, struct index *x, struct error *err) {
	while (c->end - c->at >= 8) {
		const uint8_t *name = c->all.p + c->at;
		size_t n = be32(name + 4);
		struct slice body = slice_sub(c->all, c->at + 8, c->end);
		if (n > body.n)
			return error_set(err, ERR_FORMAT, "an extension of the index is longer than the file");
		body.n = n;
		c->at += 8 + n;
		if (memcmp(name, "link", 4) == 0 && !take_link(x, body, c->id_bytes))
			return error_set(err, ERR_FORMAT, "the link of a split index to its shared part is cut short");
		if (memcmp(name, "TREE", 4) == 0 && !take_folder(x, &body, c->id_bytes, 0))
			x->folders.n = 0; /* it only saves time */
	}
	return 0;
}

int index_parse(struct slice bytes, unsigned id_bytes, struct index *out, struct error *err) {
	struct cursor c = {.all = bytes, .at = 12, .id_bytes = id_bytes};
	*out = (struct index){0};
	if (bytes.n < 12 + (size_t)id_bytes || memcmp(bytes.p, "DIRC", 4) != 0)
		return error_set(err, ERR_FORMAT, "not an index, or cut short");
	c.end = bytes.n - id_bytes;
	c.version = be32(bytes.p + 4);
	uint32_t count = be32(bytes.p + 8);
	if (c.version < 2 || c.version > 4)
		return error_set(err, ERR_FORMAT, "index version %u is unknown", c.version);
	for (uint32_t i = 0; i < count; i++)
		if (!take_entry(&c, out))
			return error_set(err, ERR_FORMAT, "entry %u of the index is damaged", i + 1);
	if (take_extensions(&c, out, err) != 0)
		return -1;
	/* Only those that replace entries of a shared part have no name. */
	return out->shared_id ? 0 : index_check(out, err);
}

bool index_is_whole(struct slice bytes, unsigned id_bytes) {
	static const uint8_t none[32];
	uint8_t sum[EVP_MAX_MD_SIZE];
	if (bytes.n < id_bytes)
		return false;
	const uint8_t *end = bytes.p + bytes.n - id_bytes;
	if (memcmp(end, none, id_bytes) == 0)
		return true;
	return EVP_Digest(bytes.p, bytes.n - id_bytes, sum, NULL, id_bytes == 32 ? EVP_sha256() : EVP_sha1(), NULL) ==
		       1 &&
	       memcmp(sum, end, id_bytes) == 0;
}

void index_free(struct index *x) {
	VEC_FREE(&x->entries);
	VEC_FREE(&x->folders);
	arena_free(&x->arena);
}
