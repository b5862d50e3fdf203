/* Worker threads over a bounded queue, and the flag that asks them to stop early.
 * How many threads to use is decided in processors.c. */
#include "core/pool.h"
#include "core/memory.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define QUEUE_MAX 256

struct worker {
	struct pool *pool;
	pthread_t thread;
	unsigned index;
};

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t filled, freed;
	void *queue[QUEUE_MAX]; /* a ring: `n` items from `first` on */
	size_t first, n;
	bool closed;
	pool_work *work;
	void *ctx;
	unsigned threads;
	struct worker *workers;
};

/* The next item, or false when the queue is closed and empty. */
static bool take(struct pool *p, void **item) {
	pthread_mutex_lock(&p->lock);
	while (p->n == 0 && !p->closed)
		pthread_cond_wait(&p->filled, &p->lock);

	bool got = p->n > 0;

	if (got) {
		*item = p->queue[p->first];
		p->first = (p->first + 1) % QUEUE_MAX;
		p->n--;
		pthread_cond_signal(&p->freed);
	}
	pthread_mutex_unlock(&p->lock);
	return got;
}

static void *run(void *arg) {
	struct worker *w = arg;
	void *item;

	while (take(w->pool, &item))
		w->pool->work(w->pool->ctx, w->index, item);
	return NULL;
}

/* Signals that ask the program to stop belong to the main thread; faults stay with the thread that made them. */
static void block_signals(sigset_t *before) {
	sigset_t all;

	sigfillset(&all);
	sigdelset(&all, SIGSEGV);
	sigdelset(&all, SIGBUS);
	sigdelset(&all, SIGFPE);
	sigdelset(&all, SIGILL);
	pthread_sigmask(SIG_SETMASK, &all, before);
}

struct pool *pool_new(unsigned threads, pool_work *work, void *ctx) {
	struct pool *p = mem_alloc(sizeof(*p));
	sigset_t before;
	int failed = 0;

	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->filled, NULL);
	pthread_cond_init(&p->freed, NULL);
	p->work = work;
	p->ctx = ctx;
	p->workers = mem_alloc_n(threads, sizeof(*p->workers));
	block_signals(&before);
	while (p->threads < threads && !failed) {
		struct worker *w = &p->workers[p->threads];

		w->pool = p;
		w->index = p->threads;
		failed = pthread_create(&w->thread, NULL, run, w);
		if (!failed)
			p->threads++;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (p->threads == 0) {
		fprintf(stderr, "nhiscan: cannot start a thread: %s; raise the limit of processes (ulimit -u)\n",
			strerror(failed));
		_exit(3);
	}
	return p; /* fewer threads than asked for do the same work */
}

void pool_put(struct pool *p, void *item) {
	pthread_mutex_lock(&p->lock);
	while (p->n == QUEUE_MAX)
		pthread_cond_wait(&p->freed, &p->lock);
	p->queue[(p->first + p->n) % QUEUE_MAX] = item;
	p->n++;
	pthread_cond_signal(&p->filled);
	pthread_mutex_unlock(&p->lock);
}

void pool_finish(struct pool *p) {
	pthread_mutex_lock(&p->lock);
	p->closed = true;
	pthread_cond_broadcast(&p->filled);
	pthread_mutex_unlock(&p->lock);
	for (unsigned i = 0; i < p->threads; i++)
		pthread_join(p->workers[i].thread, NULL);
	pthread_cond_destroy(&p->filled);
	pthread_cond_destroy(&p->freed);
	pthread_mutex_destroy(&p->lock);
	free(p->workers);
	free(p);
}

void stop_request(struct stop_flag *s) {
	atomic_store(&s->stopped, 1);
}

bool stop_requested(const struct stop_flag *s) {
	return atomic_load_explicit(&s->stopped, memory_order_relaxed) != 0;
}
