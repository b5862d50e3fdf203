/* Reads the nodes of a family: decoding, what to do when that fails, and the memory of bases. In which order nodes
 * are taken, and by whom, is worker.c's business. */
#include "scanners/git/file.h"
#include "scanners/git/run.h"

#include "core/memory.h"

#include <stdlib.h>

struct decoded {
	/* Put together, unless `delta` is there: then in the worker's parts. */
	uint8_t *p;
	size_t n, cap;
	uint8_t *delta;
	size_t delta_cap;
	bool recovered; /* from another copy: not a delta of its base */
};

/* A text that is put together, as a rope of one part in `one`. */
static struct rope whole_rope(const uint8_t *p, size_t n, struct rope_part *one) {
	*one = (struct rope_part){0, p};
	return (struct rope){one, 1, n};
}

static struct rope base_rope(const struct base *b, struct rope_part *one) {
	return b->parts ? (struct rope){b->parts, b->nparts, b->n} : whole_rope(b->p, b->n, one);
}

static void decoded_free(struct worker *w, struct decoded *d) {
	buffers_put(&w->decoder.pool, d->p, d->cap);
	buffers_put(&w->decoder.pool, d->delta, d->delta_cap);
	d->p = d->delta = NULL;
}

static void decoded_put_together(struct worker *w, struct decoded *d) {
	if (!d->delta)
		return;
	if (!d->p)
		d->p = buffers_get(&w->decoder.pool, d->n, &d->cap);
	rope_copy(&(struct rope){w->parts.at, w->parts.n, d->n}, 0, d->n, d->p);
	buffers_put(&w->decoder.pool, d->delta, d->delta_cap);
	d->delta = NULL;
}

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
#define REST_ENTRIES 128

static void rest_now_and_then(struct run *r) {
	if (atomic_fetch_add(&r->entries_read, 1) % REST_ENTRIES == REST_ENTRIES - 1)
		file_rest(r->store->packs.at[r->graph.pack].pack.bytes);
}

static enum trouble decode_here(
	struct worker *w, uint32_t node, const struct rope *base, delta_ops *ops, struct decoded *d, const char **why) {
	struct run *r = w->run;
	struct decoded_version v;
	enum trouble t;
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
	/* Only readers of blobs can do with parts. */
	bool in_parts = r->opt.parts && (r->graph.state[node] & NODE_TYPE) == OBJECT_BLOB;
	if (base && base->nparts == 1 && !in_parts)
		return decode_delta(&w->decoder, &e, slice_of(base->parts[0].p, base->n), decode_limit(r, node), ops,
			&d->p, &d->n, &d->cap, why);
	if (base) {
		t = decode_version(&w->decoder, &e, base, decode_limit(r, node), ops, &w->parts, &v, why);
		d->p = v.p;
		d->n = v.n;
		d->cap = v.cap;
		d->delta = v.delta;
		d->delta_cap = v.delta_cap;
		return t;
	}
	*why = "the base of this delta is no entry of the pack";
	return TROUBLE_CORRUPT;
}

