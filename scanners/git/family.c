/* Reads the nodes of a family: decoding, what to do when that fails, and the memory of bases. In which order nodes
 * are taken, and by whom, is worker.c's business. */
#include "scanners/git/file.h"
#include "scanners/git/run.h"

#include "core/memory.h"

#include <stdlib.h>

struct decoded {
	uint8_t *p;
	size_t n, cap;
	bool recovered; /* from another copy: not a delta of its base */
};

static uint64_t decode_limit(const struct run *r, uint32_t node) {
	uint64_t max = r->opt.max_object_bytes;
	return r->graph.first[node] == NODE_NONE ? max : store_base_limit(max);
}

/* The object from anywhere in the store. */
static enum trouble read_whole(struct worker *w, const struct object_id *id, struct decoded *d) {
	enum trouble t = store_read(worker_reader(w), id, NULL, &w->whole, NULL);
	if (t != TROUBLE_NONE)
		return t;
	d->n = w->whole.n;
	d->p = buffers_get(&w->decoder.pool, d->n, &d->cap);
	if (d->n)
		memcpy(d->p, w->whole.p, d->n);
	return TROUBLE_NONE;
}

/* Packed bytes are read once or seldom: holding every page that was ever touched would make a process as large as the pack.
 * Linux maps up to 64 KiB around a touched page, so what counts is how many entries were read. */
#define REST_ENTRIES 768

static void rest_now_and_then(struct run *r) {
	if (atomic_fetch_add(&r->entries_read, 1) % REST_ENTRIES == REST_ENTRIES - 1)
		file_rest(r->store->packs.at[r->graph.pack].pack.bytes);
}

static enum trouble decode_here(struct worker *w, uint32_t node, const struct slice *base, delta_ops *ops,
	struct decoded *d, const char **why) {
	struct run *r = w->run;
	struct pack_entry e;
	if (r->graph.state[node] & NODE_CYCLE) {
		*why = "this delta stands on itself";
		return TROUBLE_CORRUPT;
	}
	*why = pack_entry_parse(&r->store->packs.at[r->graph.pack].pack, r->graph.offset[node], &e);
	if (*why)
		return TROUBLE_CORRUPT;
	rest_now_and_then(r);
	if (!pack_entry_is_delta(&e))
		return decode_whole(&w->decoder, &e, decode_limit(r, node), &d->p, &d->n, &d->cap, why);
	if (base)
		return decode_delta(&w->decoder, &e, *base, decode_limit(r, node), ops, &d->p, &d->n, &d->cap, why);
	*why = "the base of this delta is no entry of the pack";
	return TROUBLE_CORRUPT;
}

/* Bytes of a node. `base` is NULL for roots, `failed` says why a base has no bytes. */
static enum trouble node_read(struct worker *w, uint32_t node, const struct slice *base, enum trouble failed,
	delta_ops *ops, struct decoded *d, const char **why) {
	struct object_id id = node_id(w->run, node);
	struct store_copy copy;
	enum trouble t = failed;
	memset(d, 0, sizeof(*d));
	if (node >= w->run->graph.inside) {
		*why = "outside this pack";
		return read_whole(w, &id, d);
	}
	*why = failed == TROUBLE_MISSING     ? "the base of this delta is missing"
	       : failed == TROUBLE_TOO_LARGE ? "the base of this delta is too large"
					     : "the base of this delta is damaged";
	if (t == TROUBLE_NONE)
		t = decode_here(w, node, base, ops, d, why);
	if (t != TROUBLE_NONE && t != TROUBLE_TOO_LARGE && id.n && store_copy(w->run->store, &id, 1, &copy) &&
		read_whole(w, &id, d) == TROUBLE_NONE) {
		d->recovered = true;
		t = TROUBLE_NONE;
	}
	w->decoded += d->n;
	return t;
}

static struct base *base_new(struct worker *w) {
	struct base *b = w->free_bases;
	if (b)
		w->free_bases = b->free_next;
	else
		b = mem_alloc(sizeof(*b));
	memset(b, 0, sizeof(*b));
	return b;
}

void family_drop(struct worker *w, struct base *b) {
	if (atomic_fetch_sub_explicit(&b->refs, 1, memory_order_acq_rel) != 1)
		return;
	buffers_put(&w->decoder.pool, b->p, b->cap);
	deliver_release(w, b->state);
	b->free_next = w->free_bases;
	w->free_bases = b;
}

/* Evicts the oldest bases but those from stack index `end` on, until the budget holds. When so much is decoded
 * again that the time outweighs the memory, eight times the budget is allowed. */
static void evict(struct worker *w, size_t end) {
	size_t budget = w->run->opt.worker_bytes;
	if (w->redone > 2 * w->decoded + ((uint64_t)1 << 30))
		budget *= 8;
	for (; w->held > budget && w->live_from < end; w->live_from++) {
		struct base *b = w->stack.at[w->live_from];
		if (!b->p || atomic_load_explicit(&b->refs, memory_order_acquire) != 1)
			continue;
		buffers_put(&w->decoder.pool, b->p, b->cap);
		b->p = NULL;
		w->held -= b->cap;
	}
}

