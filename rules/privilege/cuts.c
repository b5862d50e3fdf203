/* The few edges whose removal cuts most chains: counted along the shortest chains, then checked by walking the graph without each. */
#include "rules/privilege/closure.h"

#include <stdlib.h>

/* So many candidates are walked again. */
#define CANDIDATES 16

static size_t count(const uint64_t *bits, size_t words) {
	return bits_count(bits, words);
}

static uint32_t index_of(const struct aws_principal *p) {
	return p ? p->index : ADMIN;
}

/* How many more reach administrator with the edge than without. */
static size_t lost(struct privilege *p, uint32_t from, uint32_t to, size_t with) {
	struct reaching x;
	size_t n;

	reaching_new(p, &x, ANSWER_YES);
	x.without = true;
	x.without_from = from;
	x.without_to = to;
	while (reach_round(p, &x))
		;
	n = count(x.reached, p->node_words);
	reaching_free(&x);
	return with > n ? with - n : 0;
}

static size_t reached(struct privilege *p) {
	struct reaching x;
	size_t n;

	reaching_new(p, &x, ANSWER_YES);
	while (reach_round(p, &x))
		;
	n = count(x.reached, p->node_words);
	reaching_free(&x);
	return n;
}

static int by_cuts(const void *x, const void *y) {
	const struct privilege_cut *a = x, *b = y;

	if (a->cuts != b->cuts)
		return a->cuts > b->cuts ? -1 : 1;
	if (a->step.from != b->step.from)
		return a->step.from->index < b->step.from->index ? -1 : 1;
	return index_of(a->step.to) < index_of(b->step.to) ? -1 : index_of(a->step.to) > index_of(b->step.to);
}

static void add(struct privilege *p, struct map *seen, const struct privilege_step *s) {
	uint32_t key[2] = {index_of(s->from), index_of(s->to)};
	bool added;
	struct map_entry *e = map_put(seen, slice_of(key, sizeof(key)), &added);

	if (added) {
		e->value.num = p->cuts.n;
		VEC_PUSH(&p->cuts, ((struct privilege_cut){*s, 0}));
	}
	p->cuts.at[e->value.num].cuts++;
}

const struct privilege_cut *privilege_cuts(struct privilege *p, size_t max, size_t *n) {
	struct map seen = {0};
	size_t with = reached(p);

	p->cuts.n = 0;
	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0;
			p->subjects[i].result.reaches_admin == ANSWER_YES && k < p->subjects[i].result.nchain; k++)
			add(p, &seen, &p->subjects[i].result.chain[k]);
	map_free(&seen);
	if (p->cuts.n)
		qsort(p->cuts.at, p->cuts.n, sizeof(*p->cuts.at), by_cuts);
	if (p->cuts.n > CANDIDATES)
		p->cuts.n = CANDIDATES;
	for (size_t i = 0; i < p->cuts.n; i++)
		p->cuts.at[i].cuts = lost(p, index_of(p->cuts.at[i].step.from), index_of(p->cuts.at[i].step.to), with);
	if (p->cuts.n)
		qsort(p->cuts.at, p->cuts.n, sizeof(*p->cuts.at), by_cuts);
	while (p->cuts.n && p->cuts.at[p->cuts.n - 1].cuts == 0)
		p->cuts.n--;
	*n = p->cuts.n < max ? p->cuts.n : max;
	return p->cuts.at;
}
