/* Where blobs come from: HEAD's tree once, then every tree of history once, commits oldest first, until all that is
 * asked for is found. Cost: the distinct trees plus the commits, whatever the number of blobs. */
#include "scanners/git/commit.h"
#include "scanners/git/repo_file.h"
#include "scanners/git/index.h"
#include "scanners/git/session.h"
#include "scanners/git/tree.h"

#include <stdlib.h>

#define MAX_INDEX (2u << 30)
#define NO_NODE	  UINT32_MAX

/* A folder on the way to a blob; paths are put together only for what is found. */
struct node {
	uint32_t parent, name, name_n; /* name: in walker.names */
	uint32_t depth;
};

struct wanted {
	struct origin answer;
	struct slice head_path;
	bool done;
};

struct attributor {
	struct git_session *s;
	struct arena *arena;
	struct store_reader *reader;
	struct id_table ids; /* what is asked for; numbers index `wanted` */
	VEC(struct wanted) wanted;
	size_t left;
	struct id_table seen_trees;
	VEC(struct node) nodes;
	VEC(uint32_t) todo;	     /* nodes whose trees are to be read */
	VEC(struct object_id) trees; /* by node */
	struct buf names, tree;
	bool too_deep;
};

/* What happens to a blob that is asked for, found at the tree of `node`. */
typedef void found_blob(struct attributor *a, uint32_t wanted, uint32_t node, struct slice name, const void *ctx);

static struct slice path_of(struct attributor *a, uint32_t node, struct slice name) {
	size_t n = name.n;
	for (uint32_t i = node; i != NO_NODE; i = a->nodes.at[i].parent)
		n += a->nodes.at[i].name_n ? a->nodes.at[i].name_n + 1 : 0;
	uint8_t *path = arena_alloc(a->arena, n), *end = path + n;
	end -= name.n;
	memcpy(end, name.p, name.n);
	for (uint32_t i = node; i != NO_NODE; i = a->nodes.at[i].parent) {
		const struct node *d = &a->nodes.at[i];
		if (d->name_n == 0)
			continue;
		*--end = '/';
		end -= d->name_n;
		memcpy(end, a->names.p + d->name, d->name_n);
	}
	return slice_of(path, n);
}

static void push_tree(struct attributor *a, uint32_t parent, struct slice name, const uint8_t *id) {
	struct node d = {
		parent, (uint32_t)a->names.n, (uint32_t)name.n, parent == NO_NODE ? 0 : a->nodes.at[parent].depth + 1};
	struct object_id oid = {.n = (uint8_t)a->s->settings.id_bytes};
	if (d.depth > a->s->env->scope->limits->max_tree_depth || a->names.n > UINT32_MAX - name.n) {
		a->too_deep = true;
		return;
	}
	memcpy(oid.id, id, oid.n);
	buf_add_slice(&a->names, name);
	VEC_PUSH(&a->nodes, d);
	VEC_PUSH(&a->trees, oid);
	VEC_PUSH(&a->todo, (uint32_t)(a->nodes.n - 1));
}

/* Reads the trees below `root` that are not in `seen`, depth first. */
static void walk_tree(
	struct attributor *a, const uint8_t *root, struct id_table *seen, found_blob *found, const void *ctx) {
	bool fresh;
	unsigned id_bytes = a->s->settings.id_bytes;
	a->nodes.n = a->trees.n = a->todo.n = 0;
	buf_clear(&a->names);
	id_table_add(seen, root, id_bytes, &fresh);
	if (fresh)
		push_tree(a, NO_NODE, (struct slice){NULL, 0}, root);
	while (a->todo.n > 0) {
		uint32_t node = a->todo.at[--a->todo.n];
		enum object_type type;
		struct tree_entry e;
		/* A tree that can't be read was told when the store was read, or is named as missing there. */
		if (store_read(a->reader, &a->trees.at[node], &type, &a->tree, NULL) != TROUBLE_NONE ||
			type != OBJECT_TREE)
			continue;
		struct tree_iter it = tree_iter(buf_slice(&a->tree), id_bytes);
		while (tree_next(&it, &e) == 1) {
			if (tree_entry_is_tree(&e)) {
				id_table_add(seen, e.id, id_bytes, &fresh);
				if (fresh)
					push_tree(a, node, e.name, e.id);
				continue;
			}
			uint32_t w = id_table_find(&a->ids, e.id);
			if (w != ID_NONE)
				found(a, w, node, e.name, ctx);
		}
	}
}

