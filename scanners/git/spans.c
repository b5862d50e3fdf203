/* From which commit to which blobs are held. Trees that lead to a wanted blob are kept as a graph, children before parents;
 * what commits say of their root trees is then passed down it in one go. No set of blobs is ever made for a tree. */
#include "scanners/git/spans.h"

#include "scanners/git/tree.h"

#include <stdlib.h>

#define MAX_EDGES ((size_t)64 << 20)
#define IS_BLOB	  0x80000000u /* in an edge */
/* Instead of the node of a tree: */
#define UNREAD	UINT32_MAX
#define READING (UINT32_MAX - 1)
#define NOTHING (UINT32_MAX - 2) /* leads to no blob */

struct node {
	size_t edges, nedges;
	uint32_t first, last_head, last[ROOT_CLASSES]; /* positions; last ones + 1, so that 0 is none */
};

struct frame {
	uint32_t tree;	   /* number in `trees` */
	size_t children;   /* where its children begin in `children` */
	size_t next, blob; /* the next child to look at; where its blobs begin in `blobs` */
};

struct spans {
	struct spans_options o;
	struct id_table trees;
	VEC(uint32_t) node_of; /* by tree */
	VEC(struct node) nodes;
	VEC(uint32_t) edges;
	struct span *found; /* by wanted blob */
	uint64_t maybe[65536 /
		       64]; /* by the first two bytes of an id: is any such blob wanted? Most entries of trees are not */
	bool too_much;
	/* while trees are read */
	struct buf tree;
	VEC(struct frame) frames;
	VEC(uint32_t) children, blobs;
};

static uint32_t tree_number(struct spans *x, const uint8_t *id, bool *fresh) {
	uint32_t n = id_table_add(&x->trees, id, x->o.history->id_bytes, fresh);
	if (*fresh)
		VEC_PUSH(&x->node_of, UNREAD);
	return n;
}

static unsigned head_of(const uint8_t *id) {
	return (unsigned)id[0] << 8 | id[1];
}

static uint32_t wanted_number(const struct spans *x, const uint8_t *id) {
	unsigned head = head_of(id);
	return x->maybe[head / 64] >> (head % 64) & 1 ? id_table_find(x->o.wanted, id) : ID_NONE;
}

/* Reads a tree and puts it on the stack with its folders still to be looked at. */
static void open_tree(struct spans *x, uint32_t tree) {
	struct object_id id = id_table_at(&x->trees, tree);
	struct frame f = {tree, x->children.n, x->children.n, x->blobs.n};
	struct tree_entry e;
	enum object_type type;
	x->node_of.at[tree] = NOTHING;
	if (x->frames.n > x->o.max_depth) {
		x->too_much = true;
		return;
	}
	if (store_read(x->o.reader, &id, &type, &x->tree, NULL) != TROUBLE_NONE || type != OBJECT_TREE)
		return;
	struct tree_iter it = tree_iter(buf_slice(&x->tree), x->o.history->id_bytes);
	while (tree_next(&it, &e) == 1) {
		bool fresh;
		if (tree_entry_is_tree(&e)) {
			uint32_t child = tree_number(x, e.id, &fresh);
			/* A tree inside itself is possible only where ids lie. */
			if (x->node_of.at[child] != NOTHING && x->node_of.at[child] != READING)
				VEC_PUSH(&x->children, child);
			continue;
		}
		uint32_t blob = wanted_number(x, e.id);
		if (blob != ID_NONE)
			VEC_PUSH(&x->blobs, blob);
	}
	x->node_of.at[tree] = READING;
	VEC_PUSH(&x->frames, f);
}

/* All its folders have been looked at: it is a node when anything in it leads to a blob. */
static void close_tree(struct spans *x) {
	const struct frame f = x->frames.at[--x->frames.n];
	struct node n = {.edges = x->edges.n, .first = SPAN_NONE};
	x->node_of.at[f.tree] = NOTHING;
	for (size_t i = f.children; i < x->children.n; i++)
		if (x->node_of.at[x->children.at[i]] < NOTHING)
			VEC_PUSH(&x->edges, x->node_of.at[x->children.at[i]]);
	for (size_t i = f.blob; i < x->blobs.n; i++)
		VEC_PUSH(&x->edges, x->blobs.at[i] | IS_BLOB);
	x->children.n = f.children;
	x->blobs.n = f.blob;
	n.nedges = x->edges.n - n.edges;
	if (n.nedges == 0)
		return;
	if (x->edges.n > MAX_EDGES || x->nodes.n >= IS_BLOB) {
		x->edges.n = n.edges;
		x->too_much = true;
		return;
	}
	x->node_of.at[f.tree] = (uint32_t)x->nodes.n;
	VEC_PUSH(&x->nodes, n);
}

static uint32_t root_node(struct spans *x, const uint8_t *id) {
	bool fresh;
	uint32_t tree = tree_number(x, id, &fresh);
	if (x->node_of.at[tree] == UNREAD)
		open_tree(x, tree);
	while (x->frames.n > 0) {
		struct frame *f = &x->frames.at[x->frames.n - 1];
		if (f->next < x->children.n) {
			uint32_t child = x->children.at[f->next++];
			/* Its own folders come behind; they are gone when it is closed. */
			if (x->node_of.at[child] == UNREAD)
				open_tree(x, child);
		} else {
			close_tree(x);
		}
	}
	return x->node_of.at[tree];
}

static void least(uint32_t *a, uint32_t b) {
	*a = b < *a ? b : *a;
}

static void most(uint32_t *a, uint32_t b) {
	*a = b > *a ? b : *a;
}

