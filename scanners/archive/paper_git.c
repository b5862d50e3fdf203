/* Git's objects inside an archive: packs, bundles and loose objects (gitformat-pack(5), gitformat-bundle(5)). Every object is read once, its
 * history and what nothing reaches any more included; blobs get their id, their path, and the commits of the same pack that hold them first
 * and last (git_origin.c). Of loose objects only the id is known. SHA-1 and SHA-256. */
#include "core/map.h"
#include "core/memory.h"
#include "core/vec.h"
#include "scanners/archive/git_origin.h"
#include "scanners/archive/paper.h"
#include "scanners/git/commit.h"
#include "scanners/git/delta.h"
#include "scanners/git/hash.h"
#include "scanners/git/idx.h"
#include "scanners/git/inflate.h"
#include "scanners/git/object.h"
#include "scanners/git/tree.h"

#include <libdeflate.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#define NONE	     UINT32_MAX
#define SHA1_BYTES   20
#define SHA256_BYTES 32
#define OFS_DELTA    6
#define REF_DELTA    7
#define OBJECT_MOST  ((uint64_t)64 << 20)

struct entry {
	size_t offset, data;  /* of the entry, of its zlib stream */
	size_t size;	      /* of the object, or of the delta */
	uint32_t child, next; /* deltas of it; the next one of the same base */
	uint8_t type;
	bool reached;
};

struct held {
	uint32_t entry, next_child;
	struct buf bytes;
};

struct packed {
	const struct paper *paper;
	unsigned id_bytes;
	struct slice s;
	struct libdeflate_decompressor *inflater;
	struct hasher *hasher;
	VEC(struct entry) all;
	struct map by_offset; /* to the index in `all` */
	struct map wanted;    /* base id: first delta that names it */
	struct map names;     /* blob id: struct slice *, a name */
	struct git_origins origins;
	struct arena arena;
	VEC(struct held) stack;
	size_t held_bytes;
	struct hold hold; /* of them */
	uint64_t unread;
};

/* The document that stands for the pack around one object: with the commits that hold it. Those of an archive in a history's blob are told by
 * that history. */
static struct document around(const struct packed *g, const struct git_origin *o, struct lifetime *life) {
	struct document d = *g->paper->doc;

	if (d.object.n)
		return d;
	d.commit = o->first->id;
	d.authored = o->first->authored;
	*life = (struct lifetime){
		.last_commit = o->last->id, .last_authored = o->last->authored, .left_head = {WHEN_UNKNOWN, 0}};
	d.life = life;
	return d;
}

/* Blobs as "blob 0123456789ab/path", so that rules which go by names see one; texts of commits and tags. */
static void give_object(struct packed *g, enum object_type type, const struct object_id *id, struct slice bytes) {
	struct map_entry *named = type == OBJECT_BLOB ? map_get(&g->names, object_id_slice(id)) : NULL;
	struct slice name = named ? *(struct slice *)named->value.ptr : slice_str("");
	struct git_origin origin;
	struct lifetime life;
	struct document doc = *g->paper->doc;
	struct paper paper = {g->paper->r, &doc, g->paper->depth};
	char hex[OBJECT_ID_HEX_MAX], shown[1100];
	ptrdiff_t body;

	if (type == OBJECT_BLOB && git_origins_of(&g->origins, id, &origin)) {
		doc = around(g, &origin, &life);
		name = origin.path;
	} else if (type == OBJECT_COMMIT) {
		struct held_commit self = {.id = *id};
		struct commit_view view;
		struct error err = {0};

		if (commit_parse(bytes, g->id_bytes, &view, &err) == 0)
			self.authored = view.authored;
		doc = around(g, &(struct git_origin){&self, &self, {NULL, 0}}, &life);
	}
	object_id_hex(id, hex);
	snprintf(shown, sizeof(shown), "%s %.12s%s%.*s", object_type_name(type), hex, name.n ? "/" : "",
		(int)(name.n < 1024 ? name.n : 1024), (const char *)name.p);
	body = slice_find(bytes, slice_str("\n\n"));
	if (type == OBJECT_BLOB)
		paper_give_bytes(&paper, shown, bytes);
	else if (body >= 0)
		paper_give_text(&paper, shown, slice_sub(bytes, (size_t)body + 2, bytes.n));
}