static void found_at_head(struct attributor *a, uint32_t w, uint32_t node, struct slice name, const void *ctx) {
	struct wanted *x = &a->wanted.at[w];
	struct slice path = path_of(a, node, name);
	(void)ctx;
	/* Of several paths the first by bytes, so that the answer does not depend on the order of trees. */
	if (!x->answer.at_head || slice_cmp(path, x->head_path) < 0)
		x->head_path = path;
	x->answer.at_head = true;
}

/* With its own set of seen trees: history has to find the first commit of every blob, at HEAD or not. */
static void look_at_head(struct attributor *a, const uint8_t *tree) {
	struct id_table seen = {0};
	walk_tree(a, tree, &seen, found_at_head, NULL);
	id_table_free(&seen);
}

static enum place place_of(enum root_class class, bool is_merge) {
	switch (class) {
	case ROOT_NOTE:
		return PLACE_NOTE;
	case ROOT_STASH:
		return PLACE_STASH;
	case ROOT_REFLOG:
		return PLACE_REFLOG;
	default:
		return is_merge ? PLACE_MERGE : PLACE_HISTORY;
	}
}

static void found_in_commit(struct attributor *a, uint32_t w, uint32_t node, struct slice name, const void *ctx) {
	const uint32_t *commit = ctx;
	const struct history_commit *c = &a->s->history.at.at[*commit];
	struct wanted *x = &a->wanted.at[w];
	if (x->done)
		return;
	x->done = true;
	x->answer.known = true;
	x->answer.place = place_of(c->class, c->is_merge);
	x->answer.path = path_of(a, node, name);
	x->answer.commit = id_table_at(&a->s->history.ids, *commit);
	x->answer.authored = c->authored;
	a->left--;
}

/* A commit whose message is asked about knows itself. */
static void commits_know_themselves(struct attributor *a) {
	for (uint32_t w = 0; w < a->wanted.n; w++) {
		uint32_t n = id_table_find(&a->s->history.ids, a->wanted.at[w].answer.object.id);
		struct wanted *x = &a->wanted.at[w];
		if (n == ID_NONE)
			continue;
		x->done = true;
		x->answer.known = true;
		x->answer.place = PLACE_COMMIT_MESSAGE;
		x->answer.commit = x->answer.object;
		x->answer.authored = a->s->history.at.at[n].authored;
		a->left--;
	}
}

static void look_at_commits(struct attributor *a) {
	const struct history *h = &a->s->history;
	uint32_t *order = mem_alloc_n(h->at.n + 1, sizeof(*order));
	size_t n = history_order(h, order);
	for (size_t i = 0; i < n && a->left > 0 && !stop_requested(a->s->env->stop); i++)
		walk_tree(a, h->at.at[order[i]].tree, &a->seen_trees, found_in_commit, &order[i]);
	free(order);
}

static void found_in_object(struct attributor *a, uint32_t w, uint32_t node, struct slice name, const void *ctx) {
	const enum root_class *class = ctx;
	struct wanted *x = &a->wanted.at[w];
	if (x->done)
		return;
	x->done = true;
	x->answer.known = true;
	x->answer.place = place_of(*class, false);
	x->answer.path = path_of(a, node, name);
	a->left--;
}

/* Trees and blobs that a tag names without a commit. */
static void look_at_objects(struct attributor *a) {
	for (size_t i = 0; i < a->s->history.objects.n && a->left > 0; i++) {
		const struct history_object *o = &a->s->history.objects.at[i];
		if (o->type == OBJECT_TREE) {
			walk_tree(a, o->id.id, &a->seen_trees, found_in_object, &o->class);
		} else {
			uint32_t w = id_table_find(&a->ids, o->id.id);
			if (w != ID_NONE)
				found_in_object(a, w, NO_NODE, (struct slice){NULL, 0}, &o->class);
		}
	}
}

static void look_at_index(struct attributor *a, const char *folder) {
	struct buf file = {0};
	struct index index = {0};
	if (a->left > 0 && repo_file_read(folder, "index", MAX_INDEX, &file) &&
		index_parse(buf_slice(&file), a->s->settings.id_bytes, &index, NULL) == 0) {
		for (size_t i = 0; i < index.entries.n; i++) {
			uint32_t w = id_table_find(&a->ids, index.entries.at[i].id);
			if (w == ID_NONE || a->wanted.at[w].done)
				continue;
			struct wanted *x = &a->wanted.at[w];
			x->done = true;
			x->answer.known = true;
			x->answer.place = PLACE_INDEX;
			x->answer.path = arena_copy(a->arena, index.entries.at[i].path);
			a->left--;
		}
	}
	index_free(&index);
	buf_free(&file);
}

