/* One document's candidates settled among themselves: which of several rules speaks for the same bytes, and which parts
 * of a composite credential stand together. */
#ifndef NHISCAN_RULES_RESOLVE_H
#define NHISCAN_RULES_RESOLVE_H

#include "rules/candidate.h"

/* Marks in `gone` (n entries, set beforehand for those that do not take part) the candidates for whose bytes another one speaks. Sorted by start. */
void candidates_overlap(const struct catalogue *c, const struct candidate *at, size_t n, bool *gone);

/* Keeps, of candidates over the same bytes, the one whose rule knows most; drops rejected ones after they have shadowed
 * what generic rules said of them. `v` is settled and stays so. */
void candidates_resolve(const struct catalogue *c, candidate_vec *v);

/* The rule of another candidate, not `gone`, that is a partner of at[i]'s rule, or -1. */
ptrdiff_t candidate_partner(
	const struct catalogue *c, const struct candidate *at, size_t n, const bool *gone, size_t i);

#endif
