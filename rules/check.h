/* `nhiscan rules check` as a library: runs the cases that every rule carries and reads its pattern for cost.
 * Knows no engine: whether a rule fires is asked through a function. */
#ifndef NHISCAN_RULES_CHECK_H
#define NHISCAN_RULES_CHECK_H

#include "rules/load.h"

#define CHECK_CASES_MIN 2
/* A case with templates is expanded this often, so that a token may end in any character of its charset. */
#define CHECK_SEEDS 8

/* Does `rule` report something in `text`? */
typedef bool rule_fires_fn(void *ctx, const struct rule *rule, struct slice text);

struct rules_complaint {
	bool is_error;	  /* else a warning */
	const char *text; /* "FILE:LINE: rule ID: …" */
};

struct rules_checked {
	const struct rules_complaint *complaints; /* in order of the rules; owned by the arena */
	size_t n;
	size_t rules, cases, errors, warnings;
};

/* What a case of a rule over facts comes to. `why` is filled for CASE_BAD. */
enum case_answer { CASE_HOLDS, CASE_HOLDS_NOT, CASE_UNDECIDED, CASE_BAD };
typedef enum case_answer fact_case_fn(
	void *ctx, const struct rule *rule, const struct rule_node *one, struct error *why);

/* Adds the cases of the rules over facts to what rules_check() found. */
void rules_check_facts(
	struct arena *a, const rule_vec *rules, fact_case_fn *answer, void *ctx, struct rules_checked *out);

/* Checks every rule for secrets of `rules`, all cases with `fires`. Errors are findings in rules, so the function itself can't fail. */
void rules_check(struct arena *a, const rule_vec *rules, rule_fires_fn *fires, void *ctx, struct rules_checked *out);

#endif
