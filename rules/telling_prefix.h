/* The prefixes by which vendors mark their tokens ("shpat_", "AKIA"), taken from the rules of a catalogue. A value that begins with
 * one, and that no rule of that vendor takes for a token, is cut short, misspelt or made up. Which rules there are: rules/secrets. */
#ifndef NHISCAN_RULES_TELLING_PREFIX_H
#define NHISCAN_RULES_TELLING_PREFIX_H

#include "rules/rule.h"

struct telling_prefixes;

/* `c` must outlive it. Gathered when first asked; may be shared by threads. */
struct telling_prefixes *telling_prefixes_of(const struct catalogue *c);
void telling_prefixes_free(struct telling_prefixes *t);

enum told_prefix {
	PREFIX_NONE,
	PREFIX_KNOWN,	/* a vendor's, perhaps in another case */
	PREFIX_WITHIN,	/* a vendor's, behind a few other bytes */
	PREFIX_MISSPELT /* a vendor's but for one character */
};

/* How does `v` begin? `t` may be NULL: then as nothing known. */
enum told_prefix value_begins_as_token(struct telling_prefixes *t, struct slice v);

/* Does `v` begin, in any case of letters, as tokens do whose prefix is too short or too common to tell? */
bool value_may_begin_as_token(struct telling_prefixes *t, struct slice v);

/* Is the rule of no vendor: does it take any value that is named or sent as a secret? */
bool rule_takes_any(const struct rule *r);

#endif