static void learn_names(struct packed *g, struct slice tree) {
	struct tree_iter it = tree_iter(tree, g->id_bytes);
	struct tree_entry e;

	while (tree_next(&it, &e) == 1) {
		struct map_entry *named;
		bool added;

		if (!tree_entry_is_blob(&e))
			continue;
		named = map_put(&g->names, slice_of(e.id, g->id_bytes), &added);
		if (added) {
			struct slice *kept = ARENA_NEW(&g->arena, struct slice);

			*kept = arena_copy(&g->arena, e.name);
			named->value.ptr = kept;
		}
	}
}

static void take_object(struct packed *g, enum object_type type, const struct object_id *id, struct slice bytes) {
	if (type == OBJECT_TREE) {
		learn_names(g, bytes);
		git_origins_tree(&g->origins, id, bytes);
		return;
	}
	if (type == OBJECT_COMMIT)
		git_origins_commit(&g->origins, id, bytes);
	give_object(g, type, id, bytes);
}

/* Type, size and base in front of an entry's stream. False: not an entry. */
static bool parse_head(struct packed *g, size_t at, struct entry *e, struct slice *base_id, size_t *base_offset) {
	struct slice s = g->s;
	unsigned shift = 4;
	uint8_t c;

	*e = (struct entry){.offset = at, .child = NONE, .next = NONE};
	*base_id = slice_of(NULL, 0);
	if (at >= s.n)
		return false;
	c = s.p[at++];
	e->type = (c >> 4) & 7;
	e->size = c & 15;
	while (c & 0x80) {
		if (at >= s.n || shift > 56)
			return false;
		c = s.p[at++];
		e->size |= (size_t)(c & 0x7f) << shift;
		shift += 7;
	}
	if (e->type == REF_DELTA) {
		if (s.n - at < g->id_bytes)
			return false;
		*base_id = slice_sub(s, at, at + g->id_bytes);
		at += g->id_bytes;
	} else if (e->type == OFS_DELTA) {
		size_t back = 0;

		do {
			if (at >= s.n || back > SIZE_MAX >> 8)
				return false;
			c = s.p[at++];
			back = (back << 7) + (c & 0x7f) + ((c & 0x80) ? 1 : 0);
		} while (c & 0x80);
		/* Each further byte adds one to what the ones before it say (gitformat-pack). */
		*base_offset = back <= e->offset ? e->offset - back : SIZE_MAX;
	}
	e->data = at;
	return e->type != 0 && e->type != 5;
}

/* Inflates an entry's stream; *used is its packed length. */
static bool inflate_entry(struct packed *g, const struct entry *e, struct buf *out, size_t *used) {
	struct slice in = slice_sub(g->s, e->data, g->s.n);
	size_t got = 0;

	buf_clear(out);
	if (e->size > OBJECT_MOST || !inflate_is_plausible(in, e->size) ||
		!account_bytes(&g->paper->r->job->account, e->size))
		return false;
	buf_reserve(out, e->size + 1);
	if (libdeflate_zlib_decompress_ex(g->inflater, in.p, in.n, out->p, e->size, used, &got) != LIBDEFLATE_SUCCESS ||
		got != e->size)
		return false;
	out->n = got;
	return true;
}

static void link_delta(struct packed *g, uint32_t i, struct slice base_id, size_t base_offset) {
	struct entry *e = &g->all.at[i];
	struct map_entry *m;
	bool added;

	if (e->type == REF_DELTA) {
		m = map_put(&g->wanted, base_id, &added);
		e->next = added ? NONE : (uint32_t)m->value.num;
		m->value.num = i;
	} else if (e->type == OFS_DELTA &&
		   (m = map_get(&g->by_offset, slice_of(&base_offset, sizeof(base_offset)))) != NULL) {
		e->next = g->all.at[m->value.num].child;
		g->all.at[m->value.num].child = i;
	}
}

/* Finds all entries: where one ends is known only when it is inflated. */
static bool list_entries(struct packed *g, size_t at, uint32_t count) {
	struct buf scratch = {0};
	bool whole = true;

	for (uint32_t i = 0; i < count && whole; i++) {
		struct slice base_id;
		size_t base_offset = SIZE_MAX, used = 0;
		struct entry e;

		whole = parse_head(g, at, &e, &base_id, &base_offset) && inflate_entry(g, &e, &scratch, &used);
		if (!whole)
			break;
		VEC_PUSH(&g->all, e);
		map_put(&g->by_offset, slice_of(&e.offset, sizeof(e.offset)), NULL)->value.num = i;
		link_delta(g, i, base_id, base_offset);
		at = e.data + used;
	}
	buf_free(&scratch);
	return whole;
}

