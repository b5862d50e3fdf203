/* Reads what is staged: index entries that HEAD's tree does not hold at the same path. Folders that the index's
 * cache-tree says are HEAD's own are never opened, so the cost goes with what changed. */
#include "scanners/git/head.h"
#include "scanners/git/index_file.h"
#include "scanners/git/repo_file.h"
#include "scanners/git/session.h"
#include "scanners/git/tree.h"
#include "scanners/git/tree_diff.h"

#include <errno.h>
#include <stdlib.h>

struct staged {
	struct git_session *s;
	struct store_reader *reader;
	struct index_file file;
	struct id_table done; /* blobs delivered: the same content staged twice is read once */
	struct buf blob;
	unsigned depth;
};

static void deliver(struct staged *g, const struct object_id *id, struct slice path) {
	struct coverage *c = g->s->env->coverage;
	struct document doc = {.place = PLACE_INDEX, .path = path, .object = *id, .target = g->s->target->index};
	struct error err = {0};
	enum object_type type = OBJECT_NONE;
	uint64_t size = 0;
	bool added;
	id_table_add(&g->done, id->id, id->n, &added);
	if (!added) {
		coverage_seen(c, UNIT_INDEX, 1);
		coverage_skip(c, UNIT_INDEX, SKIP_DUPLICATE, NULL, NULL);
		return;
	}
	enum trouble t = store_header(g->reader, id, &type, &size, &err);
	if (t == TROUBLE_NONE && size > g->s->env->scope->limits->max_document_bytes)
		t = TROUBLE_TOO_LARGE;
	if (t == TROUBLE_NONE)
		t = store_read(g->reader, id, &type, &g->blob, &err);
	if (t != TROUBLE_NONE) {
		session_trouble(g->s, UNIT_INDEX, id, t, err.text);
		return;
	}
	coverage_seen(c, UNIT_INDEX, 1);
	doc.bytes = buf_slice(&g->blob);
	session_deliver(g->s, 0, UNIT_INDEX, &doc);
}

static void diff_blob(void *ctx, const struct object_id *id, struct slice path) {
	deliver(ctx, id, path);
}

static void diff_trouble(void *ctx, const struct object_id *id, enum trouble why, const char *detail) {
	struct staged *g = ctx;
	session_trouble(g->s, UNIT_INDEX, id, why, detail);
}

static struct object_id id_of(const struct staged *g, const uint8_t *p) {
	struct object_id id = {.n = (uint8_t)g->s->settings.id_bytes};
	memcpy(id.id, p, id.n);
	return id;
}

/* One index entry against HEAD's entry at the same path (NULL: none). */
static void compare_entry(struct staged *g, const struct index_entry *e, const struct tree_entry *head) {
	struct object_id id = id_of(g, e->id), old;
	bool same = head && memcmp(head->id, e->id, id.n) == 0;
	if (same || (e->mode & TREE_MODE_TYPE) == TREE_MODE_GITLINK)
		return;
	if ((e->mode & TREE_MODE_TYPE) != TREE_MODE_TREE) {
		deliver(g, &id, e->path);
		return;
	}
	/* A sparse index stands for a whole folder with one entry. */
	struct tree_diff d = {g->reader, g->s->settings.id_bytes, g->s->env->scope->limits->max_tree_depth, g,
		diff_blob, diff_trouble};
	if (head)
		old = id_of(g, head->id);
	tree_diff(&d, &id, &old, head ? 1 : 0, slice_sub(e->path, 0, e->path.n - (e->path.p[e->path.n - 1] == '/')));
}

static const struct index_folder *find_child(const struct staged *g, const struct index_folder *f, struct slice name) {
	if (!f)
		return NULL;
	size_t at = (size_t)(f - g->file.index.folders.at) + 1;
	for (uint32_t i = 0; i < f->children && at < g->file.index.folders.n; i++) {
		if (slice_eq(g->file.index.folders.at[at].name, name))
			return &g->file.index.folders.at[at];
		at = g->file.index.folders.at[at].next;
	}
	return NULL;
}

static bool is_below(const struct staged *g, size_t entry, struct slice folder) {
	return slice_eq(slice_sub(g->file.index.entries.at[entry].path, 0, folder.n), folder);
}

