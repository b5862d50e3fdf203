/* Ranks rules by how much they know of a value. Only candidates of one document are compared. */
#include "rules/resolve.h"

#include "rules/judge.h"

#include <stdlib.h>

/* How much a rule knows: generic names least, a documented prefix more, beside its service's name more still, a passed checksum
 * most. Many vendors share a prefix: sk_ under the name of one is that one's. */
static int knowledge(const struct catalogue *c, const struct candidate *x) {
	const struct rule *r = &c->rules[x->what->rule];

	if (r->kind == KIND_GENERIC)
		return 0;
	if (x->what->judgement.verdict == VERDICT_WELL_FORMED)
		return 7;
	if (r->kind == KIND_PRIVATE_KEY)
		return 5;
	if (r->kind == KIND_PASSWORD)
		return 1;
	if (r->ignore_case && r->mask_prefix)
		return x->what->judgement.rejected ? 4 : 6;
	if (r->ignore_case)
		return r->before ? 2 : 3;
	return r->kind == KIND_URL ? 2 : 5;
}

/* All that one encoded text holds is compared with each other, and most values of one rule are of one length. */
static bool holds(struct slice value, struct slice part) {
	return value.n == part.n ? memcmp(value.p, part.p, part.n) == 0 : slice_find(value, part) >= 0;
}

static bool overlap(const struct candidate *a, const struct candidate *b) {
	if (a->what->layers && b->what->layers)
		return a->what->value.n >= b->what->value.n ? holds(a->what->value, b->what->value)
							    : holds(b->what->value, a->what->value);
	return a->start < b->end && b->start < a->end;
}

/* Does `a` speak for the bytes of `b`? A total order among overlapping ones. */
static bool outranks(const struct catalogue *c, const struct candidate *a, const struct candidate *b) {
	int ka = knowledge(c, a), kb = knowledge(c, b);
	int ca = (int)judged_confidence(&c->rules[a->what->rule], &a->what->judgement);
	int cb = (int)judged_confidence(&c->rules[b->what->rule], &b->what->judgement);

	if (ka != kb)
		return ka > kb;
	if (a->what->judgement.rejected != b->what->judgement.rejected)
		return !a->what->judgement.rejected;
	if (ca != cb)
		return ca > cb;
	if (c->rules[a->what->rule].severity != c->rules[b->what->rule].severity)
		return c->rules[a->what->rule].severity > c->rules[b->what->rule].severity;
	if (a->what->value.n != b->what->value.n)
		return a->what->value.n > b->what->value.n;
	return a->what->rule < b->what->rule;
}

void candidates_overlap(const struct catalogue *c, const struct candidate *at, size_t n, bool *gone) {
	for (size_t i = 0; i < n; i++) {
		for (size_t k = i + 1; k < n && at[k].start < at[i].end; k++) {
			if (gone[i] || gone[k] || !overlap(&at[i], &at[k]))
				continue;
			gone[outranks(c, &at[i], &at[k]) ? k : i] = true;
		}
	}
}

void candidates_resolve(const struct catalogue *c, candidate_vec *v) {
	bool *gone = mem_alloc_n(v->n + 1, sizeof(*gone));
	size_t kept = 0;

	candidates_overlap(c, v->at, v->n, gone);
	for (size_t i = 0; i < v->n; i++)
		if (!gone[i] && !v->at[i].what->judgement.rejected)
			v->at[kept++] = v->at[i];
	v->n = kept;
	free(gone);
}

ptrdiff_t candidate_partner(
	const struct catalogue *c, const struct candidate *at, size_t n, const bool *gone, size_t i) {
	const struct rule *r = &c->rules[at[i].what->rule];

	for (size_t p = 0; p < r->npartners; p++)
		for (size_t k = 0; k < n; k++)
			if (k != i && !gone[k] && !at[k].what->judgement.rejected &&
				strcmp(c->rules[at[k].what->rule].id, r->partners[p]) == 0)
				return (ptrdiff_t)at[k].what->rule;
	return -1;
}
