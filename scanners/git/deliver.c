/* The edge between a walk and its visitor: ids, verification, sentences about trouble. */
#include "scanners/git/run.h"

#include <inttypes.h>
#include <stdio.h>

struct store_reader *worker_reader(struct worker *w) {
	if (!w->reader)
		w->reader = store_reader_new(w->run->store);
	return w->reader;
}

struct object_id node_id(const struct run *r, uint32_t node) {
	const struct graph *g = &r->graph;
	struct object_id id = {0};
	if (node >= g->inside)
		return g->outside.at[g->offset[node]];
	if (node < g->listed) {
		id.n = r->store->opt.id_bytes;
		memcpy(id.id, idx_id(&r->store->packs.at[g->pack].idx, g->row[node]), id.n);
	}
	return id;
}

void *deliver_object(struct worker *w, const struct walk_object *o, enum trouble *t) {
	const struct run *r = w->run;
	*t = TROUBLE_NONE;
	if (r->opt.verify) {
		if (!w->hasher)
			w->hasher = hasher_new();
		if (!hash_matches(w->hasher, &o->id, o->type, o->bytes)) {
			*t = TROUBLE_CORRUPT;
			return NULL;
		}
	}
	return r->visitor->object(r->visitor->ctx, w->index, o);
}

void deliver_node_trouble(struct worker *w, uint32_t node, enum trouble t, const char *why) {
	const struct run *r = w->run;
	char detail[TROUBLE_TEXT_MAX];
	struct object_id id = node_id(r, node);
	snprintf(detail, sizeof(detail), "%s at offset %" PRIu64 ": %s",
		store_pack_name(&r->store->packs.at[r->graph.pack]), r->graph.offset[node], why);
	r->visitor->trouble(r->visitor->ctx, w->index, &id, t, detail);
}

void deliver_release(struct worker *w, void *state) {
	const struct walk_visitor *v = w->run->visitor;
	if (state && v->release)
		v->release(v->ctx, w->index, state);
}