static void push(struct packed *g, uint32_t i, enum object_type type, struct buf *bytes) {
	struct held h = {.entry = i, .next_child = g->all.at[i].child, .bytes = *bytes};
	struct object_id id;
	const struct map_entry *m;

	*bytes = (struct buf){0};
	g->all.at[i].reached = true;
	hash_object(g->hasher, g->id_bytes, type, buf_slice(&h.bytes), &id);
	take_object(g, type, &id, buf_slice(&h.bytes));
	m = map_get(&g->wanted, object_id_slice(&id));
	if (m) { /* deltas that name it by its id go in front of those that do by its place */
		uint32_t last = (uint32_t)m->value.num;

		while (g->all.at[last].next != NONE && !g->all.at[last].reached)
			last = g->all.at[last].next;
		if (!g->all.at[(uint32_t)m->value.num].reached) {
			g->all.at[last].next = h.next_child;
			h.next_child = (uint32_t)m->value.num;
		}
	}
	g->held_bytes += h.bytes.n;
	hold_set(&g->hold, g->held_bytes);
	hold_touch(&g->hold, g->held_bytes);
	VEC_PUSH(&g->stack, h);
}

/* The object and everything that is made of it, depth first, without recursion. */
static void read_family(struct packed *g, uint32_t root) {
	enum object_type type = (enum object_type)g->all.at[root].type;
	size_t most = (size_t)chain_left(&g->paper->r->chain), used; /* nothing is held now */
	struct buf bytes = {0}, delta = {0};

	if (inflate_entry(g, &g->all.at[root], &bytes, &used))
		push(g, root, type, &bytes);
	while (g->stack.n) {
		struct held *top = &g->stack.at[g->stack.n - 1];
		uint32_t i = top->next_child;
		uint64_t base_size, size;
		size_t body;

		if (i == NONE || g->all.at[i].reached || !account_goes_on(&g->paper->r->job->account)) {
			g->held_bytes -= top->bytes.n;
			hold_set(&g->hold, g->held_bytes);
			buf_free(&top->bytes);
			g->stack.n--;
			continue;
		}
		top->next_child = g->all.at[i].next;
		if (!inflate_entry(g, &g->all.at[i], &delta, &used) ||
			!delta_sizes(buf_slice(&delta), &base_size, &size, &body) || size > OBJECT_MOST ||
			g->held_bytes + size > most || !account_bytes(&g->paper->r->job->account, size))
			continue;
		buf_reserve(&bytes, (size_t)size + 1);
		if (delta_apply(buf_slice(&top->bytes), buf_slice(&delta), bytes.p, (size_t)size, NULL) != NULL)
			continue;
		bytes.n = (size_t)size;
		push(g, i, type, &bytes);
	}
	buf_free(&bytes);
	buf_free(&delta);
}

/* A pack does not say of which kind its ids are; its last bytes are its own digest. */
static unsigned id_bytes_of(struct slice pack) {
	uint8_t want[EVP_MAX_MD_SIZE];
	size_t n = pack.n - SHA256_BYTES;

	return pack.n > SHA256_BYTES && EVP_Digest(pack.p, n, want, NULL, EVP_sha256(), NULL) == 1 &&
			       memcmp(want, pack.p + n, SHA256_BYTES) == 0
		       ? SHA256_BYTES
		       : SHA1_BYTES;
}