/* Compares entries [from, to), all below `prefix` bytes of path, with HEAD's folder (NULL: HEAD has none). */
static void compare_folder(struct staged *g, size_t from, size_t to, size_t prefix, const struct object_id *head,
	const struct index_folder *cached) {
	struct buf tree = {0};
	struct tree_list in_head = {0};
	struct error err = {0};
	enum object_type type;
	unsigned id_bytes = g->s->settings.id_bytes;
	if (head && cached && cached->id && memcmp(cached->id, head->id, id_bytes) == 0)
		return;
	if (g->depth >= g->s->env->scope->limits->max_tree_depth) {
		coverage_note(g->s->env->coverage, "limit-tree-depth", true, g->s->target->name,
			"the index has folders deeper than the limit");
		return;
	}
	if (head) {
		enum trouble t = store_read(g->reader, head, &type, &tree, &err);
		if (t != TROUBLE_NONE) /* compared with nothing: more is read, never less */
			coverage_note(g->s->env->coverage, "missing-objects", true, g->s->target->name,
				"a tree of HEAD can't be read");
	}
	tree_list_add(&in_head, buf_slice(&tree), id_bytes);
	tree_list_sort(&in_head);
	for (size_t i = from; i < to;) {
		const struct index_entry *e = &g->file.index.entries.at[i];
		struct slice rest = slice_sub(e->path, prefix, e->path.n);
		const uint8_t *slash = rest.n ? memchr(rest.p, '/', rest.n) : NULL;
		bool inner = slash && slash + 1 < rest.p + rest.n; /* a sparse folder's own path ends in a slash */
		struct slice name = slash ? slice_sub(rest, 0, (size_t)(slash - rest.p)) : rest;
		size_t end = i + 1, same_name;
		const struct tree_entry *old = tree_list_find(&in_head, name, &same_name);
		if (inner) {
			const struct index_folder *child = find_child(g, cached, name);
			struct slice folder = slice_sub(e->path, 0, prefix + name.n + 1);
			struct object_id sub;
			if (child && child->id && child->entries > 0 && child->entries <= to - i &&
				is_below(g, i + child->entries - 1, folder))
				end = i + child->entries;
			while (end < to && is_below(g, end, folder))
				end++;
			bool is_tree = old && tree_entry_is_tree(old);
			if (is_tree)
				sub = id_of(g, old->id);
			g->depth++;
			compare_folder(g, i, end, folder.n, is_tree ? &sub : NULL, child);
			g->depth--;
		} else {
			compare_entry(g, e, old);
		}
		i = end;
	}
	VEC_FREE(&in_head.at);
	buf_free(&tree);
}

/* False when nothing was committed yet, or HEAD can't be read: everything is staged then. */
static bool find_head(struct staged *g, struct object_id *out) {
	struct error err = {0};
	struct when authored;
	enum trouble t = head_tree(g->s, g->reader, out, &authored, &err);
	if (t != TROUBLE_NONE && g->s->refs.head.n > 0)
		session_trouble(g->s, UNIT_MESSAGE, &g->s->refs.head, t, err.text);
	return t == TROUBLE_NONE;
}

int read_staged(struct git_session *s, struct error *err) {
	struct staged g = {.s = s};
	struct object_id tree;
	const char *index = s->env->scope->index_file; /* absolute */
	const char *where = index ? index : (const char *)session_path(s, slice_str("index")).p;
	int rc = index_file_read(s->git_dir, index ? index : "index", s->settings.id_bytes, &g.file, err);
	if (rc == 0) { /* nothing was ever staged */
		/* The first commit of a repository may be an empty one. */
		bool unborn = !s->target->is_bare && s->refs.head.n == 0;
		coverage_seen(s->env->coverage, UNIT_META, unborn);
		coverage_read(s->env->coverage, UNIT_META, unborn, 0);
		goto out;
	}
	/* The index itself was read, which tells an empty stage from a scan that did nothing. */
	coverage_seen(s->env->coverage, UNIT_META, 1);
	if (rc < 0) {
		coverage_skip(s->env->coverage, UNIT_META, SKIP_CORRUPT, where, err->text);
		goto out;
	}
	rc = 0;
	coverage_read(s->env->coverage, UNIT_META, 1, g.file.bytes.n + g.file.shared.n);
	if (!g.file.is_whole)
		coverage_note(s->env->coverage, "corrupt-index", true, where,
			"its checksum is wrong, so what is staged may be read wrongly; `git read-tree HEAD` makes a "
			"new one");
	g.reader = store_reader_new(s->store);
	bool has_head = find_head(&g, &tree);
	compare_folder(&g, 0, g.file.index.entries.n, 0, has_head ? &tree : NULL,
		g.file.index.folders.n ? g.file.index.folders.at : NULL);
	store_reader_free(g.reader);
out:
	index_file_close(&g.file);
	id_table_free(&g.done);
	buf_free(&g.blob);
	return rc;
}
