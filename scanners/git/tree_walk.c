/* Looks for blobs below a tree, depth first with a list instead of recursion: trees come from attackers.
 * The memory of a walk is kept for the next one, since there is one walk for each commit. */
#include "scanners/git/tree_walk.h"

#include "scanners/git/tree.h"

#include <stdlib.h>

#define NO_NODE UINT32_MAX

/* A folder on the way to a blob. */
struct node {
	uint32_t parent, name, name_n; /* name: in tree_walk.names */
	uint32_t depth;
};

struct tree_walk {
	struct tree_walk_options o;
	VEC(struct node) nodes;
	VEC(struct object_id) trees; /* by node */
	VEC(uint32_t) todo;	     /* nodes whose trees are to be read */
	struct buf names, tree;
	bool too_deep;
};

struct tree_walk *tree_walk_new(const struct tree_walk_options *o) {
	struct tree_walk *w = mem_alloc(sizeof(*w));
	w->o = *o;
	return w;
}

void tree_walk_free(struct tree_walk *w) {
	if (!w)
		return;
	VEC_FREE(&w->nodes);
	VEC_FREE(&w->trees);
	VEC_FREE(&w->todo);
	buf_free(&w->names);
	buf_free(&w->tree);
	free(w);
}

struct slice tree_spot_path(const struct tree_spot *s, struct arena *a) {
	const struct tree_walk *w = s->walk;
	size_t n = s->name.n;
	for (uint32_t i = s->node; i != NO_NODE; i = w->nodes.at[i].parent)
		n += w->nodes.at[i].name_n ? w->nodes.at[i].name_n + 1 : 0;
	uint8_t *path = arena_alloc(a, n), *end = path + n;
	end -= s->name.n;
	memcpy(end, s->name.p, s->name.n);
	for (uint32_t i = s->node; i != NO_NODE; i = w->nodes.at[i].parent) {
		const struct node *d = &w->nodes.at[i];
		if (d->name_n == 0)
			continue;
		*--end = '/';
		end -= d->name_n;
		memcpy(end, w->names.p + d->name, d->name_n);
	}
	return slice_of(path, n);
}

static void push_tree(struct tree_walk *w, uint32_t parent, struct slice name, const uint8_t *id) {
	struct node d = {
		parent, (uint32_t)w->names.n, (uint32_t)name.n, parent == NO_NODE ? 0 : w->nodes.at[parent].depth + 1};
	struct object_id oid = {.n = (uint8_t)w->o.id_bytes};
	if (d.depth > w->o.max_depth || w->names.n > UINT32_MAX - name.n) {
		w->too_deep = true;
		return;
	}
	memcpy(oid.id, id, oid.n);
	buf_add_slice(&w->names, name);
	VEC_PUSH(&w->nodes, d);
	VEC_PUSH(&w->trees, oid);
	VEC_PUSH(&w->todo, (uint32_t)(w->nodes.n - 1));
}

static void read_tree(struct tree_walk *w, uint32_t node, struct id_table *seen) {
	enum object_type type;
	struct tree_entry e;
	bool fresh;
	if (store_read(w->o.reader, &w->trees.at[node], &type, &w->tree, NULL) != TROUBLE_NONE || type != OBJECT_TREE)
		return;
	struct tree_iter it = tree_iter(buf_slice(&w->tree), w->o.id_bytes);
	while (tree_next(&it, &e) == 1) {
		if (tree_entry_is_tree(&e)) {
			id_table_add(seen, e.id, w->o.id_bytes, &fresh);
			if (fresh)
				push_tree(w, node, e.name, e.id);
			continue;
		}
		uint32_t n = id_table_find(w->o.wanted, e.id);
		struct tree_spot spot = {w, node, e.name};
		if (n != ID_NONE)
			w->o.found(w->o.ctx, n, &spot);
	}
}

bool tree_walk_run(struct tree_walk *w, const uint8_t *root, struct id_table *seen) {
	bool fresh;
	w->nodes.n = w->trees.n = w->todo.n = 0;
	w->too_deep = false;
	buf_clear(&w->names);
	id_table_add(seen, root, w->o.id_bytes, &fresh);
	if (fresh)
		push_tree(w, NO_NODE, (struct slice){NULL, 0}, root);
	while (w->todo.n > 0)
		read_tree(w, w->todo.at[--w->todo.n], seen);
	return !w->too_deep;
}
