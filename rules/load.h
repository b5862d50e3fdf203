/* Rule files: YAML read with libyaml into struct rule. Format: nhiscan-rules(5). */
#ifndef NHISCAN_RULES_LOAD_H
#define NHISCAN_RULES_LOAD_H

#include "core/arena.h"
#include "core/error.h"
#include "core/limits.h"
#include "core/vec.h"
#include "rules/rule.h"

typedef VEC(struct rule) rule_vec;

/* Adds the rules of one YAML text to `out`; strings live in `a`. `file` names it in errors.
 * Fails with ERR_USAGE "FILE:LINE: reason" (unknown field with the nearest known one, wrong type, bad id, keyword too
 * short, pattern that does not compile with its offset, secret group out of range, duplicate id within `out`). */
int rules_parse(struct arena *a, const char *file, struct slice yaml, rule_vec *out, struct error *err);

/* The same for a file, or for every *.yaml and *.yml below a folder in byte order of the paths; names that start with a
 * dot and linked folders are left out. A folder without any such file is ERR_USAGE. */
int rules_load_path(struct arena *a, const char *path, const struct limits *lim, rule_vec *out, struct error *err);

/* Partners must be rules of the same catalogue: ERR_USAGE "FILE:LINE: reason" for the first that is not. For catalogues
 * as loaded and merged, before catalogue_select() (which may drop a partner; engines take that as no partner). */
int catalogue_check_partners(const struct catalogue *c, struct error *err);

/* `base` with `extra` added; a rule with a known id replaces it in place. Result lives in `a`, digest computed. */
void catalogue_merge(struct arena *a, const struct catalogue *base, const rule_vec *extra, struct catalogue *out);

/* Rules of `base` kept by --only and --skip: each an id, a glob over ids, a tag, a service or NHI id ("NHI2").
 * A selector that selects nothing is ERR_USAGE with the nearest id, and so is a selection that leaves no rule. */
int catalogue_select(struct arena *a, const struct catalogue *base, const char *const *only, size_t nonly,
	const char *const *skip, size_t nskip, struct catalogue *out, struct error *err);

/* Does one selector of --only or --skip mean the rule? */
bool rule_is_selected(const char *selector, const struct rule *rule);

/* Fills out->digest from everything that decides (not titles, advice, cases or where a rule was written). */
void catalogue_digest(struct catalogue *out);

#endif
