/* Marks beside a value that accept it: `nhiscan:allow RULE reason` and those of other tools. Only reads; what an accepted
 * finding means is decided where findings are assembled. */
#ifndef NHISCAN_RULES_INLINE_MARK_H
#define NHISCAN_RULES_INLINE_MARK_H

#include "core/arena.h"

/* The mark for a finding of `rule` in text[start, end): on the line where it starts or ends, or alone on the line above. Looks at most JUDGE_CONTEXT bytes
 * to either side, never into the value. Text "MARK: reason", made in `a` and not yet masked; NULL when there is none. */
const char *inline_mark_find(struct arena *a, struct slice text, size_t start, size_t end, const char *rule);

#endif