/* Bytes of a node. `base` is NULL for roots, `failed` says why a base has no bytes. */
static enum trouble node_read(struct worker *w, uint32_t node, const struct rope *base, enum trouble failed,
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

/* Gives its bytes up. The base below must then be dropped by the caller. */
static struct base *base_empty(struct worker *w, struct base *b) {
	struct base *under = b->under;
	buffers_put(&w->decoder.pool, b->p, b->cap);
	buffers_put(&w->decoder.pool, (uint8_t *)b->parts, b->parts_cap);
	buffers_put(&w->decoder.pool, b->delta, b->delta_cap);
	b->p = b->delta = NULL;
	b->parts = NULL;
	b->nparts = b->parts_cap = b->delta_cap = 0;
	b->under = NULL;
	return under;
}

/* Goes down, not deeper into calls: a chain may have any length. */
void family_drop(struct worker *w, struct base *b) {
	while (b && atomic_fetch_sub_explicit(&b->refs, 1, memory_order_acq_rel) == 1) {
		struct base *under = base_empty(w, b);
		deliver_release(w, b->state);
		b->free_next = w->free_bases;
		w->free_bases = b;
		b = under;
		if (under)
			w->live_from = 0; /* it may be evicted now */
	}
}

/* Evicts the oldest bases but those from stack index `end` on, until the budget holds. When so much is decoded
 * again that the time outweighs the memory, eight times the budget is allowed. What others stand on in parts stays. */
static void evict(struct worker *w, size_t end) {
	size_t budget = w->run->opt.worker_bytes;
	if (w->redone > 2 * w->decoded + ((uint64_t)1 << 30))
		budget *= 8;
	for (; w->held > budget && w->live_from < end; w->live_from++) {
		struct base *b = w->stack.at[w->live_from];
		if (!base_has_bytes(b) || atomic_load_explicit(&b->refs, memory_order_acquire) != 1)
			continue;
		w->held -= base_weight(b);
		size_t at = w->live_from;
		family_drop(w, base_empty(w, b));
		w->live_from = at;
	}
}

void family_restore(struct worker *w, struct base *b, size_t n) {
	const struct graph *g = &w->run->graph;
	struct rope base = {0};
	struct rope_part one;
	struct decoded last = {0};
	bool have_base = false;
	w->path.n = 0;
	/* Up: bases on the stack are ancestors of each other, in order. */
	size_t at = n;
	for (uint32_t x = b->node; x != NODE_NONE && !have_base; x = g->parent[x]) {
		if (x != b->node && at > 0 && w->stack.at[at - 1]->node == x) {
			const struct base *a = w->stack.at[--at];
			if (base_has_bytes(a)) {
				base = base_rope(a, &one);
				have_base = true;
				at++;
				break;
			}
		}
		VEC_PUSH(&w->path, x);
	}
	/* Down: bases met on the way get their bytes back, others are passed on. */
	enum trouble t = TROUBLE_NONE;
	for (size_t i = w->path.n; i-- > 0 && t == TROUBLE_NONE;) {
		uint32_t x = w->path.at[i];
		struct decoded d;
		const char *why;
		t = node_read(w, x, have_base ? &base : NULL, TROUBLE_NONE, NULL, &d, &why);
		w->redone += d.n;
		decoded_put_together(w, &d);
		decoded_free(w, &last);
		last = d;
		base = whole_rope(d.p, d.n, &one);
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
		decoded_free(w, &last);
		b->failed = t; /* the pack changed under us; what it decoded to before is gone */
		return;
	}
	b->p = last.p;
	b->n = last.n;
	b->cap = last.cap;
}

/* Parts need the bases below, whose memory they keep: no more of it than the text itself has. */
static bool base_take_parts(struct worker *w, struct base *b, struct base *under, const struct decoded *d) {
	size_t bytes = w->parts.n * sizeof(*w->parts.at);
	if (!d->delta || !under || under->pinned + bytes + d->delta_cap > d->n)
		return false;
	b->parts = (struct rope_part *)(void *)buffers_get(&w->decoder.pool, bytes, &b->parts_cap);
	memcpy(b->parts, w->parts.at, bytes);
	b->nparts = w->parts.n;
	b->delta = d->delta;
	b->delta_cap = d->delta_cap;
	b->pinned = under->pinned + b->parts_cap + b->delta_cap;
	b->under = under;
	atomic_fetch_add_explicit(&under->refs, 1, memory_order_relaxed);
	return true;
}

/* Puts the node on the stack with its children still to be taken. */
static void base_push(struct worker *w, uint32_t node, struct base *under, struct decoded *d, enum trouble t,
	bool delivered, void *state) {
	struct base *b = base_new(w);
	atomic_init(&b->refs, 1);
	atomic_init(&b->next, w->run->graph.first[node]);
	b->node = node;
	b->failed = t;
	b->delivered = delivered;
	b->state = state;
	b->n = d->n;
	if (base_take_parts(w, b, under, d)) {
		buffers_put(&w->decoder.pool, d->p, d->cap); /* the visitor's view of it */
	} else {
		decoded_put_together(w, d);
		b->p = d->p;
		b->cap = d->cap;
	}
	VEC_PUSH(&w->stack, b);
	w->held += base_weight(b);
	evict(w, w->stack.n - 1);
}

/* Delivers what was read. True: the visitor has it. */
static bool node_deliver(struct worker *w, uint32_t node, const struct base *b, const struct rope *base,
	struct decoded *d, void **state) {
	const struct run *r = w->run;
	const struct graph *g = &r->graph;
	static const struct delta_op no_op;
	enum trouble t = TROUBLE_TOO_LARGE;
	bool as_delta = b && b->delivered && !d->recovered;
	if (d->n > r->opt.max_object_bytes) {
		deliver_node_trouble(w, node, t, "object is larger than the limit");
		return false;
	}
	if (!as_delta || r->opt.verify)
		decoded_put_together(w, d);
	if (!d->p)
		d->p = buffers_get(&w->decoder.pool, d->n, &d->cap);
	struct rope rope = {w->parts.at, w->parts.n, d->n};
	struct walk_object o = {
		.type = (enum object_type)(g->state[node] & NODE_TYPE),
		.id = node_id(r, node),
		.bytes = slice_of(d->p, d->n),
		.rope = d->delta ? &rope : NULL,
		.into = d->p,
		.has_deltas = g->first[node] != NODE_NONE,
	};
	if (as_delta) {
		o.ops = w->ops.n ? w->ops.at : &no_op;
		o.nops = w->ops.n;
		o.base = base;
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
	struct rope_part one;
	const char *why = NULL;
	void *state = NULL;
	bool delivered = false, wanted = g->state[node] & NODE_WANTED;
	struct rope base = b ? base_rope(b, &one) : (struct rope){0};
	w->ops.n = 0;
	enum trouble t =
		node_read(w, node, b ? &base : NULL, b ? b->failed : TROUBLE_NONE, wanted ? &w->ops : NULL, &d, &why);
	if (wanted && t == TROUBLE_NONE)
		delivered = node_deliver(w, node, b, &base, &d, &state);
	else if (wanted)
		deliver_node_trouble(w, node, t, why);
	if (g->first[node] != NODE_NONE) {
		base_push(w, node, b, &d, t, delivered, state);
		return;
	}
	decoded_free(w, &d);
	deliver_release(w, state);
}