static void commit_holds(struct spans *x, uint32_t position, uint32_t node) {
	uint32_t number = x->o.order[position];
	struct node *n = &x->nodes.at[node];
	least(&n->first, position);
	most(&n->last[x->o.history->at.at[number].class], position + 1);
	if (x->o.head_marks && x->o.head_marks[number])
		most(&n->last_head, position + 1);
}

/* Parents have higher numbers than their children. */
static void pass_down(struct spans *x) {
	struct node *blobs = mem_alloc_n(x->o.wanted->n + 1, sizeof(*blobs));
	for (size_t i = 0; i < x->o.wanted->n; i++)
		blobs[i].first = SPAN_NONE;
	for (size_t i = x->nodes.n; i-- > 0;) {
		const struct node *n = &x->nodes.at[i];
		for (size_t k = n->edges; k < n->edges + n->nedges; k++) {
			uint32_t e = x->edges.at[k];
			struct node *to = e & IS_BLOB ? &blobs[e & ~IS_BLOB] : &x->nodes.at[e];
			least(&to->first, n->first);
			most(&to->last_head, n->last_head);
			for (int c = 0; c < ROOT_CLASSES; c++)
				most(&to->last[c], n->last[c]);
		}
	}
	for (size_t i = 0; i < x->o.wanted->n; i++) {
		struct span s = {blobs[i].first, SPAN_NONE, blobs[i].last_head - 1};
		if (s.first != SPAN_NONE)
			s.last = blobs[i].last[x->o.history->at.at[x->o.order[s.first]].class] - 1;
		x->found[i] = s;
	}
	free(blobs);
}

struct spans *spans_find(const struct spans_options *o) {
	struct spans *x = mem_alloc(sizeof(*x));
	x->o = *o;
	x->found = mem_alloc_n(o->wanted->n + 1, sizeof(*x->found));
	for (uint32_t i = 0; i < o->wanted->n; i++) {
		unsigned head = head_of(id_table_at(o->wanted, i).id);
		x->maybe[head / 64] |= (uint64_t)1 << (head % 64);
	}
	for (uint32_t i = 0; i < o->norder && !(o->stop && stop_requested(o->stop)); i++) {
		uint32_t node = root_node(x, o->history->at.at[o->order[i]].tree);
		if (node < NOTHING)
			commit_holds(x, i, node);
	}
	pass_down(x);
	VEC_FREE(&x->children);
	VEC_FREE(&x->blobs);
	VEC_FREE(&x->frames);
	return x;
}

void spans_free(struct spans *x) {
	if (!x)
		return;
	id_table_free(&x->trees);
	VEC_FREE(&x->node_of);
	VEC_FREE(&x->nodes);
	VEC_FREE(&x->edges);
	buf_free(&x->tree);
	free(x->found);
	free(x);
}

struct span spans_of(const struct spans *x, uint32_t wanted) {
	return x->found[wanted];
}

bool spans_are_whole(const struct spans *x) {
	return !x->too_much;
}

/* --- paths --- */

struct place_to_look {
	struct object_id tree;
	struct slice path;
};

static struct slice join(struct arena *a, struct slice folder, struct slice name) {
	size_t n = folder.n + (folder.n > 0) + name.n;
	uint8_t *p = arena_alloc(a, n + 1);
	if (folder.n > 0) {
		memcpy(p, folder.p, folder.n);
		p[folder.n] = '/';
	}
	memcpy(p + n - name.n, name.p, name.n);
	return slice_of(p, n);
}

/* Where a blob is for the first time, the folders that lead to it are so too: whoever held one of them held the blob. So every folder
 * is read for one position only. */
void spans_paths(struct spans *x, uint32_t position, struct arena *a, struct slice *paths) {
	VEC(struct place_to_look) todo = {0};
	const struct history *h = x->o.history;
	struct arena folders = {0};
	struct id_table seen = {
		0}; /* in this commit: the same folder twice has the same blobs, the first path is the one */
	struct place_to_look p = {.tree = {.n = (uint8_t)h->id_bytes}};
	memcpy(p.tree.id, h->at.at[x->o.order[position]].tree, h->id_bytes);
	VEC_PUSH(&todo, p);
	while (todo.n > 0) {
		struct place_to_look at = todo.at[--todo.n];
		struct tree_entry e;
		enum object_type type;
		size_t from = todo.n;
		bool fresh;
		id_table_add(&seen, at.tree.id, at.tree.n, &fresh);
		if (!fresh || store_read(x->o.reader, &at.tree, &type, &x->tree, NULL) != TROUBLE_NONE)
			continue;
		struct tree_iter it = tree_iter(buf_slice(&x->tree), h->id_bytes);
		while (tree_next(&it, &e) == 1) {
			if (tree_entry_is_tree(&e)) {
				uint32_t number = id_table_find(&x->trees, e.id);
				if (number == ID_NONE || x->node_of.at[number] >= NOTHING ||
					x->nodes.at[x->node_of.at[number]].first != position)
					continue;
				struct place_to_look next = {
					.tree = {.n = (uint8_t)h->id_bytes}, .path = join(&folders, at.path, e.name)};
				memcpy(next.tree.id, e.id, h->id_bytes);
				VEC_PUSH(&todo, next);
				continue;
			}
			uint32_t blob = wanted_number(x, e.id);
			if (blob == ID_NONE || x->found[blob].first != position)
				continue;
			struct slice path = join(a, at.path, e.name);
			if (paths[blob].p == NULL || slice_cmp(path, paths[blob]) < 0)
				paths[blob] = path;
		}
		/* So that folders come off the list in their order. */
		for (size_t i = from, k = todo.n; i + 1 < k; i++) {
			struct place_to_look swap = todo.at[i];
			todo.at[i] = todo.at[--k];
			todo.at[k] = swap;
		}
	}
	VEC_FREE(&todo);
	id_table_free(&seen);
	arena_free(&folders);
}
