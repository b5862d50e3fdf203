/* Reads the whole object store: every blob once, whether anything reaches it or not, and every message.
 * Where a blob belongs is worked out in attribute.c, for the few that matter. */
#include "scanners/git/cache.h"
#include "scanners/git/read_trees.h"
#include "scanners/git/session.h"
#include "scanners/git/walk.h"

#include <limits.h>
#include <stdlib.h>

struct worker_pieces {
	VEC(struct piece) at;
};

struct everything {
	struct git_session *s;
	struct worker_pieces *pieces; /* one a worker */
	struct buf *left;	      /* one a worker: ids of objects that left something behind */
	struct cache *cache;	      /* or NULL */
	bool knows_store;	      /* all that its trees name is there */
	_Atomic bool trouble;
};

/* What left nothing behind need not be read again; where the rest comes from will be asked. */
static void settle(
	struct everything *e, unsigned worker, const struct object_id *id, bool nothing, enum cache_kind kind) {
	const struct document_sink *sink = e->s->env->sink;
	if (!nothing)
		buf_add(&e->left[worker], id->id, id->n);
	if (!nothing && e->cache && kind == CACHE_BLOB && sink->remember)
		sink->remember(sink->ctx, worker, id);
	if (nothing && e->cache)
		cache_add(e->cache, worker, id, kind);
}

/* A blob that comes as a delta goes to the sink as a version of its base, when the sink has a memory of the base. */
static void *take_blob(struct everything *e, unsigned worker, const struct walk_object *o, const struct document *doc) {
	const struct document_sink *sink = e->s->env->sink;
	struct worker_pieces *p = &e->pieces[worker];
	struct version v = {.base_state = o->base_state};
	char hex[OBJECT_ID_HEX_MAX];
	coverage_seen(e->s->env->coverage, UNIT_BLOB, 1);
	if (doc->bytes.n > e->s->env->scope->limits->max_document_bytes) {
		object_id_hex(&o->id, hex);
		coverage_skip(
			e->s->env->coverage, UNIT_BLOB, SKIP_TOO_LARGE, hex, "larger than the limit for documents");
		return NULL;
	}
	if (!sink->take_version || doc->bytes.n == 0) {
		session_deliver(e->s, worker, UNIT_BLOB, doc);
		if (!session_left_nothing(e->s, worker))
			buf_add(&e->left[worker], o->id.id, o->id.n);
		return NULL;
	}
	p->at.n = 0;
	for (size_t i = 0; o->base_state && i < o->nops; i++) {
		const struct delta_op *op = &o->ops[i];
		struct piece piece = {op->dst, op->src, op->len, op->kind == DELTA_COPY};
		VEC_PUSH(&p->at, piece);
	}
	v.pieces = p->at.at;
	v.n = p->at.n;
	v.base = o->base;
	v.rope = o->rope;
	v.into = o->into;
	session_count(e->s, UNIT_BLOB, doc->bytes.n);
	void *state = sink->take_version(sink->ctx, worker, doc, o->base_state ? &v : NULL, o->has_deltas);
	settle(e, worker, &o->id, session_left_nothing(e->s, worker), CACHE_BLOB);
	return state;
}

static void release(void *ctx, unsigned worker, void *state) {
	struct everything *e = ctx;
	e->s->env->sink->release(e->s->env->sink->ctx, worker, state);
}

static void take_message(struct everything *e, unsigned worker, const struct walk_object *o) {
	bool nothing;
	unsigned n = session_message(e->s, worker, o->type, &o->id, o->bytes, &nothing);
	if (n > 0)
		settle(e, worker, &o->id, nothing, n == 1 ? CACHE_MESSAGE : CACHE_TWO_MESSAGES);
}

static void *take(void *ctx, unsigned worker, const struct walk_object *o) {
	struct everything *e = ctx;
	struct document doc = {
		.bytes = o->bytes, .place = PLACE_HISTORY, .object = o->id, .target = e->s->target->index};
	switch (o->type) {
	case OBJECT_BLOB:
		return take_blob(e, worker, o, &doc);
	case OBJECT_COMMIT:
	case OBJECT_TAG:
		take_message(e, worker, o);
		break;
	case OBJECT_TREE:
	case OBJECT_NONE:
		break;
	}
	return NULL;
}

static void fail(void *ctx, unsigned worker, const struct object_id *id, enum trouble why, const char *detail) {
	struct everything *e = ctx;
	(void)worker;
	e->trouble = true;
	/* Parts of the store were named when it was opened. Whether a damaged object was a blob can't be known. */
	if (id->n > 0)
		session_trouble(e->s, UNIT_BLOB, id, why, detail);
}

/* --- what earlier scans read --- */

/* A blob in which an earlier scan found something, and remembers what. */
static bool recall_blob(struct everything *e, const uint8_t *id) {
	const struct document_sink *sink = e->s->env->sink;
	struct document doc = {
		.place = PLACE_HISTORY, .object.n = (uint8_t)e->s->settings.id_bytes, .target = e->s->target->index};
	memcpy(doc.object.id, id, doc.object.n);
	if (!sink->recall || !sink->recall(sink->ctx, &doc))
		return false;
	buf_add(&e->left[0], id, doc.object.n);
	return true;
}

