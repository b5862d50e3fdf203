/* Parcels, the queue of a job, and who may help when. */
#include "scanners/archive/helpers.h"
#include "scanners/archive/job.h"

#include <stdatomic.h>
#include <stdlib.h>

#define PARCEL_BYTES ((size_t)1 << 20)
#define PARCEL_DOCS  1024
#define COPIED_MOST  ((size_t)4 << 20) /* longer ones are not held twice */
#define COPIED_ALL   ((size_t)8 << 20) /* for all helpers together */
#define QUEUED_EACH  2		       /* parcels that wait for each helper */

void helpers_open(struct helpers *h) {
	pthread_mutex_init(&h->lock, NULL);
	pthread_cond_init(&h->wake, NULL);
	h->end = &h->queue;
}

static const struct lifetime *copy_life(struct parcel *p, const struct lifetime *from) {
	struct lifetime *life = ARENA_NEW(&p->arena, struct lifetime);
	struct slice *refs = ARENA_NEW_N(&p->arena, struct slice, from->nrefs);

	*life = *from;
	for (size_t i = 0; i < from->nrefs; i++)
		refs[i] = arena_copy(&p->arena, from->refs[i]);
	life->refs = refs;
	life->author = arena_copy(&p->arena, from->author);
	return life;
}

/* A document all of whose pointers but `container` are the parcel's: what they point to lives no longer than the member at hand. */
static struct document copy_document(struct parcel *p, const struct document *doc) {
	struct document d = *doc;

	d.path = arena_copy(&p->arena, doc->path);
	d.bytes = arena_copy(&p->arena, doc->bytes);
	if (doc->life)
		d.life = copy_life(p, doc->life);
	if (doc->part) {
		struct part *part = ARENA_NEW(&p->arena, struct part);

		*part = *doc->part;
		d.part = part;
	}
	return d;
}

static const struct document *copy_container(struct parcel *p, const struct document *container) {
	struct document *d, bare;

	if (!container)
		return NULL;
	bare = *container;
	bare.bytes = slice_of(NULL, 0); /* those are of no use to what lies in it */
	d = ARENA_NEW(&p->arena, struct document);
	*d = copy_document(p, &bare);
	d->container = copy_container(p, container->container); /* as deep as archives are read */
	return d;
}

static void parcel_add(struct parcel *p, const struct document *doc) {
	struct document d = copy_document(p, doc);

	/* The same address again may be another container: names decide. */
	if (!p->container_copy || doc->container != p->container ||
		!slice_eq(doc->container->path, p->container_copy->path) || doc->container->container) {
		p->container = doc->container;
		p->container_copy = copy_container(p, doc->container);
	}
	d.container = p->container_copy;
	VEC_PUSH(&p->docs, d);
	p->bytes += doc->bytes.n;
}

static void parcel_free(struct expander *x, struct parcel *p) {
	atomic_fetch_sub(&x->copied, p->bytes);
	VEC_FREE(&p->docs);
	arena_free(&p->arena);
	free(p);
}

static void parcel_deliver(struct reading *r, struct parcel *p) {
	for (size_t i = 0; i < p->docs.n && !stop_requested(r->job->x->o.stop); i++)
		job_pass_on(r, &p->docs.at[i]);
	parcel_free(r->job->x, p);
}

static struct parcel *next_parcel(struct helpers *h) {
	struct parcel *p;

	pthread_mutex_lock(&h->lock);
	while (!h->queue && !h->closing)
		pthread_cond_wait(&h->wake, &h->lock);
	p = h->queue;
	if (p) {
		h->queue = p->next;
		if (!h->queue)
			h->end = &h->queue;
		h->queued--;
	}
	pthread_mutex_unlock(&h->lock);
	return p;
}

static void *help(void *arg) {
	struct helper *me = arg;
	struct reading r = job_reading(me->job, me->worker);
	struct parcel *p;

	r.helps = true;
	uselocale(me->job->x->utf8);
	while ((p = next_parcel(&me->job->helpers)) != NULL)
		parcel_deliver(&r, p);
	atomic_store(&me->job->x->slots[me->worker].busy, false);
	return NULL;
}

/* Takes a worker that nobody uses, when fewer threads are at work than there may be. */
static bool reserve_worker(struct expander *x, unsigned *worker) {
	unsigned busy = 0, n = expand_workers(x->o.threads);
	bool found = false;

	pthread_mutex_lock(&x->lock);
	for (unsigned i = 0; i < n; i++)
		busy += atomic_load(&x->slots[i].busy);
	for (unsigned i = x->o.threads; i < n && busy < x->o.threads && !found; i++)
		if (!atomic_load(&x->slots[i].busy)) {
			atomic_store(&x->slots[i].busy, true);
			*worker = i;
			found = true;
		}
	pthread_mutex_unlock(&x->lock);
	return found;
}

