/* Reads single objects: follows the chain of deltas down to a whole object or a cached base, and applies it upwards.
 * Which objects to read is the caller's business; reading all of them is walk.c's. */
#include "core/memory.h"
#include "scanners/git/bases.h"
#include "scanners/git/decode.h"
#include "scanners/git/file.h"
#include "scanners/git/store_parts.h"

#include <inttypes.h>
#include <stdlib.h>

/* git repacks with at most 4,095 deltas in a chain; a longer one is hostile or a cycle through several packs. */
#define CHAIN_MAX 65536

struct chain_link {
	uint32_t pack;
	uint64_t offset;
	struct pack_entry entry;
};

struct store_reader {
	const struct store *store;
	struct decoder decoder;
	struct bases bases;
	struct buf file; /* a loose object, deflated */
	struct buf loose;
	VEC(struct chain_link) chain;
	unsigned entries_read; /* decides when the pages of packs are let go */
};

/* See family.c: pages of packs are not held for good. */
#define REST_ENTRIES 512

/* What a chain ends in: a whole object, decoded or about to be. */
struct chain_end {
	enum object_type type;
	struct slice bytes;		/* borrowed from the cache or from reader.loose */
	const struct chain_link *whole; /* NULL when bytes are there */
};

struct store_reader *store_reader_new(const struct store *s) {
	struct store_reader *r = mem_alloc(sizeof(*r));
	r->store = s;
	decoder_open(&r->decoder);
	return r;
}

void store_reader_free(struct store_reader *r) {
	if (!r)
		return;
	bases_clear(&r->bases, &r->decoder.pool);
	decoder_close(&r->decoder);
	buf_free(&r->file);
	buf_free(&r->loose);
	VEC_FREE(&r->chain);
	free(r);
}

static enum trouble refuse(const struct store_reader *r, enum trouble t, uint32_t pack, uint64_t offset,
	const char *why, struct error *err) {
	error_set(err, t == TROUBLE_TOO_LARGE ? ERR_LIMIT : ERR_FORMAT, "%s at offset %" PRIu64 ": %s",
		store_pack_name(&r->store->packs.at[pack]), offset, why);
	return t;
}

enum trouble store_read_loose(struct store_reader *r, uint32_t at, uint64_t limit, unsigned types, struct buf *out,
	enum object_type *type, uint64_t *size, struct error *err) {
	const struct loose_id *l = &r->store->loose.at[at];
	const char *folder = r->store->folders.at[l->folder].path, *why = NULL;
	enum trouble t = loose_file(folder, &l->id, limit, &r->file, err);
	if (t != TROUBLE_NONE)
		return t;
	t = loose_decode(r->decoder.inflater, buf_slice(&r->file), limit, types, out, type, size, &why);
	if (t != TROUBLE_NONE) {
		char hex[OBJECT_ID_HEX_MAX];
		object_id_hex(&l->id, hex);
		buf_clear(out);
		error_set(err, t == TROUBLE_TOO_LARGE ? ERR_LIMIT : ERR_FORMAT, "loose object %s in %s: %s", hex,
			folder, why);
	}
	return t;
}

/* Where the base of a REF_DELTA is: in the same pack if possible, else anywhere. */
static bool base_find(const struct store_reader *r, uint32_t pack, const uint8_t *base_id, struct store_copy *out) {
	const struct store *s = r->store;
	out->is_loose = false;
	out->at = pack;
	if (idx_find(&s->packs.at[pack].idx, base_id, &out->row))
		return true;
	struct object_id id = {.n = s->opt.id_bytes};
	memcpy(id.id, base_id, id.n);
	return store_copy(s, &id, 0, out);
}

/* Fills r->chain from the entry down to what it stands on. */
static enum trouble chain_follow(struct store_reader *r, uint32_t pack, uint64_t offset, uint64_t limit,
	struct chain_end *end, struct error *err) {
	r->chain.n = 0;
	for (;;) {
		struct chain_link l = {.pack = pack, .offset = offset};
		const struct base_slot *cached = bases_get(&r->bases, pack, offset);
		if (cached) {
			*end = (struct chain_end){cached->type, slice_of(cached->p, cached->n), NULL};
			return TROUBLE_NONE;
		}
		const char *why = pack_entry_parse(&r->store->packs.at[pack].pack, offset, &l.entry);
		if (!why && r->chain.n == CHAIN_MAX)
			why = "its chain of deltas is too long or a cycle";
		if (why)
			return refuse(r, TROUBLE_CORRUPT, pack, offset, why, err);
		if (++r->entries_read % REST_ENTRIES == 0)
			file_rest(r->store->packs.at[pack].pack.bytes);
		VEC_PUSH(&r->chain, l);
		if (!pack_entry_is_delta(&l.entry)) {
			r->chain.n--;
			*end = (struct chain_end){(enum object_type)l.entry.kind, {0}, &r->chain.at[r->chain.n]};
			return TROUBLE_NONE;
		}
		struct store_copy c;
		if (l.entry.kind == PACK_OFS_DELTA) {
			offset = l.entry.base_offset;
			continue;
		}
		if (!base_find(r, pack, l.entry.base_id, &c))
			return refuse(r, TROUBLE_MISSING, pack, offset, "the base of this delta is missing", err);
		if (c.is_loose) {
			uint64_t size;
			*end = (struct chain_end){0};
			enum trouble t =
				store_read_loose(r, c.at, limit, OBJECT_ALL_TYPES, &r->loose, &end->type, &size, err);
			end->bytes = buf_slice(&r->loose);
			return t;
		}
		pack = c.at;
		offset = idx_offset(&r->store->packs.at[pack].idx, c.row);
	}
}

