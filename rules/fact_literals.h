/* Secrets that readers of configurations found by the name of their field: what masking must know, and what a rule for secrets tells already. */
#ifndef NHISCAN_RULES_FACT_LITERALS_H
#define NHISCAN_RULES_FACT_LITERALS_H

#include "core/vec.h"
#include "rules/finding.h"
#include "scanners/fact.h"

typedef VEC(struct slice) slice_vec;

/* Does the fact's place hold a secret's value? */
bool fact_is_literal(const struct fact *f);
/* Appends the values of all literals of `set` whose documents are kept; borrowed from it. */
void fact_literals(const struct fact_set *set, slice_vec *out);
/* Has one of the findings of secrets a place that overlaps the literal's? */
bool fact_literal_is_told(const struct fact *f, const struct finding *findings, size_t n);

#endif