void family_restore(struct worker *w, struct base *b, size_t n) {
	const struct graph *g = &w->run->graph;
	struct slice base = {0};
	bool have_base = false;
	w->path.n = 0;
	/* Up: bases on the stack are ancestors of each other, in order. */
	size_t at = n;
	for (uint32_t x = b->node; x != NODE_NONE && !have_base; x = g->parent[x]) {
		if (x != b->node && at > 0 && w->stack.at[at - 1]->node == x) {
			const struct base *a = w->stack.at[--at];
			if (a->p) {
				base = slice_of(a->p, a->n);
				have_base = true;
				at++;
				break;
			}
		}
		VEC_PUSH(&w->path, x);
	}
	/* Down: bases met on the way get their bytes back, others are passed on. */
	struct decoded last = {0};
	enum trouble t = TROUBLE_NONE;
	for (size_t i = w->path.n; i-- > 0 && t == TROUBLE_NONE;) {
		uint32_t x = w->path.at[i];
		struct decoded d;
		const char *why;
		t = node_read(w, x, have_base ? &base : NULL, TROUBLE_NONE, NULL, &d, &why);
		w->redone += d.n;
		buffers_put(&w->decoder.pool, last.p, last.cap);
		last = d;
		base = slice_of(d.p, d.n);
		have_base = true;
		if (x != b->node && at < n && w->stack.at[at]->node == x) {
			struct base *a = w->stack.at[at];
			if (w->live_from > at)
				w->live_from = at;
			a->p = d.p;
			a->n = d.n;
			a->cap = d.cap;
			w->held += d.cap;
			last.p = NULL;
			evict(w, at++);
		}
	}
	if (t != TROUBLE_NONE) {
		buffers_put(&w->decoder.pool, last.p, last.cap);
		b->failed = t; /* the pack changed under us; what it decoded to before is gone */
		return;
	}
	b->p = last.p;
	b->n = last.n;
	b->cap = last.cap;
}

/* Puts the node on the stack with its children still to be taken. */
static void base_push(
	struct worker *w, uint32_t node, const struct decoded *d, enum trouble t, bool delivered, void *state) {
	struct base *b = base_new(w);
	atomic_init(&b->refs, 1);
	atomic_init(&b->next, w->run->graph.first[node]);
	b->node = node;
	b->failed = t;
	b->delivered = delivered;
	b->state = state;
	b->p = d->p;
	b->n = d->n;
	b->cap = d->cap;
	VEC_PUSH(&w->stack, b);
	w->held += b->p ? b->cap : 0;
	evict(w, w->stack.n - 1);
}

/* Delivers what was read. True: the visitor has it. */
static bool node_deliver(struct worker *w, uint32_t node, const struct base *b, const struct decoded *d, void **state) {
	const struct run *r = w->run;
	const struct graph *g = &r->graph;
	static const struct delta_op no_op;
	enum trouble t = TROUBLE_TOO_LARGE;
	if (d->n > r->opt.max_object_bytes) {
		deliver_node_trouble(w, node, t, "object is larger than the limit");
		return false;
	}
	struct walk_object o = {
		.type = (enum object_type)(g->state[node] & NODE_TYPE),
		.id = node_id(r, node),
		.bytes = slice_of(d->p, d->n),
		.has_deltas = g->first[node] != NODE_NONE,
	};
	if (b && b->delivered && !d->recovered) {
		o.ops = w->ops.n ? w->ops.at : &no_op;
		o.nops = w->ops.n;
		o.base_state = b->state;
	}
	*state = deliver_object(w, &o, &t);
	if (t != TROUBLE_NONE)
		deliver_node_trouble(w, node, t, "object is not what its id names");
	return t == TROUBLE_NONE;
}

void family_visit(struct worker *w, uint32_t node, struct base *b) {
	const struct graph *g = &w->run->graph;
	struct decoded d;
	const char *why = NULL;
	void *state = NULL;
	bool delivered = false, wanted = g->state[node] & NODE_WANTED;
	struct slice base = b ? slice_of(b->p, b->n) : slice_of(NULL, 0);
	w->ops.n = 0;
	enum trouble t =
		node_read(w, node, b ? &base : NULL, b ? b->failed : TROUBLE_NONE, wanted ? &w->ops : NULL, &d, &why);
	if (wanted && t == TROUBLE_NONE)
		delivered = node_deliver(w, node, b, &d, &state);
	else if (wanted)
		deliver_node_trouble(w, node, t, why);
	if (g->first[node] != NODE_NONE) {
		base_push(w, node, &d, t, delivered, state);
		return;
	}
	buffers_put(&w->decoder.pool, d.p, d.cap);
	deliver_release(w, state);
}
