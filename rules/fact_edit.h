/* The change of a text that a rule over facts says mends what it found, worked out for the place. Which changes a rule has, its file says. */
#ifndef NHISCAN_RULES_FACT_EDIT_H
#define NHISCAN_RULES_FACT_EDIT_H

#include "rules/fact_judge.h"
#include "rules/finding.h"

/* The first of the rule's edits that can be made where the verdict stands, in `a`; NULL when there is none, when the text is not in force (history,
 * archives) or is not at hand. */
const struct edit *fact_edit_make(struct arena *a, const struct fact_judge *j, const struct fact_verdict *v);

#endif
