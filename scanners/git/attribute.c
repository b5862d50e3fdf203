/* Where blobs come from: HEAD's tree once for the paths people see, then the whole history at once for the commits.
 * Cost: every distinct tree of history is read once and every commit is, whatever is asked for; refs add one pass over the
 * commits in memory for every 64 first commits. A range that was read knows its blobs itself and costs nothing here. */
#include "scanners/git/head.h"
#include "scanners/git/index_file.h"
#include "scanners/git/modules.h"
#include "scanners/git/reach.h"
#include "scanners/git/repo_file.h"
#include "scanners/git/session.h"
#include "scanners/git/spans.h"
#include "scanners/git/tree_walk.h"

#include "scanners/git/commit.h"

#include <stdlib.h>

struct wanted {
	struct origin answer;
	bool done;
	uint32_t first; /* number of the commit, ID_NONE: none known */
};

struct attributor {
	struct git_session *s;
	struct arena *arena;
	struct store_reader *reader;
	struct id_table ids; /* what is asked for; numbers index the next two */
	VEC(struct wanted) wanted;
	struct slice *head_paths; /* empty: not at HEAD */
	struct when head_authored;
	size_t left;
	enum place place; /* of the tag that is being looked at */
	/* of the history, once it is loaded */
	uint32_t *order;
	size_t norder;
	uint8_t *from_head; /* by commit number */
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
	if (!a->wanted.at[w].done)
		settle(a, w, a->place, tree_spot_path(at, a->arena));
}

/* A commit whose message is asked about knows itself. */
static void commits_know_themselves(struct attributor *a) {
	for (uint32_t w = 0; w < a->wanted.n; w++) {
		struct origin *o = &a->wanted.at[w].answer;
		uint32_t n = a->wanted.at[w].done ? ID_NONE : id_table_find(&a->s->history.ids, o->object.id);
		if (n == ID_NONE || !a->s->history.at.at[n].is_present)
			continue;
		settle(a, w, PLACE_COMMIT_MESSAGE, (struct slice){NULL, 0});
		o->commit = o->life.last_commit = o->object;
		o->authored = o->life.last_authored = a->s->history.at.at[n].authored;
		o->life.left_head.state = a->from_head[n] ? WHEN_NEVER : WHEN_UNKNOWN;
		a->wanted.at[w].first = n;
	}
}

/* For each position in the order, the position of the first child that HEAD reaches; SPAN_NONE: there is none. */
static uint32_t *next_towards_head(const struct attributor *a) {
	const struct history *h = &a->s->history;
	uint32_t *next = mem_alloc_n(a->norder + 1, sizeof(*next));
	uint32_t *position = mem_alloc_n(h->at.n + 1, sizeof(*position));
	for (uint32_t i = 0; i < a->norder; i++) {
		position[a->order[i]] = i;
		next[i] = SPAN_NONE;
	}
	for (uint32_t i = 0; i < a->norder; i++) {
		const struct history_commit *c = &h->at.at[a->order[i]];
		for (uint32_t p = 0; a->from_head[a->order[i]] && p < c->nparents; p++) {
			uint32_t parent = h->parents.at[c->first_parent + p];
			if (h->at.at[parent].is_present && next[position[parent]] == SPAN_NONE)
				next[position[parent]] = i;
		}
	}
	free(position);
	return next;
}

/* Since parents come first, a blob that a merge is the first to hold is in none of its parents. */
static void take_span(struct attributor *a, uint32_t w, const struct span *span, const uint32_t *next) {
	const struct history *h = &a->s->history;
	const struct history_commit *first = &h->at.at[a->order[span->first]];
	const struct history_commit *last = &h->at.at[a->order[span->last]];
	struct origin *o = &a->wanted.at[w].answer;
	settle(a, w, place_of(first->class, first->is_merge), (struct slice){NULL, 0});
	o->commit = id_table_at(&h->ids, a->order[span->first]);
	o->authored = first->authored;
	o->life.last_commit = id_table_at(&h->ids, a->order[span->last]);
	o->life.last_authored = last->authored;
	a->wanted.at[w].first = a->order[span->first];
	if (span->last_head != SPAN_NONE && next[span->last_head] != SPAN_NONE)
		o->life.left_head = h->at.at[a->order[next[span->last_head]]].authored;
}

