/* Reads what the commits of a range brought in: blobs that a commit holds and none of its parents does, so content
 * made in a merge too, and the messages. Which commits those are is worked out in revision_list.c. */
#include "scanners/git/commit.h"
#include "scanners/git/head.h"
#include "scanners/git/revision.h"
#include "scanners/git/session.h"
#include "scanners/git/tree_diff.h"

#include "core/pool.h"

#include <stdlib.h>

#define BATCH 16

struct range_read {
	struct git_session *s;
	struct revision_source src;
	struct buf buf;
	const struct listed_commit *commit; /* whose trees are compared */
	struct id_table tags;		    /* that were read */
	int64_t since;			    /* tags made before are left out; INT64_MIN: none */
	/* while blobs are read: one reader and one buffer a worker */
	struct store_reader **readers;
	struct buf *blobs;
};

static void found_blob(void *ctx, const struct object_id *id, struct slice path) {
	struct range_read *r = ctx;
	bool added;
	id_table_add(&r->s->range_ids, id->id, id->n, &added);
	if (added) {
		struct range_blob b = {
			arena_copy(&r->s->arena, path), r->commit->id, r->commit->authored, r->commit->is_merge, false};
		VEC_PUSH(&r->s->range_blobs, b);
	}
}

static void tree_trouble(void *ctx, const struct object_id *id, enum trouble why, const char *detail) {
	struct range_read *r = ctx;
	char hex[OBJECT_ID_HEX_MAX];
	object_id_hex(id, hex);
	coverage_note(r->s->env->coverage,
		why == TROUBLE_NONE	 ? "limit-tree-depth"
		: why == TROUBLE_MISSING ? "missing-objects"
					 : "corrupt-object",
		true, hex, detail);
}

/* The message and the new blobs of every listed commit. */
static int compare_commits(struct range_read *r, const struct revision_list *list, struct error *err) {
	struct tree_diff d = {r->src.reader, r->s->settings.id_bytes, r->s->env->scope->limits->max_tree_depth, r,
		found_blob, tree_trouble};
	for (size_t i = 0; i < list->at.n; i++) {
		const struct listed_commit *c = &list->at.at[i];
		enum object_type type;
		struct error why = {0};
		if (stop_requested(r->s->env->stop))
			return error_set(err, ERR_STOPPED, "interrupted while comparing commits");
		r->commit = c;
		enum trouble t = store_read(r->src.reader, &c->id, &type, &r->buf, &why);
		if (t == TROUBLE_NONE)
			session_message(r->s, 0, OBJECT_COMMIT, &c->id, buf_slice(&r->buf), NULL);
		else
			session_trouble(r->s, UNIT_MESSAGE, &c->id, t, why.text);
		tree_diff(&d, &c->tree, list->parent_trees.at + c->first_parent, c->nparents, (struct slice){NULL, 0});
	}
	for (size_t i = 0; i < list->missing.n; i++)
		session_trouble(r->s, UNIT_MESSAGE, &list->missing.at[i], TROUBLE_MISSING, "not in this clone");
	if (list->missing.n > 0)
		coverage_note(r->s->env->coverage, list->is_shallow ? "shallow-clone" : "missing-objects", true,
			r->s->common_dir, "the range goes beyond what this clone holds; fetch more history");
	return 0;
}

static int read_list(struct range_read *r, const struct revision_range *range, struct error *err) {
	struct revision_list list;
	int rc = revision_list(&r->src, range, &list, err);
	if (rc == 0)
		rc = compare_commits(r, &list, err);
	revision_list_free(&list);
	return rc;
}

/* --- messages of tags --- */

static void found_tag(void *ctx, const struct object_id *id, struct slice bytes) {
	struct range_read *r = ctx;
	struct tag_view view;
	struct error err = {0};
	bool added;

	if (r->since != INT64_MIN && tag_parse(bytes, r->s->settings.id_bytes, &view, &err) == 0 &&
		view.tagged.state == WHEN_AT && view.tagged.at < r->since)
		return;
	id_table_add(&r->tags, id->id, id->n, &added);
	if (added)
		session_message(r->s, 0, OBJECT_TAG, id, bytes, NULL);
}

/* The end of a range is often a tag with a message of its own: pushed, it comes along. */
static void read_tags_of(struct range_read *r, struct slice name) {
	struct object_id id;

	if (revision_object(&r->src, name, &id))
		revision_each_tag(&r->src, id, found_tag, r);
}

