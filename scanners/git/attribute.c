/* Where blobs come from: HEAD's tree once, then every tree of history once, commits oldest first, until all that is
 * asked for is found. Cost: the distinct trees plus the commits, whatever the number of blobs. */
#include "scanners/git/head.h"
#include "scanners/git/index.h"
#include "scanners/git/modules.h"
#include "scanners/git/repo_file.h"
#include "scanners/git/session.h"
#include "scanners/git/tree_walk.h"

#include <stdlib.h>

#define MAX_INDEX (2u << 30)

struct wanted {
	struct origin answer;
	bool done;
};

struct attributor {
	struct git_session *s;
	struct arena *arena;
	struct store_reader *reader;
	struct id_table ids; /* what is asked for; numbers index the next two */
	VEC(struct wanted) wanted;
	struct slice *head_paths; /* empty: not at HEAD */
	size_t left;
	/* of the commit or tag that is being looked at */
	enum place place;
	struct object_id commit;
	struct when authored;
};

static void settle(struct attributor *a, uint32_t w, enum place place, struct slice path) {
	struct wanted *x = &a->wanted.at[w];
	x->done = true;
	x->answer.known = true;
	x->answer.place = place;
	x->answer.path = path;
	a->left--;
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

static void found(void *ctx, uint32_t w, const struct tree_spot *at) {
	struct attributor *a = ctx;
	if (a->wanted.at[w].done)
		return;
	settle(a, w, a->place, tree_spot_path(at, a->arena));
	a->wanted.at[w].answer.commit = a->commit;
	a->wanted.at[w].answer.authored = a->authored;
}

/* A commit whose message is asked about knows itself. */
static void commits_know_themselves(struct attributor *a) {
	for (uint32_t w = 0; w < a->wanted.n; w++) {
		struct origin *o = &a->wanted.at[w].answer;
		uint32_t n = a->wanted.at[w].done ? ID_NONE : id_table_find(&a->s->history.ids, o->object.id);
		if (n == ID_NONE || !a->s->history.at.at[n].is_present)
			continue;
		settle(a, w, PLACE_COMMIT_MESSAGE, (struct slice){NULL, 0});
		o->commit = o->object;
		o->authored = a->s->history.at.at[n].authored;
	}
}

/* Since parents come first, a blob that a merge is the first to hold is in none of its parents. */
static bool look_at_commits(struct attributor *a, struct tree_walk *walk, struct id_table *seen) {
	const struct history *h = &a->s->history;
	uint32_t *order = mem_alloc_n(h->at.n + 1, sizeof(*order));
	size_t n = history_order(h, order);
	bool whole = true;
	for (size_t i = 0; i < n && a->left > 0 && !stop_requested(a->s->env->stop); i++) {
		const struct history_commit *c = &h->at.at[order[i]];
		a->place = place_of(c->class, c->is_merge);
		a->commit = id_table_at(&h->ids, order[i]);
		a->authored = c->authored;
		whole &= tree_walk_run(walk, c->tree, seen);
	}
	free(order);
	return whole;
}

/* Trees and blobs that a tag names without a commit. */
static void look_at_objects(struct attributor *a, struct tree_walk *walk, struct id_table *seen) {
	a->commit = (struct object_id){0};
	a->authored = (struct when){WHEN_UNKNOWN, 0};
	for (size_t i = 0; i < a->s->history.objects.n && a->left > 0; i++) {
		const struct history_object *o = &a->s->history.objects.at[i];
		uint32_t w = id_table_find(&a->ids, o->id.id);
		a->place = place_of(o->class, false);
		if (o->type == OBJECT_TREE)
			tree_walk_run(walk, o->id.id, seen);
		else if (w != ID_NONE && !a->wanted.at[w].done)
			settle(a, w, a->place, (struct slice){NULL, 0});
	}
}

static void look_at_history(struct attributor *a) {
	struct tree_walk_options o = {
		a->reader, a->s->settings.id_bytes, a->s->env->scope->limits->max_tree_depth, &a->ids, a, found};
	struct tree_walk *walk = tree_walk_new(&o);
	struct id_table seen = {0};
	bool whole = look_at_commits(a, walk, &seen);
	look_at_objects(a, walk, &seen);
	if (!whole)
		coverage_note(a->s->env->coverage, "limit-tree-depth", true, a->s->target->name,
			"folders deeper than the limit were not searched for where blobs come from");
	tree_walk_free(walk);
	id_table_free(&seen);
}

static void look_at_index(struct attributor *a, const char *folder) {
	struct buf file = {0};
	struct index index = {0};
	if (a->left > 0 && repo_file_read(folder, "index", MAX_INDEX, &file) &&
		index_parse(buf_slice(&file), a->s->settings.id_bytes, &index, NULL) == 0) {
		for (size_t i = 0; i < index.entries.n; i++) {
			uint32_t w = id_table_find(&a->ids, index.entries.at[i].id);
			if (w != ID_NONE && !a->wanted.at[w].done)
				settle(a, w, PLACE_INDEX, arena_copy(a->arena, index.entries.at[i].path));
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

/* A tag that names no commit has no other origin than itself. */
static void tags_know_themselves(struct attributor *a) {
	for (uint32_t w = 0; w < a->wanted.n && a->left > 0; w++) {
		enum object_type type = OBJECT_NONE;
		if (!a->wanted.at[w].done &&
			store_header(a->reader, &a->wanted.at[w].answer.object, &type, NULL, NULL) == TROUBLE_NONE &&
			type == OBJECT_TAG)
			settle(a, w, PLACE_TAG_MESSAGE, (struct slice){NULL, 0});
	}
}

/* A range was read: what it brought in is known already. */
static void look_at_range(struct attributor *a) {
	for (uint32_t w = 0; w < a->wanted.n; w++) {
		struct origin *o = &a->wanted.at[w].answer;
		uint32_t n = id_table_find(&a->s->range_ids, o->object.id);
		if (n == ID_NONE)
			continue;
		const struct range_blob *b = &a->s->range_blobs.at[n];
		settle(a, w, b->in_merge ? PLACE_MERGE : PLACE_HISTORY, arena_copy(a->arena, b->path));
		o->commit = b->commit;
		o->authored = b->authored;
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
	a->head_paths = mem_alloc_n(a->wanted.n + 1, sizeof(*a->head_paths));
}

/* Paths of a submodule begin with where it is. */
static struct slice with_prefix(struct attributor *a, struct slice path) {
	struct buf b = {0};
	if (!*a->s->prefix)
		return path;
	buf_add_str(&b, a->s->prefix);
	buf_add_slice(&b, path);
	if (path.n == 0)
		b.n--; /* the slash */
	struct slice out = arena_copy(a->arena, buf_slice(&b));
	buf_free(&b);
	return out;
}

static void answer(struct attributor *a, struct origin *origins, size_t n) {
	for (size_t i = 0; i < n; i++) {
		struct object_id object = origins[i].object;
		uint32_t w = object.n == a->s->settings.id_bytes ? id_table_find(&a->ids, object.id) : ID_NONE;
		origins[i] = (struct origin){.object = object, .place = PLACE_UNREACHABLE};
		if (w == ID_NONE || w >= a->wanted.n)
			continue;
		if (a->wanted.at[w].done)
			origins[i] = a->wanted.at[w].answer;
		/* People mend what is there now, so HEAD's path is shown although the first commit had another. */
		if (a->head_paths[w].n > 0) {
			origins[i].at_head = origins[i].known = true;
			origins[i].place = PLACE_HEAD;
			origins[i].path = a->head_paths[w];
		}
		if (origins[i].known)
			origins[i].path = with_prefix(a, origins[i].path);
	}
}

int attribute_origins(struct git_session *s, struct arena *arena, struct origin *origins, size_t n, struct error *err) {
	struct attributor a = {.s = s, .arena = arena};
	int rc = 0;
	a.reader = store_reader_new(s->store);
	ask(&a, origins, n);
	head_paths(s, a.reader, &a.ids, a.head_paths, arena);
	look_at_range(&a);
	if (a.left > 0 && (rc = session_history(s, err)) == 0) {
		commits_know_themselves(&a);
		look_at_history(&a);
		look_at_index(&a, s->git_dir);
		if (strcmp(s->git_dir, s->common_dir) != 0)
			look_at_index(&a, s->common_dir);
		repo_folders(s->common_dir, "worktrees", look_at_worktree_index, &a);
		tags_know_themselves(&a);
	}
	answer(&a, origins, n);
	if (rc == 0)
		rc = modules_attribute(s, arena, origins, n, err);
	store_reader_free(a.reader);
	id_table_free(&a.ids);
	VEC_FREE(&a.wanted);
	free(a.head_paths);
	return rc;
}
