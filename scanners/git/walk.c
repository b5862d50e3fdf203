/* The walk as a whole: which copy of each object is delivered, one phase for each pack and one for loose objects, and the
 * threads. What a worker does is in worker.c. */
#include "scanners/git/walk.h"

#include "core/memory.h"
#include "scanners/git/merge.h"
#include "scanners/git/run.h"

#include <stdlib.h>
#include <sys/mman.h>

#define WORKER_BYTES ((size_t)32 << 20)
/* Fewer families than this are not worth a thread, unless they are large. */
#define ROOTS_FOR_THREADS 16
#define BYTES_FOR_THREADS ((uint64_t)1 << 20)
/* Packs up to this size are asked for ahead; a larger one could push itself out of the page cache. */
#define AHEAD_BYTES ((size_t)1 << 30)

/* One array of bits for each pack and one for the loose objects. */
struct choice {
	uint64_t **rows;
	size_t n;
};

static void choice_make(struct choice *c, const struct store *s, const struct walk_options *o) {
	struct merge m;
	struct merge_row r;
	c->n = s->packs.n + 1;
	c->rows = mem_alloc_n(c->n, sizeof(*c->rows));
	for (size_t i = 0; i < c->n; i++) {
		size_t rows = i < s->packs.n ? s->packs.at[i].idx.count : s->loose.n;
		c->rows[i] = mem_alloc_n(rows / 64 + 1, sizeof(**c->rows));
	}
	merge_begin(&m, s);
	while (merge_next(&m, &r))
		if (!r.is_duplicate && !(o->skip && o->skip(o->skip_ctx, r.id)))
			c->rows[r.source][r.row / 64] |= (uint64_t)1 << (r.row % 64);
	merge_end(&m);
}

static void choice_free(struct choice *c) {
	for (size_t i = 0; i < c->n; i++)
		free(c->rows[i]);
	free(c->rows);
}

static void *packed_main(void *arg) {
	worker_packed(arg);
	return NULL;
}

static void *loose_main(void *arg) {
	worker_loose(arg);
	return NULL;
}

/* Runs one phase on `threads` threads; this one is worker 0. */
static void phase(struct run *r, unsigned threads, void *(*work)(void *)) {
	unsigned started = 1;
	atomic_store(&r->root_next, 0);
	atomic_store(&r->idle, 0);
	atomic_store(&r->queued, 0);
	r->done = false;
	r->active = threads;
	for (; started < threads; started++)
		if (pthread_create(&r->workers[started].thread, NULL, work, &r->workers[started]) != 0)
			break;
	if (started < threads) {
		/* The system gives fewer threads: what is not there counts as idle for good. */
		pthread_mutex_lock(&r->lock);
		r->active = started;
		pthread_cond_broadcast(&r->wake);
		pthread_mutex_unlock(&r->lock);
	}
	work(&r->workers[0]);
	for (unsigned i = 1; i < started; i++)
		pthread_join(r->workers[i].thread, NULL);
	/* Only a stopped walk leaves bases in the queue. */
	for (unsigned i = 0; i < atomic_load(&r->queued); i++)
		family_drop(&r->workers[0], r->queue[i]);
}

static bool is_stopped(const struct run *r) {
	return r->opt.stop && stop_requested(r->opt.stop);
}

static bool is_nothing(const uint64_t *rows, size_t n) {
	for (size_t i = 0; i < n / 64 + 1; i++)
		if (rows[i])
			return false;
	return true;
}

static void walk_pack(struct run *r, uint32_t pack, const uint64_t *rows) {
	const struct store_pack *p = &r->store->packs.at[pack];
	if (is_nothing(rows, p->idx.count))
		return;
	if (p->pack.bytes.n <= AHEAD_BYTES)
		madvise((void *)(uintptr_t)p->pack.bytes.p, p->pack.bytes.n, MADV_WILLNEED);
	graph_build(&r->graph, r->store, pack, rows, r->opt.types, worker_reader(&r->workers[0]));
	bool small = r->graph.nroots < ROOTS_FOR_THREADS && p->pack.bytes.n < BYTES_FOR_THREADS;
	if (r->graph.nroots)
		phase(r, small ? 1 : r->opt.threads, packed_main);
	graph_free(&r->graph);
}

static void options_default(struct walk_options *o, const struct store *s) {
	if (!(o->types & OBJECT_ALL_TYPES))
		o->types = OBJECT_ALL_TYPES;
	if (!o->known_only)
		o->types |= OBJECT_BIT(OBJECT_NONE);
	if (o->threads == 0)
		o->threads = 1;
	if (o->max_object_bytes == 0 || o->max_object_bytes > s->opt.max_object_bytes)
		o->max_object_bytes = s->opt.max_object_bytes;
	if (o->worker_bytes == 0)
		o->worker_bytes = WORKER_BYTES;
}

int walk(const struct store *s, const struct walk_options *opt, const struct walk_visitor *v, struct error *err) {
	struct run r = {.store = s, .visitor = v};
	struct choice c = {0};
	const struct object_id none = {0};
	if (opt)
		r.opt = *opt;
	options_default(&r.opt, s);
	pthread_mutex_init(&r.lock, NULL);
	pthread_cond_init(&r.wake, NULL);
	r.queue = mem_alloc_n(r.opt.threads, sizeof(struct base *));
	r.workers = mem_alloc_n(r.opt.threads, sizeof(*r.workers));
	for (unsigned i = 0; i < r.opt.threads; i++) {
		r.workers[i].run = &r;
		r.workers[i].index = i;
		decoder_open(&r.workers[i].decoder);
	}
	for (size_t i = 0; i < s->problems.n; i++)
		v->trouble(v->ctx, 0, &none, TROUBLE_CORRUPT, s->problems.at[i]);
	choice_make(&c, s, &r.opt);
	for (uint32_t i = 0; i < s->packs.n && !is_stopped(&r); i++)
		walk_pack(&r, i, c.rows[i]);
	r.loose_rows = c.rows[s->packs.n];
	if (s->loose.n && !is_stopped(&r))
		phase(&r, r.opt.threads, loose_main);
	choice_free(&c);
	for (unsigned i = 0; i < r.opt.threads; i++)
		worker_close(&r.workers[i]);
	free(r.workers);
	free(r.queue);
	pthread_cond_destroy(&r.wake);
	pthread_mutex_destroy(&r.lock);
	return is_stopped(&r) ? error_set(err, ERR_STOPPED, "reading objects was stopped") : 0;
}