static bool give_pack(const struct paper *p, struct slice pack) {
	const struct limits *lim = p->r->job->x->o.limits;
	unsigned id_bytes = id_bytes_of(pack);
	struct packed g = {.paper = p,
		.id_bytes = id_bytes,
		.s = pack,
		.hold = {.chain = &p->r->chain},
		.inflater = libdeflate_alloc_decompressor(),
		.hasher = hasher_new()};
	bool whole = g.inflater && list_entries(&g, 12, be32(pack.p + 8));

	g.origins = (struct git_origins){
		.id_bytes = id_bytes, .most = lim->max_archive_memory / 4, .depth_most = lim->max_tree_depth};
	/* Commits and trees first: they tell where blobs belong. */
	for (int blobs = 0; blobs < 2; blobs++) {
		if (blobs)
			git_origins_settle(&g.origins);
		for (uint32_t i = 0; i < g.all.n && account_goes_on(&p->r->job->account); i++)
			if (g.all.at[i].type <= OBJECT_TAG && (g.all.at[i].type == OBJECT_BLOB) == blobs)
				read_family(&g, i);
	}
	if (g.origins.too_large)
		job_note(p->r, p->doc, "archive-history", false,
			"a history too large to tell which commits hold an object; raise --archive-memory, or unpack "
			"it and scan the "
			"repository");
	for (size_t i = 0; i < g.all.n; i++)
		g.unread += !g.all.at[i].reached;
	if ((!whole || g.unread) && p->r->job->account.hit == ACCOUNT_NONE)
		job_note(p->r, p->doc, "archive-damaged", true,
			"not all objects of this pack could be read: it is damaged, or its bases are elsewhere");
	map_free(&g.by_offset);
	map_free(&g.wanted);
	map_free(&g.names);
	git_origins_free(&g.origins);
	arena_free(&g.arena);
	VEC_FREE(&g.all);
	VEC_FREE(&g.stack);
	libdeflate_free_decompressor(g.inflater);
	hasher_free(g.hasher);
	return true;
}

bool pack_give(const struct paper *p) {
	return give_pack(p, p->doc->bytes);
}

/* A bundle is lines of text, an empty one, and a pack. */
bool bundle_give(const struct paper *p) {
	struct slice s = p->doc->bytes;
	ptrdiff_t at = slice_find(s, slice_of("\n\nPACK", 6));

	if (at < 0 || s.n - (size_t)at < 2 + 32)
		return false;
	paper_give_text(p, "header", slice_sub(s, 0, (size_t)at));
	return give_pack(p, slice_sub(s, (size_t)at + 2, s.n));
}

/* Loose objects are called by their ids, less the two digits of their folder (gitrepository-layout(5)). */
static unsigned loose_id_bytes(struct slice path) {
	const uint8_t *slash = path.n ? memrchr(path.p, '/', path.n) : NULL;

	return slash && path.p + path.n - slash - 1 == 2 * SHA256_BYTES - 2 ? SHA256_BYTES : SHA1_BYTES;
}

bool loose_give(const struct paper *p) {
	struct packed g = {.paper = p,
		.id_bytes = loose_id_bytes(p->doc->path),
		.inflater = libdeflate_alloc_decompressor(),
		.hasher = hasher_new()};
	struct slice s = p->doc->bytes, plain;
	struct buf out = {0};
	size_t cap = s.n * 1032 < OBJECT_MOST ? s.n * 1032 + 64 : OBJECT_MOST, got = 0;
	const uint8_t *nul, *blank;
	bool read = false;

	/* Most objects are far from that small: a first try with what text packs to. */
	for (size_t room = s.n * 8 < cap ? s.n * 8 + 64 : cap; g.inflater && !read; room = cap) {
		buf_reserve(&out, room);
		read = libdeflate_zlib_decompress(g.inflater, s.p, s.n, out.p, room, &got) == LIBDEFLATE_SUCCESS;
		if (room == cap)
			break;
	}
	out.n = read ? got : 0;
	plain = buf_slice(&out);
	nul = plain.n ? memchr(plain.p, 0, plain.n < 40 ? plain.n : 40) : NULL;
	blank = nul ? memchr(plain.p, ' ', (size_t)(nul - plain.p)) : NULL;
	read = blank && account_bytes(&p->r->job->account, plain.n);
	if (read) {
		enum object_type type = object_type_parse(slice_of(plain.p, (size_t)(blank - plain.p)));
		struct slice bytes = slice_sub(plain, (size_t)(nul - plain.p) + 1, plain.n);
		struct object_id id;

		hash_object(g.hasher, g.id_bytes, type, bytes, &id);
		if (type == OBJECT_BLOB || type == OBJECT_COMMIT || type == OBJECT_TAG)
			give_object(&g, type, &id, bytes);
	}
	buf_free(&out);
	libdeflate_free_decompressor(g.inflater);
	hasher_free(g.hasher);
	return read;
}
