/* A worker of a walk: depth first over a family with an explicit stack, one child at a time, and sharing when others
 * have nothing to do. What happens to one node is in family.c. */
#include "scanners/git/run.h"

#include "core/memory.h"

#include <stdlib.h>

/* Roots handed out at once: neighbours in the pack, few enough that the last ones are spread. */
#define ROOTS_AT_ONCE 8
#define LOOSE_AT_ONCE 16
/* How far up the stack a worker looks for something to share. */
#define SHARE_DEPTH 32

static uint32_t child_take(const struct graph *g, struct base *b) {
	uint32_t c = atomic_load_explicit(&b->next, memory_order_relaxed);
	while (c != NODE_NONE && !atomic_compare_exchange_weak_explicit(
					 &b->next, &c, g->next[c], memory_order_relaxed, memory_order_relaxed))
		;
	return c;
}

/* The lowest base on the stack with children left: what hangs on it is the largest share of the work. */
static struct base *base_to_share(const struct worker *w) {
	const struct graph *g = &w->run->graph;
	for (size_t i = 0; i < w->stack.n && i < SHARE_DEPTH; i++) {
		struct base *b = w->stack.at[i];
		uint32_t c = atomic_load_explicit(&b->next, memory_order_relaxed);
		if (c == NODE_NONE || (!base_has_bytes(b) && b->failed == TROUBLE_NONE))
			continue;
		/* Giving away the only thing left to do would only move it. */
		if (w->stack.n == 1 && w->root_at == w->root_end && g->next[c] == NODE_NONE)
			continue;
		return b;
	}
	return NULL;
}

static void share(struct worker *w) {
	struct run *r = w->run;
	if (atomic_load_explicit(&r->idle, memory_order_relaxed) <=
		atomic_load_explicit(&r->queued, memory_order_relaxed))
		return;
	struct base *b = base_to_share(w);
	if (!b)
		return;
	pthread_mutex_lock(&r->lock);
	unsigned n = atomic_load_explicit(&r->queued, memory_order_relaxed);
	if (n < r->active) {
		atomic_fetch_add_explicit(&b->refs, 1, memory_order_relaxed);
		r->queue[n] = b;
		atomic_store_explicit(&r->queued, n + 1, memory_order_relaxed);
		pthread_cond_signal(&r->wake);
	}
	pthread_mutex_unlock(&r->lock);
}

/* Waits for a base to be shared. False: everybody is idle and nothing is left, or the walk was stopped. */
static bool wait_for_base(struct worker *w) {
	struct run *r = w->run;
	struct base *b = NULL;
	pthread_mutex_lock(&r->lock);
	atomic_fetch_add_explicit(&r->idle, 1, memory_order_relaxed);
	for (;;) {
		unsigned n = atomic_load_explicit(&r->queued, memory_order_relaxed);
		if (r->done)
			break;
		if (n > 0) {
			b = r->queue[n - 1];
			atomic_store_explicit(&r->queued, n - 1, memory_order_relaxed);
			atomic_fetch_sub_explicit(&r->idle, 1, memory_order_relaxed);
			break;
		}
		if (atomic_load_explicit(&r->idle, memory_order_relaxed) == r->active) {
			r->done = true;
			pthread_cond_broadcast(&r->wake);
			break;
		}
		pthread_cond_wait(&r->wake, &r->lock);
	}
	pthread_mutex_unlock(&r->lock);
	if (!b)
		return false;
	VEC_PUSH(&w->stack, b);
	w->held += base_weight(b);
	return true;
}

static void stack_pop(struct worker *w) {
	const struct base *b = w->stack.at[--w->stack.n];
	w->held -= base_weight(b);
	if (w->live_from > w->stack.n)
		w->live_from = w->stack.n;
}

