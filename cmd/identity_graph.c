/* The attribute "becomes" of identities as a graph. What it means is worked out in rules/privilege. */
#include "cmd/identity_graph.h"

#include <stdlib.h>

static bool is_true(const struct fact *f, const char *name) {
	const struct value *v = fact_get(f, name);
	return v && v->known && !v->none && v->type == VALUE_BOOL && v->boolean;
}

static int step_cmp(const void *pa, const void *pb) {
	const struct report_step *a = pa, *b = pb;
	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	return a->to < b->to ? -1 : a->to > b->to;
}

const struct report_graph *identity_graph(
	struct arena *a, const struct fact_set *set, const char *(*cover)(void *ctx, const char *text), void *ctx) {
	struct report_graph *g = ARENA_NEW(a, struct report_graph);
	struct report_identity *identities = ARENA_NEW_N(a, struct report_identity, set->all.n);
	struct map index = {0}; /* by the fact's address */
	VEC(struct report_step) steps = {0};
	struct report_step *kept;

	for (size_t i = 0; i < set->all.n; i++) {
		const struct fact *f = set->all.at[i];
		if (f->kind != FACT_IDENTITY)
			continue;
		map_put(&index, slice_of(&f, sizeof(f)), NULL)->value.num = g->nidentities;
		identities[g->nidentities++] = (struct report_identity){
			cover(ctx, arena_str(a, f->name)), is_true(f, "is_admin"), is_true(f, "reaches_admin")};
	}
	for (size_t i = 0; i < set->all.n; i++) {
		const struct fact *f = set->all.at[i];
		const struct value *v = f->kind == FACT_IDENTITY ? fact_get(f, "becomes") : NULL;
		for (size_t k = 0; v && v->known && !v->none && k < v->facts.n; k++) {
			const struct map_entry *from = map_get(&index, slice_of(&f, sizeof(f)));
			const struct map_entry *to = map_get(&index, slice_of(&v->facts.at[k], sizeof(f)));
			if (from && to)
				VEC_PUSH(&steps,
					((struct report_step){(unsigned)from->value.num, (unsigned)to->value.num}));
		}
	}
	if (steps.n)
		qsort(steps.at, steps.n, sizeof(*steps.at), step_cmp);
	kept = ARENA_NEW_N(a, struct report_step, steps.n);
	if (steps.n)
		memcpy(kept, steps.at, steps.n * sizeof(*kept));
	g->identities = identities;
	g->steps = kept;
	g->nsteps = steps.n;
	VEC_FREE(&steps);
	map_free(&index);
	return g->nsteps ? g : NULL;
}
