/* Builds the families of one pack, linear in its entries, without recursion: chains may be of any length and cycles of any
 * form. Inflates nothing (but for the type of a base outside the pack). */
#include "scanners/git/graph.h"

#include "scanners/git/file.h"

#include "core/memory.h"
#include "scanners/git/rows.h"

#include <stdlib.h>

typedef VEC(uint64_t) offsets;

/* The first node in [lo, hi) at this offset. */
static uint32_t offset_find(const uint64_t *at, uint32_t lo, uint32_t hi, uint64_t offset) {
	uint32_t end = hi;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (at[mid] < offset)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < end && at[lo] == offset ? lo : NODE_NONE;
}

static uint32_t node_at(const struct graph *g, uint64_t offset) {
	uint32_t i = offset_find(g->offset, 0, g->listed, offset);
	return i != NODE_NONE ? i : offset_find(g->offset, g->listed, g->inside, offset);
}

/* Offsets still to be looked at, the highest first. */
static void offsets_push(offsets *v, uint64_t x) {
	VEC_PUSH(v, x);
	size_t i = v->n - 1;
	for (; i > 0 && v->at[(i - 1) / 2] < x; i = (i - 1) / 2)
		v->at[i] = v->at[(i - 1) / 2];
	v->at[i] = x;
}

static uint64_t offsets_pop(offsets *v) {
	uint64_t top = v->at[0], last = v->at[--v->n];
	size_t i = 0;
	for (;;) {
		size_t child = 2 * i + 1;
		if (child >= v->n)
			break;
		child += child + 1 < v->n && v->at[child + 1] > v->at[child];
		if (v->at[child] <= last)
			break;
		v->at[i] = v->at[child];
		i = child;
	}
	v->at[i] = last;
	return top;
}

/* Entry headers are spread over the whole pack: its pages are let go again this often, in entries. */
#define REST_ENTRIES 512

static void rest_now_and_then(const struct pack *p, uint32_t entry) {
	if (entry % REST_ENTRIES == REST_ENTRIES - 1)
		file_rest(p->bytes);
}

/* The base of the entry at `offset`, when no row names it. */
static void unlisted_push(const struct graph *g, const struct pack *p, uint64_t offset, offsets *todo) {
	struct pack_entry e;
	if (!pack_entry_parse(p, offset, &e) && e.kind == PACK_OFS_DELTA &&
		offset_find(g->offset, 0, g->listed, e.base_offset) == NODE_NONE)
		offsets_push(todo, e.base_offset);
}

/* Bases at offsets that no row names, sorted. They may stand on others like them. A base lies in front of what stands on it, so that from
 * the last to the first each is met once, after all that lead to it. `room` bounds what a hostile pack can make of bytes that are no
 * entries. */
static void unlisted_find(const struct graph *g, const struct pack *p, offsets *found, size_t room) {
	offsets todo = {0};
	for (uint32_t i = 0; i < g->listed; i++) {
		rest_now_and_then(p, i);
		unlisted_push(g, p, g->offset[i], &todo);
	}
	while (todo.n && found->n < room) {
		uint64_t at = offsets_pop(&todo);
		if (found->n && found->at[found->n - 1] == at)
			continue;
		VEC_PUSH(found, at);
		unlisted_push(g, p, at, &todo);
	}
	for (size_t i = 0, k = found->n; i + 1 < k; i++) {
		uint64_t swap = found->at[i];
		found->at[i] = found->at[--k];
		found->at[k] = swap;
	}
	VEC_FREE(&todo);
}

struct outside_ref {
	const uint8_t *id;
	uint32_t child;
};

typedef VEC(struct outside_ref) outside_refs;

/* The parent of each node, as far as it is in this pack; the others go to `refs`. */
static void parents_find(struct graph *g, const struct store_pack *p, outside_refs *refs) {
	for (uint32_t i = 0; i < g->inside; i++) {
		struct pack_entry e;
		g->parent[i] = NODE_NONE;
		rest_now_and_then(&p->pack, i);
		if (pack_entry_parse(&p->pack, g->offset[i], &e))
			continue; /* decoding will say what is wrong */
		if (e.kind == PACK_OFS_DELTA) {
			g->parent[i] = node_at(g, e.base_offset);
		} else if (e.kind == PACK_REF_DELTA) {
			uint32_t row;
			if (idx_find(&p->idx, e.base_id, &row))
				g->parent[i] = node_at(g, idx_offset(&p->idx, row));
			else
				VEC_PUSH(refs, ((struct outside_ref){e.base_id, i}));
		} else {
			g->state[i] = (uint8_t)e.kind;
		}
	}
}

static int ref_order(const void *a, const void *b, void *id_bytes) {
	const struct outside_ref *x = a, *y = b;
	int c = memcmp(x->id, y->id, *(const uint8_t *)id_bytes);
	return c ? c : (x->child > y->child) - (x->child < y->child);
}

