/* Whole rules: what fields demand of one another, patterns that compile, ids that are unique; one YAML text at a time.
 * Not here: single fields (load_fields.c), files and folders (load_path.c), catalogues (catalogue.c). */
#include "rules/load.h"

#include "core/map.h"
#include "rules/load_fields.h"
#include "rules/wellformed.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* The engine compiles with the same options: bytes, never UTF, so that `(*UTF)` in a pattern is refused here. */
static uint32_t pattern_options(const struct rule *rule) {
	return PCRE2_NEVER_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY |
	       (rule->ignore_case ? PCRE2_CASELESS : 0);
}

static int check_compiled(
	const struct load_ctx *c, unsigned line, struct rule *rule, const pcre2_code *code, bool group_given) {
	uint32_t groups = 0, matches_empty = 0;
	pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &groups);
	pcre2_pattern_info(code, PCRE2_INFO_MATCHEMPTY, &matches_empty);
	if (matches_empty)
		return load_fail(c, line, "rule %s: the pattern can match nothing at all", rule->id);
	if (!group_given)
		rule->secret_group = groups > 0 ? 1 : 0;
	if (rule->secret_group > groups)
		return load_fail(c, line, "rule %s: 'secret' is group %u, but the pattern has %u", rule->id,
			rule->secret_group, groups);
	return 0;
}

static int check_pattern(const struct load_ctx *c, unsigned line, struct rule *rule, bool group_given) {
	int number = 0, status;
	PCRE2_SIZE offset = 0;
	pcre2_code *code = pcre2_compile(
		(PCRE2_SPTR)rule->pattern, PCRE2_ZERO_TERMINATED, pattern_options(rule), &number, &offset, NULL);
	if (!code) {
		PCRE2_UCHAR why[160] = {0};
		pcre2_get_error_message(number, why, sizeof(why));
		return load_fail(c, line, "rule %s: the pattern does not compile at offset %zu: %s", rule->id,
			(size_t)offset, (const char *)why);
	}
	status = check_compiled(c, line, rule, code, group_given);
	pcre2_code_free(code);
	return status;
}

static int check_checks(const struct load_ctx *c, const struct rule_node *map, const struct rule *rule) {
	size_t n;
	const struct wellformed_check *all = wellformed_all(&n);
	for (size_t i = 0; i < rule->nchecks; i++) {
		struct slice name = slice_str(rule->checks[i]);
		if (!wellformed_find(rule->checks[i]))
			return load_fail(c, rule_field_line(map, "checks"), "rule %s: unknown check '%s'%s", rule->id,
				load_show(c, name), load_nearest(c, name, &all[0].name, n, sizeof(all[0])));
	}
	return 0;
}

static int check_window(const struct load_ctx *c, const struct rule_node *map, const struct rule *rule) {
	size_t longest = 0;
	for (size_t i = 0; i < rule->nkeywords; i++) {
		size_t n = strlen(rule->keywords[i]);
		longest = n > longest ? n : longest;
	}
	if (rule->after < longest)
		return load_fail(c, rule_field_line(map, "after"),
			"rule %s: 'after' (%u) is less than the longest keyword (%zu)", rule->id, rule->after, longest);
	return 0;
}

static int check_partners(const struct load_ctx *c, const struct rule_node *map, const struct rule *rule, bool raised) {
	if (rule->npartners && !raised)
		return load_fail(c, rule_field_line(map, "partners"), "rule %s: 'partners' needs 'raised'", rule->id);
	if (raised && !rule->npartners)
		return load_fail(c, rule_field_line(map, "raised"), "rule %s: 'raised' needs 'partners'", rule->id);
	if (raised && rule->raised < rule->severity)
		return load_fail(c, rule_field_line(map, "raised"), "rule %s: 'raised' is below 'severity'", rule->id);
	for (size_t i = 0; i < rule->npartners; i++) {
		if (strcmp(rule->partners[i], rule->id) == 0)
			return load_fail(c, rule_field_line(map, "partners"), "rule %s: is its own partner", rule->id);
	}
	return 0;
}

static int rule_read(const struct load_ctx *c, const struct rule_node *map, struct rule *rule) {
	struct fields_seen seen;
	memset(rule, 0, sizeof(*rule));
	if (map->kind != NODE_MAP)
		return load_fail(c, map->line, "a rule must be a mapping of fields");
	rule->file = c->file;
	rule->line = map->line;
	if (rule_is_over_facts(map))
		return rule_over_facts_read(c, map, rule);
	if (rule_fields_read(c, map, rule, &seen) != 0)
		return -1;
	if (!rule_field_given(&seen, "raised"))
		rule->raised = rule->severity;
	if (check_window(c, map, rule) != 0 || check_checks(c, map, rule) != 0 ||
		check_partners(c, map, rule, rule_field_given(&seen, "raised")) != 0)
		return -1;
	return check_pattern(c, rule_field_line(map, "pattern"), rule, rule_field_given(&seen, "secret"));
}

/* Ids so far, each with its index in `out`. */
static int check_unique(const struct load_ctx *c, struct map *ids, const rule_vec *out, const struct rule *rule) {
	bool added;
	struct map_entry *entry = map_put(ids, slice_str(rule->id), &added);
	if (!added) {
		const struct rule *other = &out->at[entry->value.num];
		return load_fail(
			c, rule->line, "rule id '%s' is already used at %s:%u", rule->id, other->file, other->line);
	}
	entry->value.num = out->n;
	return 0;
}

int rules_parse(struct arena *a, const char *file, struct slice yaml, rule_vec *out, struct error *err) {
	struct load_ctx c = {a, arena_str(a, slice_str(file)), err};
	struct map ids = {0};
	struct rule_node *root;
	size_t before = out->n;
	int status = -1;
	for (size_t i = 0; i < out->n; i++)
		map_put(&ids, slice_str(out->at[i].id), NULL)->value.num = i;
	if (rule_tree_read(a, c.file, yaml, &root, err) != 0)
		goto out;
	if (root && root->kind != NODE_LIST) {
		load_fail(&c, root->line, "a rule file is a list: each rule starts with '- id: …'");
		goto out;
	}
	for (const struct rule_node *map = root ? root->first : NULL; map; map = map->next) {
		struct rule rule;
		if (rule_read(&c, map, &rule) != 0 || check_unique(&c, &ids, out, &rule) != 0)
			goto out;
		VEC_PUSH(out, rule);
	}
	status = 0;
out:
	if (status != 0)
		out->n = before;
	map_free(&ids);
	return status;
}
