/* Patterns that could cost more than linear time, found by reading them. For `rules check`; scanning is bounded anyway. */
#ifndef NHISCAN_RULES_PATTERN_LINT_H
#define NHISCAN_RULES_PATTERN_LINT_H

#include "core/slice.h"

enum pattern_fault {
	PATTERN_UNBOUNDED, /* `*`, `+` or `{n,}`, not possessive: a bound says better what is meant */
	PATTERN_NESTED,	   /* a repeated group repeats inside, and nothing parts one round from the next */
};

typedef void pattern_fault_fn(void *ctx, enum pattern_fault fault, size_t offset);

/* Calls `fn` for every fault in order of the offset. The pattern must compile. */
void pattern_lint(const char *pattern, bool ignore_case, pattern_fault_fn *fn, void *ctx);

#endif