static void out_set(struct buf *out, struct slice bytes) {
	buf_clear(out);
	buf_add_slice(out, bytes);
}

/* The bytes of an object in a pack. Every base on the way goes to the cache. */
static enum trouble read_packed(struct store_reader *r, uint32_t pack, uint64_t offset, enum object_type *type,
	struct buf *out, struct error *err) {
	struct chain_end end;
	uint64_t limit = r->store->opt.max_object_bytes, base_limit = store_base_limit(limit);
	enum trouble t = chain_follow(r, pack, offset, base_limit, &end, err);
	if (t != TROUBLE_NONE)
		return t;
	const char *why = NULL;
	struct base_slot cur = {.type = end.type}; /* owned when p is set; otherwise end.bytes is the base */
	size_t n = r->chain.n;
	if (end.whole) {
		cur.pack = end.whole->pack;
		cur.offset = end.whole->offset;
		t = decode_whole(
			&r->decoder, &end.whole->entry, n ? base_limit : limit, &cur.p, &cur.n, &cur.cap, &why);
		if (t != TROUBLE_NONE)
			return refuse(r, t, cur.pack, cur.offset, why, err);
	}
	while (n-- > 0) {
		const struct chain_link *l = &r->chain.at[n];
		struct slice base = cur.p ? slice_of(cur.p, cur.n) : end.bytes;
		struct base_slot next = {.pack = l->pack, .offset = l->offset, .type = end.type};
		t = decode_delta(
			&r->decoder, &l->entry, base, n ? base_limit : limit, NULL, &next.p, &next.n, &next.cap, &why);
		if (cur.p)
			bases_put(&r->bases, &r->decoder.pool, &cur);
		if (t != TROUBLE_NONE)
			return refuse(r, t, l->pack, l->offset, why, err);
		cur = next;
	}
	*type = end.type;
	if (!cur.p && end.bytes.n > limit)
		return refuse(r, TROUBLE_TOO_LARGE, pack, offset, "object is larger than the limit", err);
	out_set(out, cur.p ? slice_of(cur.p, cur.n) : end.bytes);
	buffers_put(&r->decoder.pool, cur.p, cur.cap);
	return TROUBLE_NONE;
}

static enum trouble header_packed(struct store_reader *r, uint32_t pack, uint64_t offset, enum object_type *type,
	uint64_t *size, struct error *err) {
	struct chain_end end;
	uint64_t limit = store_base_limit(r->store->opt.max_object_bytes);
	enum trouble t = chain_follow(r, pack, offset, limit, &end, err);
	if (t != TROUBLE_NONE)
		return t;
	const char *why = NULL;
	*type = end.type;
	if (r->chain.n) {
		t = decode_delta_size(&r->decoder, &r->chain.at[0].entry, limit, size, &why);
		return t == TROUBLE_NONE ? t : refuse(r, t, pack, offset, why, err);
	}
	*size = end.whole ? end.whole->entry.size : end.bytes.n;
	return TROUBLE_NONE;
}

static enum trouble not_there(const struct object_id *id, struct error *err) {
	char hex[OBJECT_ID_HEX_MAX];
	object_id_hex(id, hex);
	error_set(err, ERR_FORMAT, "object %s is missing", hex);
	return TROUBLE_MISSING;
}

/* One attempt after the other, over all copies. `out` NULL: only type and size. */
static enum trouble read_any(struct store_reader *r, const struct object_id *id, enum object_type *type, uint64_t *size,
	struct buf *out, struct error *err) {
	enum trouble first = TROUBLE_NONE;
	struct store_copy c;
	const struct store *s = r->store;
	for (unsigned nth = 0; store_copy(s, id, nth, &c); nth++) {
		struct error e = {0};
		enum trouble t;
		uint64_t offset = c.is_loose ? 0 : idx_offset(&s->packs.at[c.at].idx, c.row);
		if (c.is_loose)
			t = store_read_loose(r, c.at, s->opt.max_object_bytes, out ? OBJECT_ALL_TYPES : 0,
				out ? out : &r->loose, type, size, &e);
		else if (out)
			t = read_packed(r, c.at, offset, type, out, &e);
		else
			t = header_packed(r, c.at, offset, type, size, &e);
		if (t == TROUBLE_NONE)
			return t;
		if (first == TROUBLE_NONE) {
			first = t;
			if (err)
				*err = e;
		}
	}
	return first == TROUBLE_NONE ? not_there(id, err) : first;
}

enum trouble store_read(struct store_reader *r, const struct object_id *id, enum object_type *type, struct buf *out,
	struct error *err) {
	enum object_type found = OBJECT_NONE;
	uint64_t size = 0;
	buf_clear(out);
	enum trouble t = read_any(r, id, &found, &size, out, err);
	if (t != TROUBLE_NONE)
		buf_clear(out);
	if (type)
		*type = t == TROUBLE_NONE ? found : OBJECT_NONE;
	return t;
}

enum trouble store_header(
	struct store_reader *r, const struct object_id *id, enum object_type *type, uint64_t *size, struct error *err) {
	enum object_type found = OBJECT_NONE;
	uint64_t bytes = 0;
	enum trouble t = read_any(r, id, &found, &bytes, NULL, err);
	if (type)
		*type = found;
	if (size)
		*size = bytes;
	return t;
}