static void look_at_worktree_index(void *ctx, const char *name) {
	struct attributor *a = ctx;
	char *folder = arena_printf(&a->s->arena, "%s/%s", a->s->common_dir, name);
	look_at_index(a, folder);
}

/* A range was read: what it brought in is known already. */
static void look_at_range(struct attributor *a) {
	for (uint32_t w = 0; w < a->wanted.n; w++) {
		struct wanted *x = &a->wanted.at[w];
		uint32_t n = id_table_find(&a->s->range_ids, x->answer.object.id);
		if (n == ID_NONE)
			continue;
		const struct range_blob *b = &a->s->range_blobs.at[n];
		x->done = true;
		x->answer.known = true;
		x->answer.place = b->in_merge ? PLACE_MERGE : PLACE_HISTORY;
		x->answer.path = arena_copy(a->arena, b->path);
		x->answer.commit = b->commit;
		x->answer.authored = b->authored;
		a->left--;
	}
}

static void ask(struct attributor *a, const struct origin *origins, size_t n) {
	for (size_t i = 0; i < n; i++) {
		bool added;
		struct wanted w = {.answer = {.object = origins[i].object}};
		if (origins[i].object.n != a->s->settings.id_bytes)
			continue;
		id_table_add(&a->ids, origins[i].object.id, origins[i].object.n, &added);
		if (added)
			VEC_PUSH(&a->wanted, w);
	}
	a->left = a->wanted.n;
}

static void answer(struct attributor *a, struct origin *origins, size_t n) {
	for (size_t i = 0; i < n; i++) {
		struct object_id object = origins[i].object;
		uint32_t w = object.n == a->s->settings.id_bytes ? id_table_find(&a->ids, object.id) : ID_NONE;
		origins[i] = (struct origin){.object = object, .place = PLACE_UNREACHABLE};
		if (w == ID_NONE)
			continue;
		const struct wanted *x = &a->wanted.at[w];
		if (x->done || x->answer.at_head)
			origins[i] = x->answer;
		/* People mend what is there now, so HEAD's path is shown although the first commit had another. */
		if (x->answer.at_head) {
			origins[i].known = true;
			origins[i].place = PLACE_HEAD;
			origins[i].path = x->head_path;
		}
	}
}

/* HEAD's tree through its commit; false when HEAD is unborn or not readable. */
static bool head_tree(struct attributor *a, struct object_id *out) {
	enum object_type type;
	struct commit_view c;
	const struct object_id *head = &a->s->refs.head;
	if (head->n == 0 || store_read(a->reader, head, &type, &a->tree, NULL) != TROUBLE_NONE ||
		type != OBJECT_COMMIT || commit_parse(buf_slice(&a->tree), a->s->settings.id_bytes, &c, NULL) != 0)
		return false;
	*out = c.tree;
	return true;
}

int attribute_origins(struct git_session *s, struct arena *arena, struct origin *origins, size_t n, struct error *err) {
	struct attributor a = {.s = s, .arena = arena};
	struct object_id tree;
	int rc = 0;
	a.reader = store_reader_new(s->store);
	ask(&a, origins, n);
	if (a.left > 0 && head_tree(&a, &tree))
		look_at_head(&a, tree.id);
	if (s->has_range)
		look_at_range(&a);
	if (a.left > 0 && (rc = session_history(s, err)) == 0) {
		commits_know_themselves(&a);
		look_at_commits(&a);
		look_at_objects(&a);
		look_at_index(&a, s->git_dir);
		if (strcmp(s->git_dir, s->common_dir) != 0)
			look_at_index(&a, s->common_dir);
		repo_folders(s->common_dir, "worktrees", look_at_worktree_index, &a);
	}
	answer(&a, origins, n);
	if (a.too_deep)
		coverage_note(s->env->coverage, "limit-tree-depth", true, s->target->name,
			"folders deeper than the limit were not searched");
	store_reader_free(a.reader);
	id_table_free(&a.ids);
	id_table_free(&a.seen_trees);
	VEC_FREE(&a.wanted);
	VEC_FREE(&a.nodes);
	VEC_FREE(&a.todo);
	VEC_FREE(&a.trees);
	buf_free(&a.names);
	buf_free(&a.tree);
	return rc;
}
