/* The facts of a rule's case: written down attribute by attribute in the rule file. */
#ifndef NHISCAN_RULES_FACT_CASE_H
#define NHISCAN_RULES_FACT_CASE_H

#include "core/error.h"
#include "rules/rule_tree.h"
#include "scanners/fact.h"

/* Adds a fact of kind `on` to `set` from a mapping of attributes: true and false, numbers and durations (90d), texts, lists of texts, `none`, times
 * (never, a date, or a duration: so long before `now`), mappings for facts, lists of mappings for lists of facts. `name` is the fact's
 * name, and the name of a kind that is no attribute is the fact above: {job: {…}}. ERR_USAGE. */
struct fact *fact_case_read(
	struct fact_set *set, enum fact_kind on, const struct rule_node *map, int64_t now, struct error *err);

#endif