/* One node for each base outside the pack, with its type. */
static void outside_add(struct graph *g, const struct store *s, outside_refs *refs, struct store_reader *reader) {
	uint8_t id_bytes = s->opt.id_bytes;
	if (refs->n)
		qsort_r(refs->at, refs->n, sizeof(*refs->at), ref_order, &id_bytes);
	for (size_t i = 0; i < refs->n; i++) {
		if (i == 0 || memcmp(refs->at[i - 1].id, refs->at[i].id, id_bytes) != 0) {
			struct object_id id = {.n = id_bytes};
			enum object_type type = OBJECT_NONE;
			memcpy(id.id, refs->at[i].id, id_bytes);
			store_header(reader, &id, &type, NULL, NULL);
			g->offset[g->n] = g->outside.n;
			g->parent[g->n] = NODE_NONE;
			g->state[g->n] = (uint8_t)type;
			VEC_PUSH(&g->outside, id);
			g->n++;
		}
		g->parent[refs->at[i].child] = g->n - 1;
	}
}

/* Type of each node from its root; nodes that stand on themselves lose their parent. Up once, then down the same way. */
static void types_find(struct graph *g) {
	VEC(uint32_t) path = {0};
	for (uint32_t i = 0; i < g->n; i++) {
		uint32_t x = i;
		path.n = 0;
		while (!(g->state[x] & NODE_WALKED) && g->parent[x] != NODE_NONE) {
			g->state[x] |= NODE_WALKED;
			VEC_PUSH(&path, x);
			x = g->parent[x];
		}
		/* Walked by this very round: `x` is on the path, so the path from it on is a cycle. */
		size_t k = path.n;
		if (path.n && (g->state[x] & NODE_WALKED))
			for (k = 0; k < path.n && path.at[k] != x;)
				k++;
		for (size_t c = k; c < path.n; c++) {
			g->state[path.at[c]] |= NODE_CYCLE;
			g->parent[path.at[c]] = NODE_NONE;
		}
		g->state[x] |= NODE_WALKED;
		uint8_t type = k < path.n ? OBJECT_NONE : g->state[x] & NODE_TYPE;
		while (path.n-- > 0)
			g->state[path.at[path.n]] |= type;
	}
	VEC_FREE(&path);
}

/* What is to be delivered, and everything it stands on. */
static void needs_mark(struct graph *g, const uint64_t *rows, unsigned types) {
	for (uint32_t i = 0; i < g->listed; i++) {
		if (!row_bit(rows, g->row[i]) || !(types & OBJECT_BIT(g->state[i] & NODE_TYPE)))
			continue;
		g->state[i] |= NODE_WANTED;
		for (uint32_t x = i; x != NODE_NONE && !(g->state[x] & NODE_NEEDED); x = g->parent[x])
			g->state[x] |= NODE_NEEDED;
	}
}

/* From the last to the first, so that the lists are in order of offset. */
static void children_link(struct graph *g) {
	for (uint32_t i = 0; i < g->n; i++)
		g->first[i] = g->next[i] = NODE_NONE;
	for (uint32_t i = g->n; i-- > 0;) {
		if (!(g->state[i] & NODE_NEEDED))
			continue;
		uint32_t p = g->parent[i];
		if (p == NODE_NONE) {
			g->nroots++;
		} else {
			g->next[i] = g->first[p];
			g->first[p] = i;
		}
	}
	g->roots = mem_alloc_n((size_t)g->nroots + 1, sizeof(*g->roots));
	uint32_t n = 0;
	for (uint32_t i = 0; i < g->n; i++)
		if ((g->state[i] & NODE_NEEDED) && g->parent[i] == NODE_NONE)
			g->roots[n++] = i;
}

void graph_build(struct graph *g, const struct store *s, uint32_t pack, const uint64_t *rows, unsigned types,
	struct store_reader *reader) {
	const struct store_pack *p = &s->packs.at[pack];
	offsets unlisted = {0};
	outside_refs refs = {0};
	memset(g, 0, sizeof(*g));
	g->pack = pack;
	g->listed = p->idx.count;
	rows_by_offset(&p->idx, &g->offset, &g->row);
	/* No entry is shorter than its header and an empty zlib stream (RFC 1950): 9 bytes. */
	size_t room = p->pack.count > g->listed ? p->pack.count - g->listed : 0;
	if (room > p->pack.bytes.n / 9)
		room = p->pack.bytes.n / 9;
	unlisted_find(g, &p->pack, &unlisted, room);
	g->inside = g->n = g->listed + (uint32_t)unlisted.n;
	/* Each base outside the pack is the parent of at least one node: at most as many again. */
	size_t most = 2 * (size_t)g->inside + 1;
	if (most >= NODE_NONE)
		most = NODE_NONE;
	g->parent = mem_grow(NULL, most, sizeof(*g->parent));
	g->offset = mem_grow(g->offset, most, sizeof(*g->offset));
	g->state = mem_alloc_n(most, sizeof(*g->state));
	if (unlisted.n)
		memcpy(g->offset + g->listed, unlisted.at, unlisted.n * sizeof(*unlisted.at));
	parents_find(g, p, &refs);
	outside_add(g, s, &refs, reader);
	VEC_FREE(&unlisted);
	VEC_FREE(&refs);
	types_find(g);
	needs_mark(g, rows, types);
	g->first = mem_grow(NULL, (size_t)g->n + 1, sizeof(*g->first));
	g->next = mem_grow(NULL, (size_t)g->n + 1, sizeof(*g->next));
	children_link(g);
}

void graph_free(struct graph *g) {
	free(g->offset);
	free(g->row);
	free(g->parent);
	free(g->first);
	free(g->next);
	free(g->state);
	free(g->roots);
	VEC_FREE(&g->outside);
	memset(g, 0, sizeof(*g));
}
