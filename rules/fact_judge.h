/* Rules over facts, compiled, and what they say of a set of facts. Knows no subject: pipelines, agents and accounts are all facts here. */
#ifndef NHISCAN_RULES_FACT_JUDGE_H
#define NHISCAN_RULES_FACT_JUDGE_H

#include "core/error.h"
#include "core/vec.h"
#include "rules/condition.h"
#include "rules/rule.h"

struct fact_judge;

/* Compiles the rules over facts of `c`, which must outlive it; everything lives in `a`. `named` tells rules that are off by themselves
 * whether somebody asked for them (may be NULL: nobody). NULL with ERR_USAGE "FILE:LINE:COLUMN: rule ID: …". */
struct fact_judge *fact_judge_open(struct arena *a, const struct catalogue *c,
	bool (*named)(void *ctx, const struct rule *rule), void *ctx, struct error *err);
size_t fact_judge_rules(const struct fact_judge *j);

/* A rule holds of a fact, or may hold. */
struct fact_verdict {
	const struct rule *rule;
	uint32_t index; /* for fact_judge_at() and the like */
	const struct fact *fact;
	bool undecided;			 /* could not be decided for want of `unknown` */
	const struct attribute *unknown; /* NULL: a bound was hit */
	enum severity severity;
};

typedef VEC(struct fact_verdict) fact_verdict_vec;

/* All rules, or the one alone, over all facts, in the order of the facts, then of the rules. */
void fact_judge_run(const struct fact_judge *j, const struct fact_set *set, int64_t now, const struct rule *only,
	fact_verdict_vec *out);

/* Where the rule's edit number `i` is to be made, and the fact that is at that place. */
struct span fact_judge_edit_at(
	const struct fact_judge *j, const struct fact_verdict *v, size_t i, const struct fact **holder);
/* The text of that edit's `value`; empty when it is not known or the edit has none. */
struct slice fact_judge_edit_value(const struct fact_judge *j, const struct fact_verdict *v, size_t i);
/* Where the finding stands, the fact that is at that place, and further facts to name. */
struct span fact_judge_at(const struct fact_judge *j, const struct fact_verdict *v, const struct fact **holder);
const struct value *fact_judge_also(const struct fact_judge *j, const struct fact_verdict *v);
/* Appends the rule's message with the fact's values in it. */
void fact_judge_tell(const struct fact_judge *j, const struct fact_verdict *v, struct buf *out);

#endif
