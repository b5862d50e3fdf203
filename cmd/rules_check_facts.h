/* Running the cases of rules over facts: through readers, engines and the rule itself. For `nhiscan rules check`. */
#ifndef NHISCAN_CMD_RULES_CHECK_FACTS_H
#define NHISCAN_CMD_RULES_CHECK_FACTS_H

#include "core/limits.h"
#include "rules/check.h"
#include "rules/fact_judge.h"

struct fact_cases {
	const struct fact_judge *judge;
	const struct limits *limits;
	int64_t now;
};

/* A fact_case_fn; `ctx` is a struct fact_cases. */
enum case_answer fact_case_answer(void *ctx, const struct rule *rule, const struct rule_node *one, struct error *why);

#endif
