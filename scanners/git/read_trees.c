/* Of a tree that comes as a delta, only new entries are looked up: copied ones were in its base. Where blobs come from is worked out
 * in attribute.c, from the edges that are kept here. */
#include "scanners/git/read_trees.h"

#include "scanners/git/tree.h"
#include "scanners/git/tree_edges.h"
#include "scanners/git/walk.h"

#include <pthread.h>
#include <stdlib.h>

/* A folder that a tree names: where its id stands in the tree's bytes, and its edge. */
struct folder_ref {
	uint32_t at, edge;
};

/* What the trees made of this one need to know of it: its folders, in order. */
struct tree_state {
	size_t n;
	struct folder_ref at[];
};

struct tree_worker {
	VEC(struct folder_ref) folders;
	VEC(uint32_t) edges;
};

struct trees {
	struct git_session *s;
	const struct trees_options *o;
	struct tree_worker *workers;
	pthread_mutex_t lock; /* of missing */
	struct id_table missing;
	_Atomic bool damaged;
};

static void miss(struct trees *t, const uint8_t *id, bool is_blob) {
	struct object_id o = {.n = (uint8_t)t->s->settings.id_bytes};
	bool added;
	memcpy(o.id, id, o.n);
	pthread_mutex_lock(&t->lock);
	id_table_add(&t->missing, id, o.n, &added);
	pthread_mutex_unlock(&t->lock);
	if (added && is_blob)
		session_trouble(t->s, UNIT_BLOB, &o, TROUBLE_MISSING, "named by a tree, but not in this clone");
}

/* The instruction that copied bytes [from, to) from the base whole; NULL when they are new. *op goes forward only, since entries do. */
static const struct delta_op *copy_of(const struct walk_object *o, size_t *op, size_t from, size_t to) {
	while (*op < o->nops && o->ops[*op].dst + o->ops[*op].len <= from)
		++*op;
	if (*op >= o->nops)
		return NULL;
	const struct delta_op *d = &o->ops[*op];
	return d->kind == DELTA_COPY && d->dst <= from && to <= d->dst + d->len ? d : NULL;
}

/* The edge of the folder whose id stood at `at` in the base; NUMBER_NONE: none did. */
static uint32_t edge_in_base(const struct tree_state *base, uint32_t at) {
	size_t lo = 0, hi = base->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (base->at[mid].at < at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < base->n && base->at[lo].at == at ? base->at[lo].edge : NUMBER_NONE;
}

static void see_folder(struct trees *t, struct tree_worker *w, const struct walk_object *o, const uint8_t *id,
	const struct delta_op *copy) {
	uint32_t at = (uint32_t)(id - o->bytes.p), edge = NUMBER_NONE;
	if (copy)
		edge = edge_in_base(o->base_state, (uint32_t)(copy->src + (at - copy->dst)));
	if (edge == NUMBER_NONE)
		edge = store_number(t->s->store, id);
	if (edge == NUMBER_NONE) {
		miss(t, id, false);
		return;
	}
	VEC_PUSH(&w->folders, ((struct folder_ref){at, edge}));
	VEC_PUSH(&w->edges, edge);
}

static void see_blob(struct trees *t, struct tree_worker *w, const uint8_t *id, const struct delta_op *copy) {
	uint32_t edge = t->s->edges ? tree_edges_blob(t->s->edges, id) : ID_NONE;
	if (edge != ID_NONE)
		VEC_PUSH(&w->edges, edge);
	else if (!copy && store_number(t->s->store, id) == NUMBER_NONE)
		miss(t, id, true);
}

static void *keep_state(const struct tree_worker *w) {
	struct tree_state *state = mem_alloc(sizeof(*state) + w->folders.n * sizeof(*state->at));
	state->n = w->folders.n;
	if (state->n)
		memcpy(state->at, w->folders.at, state->n * sizeof(*state->at));
	return state;
}

static void *take(void *ctx, unsigned worker, const struct walk_object *o) {
	struct trees *t = ctx;
	struct tree_worker *w = &t->workers[worker];
	unsigned id_bytes = t->s->settings.id_bytes;
	struct tree_iter it = tree_iter(o->bytes, id_bytes);
	struct tree_entry entry;
	size_t op = 0;
	int more;
	w->folders.n = w->edges.n = 0;
	while ((more = tree_next(&it, &entry)) == 1) {
		size_t at = (size_t)(entry.id - o->bytes.p);
		const struct delta_op *copy = o->base_state ? copy_of(o, &op, at, at + id_bytes) : NULL;
		if (tree_entry_is_tree(&entry))
			see_folder(t, w, o, entry.id, copy);
		else if (tree_entry_is_blob(&entry))
			see_blob(t, w, entry.id, copy);
	}
	if (more < 0) {
		char hex[OBJECT_ID_HEX_MAX];
		object_id_hex(&o->id, hex);
		t->damaged = true;
		coverage_note(t->s->env->coverage, "corrupt-object", true, hex,
			"a folder is damaged, so that nobody can tell what else it held");
	}
	if (t->s->edges)
		tree_edges_add(t->s->edges, worker, store_number(t->s->store, o->id.id), w->edges.at, w->edges.n);
	if (t->o->cache)
		cache_add(t->o->cache, worker, &o->id, CACHE_TREE);
	return o->has_deltas ? keep_state(w) : NULL;
}

static void release(void *ctx, unsigned worker, void *state) {
	(void)ctx;
	(void)worker;
	free(state);
}

/* Parts of the store were named when it was opened. */
static void fail(void *ctx, unsigned worker, const struct object_id *id, enum trouble why, const char *detail) {
	struct trees *t = ctx;
	(void)worker;
	if (id->n == 0)
		return;
	t->damaged = true;
	session_trouble(t->s, UNIT_BLOB, id, why, detail);
}

int read_trees(struct git_session *s, const struct trees_options *o, struct trees_read *out, struct error *err) {
	struct trees t = {.s = s, .o = o, .lock = PTHREAD_MUTEX_INITIALIZER};
	struct walk_options opt = {.types = OBJECT_BIT(OBJECT_TREE),
		.known_only = true,
		.threads = o->threads,
		.skip = o->skip,
		.skip_ctx = o->skip_ctx,
		.stop = o->stop};
	struct walk_visitor visitor = {.ctx = &t, .object = take, .release = release, .trouble = fail};
	t.workers = mem_alloc_n(o->threads, sizeof(*t.workers));
	if (s->left.n > 0)
		s->edges = tree_edges_new(s->store, &s->left, o->threads);
	int rc = walk(s->store, &opt, &visitor, err);
	*out = (struct trees_read){t.damaged, t.missing.n};
	for (unsigned i = 0; i < o->threads; i++) {
		VEC_FREE(&t.workers[i].folders);
		VEC_FREE(&t.workers[i].edges);
	}
	free(t.workers);
	id_table_free(&t.missing);
	pthread_mutex_destroy(&t.lock);
	return rc;
}
