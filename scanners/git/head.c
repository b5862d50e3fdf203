/* What HEAD holds. Of a linked worktree its own HEAD counts, since that is what its user looks at. */
#include "scanners/git/head.h"

#include "scanners/git/commit.h"
#include "scanners/git/tree_walk.h"

enum trouble head_tree(struct git_session *s, struct store_reader *r, struct object_id *out, struct when *authored,
	struct error *err) {
	struct buf bytes = {0};
	enum object_type type = OBJECT_NONE;
	struct commit_view c;
	enum trouble t = TROUBLE_MISSING;
	if (s->refs.head.n == 0)
		return t;
	t = store_read(r, &s->refs.head, &type, &bytes, err);
	if (t == TROUBLE_NONE &&
		(type != OBJECT_COMMIT || commit_parse(buf_slice(&bytes), s->settings.id_bytes, &c, err) != 0))
		t = TROUBLE_CORRUPT;
	if (t == TROUBLE_NONE) {
		*out = c.tree;
		*authored = c.authored;
	}
	buf_free(&bytes);
	return t;
}

struct head_search {
	struct slice *paths;
	struct arena *arena;
};

static void found(void *ctx, uint32_t n, const struct tree_spot *at) {
	struct head_search *h = ctx;
	struct slice path = tree_spot_path(at, h->arena);
	if (h->paths[n].n == 0 || slice_cmp(path, h->paths[n]) < 0)
		h->paths[n] = path;
}

struct when head_paths(struct git_session *s, struct store_reader *r, const struct id_table *wanted,
	struct slice *paths, struct arena *a) {
	struct head_search h = {paths, a};
	struct tree_walk_options o = {
		r, s->settings.id_bytes, s->env->scope->limits->max_tree_depth, wanted, &h, found};
	struct object_id tree;
	struct id_table seen = {0};
	struct when authored = {WHEN_UNKNOWN, 0};
	if (wanted->n == 0 || head_tree(s, r, &tree, &authored, NULL) != TROUBLE_NONE)
		return authored;
	struct tree_walk *w = tree_walk_new(&o);
	if (!tree_walk_run(w, tree.id, &seen))
		coverage_note(s->env->coverage, "limit-tree-depth", true, s->target->name,
			"folders of HEAD deeper than the limit were not searched");
	tree_walk_free(w);
	id_table_free(&seen);
	return authored;
}