static bool start_helper(struct job *job) {
	struct helper *me;
	unsigned worker;

	if (!reserve_worker(job->x, &worker))
		return false;
	me = mem_alloc(sizeof(*me));
	me->job = job;
	me->worker = worker;
	if (pthread_create(&me->thread, NULL, help, me) != 0) {
		atomic_store(&job->x->slots[worker].busy, false);
		free(me);
		return false;
	}
	me->next = job->helpers.all;
	job->helpers.all = me;
	job->helpers.running++;
	return true;
}

/* Queues the parcel; when enough are waiting, the caller does its share. */
static void send(struct reading *r, struct parcel *p) {
	struct helpers *h = &r->job->helpers;
	bool queued = false;

	start_helper(r->job);
	pthread_mutex_lock(&h->lock);
	if (h->queued < h->running * QUEUED_EACH) {
		*h->end = p;
		h->end = &p->next;
		h->queued++;
		queued = true;
		pthread_cond_signal(&h->wake);
	}
	pthread_mutex_unlock(&h->lock);
	if (!queued)
		parcel_deliver(r, p);
}

bool helpers_take(struct reading *r, const struct document *doc) {
	struct helpers *h = &r->job->helpers;
	struct expander *x = r->job->x;
	struct parcel *p;

	if (r->helps || x->o.threads == 1 || !doc->container || doc->bytes.n > COPIED_MOST)
		return false;
	if (atomic_fetch_add(&x->copied, doc->bytes.n) + doc->bytes.n > COPIED_ALL) {
		atomic_fetch_sub(&x->copied, doc->bytes.n);
		return false;
	}
	if (!h->filling)
		h->filling = mem_alloc(sizeof(*h->filling));
	p = h->filling;
	parcel_add(p, doc);
	if (p->bytes >= PARCEL_BYTES || p->docs.n >= PARCEL_DOCS) {
		h->filling = NULL;
		send(r, p);
	}
	return true;
}

void helpers_close(struct reading *r) {
	struct helpers *h = &r->job->helpers;
	struct parcel *last = h->filling;

	/* What a document of a parcel carries must not be added to that parcel, whose documents would move. */
	h->filling = NULL;
	r->helps = true;
	if (last)
		parcel_deliver(r, last);
	pthread_mutex_lock(&h->lock);
	h->closing = true;
	pthread_cond_broadcast(&h->wake);
	pthread_mutex_unlock(&h->lock);
	for (struct parcel *p; h->running && (p = next_parcel(h)) != NULL;) /* helps along until nothing waits */
		parcel_deliver(r, p);
	while (h->all) {
		struct helper *next = h->all->next;

		pthread_join(h->all->thread, NULL);
		free(h->all);
		h->all = next;
	}
	pthread_cond_destroy(&h->wake);
	pthread_mutex_destroy(&h->lock);
}

struct sharer {
	struct reading r;
	void (*work)(struct reading *r, void *ctx);
	void *ctx;
	pthread_t thread;
	struct sharer *next;
};

static void *share(void *arg) {
	struct sharer *me = arg;

	uselocale(me->r.job->x->utf8);
	me->work(&me->r, me->ctx);
	return NULL;
}

static bool start_sharer(
	struct sharer **all, const struct reading *r, void (*work)(struct reading *r, void *ctx), void *ctx) {
	struct expander *x = r->job->x;
	struct sharer *me;
	unsigned worker;

	if (r->helps || x->o.threads == 1 || !reserve_worker(x, &worker))
		return false;
	me = mem_alloc(sizeof(*me));
	*me = (struct sharer){.r = *r, .work = work, .ctx = ctx, .next = *all};
	me->r.worker = worker;
	me->r.chain = chain_beside(&r->chain, NULL);
	me->r.helps = true;
	if (pthread_create(&me->thread, NULL, share, me) != 0) {
		atomic_store(&x->slots[worker].busy, false);
		free(me);
		return false;
	}
	*all = me;
	return true;
}

void helpers_share(struct reading *r, void (*work)(struct reading *r, void *ctx), void *ctx) {
	struct sharer *all = NULL;
	bool helps = r->helps;

	/* Who has memory reserved must not wait for others, who may be waiting for some. */
	while (!chain_has_reserved(&r->chain) && start_sharer(&all, r, work, ctx))
		;
	r->helps |= all != NULL; /* those who could take its documents are at the same work */
	work(r, ctx);
	r->helps = helps;
	while (all) {
		struct sharer *next = all->next;

		pthread_join(all->thread, NULL);
		atomic_store(&r->job->x->slots[all->r.worker].busy, false);
		free(all);
		all = next;
	}
}