/* The name of a ref that is being pushed can hold a secret as well. */
static void read_ref_name(struct git_session *s) {
	struct slice name = slice_str(s->env->scope->pushed_ref);
	struct document doc = {.bytes = name,
		.place = PLACE_REF_NAME,
		.path = session_path(s, slice_str("refs")),
		.target = s->target->index};

	coverage_seen(s->env->coverage, UNIT_META, 1);
	session_deliver(s, 0, UNIT_META, &doc);
}

/* --- which commits --- */

typedef VEC(struct object_id) object_ids;

static bool is_null(struct slice name) {
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] != '0')
			return false;
	return name.n == 40 || name.n == 64;
}

/* What the other side of a push has: in a bare repository whatever any ref reaches, else what refs of remotes reach. */
static void known_there(const struct range_read *r, object_ids *out) {
	for (size_t i = 0; i < r->s->refs.at.n; i++) {
		struct object_id id = r->s->refs.at.at[i].id;
		bool there = r->s->target->is_bare || slice_has_prefix(r->s->refs.at.at[i].name, "refs/remotes/");
		if (there && r->s->refs.at.at[i].class != ROOT_REFLOG && revision_peel(&r->src, &id))
			VEC_PUSH(out, id);
	}
}

/* A push that overwrites commits which were never fetched starts at one that is not in this clone. */
static bool is_unknown_start(const struct range_read *r, struct slice name) {
	struct object_id id;

	return r->s->env->scope->only_new && name.n == 2 * (size_t)r->s->settings.id_bytes &&
	       object_id_parse(name, r->s->settings.id_bytes, &id) && !store_has(r->s->store, &id);
}

/* "A..B", either may be empty for HEAD. A may be the null id that a pre-push hook gets for a new branch. */
static int by_range(struct range_read *r, struct error *err) {
	struct slice range = slice_str(r->s->env->scope->range);
	struct object_id ends[2];
	ptrdiff_t dots = slice_find(range, slice_str(".."));
	if (dots < 0)
		return error_set(err, ERR_USAGE, "`%s` is no range: write A..B", r->s->env->scope->range);
	bool symmetric = slice_has_prefix(slice_sub(range, (size_t)dots, range.n), "...");
	struct slice names[2] = {slice_trim(slice_sub(range, 0, (size_t)dots)),
		slice_trim(slice_sub(range, (size_t)dots + 2 + symmetric, range.n))};
	bool no_start = is_null(names[0]) || is_unknown_start(r, names[0]);
	for (int i = no_start; i < 2; i++)
		if (revision_resolve(&r->src, names[i].n ? names[i] : slice_str("HEAD"), &ends[i], err) != 0)
			return -1;
	struct revision_range forth = {&ends[1], 1, &ends[0], no_start ? 0 : 1, INT64_MIN};
	struct revision_range back = {&ends[0], 1, &ends[1], 1, INT64_MIN};
	object_ids known = {0};
	if (r->s->env->scope->only_new) {
		if (!no_start)
			VEC_PUSH(&known, ends[0]);
		known_there(r, &known);
		forth.exclude = known.at;
		forth.nexclude = known.n;
	}
	int rc = read_list(r, &forth, err);
	VEC_FREE(&known);
	if (rc != 0)
		return -1;
	read_tags_of(r, names[1]);
	return symmetric && !no_start ? read_list(r, &back, err) : 0;
}

/* Tags of all refs that were made since, or since the commit `from` was. */
static void read_tags_since(struct range_read *r, const struct object_id *from, int64_t since) {
	enum object_type type;
	struct commit_view c;
	struct error err = {0};

	r->since = since;
	if (from && store_read(r->src.reader, from, &type, &r->buf, &err) == TROUBLE_NONE &&
		commit_parse(buf_slice(&r->buf), r->s->settings.id_bytes, &c, &err) == 0 &&
		c.committed.state == WHEN_AT)
		r->since = c.committed.at;
	for (size_t i = 0; i < r->s->refs.at.n; i++)
		if (r->s->refs.at.at[i].class != ROOT_REFLOG)
			revision_each_tag(&r->src, r->s->refs.at.at[i].id, found_tag, r);
}

/* Everything that refs, HEADs and stashes reach and that is newer than a date or not reached by a revision. */
static int by_since(struct range_read *r, struct error *err) {
	struct slice since = slice_str(r->s->env->scope->since);
	VEC(struct object_id) starts = {0};
	struct object_id from;
	struct revision_range range = {.since = INT64_MIN};
	int64_t at;
	int rc = 0;
	if (!revision_is_ref(&r->src, since) && date_parse(since, date_now(), &at)) {
		range.since = at;
	} else {
		range.exclude = &from;
		range.nexclude = 1;
		rc = revision_resolve(&r->src, since, &from, err);
	}
	for (size_t i = 0; i < r->s->refs.at.n; i++) {
		struct object_id id = r->s->refs.at.at[i].id;
		if (r->s->refs.at.at[i].class == ROOT_REFLOG)
			continue;
		/* A ref that names no commit, or a commit that is gone, starts nothing. */
		if (rc == 0 && revision_peel(&r->src, &id))
			VEC_PUSH(&starts, id);
	}
	range.include = starts.at;
	range.ninclude = starts.n;
	if (rc == 0)
		rc = read_list(r, &range, err);
	if (rc == 0)
		read_tags_since(r, range.nexclude ? &from : NULL, range.since);
	VEC_FREE(&starts);
	return rc;
}

