/* Tables of lower-case words, looked up without regard to case. They are indexed by first byte, so that a value is read once
 * however many words there are. */
#ifndef NHISCAN_RULES_WORDS_H
#define NHISCAN_RULES_WORDS_H

#include "core/slice.h"

/* by_first[c]: the words that begin with c, ending with NULL. Written as: ['a'] = WORDS("asdf", "abc123"). */
struct words {
	const char *const *by_first[128];
};

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

bool words_within(const struct words *w, struct slice v); /* does v hold one of them? */
bool words_begin(const struct words *w, struct slice v);  /* does v begin with one of them? */
bool words_equal(const struct words *w, struct slice v);  /* is v one of them? */

#endif
