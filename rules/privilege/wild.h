/* Patterns of IAM policies: `*` any bytes, `?` one byte, all else itself. One pattern against a text and against another pattern. */
#ifndef NHISCAN_RULES_PRIVILEGE_WILD_H
#define NHISCAN_RULES_PRIVILEGE_WILD_H

#include "core/buf.h"

bool wild_is(struct slice pattern); /* holds `*` or `?` */

/* Linear: no pattern makes it slow. */
bool wild_match(struct slice pattern, struct slice text);
bool wild_match_nocase(struct slice pattern, struct slice text);

/* Every text that fits `b` fits `a`. Never true wrongly; false wrongly only for odd orders of `?` and `*`. */
bool wild_covers(struct slice a, struct slice b);

/* Some text fits both. With `out`, appends a pattern all of whose texts fit both, as wide as easily found. Patterns whose lengths' product is
 * above 65,536 are answered by what stands before the first wildcard, and `out` gets `a`: whoever needs a proof matches what comes of it. */
bool wild_meet(struct slice a, struct slice b, struct buf *out);

/* wild_meet() of two ARN patterns, part by part where both have all of them: the region and the account of a real ARN hold no colon, so that the star
 * of one pattern's region does not swallow the account of the other. When they do not meet, `out` holds a part. */
bool arn_meet(struct slice a, struct slice b, struct buf *out);

/* A text that fits the pattern: `filler` for each `*`, "x" for each `?`. */
void wild_example(struct slice pattern, const char *filler, struct buf *out);

#endif
