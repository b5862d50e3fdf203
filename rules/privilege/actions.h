/* The table of AWS actions: names, access levels, patterns into sets of actions. Made of rules/privilege/aws-actions.txt at build time; actions
 * that policies name and the table does not know are taken in before patterns are expanded, so that nothing vanishes. */
#ifndef NHISCAN_RULES_PRIVILEGE_ACTIONS_H
#define NHISCAN_RULES_PRIVILEGE_ACTIONS_H

#include "core/map.h"
#include "core/vec.h"

/* Actions [from, to) of the table. */
struct action_range {
	uint32_t from, to;
};

/* A set of actions as ranges in order, without overlap. Interned: the same list of patterns is the same pointer. */
struct action_set {
	const struct action_range *at;
	size_t n;
};

struct actions {
	struct arena arena;
	char *text; /* what names point into */
	struct slice *
		names; /* "s3:GetObject", in the order of their lower case; then those taken in, in the order of arrival */
	struct slice *lower;
	uint8_t *levels;   /* 'r' 'l' 'w' 't' 'p'; '?' for those taken in */
	uint32_t n, known; /* known: of the table itself */
	uint32_t cap;
	char date[11];
	struct map extra;    /* lower name -> index */
	struct map patterns; /* lower pattern -> struct action_set * */
	struct map lists;    /* patterns of a list, each with a NUL, after '+' or '-' -> struct action_set * */
};

void actions_load(struct actions *a);
void actions_free(struct actions *a);

#define ACTION_NONE UINT32_MAX
uint32_t action_find(const struct actions *a, struct slice name); /* in any case */
/* Takes in a name without wildcards that is not known; what is no "service:Action" is not. Not after the first action_set_of(). */
void action_learn(struct actions *a, struct slice name);
/* What a list of patterns stands for, or all but that. */
const struct action_set *action_set_of(struct actions *a, const struct slice *patterns, size_t n, bool inverted);
bool action_set_has(const struct action_set *s, uint32_t action);

/* A set with a bit for each action. */
static inline size_t action_words(const struct actions *a) {
	return ((size_t)a->n + 63) / 64;
}
static inline bool bit_has(const uint64_t *bits, uint32_t i) {
	return bits[i / 64] >> (i % 64) & 1;
}
static inline void bit_add(uint64_t *bits, uint32_t i) {
	bits[i / 64] |= UINT64_C(1) << (i % 64);
}
void bits_add_set(uint64_t *bits, const struct action_set *s);
size_t bits_count(const uint64_t *bits, size_t words);

/* The document of an AWS managed policy by its ARN ("arn:aws:iam::aws:policy/…"), as JSON text in `arena`, from the table made of
 * rules/privilege/aws-managed.jsonl; empty when there is none. */
struct managed_table;
struct managed_table *managed_table_load(void);
struct slice managed_table_find(const struct managed_table *t, struct slice arn);
void managed_table_free(struct managed_table *t);

#endif
