/* One case of a rule over facts: documents by their paths, or a fact written down. What the answers mean is in rules/check.c. */
#include "cmd/rules_check_facts.h"

#include "rules/fact_case.h"
#include "rules/fact_engine.h"
#include "scanners/read_facts.h"

#include <stdlib.h>

static enum fact_kind kind_of(const struct rule *rule) {
	size_t k = 0;

	while (k < FACT_KIND_COUNT - 1 && strcmp(fact_kind_name((enum fact_kind)k), rule->facts->on) != 0)
		k++;
	return (enum fact_kind)k;
}

/* Each key but `fact` is the path of a document, whose text is the value. */
static int read_case(const struct fact_cases *c, const struct rule *rule, const struct rule_node *one,
	struct fact_set *set, struct error *why) {
	struct coverage *cov = coverage_new();
	struct arena scratch = {0};
	int status = 0;

	for (const struct rule_node *key = one->first; key && status == 0; key = key->next->next) {
		const struct document doc = {.bytes = key->next->text, .path = key->text, .place = PLACE_WORKTREE};

		if (slice_eq(key->text, slice_str("fact")))
			status = fact_case_read(set, kind_of(rule), key->next, c->now, why) ? 0 : -1;
		else if (key->next->kind != NODE_TEXT)
			status = error_set(why, ERR_USAGE, "line %u: the text of a document is expected", key->line);
		else if (!facts_read(&doc, c->limits, cov, &scratch, set))
			status = error_set(why, ERR_USAGE, "line %u: no reader knows this document", key->line);
	}
	coverage_free(cov);
	arena_free(&scratch);
	return status;
}

enum case_answer fact_case_answer(void *ctx, const struct rule *rule, const struct rule_node *one, struct error *why) {
	const struct fact_cases *c = ctx;
	struct fact_set set = {0};
	fact_verdict_vec verdicts = {0};
	enum case_answer answer = CASE_HOLDS_NOT;

	if (read_case(c, rule, one, &set, why) != 0) {
		answer = CASE_BAD;
		goto out;
	}
	fact_set_sort(&set);
	fact_engines_run(&set, c->now);
	fact_judge_run(c->judge, &set, c->now, rule, &verdicts);
	for (size_t i = 0; i < verdicts.n && answer != CASE_HOLDS; i++)
		answer = verdicts.at[i].undecided ? CASE_UNDECIDED : CASE_HOLDS;
out:
	VEC_FREE(&verdicts);
	fact_set_free(&set);
	return answer;
}
