/* Blobs of one tree that none of some other trees holds at the same path. Compared name by name; a file that was only
 * moved counts as new, which costs a second look and loses nothing. */
#include "scanners/git/tree_diff.h"

#include "scanners/git/tree.h"

#include <stdlib.h>

/* The entries of all old trees; their bytes stay in `bytes`. */
struct old_trees {
	struct tree_list entries;
	VEC(struct buf) bytes;
};

static void read_olds(const struct tree_diff *d, const struct object_id *olds, size_t nolds, struct old_trees *out) {
	for (size_t i = 0; i < nolds; i++) {
		struct buf bytes = {0};
		struct error err = {0};
		enum object_type type;
		enum trouble t = store_read(d->reader, &olds[i], &type, &bytes, &err);
		if (t != TROUBLE_NONE || type != OBJECT_TREE) {
			d->trouble(d->ctx, &olds[i], t == TROUBLE_NONE ? TROUBLE_CORRUPT : t, err.text);
			buf_free(&bytes);
			continue;
		}
		tree_list_add(&out->entries, buf_slice(&bytes), d->id_bytes);
		VEC_PUSH(&out->bytes, bytes);
	}
	tree_list_sort(&out->entries);
}

static void olds_free(struct old_trees *o) {
	for (size_t i = 0; i < o->bytes.n; i++)
		buf_free(&o->bytes.at[i]);
	VEC_FREE(&o->bytes);
	VEC_FREE(&o->entries.at);
}

/* True when an old tree has this very entry; otherwise *subtrees are the old folders of that name. */
static bool find_old(const struct old_trees *o, const struct tree_entry *e, unsigned id_bytes,
	struct object_id **subtrees, size_t *n) {
	VEC(struct object_id) found = {0};
	size_t same_name = 0;
	const struct tree_entry *old = tree_list_find(&o->entries, e->name, &same_name);
	for (; same_name > 0; old++, same_name--) {
		if (memcmp(old->id, e->id, id_bytes) == 0) {
			VEC_FREE(&found);
			return true;
		}
		if (tree_entry_is_tree(old) && tree_entry_is_tree(e)) {
			struct object_id id = {.n = (uint8_t)id_bytes};
			memcpy(id.id, old->id, id_bytes);
			/* Equal ones stand together: a merge of a thousand branches has mostly the same folders. */
			if (found.n == 0 || object_id_cmp(&found.at[found.n - 1], &id) != 0)
				VEC_PUSH(&found, id);
		}
	}
	*subtrees = found.at;
	*n = found.n;
	return false;
}

static void diff(const struct tree_diff *d, const struct object_id *tree, const struct object_id *olds, size_t nolds,
	struct buf *path, unsigned depth) {
	struct old_trees old = {0};
	struct buf bytes = {0};
	struct error err = {0};
	enum object_type type;
	struct tree_entry e;
	int more = 0;
	for (size_t i = 0; i < nolds; i++)
		if (object_id_cmp(tree, &olds[i]) == 0)
			return;
	if (depth > d->max_depth) {
		d->trouble(d->ctx, tree, TROUBLE_NONE, "deeper than the limit");
		return;
	}
	enum trouble t = store_read(d->reader, tree, &type, &bytes, &err);
	if (t != TROUBLE_NONE || type != OBJECT_TREE) {
		d->trouble(d->ctx, tree, t == TROUBLE_NONE ? TROUBLE_CORRUPT : t, err.text);
		goto out;
	}
	read_olds(d, olds, nolds, &old);
	struct tree_iter it = tree_iter(buf_slice(&bytes), d->id_bytes);
	while ((more = tree_next(&it, &e)) == 1) {
		struct object_id id = {.n = (uint8_t)d->id_bytes};
		struct object_id *subtrees = NULL;
		size_t nsubtrees = 0, keep = path->n;
		memcpy(id.id, e.id, id.n);
		if (find_old(&old, &e, d->id_bytes, &subtrees, &nsubtrees))
			continue;
		if (path->n > 0)
			buf_add_byte(path, '/');
		buf_add_slice(path, e.name);
		if (tree_entry_is_tree(&e))
			diff(d, &id, subtrees, nsubtrees, path, depth + 1);
		else if (tree_entry_is_blob(&e))
			d->blob(d->ctx, &id, buf_slice(path));
		path->n = keep;
		free(subtrees);
	}
	if (more < 0)
		d->trouble(d->ctx, tree, TROUBLE_CORRUPT, "a tree ends within an entry");
out:
	olds_free(&old);
	buf_free(&bytes);
}

static int compare_ids(const void *a, const void *b) {
	return object_id_cmp(a, b);
}

void tree_diff(const struct tree_diff *d, const struct object_id *tree, const struct object_id *olds, size_t nolds,
	struct slice path) {
	struct buf p = {0};
	struct object_id *each = mem_alloc_n(nolds + 1, sizeof(*each));
	size_t n = 0;
	if (nolds) {
		memcpy(each, olds, nolds * sizeof(*each));
		qsort(each, nolds, sizeof(*each), compare_ids);
	}
	for (size_t i = 0; i < nolds; i++)
		if (n == 0 || object_id_cmp(&each[n - 1], &each[i]) != 0)
			each[n++] = each[i];
	buf_add_slice(&p, path);
	diff(d, tree, each, n, &p, 0);
	buf_free(&p);
	free(each);
}
