/* From which commit to which blobs are held. Trees that lead to a wanted blob are kept as a graph, children before parents;
 * what commits say of their root trees is then passed down it in one go. No set of blobs is ever made for a tree. */
#include "scanners/git/spans.h"

#include "scanners/git/id_filter.h"
#include "scanners/git/tree.h"

#include <stdlib.h>

#define MAX_EDGES ((size_t)64 << 20)
/* Instead of the node of a tree: */
#define UNREAD	UINT32_MAX
#define READING (UINT32_MAX - 1)
#define NOTHING (UINT32_MAX - 2) /* leads to no blob */

struct node {
	size_t edges, nedges;
	uint32_t first, last_head, last[ROOT_CLASSES]; /* positions; last ones + 1, so that 0 is none */
};

struct frame {
	uint32_t tree;	   /* number in the store */
	size_t children;   /* where its children begin in `children` */
	size_t next, blob; /* the next child to look at; where its blobs begin in `blobs` */
};

struct spans {
	struct spans_options o;
	const struct store *store;
	uint32_t *node_of;   /* by number of a tree */
	uint32_t *wanted_of; /* by number of a blob in the remembered edges; NULL: nothing is remembered */
	VEC(struct node) nodes;
	VEC(uint32_t) edges;
	struct span *found;	 /* by wanted blob */
	struct id_filter filter; /* most entries of trees are not wanted */
	bool too_much;
	/* while trees are read */
	struct buf tree;
	VEC(struct frame) frames;
	VEC(uint32_t) children, blobs;
};

static uint32_t wanted_number(const struct spans *x, const uint8_t *id) {
	return id_filter_passes(&x->filter, id) ? id_table_find(x->o.wanted, id) : ID_NONE;
}

static void add_folder(struct spans *x, uint32_t child) {
	/* A tree inside itself is possible only where ids lie. */
	if (child != NUMBER_NONE && x->node_of[child] != NOTHING && x->node_of[child] != READING)
		VEC_PUSH(&x->children, child);
}

/* What was remembered of a tree as the store was read. False: nothing was. */
static bool recall_tree(struct spans *x, uint32_t tree) {
	const uint32_t *edges;
	size_t n;
	if (!x->wanted_of || !tree_edges_of(x->o.edges, tree, &edges, &n))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!(edges[i] & EDGE_BLOB))
			add_folder(x, edges[i]);
		else if (x->wanted_of[edges[i] & ~EDGE_BLOB] != ID_NONE)
			VEC_PUSH(&x->blobs, x->wanted_of[edges[i] & ~EDGE_BLOB]);
	}
	return true;
}

static bool read_tree(struct spans *x, uint32_t tree) {
	struct object_id id = store_numbered(x->store, tree);
	struct tree_entry e;
	enum object_type type;
	if (store_read(x->o.reader, &id, &type, &x->tree, NULL) != TROUBLE_NONE || type != OBJECT_TREE)
		return false;
	struct tree_iter it = tree_iter(buf_slice(&x->tree), x->o.history->id_bytes);
	while (tree_next(&it, &e) == 1) {
		uint32_t blob;
		if (tree_entry_is_tree(&e))
			add_folder(x, store_number(x->store, e.id));
		else if ((blob = wanted_number(x, e.id)) != ID_NONE)
			VEC_PUSH(&x->blobs, blob);
	}
	return true;
}

/* Puts a tree on the stack with its folders still to be looked at. */
static void open_tree(struct spans *x, uint32_t tree) {
	struct frame f = {tree, x->children.n, x->children.n, x->blobs.n};
	x->node_of[tree] = NOTHING;
	if (x->frames.n > x->o.max_depth) {
		x->too_much = true;
		return;
	}
	if (!recall_tree(x, tree) && !read_tree(x, tree))
		return;
	x->node_of[tree] = READING;
	VEC_PUSH(&x->frames, f);
}

/* All its folders have been looked at: it is a node when anything in it leads to a blob. */
static void close_tree(struct spans *x) {
	const struct frame f = x->frames.at[--x->frames.n];
	struct node n = {.edges = x->edges.n, .first = SPAN_NONE};
	x->node_of[f.tree] = NOTHING;
	for (size_t i = f.children; i < x->children.n; i++)
		if (x->node_of[x->children.at[i]] < NOTHING)
			VEC_PUSH(&x->edges, x->node_of[x->children.at[i]]);
	for (size_t i = f.blob; i < x->blobs.n; i++)
		VEC_PUSH(&x->edges, x->blobs.at[i] | EDGE_BLOB);
	x->children.n = f.children;
	x->blobs.n = f.blob;
	n.nedges = x->edges.n - n.edges;
	if (n.nedges == 0)
		return;
	if (x->edges.n > MAX_EDGES || x->nodes.n >= EDGE_BLOB) {
		x->edges.n = n.edges;
		x->too_much = true;
		return;
	}
	x->node_of[f.tree] = (uint32_t)x->nodes.n;
	VEC_PUSH(&x->nodes, n);
}

static uint32_t root_node(struct spans *x, const uint8_t *id) {
	uint32_t tree = store_number(x->store, id);
	if (tree == NUMBER_NONE)
		return NOTHING;
	if (x->node_of[tree] == UNREAD)
		open_tree(x, tree);
	while (x->frames.n > 0) {
		struct frame *f = &x->frames.at[x->frames.n - 1];
		if (f->next < x->children.n) {
			uint32_t child = x->children.at[f->next++];
			/* Its own folders come behind; they are gone when it is closed. */
			if (x->node_of[child] == UNREAD)
				open_tree(x, child);
		} else {
			close_tree(x);
		}
	}
	return x->node_of[tree];
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
			struct node *to = e & EDGE_BLOB ? &blobs[e & ~EDGE_BLOB] : &x->nodes.at[e];
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

/* Remembered edges serve when all that is asked for is among what they were kept for. */
static void use_edges(struct spans *x) {
	const struct id_table *kept = x->o.edges ? tree_edges_blobs(x->o.edges) : NULL;
	size_t known = 0;
	if (!kept)
		return;
	x->wanted_of = mem_alloc_n(kept->n + 1, sizeof(*x->wanted_of));
	for (uint32_t i = 0; i < kept->n; i++) {
		x->wanted_of[i] = id_table_find(x->o.wanted, id_table_at(kept, i).id);
		known += x->wanted_of[i] != ID_NONE;
	}
	if (known == x->o.wanted->n)
		return;
	free(x->wanted_of);
	x->wanted_of = NULL;
}

struct spans *spans_find(const struct spans_options *o) {
	struct spans *x = mem_alloc(sizeof(*x));
	uint64_t numbers = store_numbers(o->store);
	x->o = *o;
	x->store = o->store;
	x->found = mem_alloc_n(o->wanted->n + 1, sizeof(*x->found));
	x->node_of = mem_alloc_n(numbers + 1, sizeof(*x->node_of));
	for (uint64_t i = 0; i < numbers; i++)
		x->node_of[i] = UNREAD;
	id_filter_of(&x->filter, o->wanted);
	use_edges(x);
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
	free(x->node_of);
	free(x->wanted_of);
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
				uint32_t number = store_number(x->store, e.id);
				if (number == NUMBER_NONE || x->node_of[number] >= NOTHING ||
					x->nodes.at[x->node_of[number]].first != position)
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
