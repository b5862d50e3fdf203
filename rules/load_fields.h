/* Inside of the rule loader: what load.c (files, whole rules) and load_fields.c (one field at a time) share.
 * Nobody else includes this; the door to loading is load.h. */
#ifndef NHISCAN_RULES_LOAD_FIELDS_H
#define NHISCAN_RULES_LOAD_FIELDS_H

#include "rules/rule.h"
#include "rules/rule_tree.h"

/* Bounds of what one rule may say. Wide for any honest rule; they keep the engine's windows and tables small. */
#define RULE_ID_MIN	     3
#define RULE_ID_MAX	     64
#define RULE_TEXT_MAX	     1000
#define RULE_PATTERN_MAX     8192
#define RULE_KEYWORD_MIN     3
#define RULE_KEYWORD_MAX     128
#define RULE_BEFORE_MAX	     4096
#define RULE_AFTER_MAX	     65536
#define RULE_LIST_MAX	     256
#define RULE_CASE_MAX	     65536
#define RULE_ENTROPY_MAX     8.0
#define RULE_MASK_PREFIX_MAX 64

struct load_ctx {
	struct arena *arena;
	const char *file;
	struct error *err;
};

/* Which fields a rule gave, by index into the field table. */
struct fields_seen {
	uint64_t bits;
};

/* Fills `rule` from the mapping `map`. Checks each field alone: known name, type, bounds, all required ones there. */
int rule_fields_read(
	const struct load_ctx *c, const struct rule_node *map, struct rule *rule, struct fields_seen *seen);
/* One field alone, for rules that have their own set of them (load_facts.c). The name must be a field's. */
int rule_field_read(const struct load_ctx *c, struct slice name, const struct rule_node *v, struct rule *rule);
bool rule_field_given(const struct fields_seen *seen, const char *name);
/* Line of the field in `map`, or of `map` itself. */
unsigned rule_field_line(const struct rule_node *map, const char *name);

/* A rule over facts: has `on` and `when`. */
bool rule_is_over_facts(const struct rule_node *map);
int rule_over_facts_read(const struct load_ctx *c, const struct rule_node *map, struct rule *rule);

/* The value of a key of `map`, or NULL. */
const struct rule_node *rule_node_get(const struct rule_node *map, const char *key);

/* ERR_USAGE "FILE:LINE: …". Returns -1. */
int load_fail(const struct load_ctx *c, unsigned line, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* `s` escaped and cut for a message, in the arena. */
const char *load_show(const struct load_ctx *c, struct slice s);
/* ", did you mean 'x'?" for the candidate nearest to `s` (candidates are `n` C strings `stride` bytes apart), or "". */
const char *load_nearest(const struct load_ctx *c, struct slice s, const char *const *first, size_t n, size_t stride);

#endif