static bool skip_cached(void *ctx, const uint8_t *id) {
	struct everything *e = ctx;
	enum unit unit = UNIT_MESSAGE;
	unsigned n = 1;
	switch (cache_find(e->cache, id)) {
	case CACHE_TREE:
		return true; /* not to be read here */
	case CACHE_BLOB:
		unit = UNIT_BLOB;
		break;
	case CACHE_MESSAGE:
		break;
	case CACHE_TWO_MESSAGES:
		n = 2;
		break;
	case CACHE_UNKNOWN:
	default:
		if (!recall_blob(e, id))
			return false;
		unit = UNIT_BLOB;
		break;
	}
	for (unsigned i = 0; i < n; i++) {
		coverage_seen(e->s->env->coverage, unit, 1);
		coverage_skip(e->s->env->coverage, unit, SKIP_CACHED, NULL, NULL);
	}
	return true;
}

static bool skip_cached_tree(void *ctx, const uint8_t *id) {
	const struct everything *e = ctx;
	enum cache_kind kind = cache_find(e->cache, id);
	return kind == CACHE_TREE ? e->knows_store : kind != CACHE_UNKNOWN;
}

/* Where `dir` is, or would be made. */
static bool place_of_dir(const char *dir, char out[PATH_MAX]) {
	char parent[PATH_MAX];
	if (realpath(dir, out))
		return true;
	size_t n = strlen(dir);
	if (n >= sizeof(parent))
		return false;
	memcpy(parent, dir, n + 1);
	while (n > 0 && parent[n - 1] == '/')
		n--;
	while (n > 0 && parent[n - 1] != '/')
		n--;
	parent[n] = 0;
	return realpath(n ? parent : ".", out) != NULL;
}

/* Who can write what is scanned must not say what was found clean. */
static bool is_inside(const char *dir, const char *folder) {
	char a[PATH_MAX], b[PATH_MAX];
	if (!folder || !realpath(folder, b) || !place_of_dir(dir, a))
		return false;
	size_t n = strlen(b);
	return strncmp(a, b, n) == 0 && (a[n] == 0 || a[n] == '/' || b[n - 1] == '/');
}

static void open_cache(struct everything *e, struct walk_options *opt) {
	const struct scan_scope *scope = e->s->env->scope;
	uint8_t state[STORE_STATE_BYTES];
	if (!scope->cache_dir || !scope->cache_key)
		return;
	if (is_inside(scope->cache_dir, e->s->target->root) || is_inside(scope->cache_dir, e->s->common_dir)) {
		coverage_note(e->s->env->coverage, "cache-ignored", false, scope->cache_dir,
			"it lies in what is scanned, so that nothing in it is believed");
		return;
	}
	e->cache = cache_open(
		scope->cache_dir, scope->cache_key, e->s->settings.id_bytes, opt->threads, e->s->env->coverage);
	if (!e->cache)
		return;
	store_state(e->s->store, state);
	e->knows_store = store_problems(e->s->store, NULL) == 0 && cache_knows_store(e->cache, state);
	opt->skip = skip_cached;
	opt->skip_ctx = e;
}

/* After a walk that came to its end; what is read later is not remembered by this. */
static void save_cache(struct everything *e, const struct trees_read *trees) {
	uint8_t state[STORE_STATE_BYTES];
	struct error err = {0};
	store_state(e->s->store, state);
	if (!e->trouble && !trees->damaged && trees->missing == 0 && store_problems(e->s->store, NULL) == 0)
		cache_add_store(e->cache, state);
	if (cache_save(e->cache, &err) != 0)
		coverage_note(e->s->env->coverage, "cache-unwritten", false, e->s->env->scope->cache_dir, err.text);
}

/* The ids of all workers become the session's. */
static void keep_left(struct everything *e, unsigned threads) {
	unsigned n = e->s->settings.id_bytes;
	for (unsigned i = 0; i < threads; i++) {
		for (size_t at = 0; at + n <= e->left[i].n; at += n)
			id_table_add(&e->s->left, e->left[i].p + at, n, NULL);
		buf_free(&e->left[i]);
	}
}

static int read_store(struct everything *e, struct walk_options *opt, struct error *err) {
	struct walk_visitor visitor = {.ctx = e, .object = take, .release = release, .trouble = fail};
	struct trees_read trees = {0};
	int rc;
	opt->types = OBJECT_ALL_TYPES & ~OBJECT_BIT(OBJECT_TREE);
	rc = walk(e->s->store, opt, &visitor, err);
	keep_left(e, opt->threads);
	if (rc == 0)
		rc = read_trees(e->s,
			&(struct trees_options){
				opt->threads, e->cache, e->cache ? skip_cached_tree : NULL, e, opt->stop},
			&trees, err);
	if (rc == 0 && e->cache)
		save_cache(e, &trees);
	if (trees.missing > 0)
		coverage_note(e->s->env->coverage, "missing-objects", true, e->s->common_dir,
			e->s->settings.is_partial ? "this is a partial clone: some of its blobs were never fetched"
						  : "trees name objects that this repository does not hold");
	return rc;
}

int read_everything(struct git_session *s, struct error *err) {
	struct everything e = {.s = s};
	struct walk_options opt = {
		.threads = s->env->scope->threads,
		.parts = s->env->sink->take_version != NULL,
		.stop = s->env->stop,
	};
	e.pieces = mem_alloc_n(opt.threads, sizeof(*e.pieces));
	e.left = mem_alloc_n(opt.threads, sizeof(*e.left));
	store_expect_many(s->store);
	s->notes = commit_notes_new(s->settings.id_bytes, opt.threads);
	open_cache(&e, &opt);
	int rc = read_store(&e, &opt, err);
	if (rc == 0)
		rc = session_history(s, err);
	if (rc == 0)
		session_report_history(s);
	for (unsigned i = 0; i < opt.threads; i++)
		VEC_FREE(&e.pieces[i].at);
	free(e.pieces);
	free(e.left);
	cache_close(e.cache);
	return rc;
}