static int compare_numbers(const void *a, const void *b) {
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

static void look_at_commits(struct attributor *a) {
	struct spans_options o = {.store = a->s->store,
		.reader = a->reader,
		.edges = a->s->edges,
		.history = &a->s->history,
		.order = a->order,
		.norder = a->norder,
		.head_marks = a->from_head,
		.wanted = &a->ids,
		.max_depth = a->s->env->scope->limits->max_tree_depth,
		.stop = a->s->env->stop};
	struct spans *spans = spans_find(&o);
	struct slice *paths = mem_alloc_n(a->wanted.n + 1, sizeof(*paths));
	uint32_t *next = next_towards_head(a);
	VEC(uint32_t) firsts = {0};
	for (uint32_t w = 0; w < a->wanted.n; w++) {
		struct span span = spans_of(spans, w);
		if (a->wanted.at[w].done || span.first == SPAN_NONE)
			continue;
		take_span(a, w, &span, next);
		VEC_PUSH(&firsts, span.first);
	}
	if (firsts.n)
		qsort(firsts.at, firsts.n, sizeof(*firsts.at), compare_numbers);
	for (size_t i = 0; i < firsts.n; i++)
		if (i == 0 || firsts.at[i] != firsts.at[i - 1])
			spans_paths(spans, firsts.at[i], a->arena, paths);
	for (uint32_t w = 0; w < a->wanted.n; w++)
		if (paths[w].n > 0)
			a->wanted.at[w].answer.path = paths[w];
	if (!spans_are_whole(spans))
		coverage_note(a->s->env->coverage, "limit-attribution", true, a->s->target->name,
			"folders deeper than the limit, or too many of them, were not searched for where blobs come "
			"from");
	VEC_FREE(&firsts);
	free(next);
	free(paths);
	spans_free(spans);
}

/* Trees and blobs that a tag names without a commit. */
static void look_at_objects(struct attributor *a, struct tree_walk *walk, struct id_table *seen) {
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

/* What only such tags hold is looked for below them. */
static void look_at_tagged(struct attributor *a) {
	struct tree_walk_options o = {
		a->reader, a->s->settings.id_bytes, a->s->env->scope->limits->max_tree_depth, &a->ids, a, found};
	struct tree_walk *walk = tree_walk_new(&o);
	struct id_table seen = {0};
	look_at_objects(a, walk, &seen);
	tree_walk_free(walk);
	id_table_free(&seen);
}

/* The commits in their order, and which of them HEAD reaches. */
static void order_history(struct attributor *a) {
	const struct history *h = &a->s->history;
	uint32_t head = a->s->refs.head.n ? id_table_find(&h->ids, a->s->refs.head.id) : ID_NONE;
	a->order = mem_alloc_n(h->at.n + 1, sizeof(*a->order));
	a->norder = history_order(h, a->order);
	a->from_head = mem_alloc_n(h->at.n + 1, 1);
	if (head != ID_NONE)
		history_mark(h, head, a->from_head, 1);
}

static void look_at_history(struct attributor *a) {
	order_history(a);
	commits_know_themselves(a);
	if (a->left > 0)
		look_at_commits(a);
	if (a->left > 0)
		look_at_tagged(a);
}

static void look_at_index(struct attributor *a, const char *folder) {
	struct index_file f = {0};
	if (a->left > 0 && index_file_read(folder, "index", a->s->settings.id_bytes, &f, NULL) == 1) {
		for (size_t i = 0; i < f.index.entries.n; i++) {
			uint32_t w = id_table_find(&a->ids, f.index.entries.at[i].id);
			if (w != ID_NONE && !a->wanted.at[w].done)
				settle(a, w, PLACE_INDEX, arena_copy(a->arena, f.index.entries.at[i].path));
		}
	}
	index_file_close(&f);
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
		struct wanted w = {.answer = {.object = origins[i].object}, .first = ID_NONE};
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

/* --- what is told of the first commits --- */

struct reaching {
	struct attributor *a;
	struct lifetime *told; /* by commit asked for: only refs are used */
};

static void reached(void *ctx, size_t i, const struct history_tip *tip) {
	struct reaching *r = ctx;
	struct lifetime *o = &r->told[i];
	if (!o->refs)
		o->refs = ARENA_NEW_N(r->a->arena, struct slice, LIFETIME_REFS_MAX);
	((struct slice *)(uintptr_t)o->refs)[o->nrefs++] = arena_copy(r->a->arena, tip->name);
}

static void reached_by(void *ctx, size_t i, uint64_t n) {
	struct reaching *r = ctx;
	r->told[i].refs_total = n;
}

static void tell_refs(struct attributor *a) {
	VEC(uint32_t) commits = {0};
	size_t n = 0;
	for (uint32_t w = 0; w < a->wanted.n; w++)
		if (a->wanted.at[w].first != ID_NONE)
			VEC_PUSH(&commits, a->wanted.at[w].first);
	if (commits.n)
		qsort(commits.at, commits.n, sizeof(*commits.at), compare_numbers);
	for (size_t i = 0; i < commits.n; i++)
		if (n == 0 || commits.at[i] != commits.at[n - 1])
			commits.at[n++] = commits.at[i];
	struct reaching r = {a, mem_alloc_n(n + 1, sizeof(*r.told))};
	reach_find(&a->s->history, a->order, a->norder, commits.at, n,
		&(struct reach_visitor){&r, LIFETIME_REFS_MAX, reached, reached_by});
	for (uint32_t w = 0; w < a->wanted.n; w++) {
		const uint32_t *at =
			n == 0 || a->wanted.at[w].first == ID_NONE
				? NULL
				: bsearch(&a->wanted.at[w].first, commits.at, n, sizeof(*at), compare_numbers);
		if (!at)
			continue;
		const struct lifetime *told = &r.told[at - commits.at];
		a->wanted.at[w].answer.life.refs = told->refs;
		a->wanted.at[w].answer.life.nrefs = told->nrefs;
		a->wanted.at[w].answer.life.refs_total = told->refs_total;
	}
	free(r.told);
	VEC_FREE(&commits);
}

static void tell_author(struct attributor *a, struct origin *o, struct buf *bytes) {
	enum object_type type;
	struct commit_view c;
	if (o->commit.n && store_read(a->reader, &o->commit, &type, bytes, NULL) == TROUBLE_NONE &&
		type == OBJECT_COMMIT && commit_parse(buf_slice(bytes), a->s->settings.id_bytes, &c, NULL) == 0)
		o->life.author = arena_copy(a->arena, c.author);
}

static void answer(struct attributor *a, struct origin *origins, size_t n) {
	struct buf bytes = {0};
	for (uint32_t w = 0; a->s->env->scope->authors && w < a->wanted.n; w++)
		tell_author(a, &a->wanted.at[w].answer, &bytes);
	buf_free(&bytes);
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
			origins[i].life.left_head = (struct when){WHEN_NEVER, 0};
			origins[i].life.last_commit = a->s->refs.head;
			origins[i].life.last_authored = a->head_authored;
		}
		if (origins[i].known)
			origins[i].path = with_prefix(a, origins[i].path);
	}
}

/* A scan of a range does not read the whole history, here neither: messages know their commit. */
static bool has_range(const struct git_session *s) {
	return s->env->scope->since || s->env->scope->range || s->env->scope->staged;
}

static int look_everywhere(struct attributor *a, struct error *err) {
	struct git_session *s = a->s;
	if (session_history(s, err) != 0)
		return -1;
	look_at_history(a);
	tell_refs(a);
	look_at_index(a, s->git_dir);
	if (strcmp(s->git_dir, s->common_dir) != 0)
		look_at_index(a, s->common_dir);
	repo_folders(s->common_dir, "worktrees", look_at_worktree_index, a);
	tags_know_themselves(a);
	return 0;
}

int attribute_origins(struct git_session *s, struct arena *arena, struct origin *origins, size_t n, struct error *err) {
	struct attributor a = {.s = s, .arena = arena};
	int rc = 0;
	a.reader = store_reader_new(s->store);
	ask(&a, origins, n);
	a.head_authored = head_paths(s, a.reader, &a.ids, a.head_paths, arena);
	look_at_range(&a);
	if (a.left > 0 && !has_range(s))
		rc = look_everywhere(&a, err);
	answer(&a, origins, n);
	if (rc == 0)
		rc = modules_attribute(s, arena, origins, n, err);
	store_reader_free(a.reader);
	id_table_free(&a.ids);
	VEC_FREE(&a.wanted);
	free(a.head_paths);
	free(a.order);
	free(a.from_head);
	return rc;
}
