/* Reads the whole object store: every blob once, whether anything reaches it or not, and every message.
 * Where a blob belongs is worked out in attribute.c, for the few that matter. */
#include "scanners/git/cache.h"
#include "scanners/git/session.h"
#include "scanners/git/tree.h"
#include "scanners/git/walk.h"

#include <limits.h>
#include <pthread.h>
#include <stdlib.h>

struct worker_pieces {
	VEC(struct piece) at;
};

struct everything {
	struct git_session *s;
	struct worker_pieces *pieces; /* one a worker */
	pthread_mutex_t lock;	      /* of missing */
	struct id_table missing;
	struct cache *cache; /* or NULL */
	bool knows_store;    /* all that its trees name is there */
	_Atomic bool trouble;
};

static void miss(struct everything *e, const struct object_id *id, bool is_blob) {
	bool added;
	pthread_mutex_lock(&e->lock);
	id_table_add(&e->missing, id->id, id->n, &added);
	pthread_mutex_unlock(&e->lock);
	if (added && is_blob)
		session_trouble(e->s, UNIT_BLOB, id, TROUBLE_MISSING, "named by a tree, but not in this clone");
}

/* True when bytes [from, to) were copied from the base. *op goes forward only, since entries do. */
static bool is_copied(const struct walk_object *o, size_t *op, size_t from, size_t to) {
	while (*op < o->nops && o->ops[*op].dst + o->ops[*op].len <= from)
		++*op;
	return *op < o->nops && o->ops[*op].kind == DELTA_COPY && o->ops[*op].dst <= from &&
	       to <= o->ops[*op].dst + o->ops[*op].len;
}

/* Trees that name objects which this clone does not hold show only when every entry is looked at. Of a delta only new
 * ids need it: copied ones were looked at in the base. Returns a mark for the trees made of this one. */
static void *check_tree(struct everything *e, const struct walk_object *o) {
	unsigned id_bytes = e->s->settings.id_bytes;
	struct tree_iter it = tree_iter(o->bytes, id_bytes);
	struct tree_entry entry;
	size_t op = 0;
	int more;
	while ((more = tree_next(&it, &entry)) == 1) {
		size_t at = (size_t)(entry.id - o->bytes.p);
		struct object_id id = {.n = (uint8_t)id_bytes};
		if (!tree_entry_is_blob(&entry) && !tree_entry_is_tree(&entry))
			continue;
		if (o->base_state && is_copied(o, &op, at, at + id_bytes))
			continue;
		memcpy(id.id, entry.id, id_bytes);
		if (!store_has(e->s->store, &id))
			miss(e, &id, tree_entry_is_blob(&entry));
	}
	if (more < 0) {
		char hex[OBJECT_ID_HEX_MAX];
		object_id_hex(&o->id, hex);
		e->trouble = true;
		coverage_note(e->s->env->coverage, "corrupt-object", true, hex,
			"a folder is damaged, so that nobody can tell what else it held");
	}
	return e;
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
	if (e->cache && session_left_nothing(e->s, worker))
		cache_add(e->cache, worker, &o->id, CACHE_BLOB);
	return state;
}

static void release(void *ctx, unsigned worker, void *state) {
	struct everything *e = ctx;
	if (state != e) /* the mark of a tree */
		e->s->env->sink->release(e->s->env->sink->ctx, worker, state);
}

static void take_message(struct everything *e, unsigned worker, const struct walk_object *o) {
	bool nothing;
	unsigned n = session_message(e->s, worker, o->type, &o->id, o->bytes, &nothing);
	if (e->cache && n > 0 && nothing)
		cache_add(e->cache, worker, &o->id, n == 1 ? CACHE_MESSAGE : CACHE_TWO_MESSAGES);
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
		if (e->cache)
			cache_add(e->cache, worker, &o->id, CACHE_TREE);
		return check_tree(e, o);
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

static bool skip_cached(void *ctx, const uint8_t *id) {
	struct everything *e = ctx;
	enum unit unit = UNIT_MESSAGE;
	unsigned n = 1;
	switch (cache_find(e->cache, id)) {
	case CACHE_TREE:
		return e->knows_store;
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
		return false;
	}
	for (unsigned i = 0; i < n; i++) {
		coverage_seen(e->s->env->coverage, unit, 1);
		coverage_skip(e->s->env->coverage, unit, SKIP_CACHED, NULL, NULL);
	}
	return true;
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
static void save_cache(struct everything *e) {
	uint8_t state[STORE_STATE_BYTES];
	struct error err = {0};
	store_state(e->s->store, state);
	if (!e->trouble && e->missing.n == 0 && store_problems(e->s->store, NULL) == 0)
		cache_add_store(e->cache, state);
	if (cache_save(e->cache, &err) != 0)
		coverage_note(e->s->env->coverage, "cache-unwritten", false, e->s->env->scope->cache_dir, err.text);
}

int read_everything(struct git_session *s, struct error *err) {
	struct everything e = {.s = s, .lock = PTHREAD_MUTEX_INITIALIZER};
	struct walk_options opt = {
		.threads = s->env->scope->threads,
		.parts = s->env->sink->take_version != NULL,
		.stop = s->env->stop,
	};
	struct walk_visitor visitor = {.ctx = &e, .object = take, .release = release, .trouble = fail};
	e.pieces = mem_alloc_n(opt.threads, sizeof(*e.pieces));
	open_cache(&e, &opt);
	int rc = walk(s->store, &opt, &visitor, err);
	if (rc == 0 && e.cache)
		save_cache(&e);
	if (rc == 0)
		rc = session_history(s, err);
	if (rc == 0)
		session_report_history(s);
	if (e.missing.n > 0)
		coverage_note(s->env->coverage, "missing-objects", true, s->common_dir,
			s->settings.is_partial ? "this is a partial clone: some of its blobs were never fetched"
					       : "trees name objects that this repository does not hold");
	for (unsigned i = 0; i < opt.threads; i++)
		VEC_FREE(&e.pieces[i].at);
	free(e.pieces);
	cache_close(e.cache);
	id_table_free(&e.missing);
	return rc;
}