/* --- blobs --- */

static void read_blob(struct range_read *r, unsigned worker, uint32_t n) {
	struct git_session *s = r->s;
	const struct range_blob *b = &s->range_blobs.at[n];
	struct object_id id = id_table_at(&s->range_ids, n);
	struct document doc = {
		.place = b->at_head    ? PLACE_HEAD
			 : b->in_merge ? PLACE_MERGE
				       : PLACE_HISTORY,
		.path = b->path,
		.object = id,
		.commit = b->commit,
		.authored = b->authored,
		.at_head = b->at_head,
		.target = s->target->index,
	};
	struct error why = {0};
	enum object_type type = OBJECT_NONE;
	uint64_t size = 0;
	enum trouble t = store_header(r->readers[worker], &id, &type, &size, &why);
	if (t == TROUBLE_NONE && size > s->env->scope->limits->max_document_bytes)
		t = TROUBLE_TOO_LARGE;
	if (t == TROUBLE_NONE)
		t = store_read(r->readers[worker], &id, &type, &r->blobs[worker], &why);
	if (t != TROUBLE_NONE) {
		session_trouble(s, UNIT_BLOB, &id, t, why.text);
		return;
	}
	doc.bytes = buf_slice(&r->blobs[worker]);
	coverage_seen(s->env->coverage, UNIT_BLOB, 1);
	session_deliver(s, worker, UNIT_BLOB, &doc);
}

static void read_batch(void *ctx, unsigned worker, void *item) {
	struct range_read *r = ctx;
	size_t from = ((uintptr_t)item - 1) * BATCH;
	for (size_t i = from; i < from + BATCH && i < r->s->range_blobs.n; i++)
		if (!stop_requested(r->s->env->stop))
			read_blob(r, worker, (uint32_t)i);
}

/* The path that HEAD has is the one to show: people mend what is there now. */
static void mark_head(struct range_read *r) {
	struct git_session *s = r->s;
	struct slice *paths = mem_alloc_n(s->range_blobs.n + 1, sizeof(*paths));
	head_paths(s, r->src.reader, &s->range_ids, paths, &s->arena);
	for (size_t i = 0; i < s->range_blobs.n; i++)
		if (paths[i].n > 0) {
			s->range_blobs.at[i].at_head = true;
			s->range_blobs.at[i].path = paths[i];
		}
	free(paths);
}

static void read_blobs(struct range_read *r) {
	unsigned threads = r->s->env->scope->threads;
	r->readers = mem_alloc_n(threads, sizeof(*r->readers));
	r->blobs = mem_alloc_n(threads, sizeof(*r->blobs));
	for (unsigned i = 0; i < threads; i++)
		r->readers[i] = store_reader_new(r->s->store);
	struct pool *pool = pool_new(threads, read_batch, r);
	for (uintptr_t i = 0; i * BATCH < r->s->range_blobs.n; i++)
		pool_put(pool, (void *)(i + 1));
	pool_finish(pool);
	for (unsigned i = 0; i < threads; i++) {
		store_reader_free(r->readers[i]);
		buf_free(&r->blobs[i]);
	}
	free(r->readers);
	free(r->blobs);
}

int read_range(struct git_session *s, struct error *err) {
	struct range_read r = {.s = s, .since = INT64_MIN};
	r.src = (struct revision_source){s->store, store_reader_new(s->store), &s->refs, &s->shallow, s->env->stop};
	int rc = s->env->scope->range ? by_range(&r, err) : by_since(&r, err);
	if (rc == 0) {
		/* The refs that name the range were read, which tells an empty range from a scan that did nothing. */
		coverage_seen(s->env->coverage, UNIT_META, 1);
		coverage_read(s->env->coverage, UNIT_META, 1, 0);
		if (s->env->scope->pushed_ref)
			read_ref_name(s);
		mark_head(&r);
		read_blobs(&r);
	}
	store_reader_free(r.src.reader);
	id_table_free(&r.tags);
	buf_free(&r.buf);
	return rc;
}