/* Reads one child of the topmost base. */
static void step(struct worker *w) {
	struct base *b = w->stack.at[w->stack.n - 1];
	uint32_t c = child_take(&w->run->graph, b);
	/* The last child is read with its base off the stack, so that a chain needs no more memory than two objects. */
	bool last = c == NODE_NONE || atomic_load_explicit(&b->next, memory_order_relaxed) == NODE_NONE;
	bool evicted = !base_has_bytes(b) && b->failed == TROUBLE_NONE;
	if (last)
		stack_pop(w);
	if (c != NODE_NONE) {
		if (evicted) {
			family_restore(w, b, w->stack.n - !last);
			if (!last && b->p)
				w->held += b->cap;
			if (!last && b->p && w->live_from >= w->stack.n)
				w->live_from = w->stack.n - 1;
		}
		family_visit(w, c, b);
	}
	if (last)
		family_drop(w, b);
}

static bool roots_take(struct worker *w, uint32_t n, uint32_t at_once) {
	struct run *r = w->run;
	uint32_t at = atomic_load_explicit(&r->root_next, memory_order_relaxed);
	uint32_t end;
	do {
		if (at >= n)
			return false;
		end = n - at > at_once ? at + at_once : n;
	} while (!atomic_compare_exchange_weak_explicit(
		&r->root_next, &at, end, memory_order_relaxed, memory_order_relaxed));
	w->root_at = at;
	w->root_end = end;
	return true;
}

static bool is_stopped(const struct run *r) {
	return r->opt.stop && stop_requested(r->opt.stop);
}

/* Leaves the phase at once and takes the others along. */
static void give_up(struct worker *w) {
	struct run *r = w->run;
	while (w->stack.n) {
		struct base *b = w->stack.at[w->stack.n - 1];
		stack_pop(w);
		family_drop(w, b);
	}
	w->root_at = w->root_end = 0;
	pthread_mutex_lock(&r->lock);
	r->done = true;
	pthread_cond_broadcast(&r->wake);
	pthread_mutex_unlock(&r->lock);
}

void worker_packed(struct worker *w) {
	const struct graph *g = &w->run->graph;
	for (;;) {
		if (is_stopped(w->run)) {
			give_up(w);
			return;
		}
		if (w->stack.n) {
			share(w);
			step(w);
		} else if (w->root_at < w->root_end) {
			family_visit(w, g->roots[w->root_at++], NULL);
		} else if (!roots_take(w, g->nroots, ROOTS_AT_ONCE) && !wait_for_base(w)) {
			return;
		}
	}
}

static void loose_visit(struct worker *w, uint32_t at) {
	const struct run *r = w->run;
	const struct loose_id *l = &r->store->loose.at[at];
	struct error e = {0};
	uint64_t size;
	struct walk_object o = {.id = l->id};
	enum trouble t = store_read_loose(
		worker_reader(w), at, r->opt.max_object_bytes, r->opt.types, &w->whole, &o.type, &size, &e);
	/* The type of an object that is too large is known. */
	if (!(r->opt.types & OBJECT_BIT(o.type)))
		return;
	if (t == TROUBLE_NONE) {
		o.bytes = buf_slice(&w->whole);
		deliver_release(w, deliver_object(w, &o, &t));
		if (t != TROUBLE_NONE)
			error_set(&e, ERR_FORMAT, "loose object in %s is not what its id names",
				r->store->folders.at[l->folder].path);
	}
	if (t != TROUBLE_NONE)
		r->visitor->trouble(r->visitor->ctx, w->index, &l->id, t, e.text);
}

void worker_loose(struct worker *w) {
	const struct run *r = w->run;
	while (roots_take(w, (uint32_t)r->store->loose.n, LOOSE_AT_ONCE))
		for (; w->root_at < w->root_end; w->root_at++) {
			if (is_stopped(r))
				return;
			if (row_bit(r->loose_rows, w->root_at))
				loose_visit(w, w->root_at);
		}
}

void worker_close(struct worker *w) {
	decoder_close(&w->decoder);
	store_reader_free(w->reader);
	hasher_free(w->hasher);
	buf_free(&w->whole);
	VEC_FREE(&w->ops);
	VEC_FREE(&w->parts);
	VEC_FREE(&w->stack);
	VEC_FREE(&w->path);
	while (w->free_bases) {
		struct base *b = w->free_bases;
		w->free_bases = b->free_next;
		free(b);
	}
}
