/* Stretches of text that were looked through before, the keywords that stand in them, and matches that were judged before.
 *
 * A history says the same again and again: of the bytes that deltas insert and of blobs without a delta, 50 to 86 in a hundred of five public
 * repositories had been there before. So texts are cut where their content says so, which cuts equal content alike wherever it stands, and a
 * stretch that is remembered is not searched again. What is remembered are keywords: what they mean is decided by what stands
 * around them, and remembered apart. The memory is a fixed table in which the new displaces the old; forgetting costs time, never a finding. */
#ifndef NHISCAN_RULES_FAMILIAR_H
#define NHISCAN_RULES_FAMILIAR_H

#include "core/slice.h"

#include <stdint.h>

struct appraisal;
struct familiar;

/* Bytes from cut to cut; only the last of a text may be shorter. */
#define STRETCH_MIN 256
#define STRETCH_MAX 4096

/* A keyword in a stretch: its first byte, counted from where the remembered bytes begin, and its number. */
struct familiar_hit {
	uint16_t at, literal;
};

/* More keywords than this are not remembered with a stretch. */
#define FAMILIAR_HITS 12

struct familiar_key {
	uint64_t a, b;
};

struct familiar_stretch {
	struct familiar_key key; /* the lowest byte of `a` is the number of hits */
	struct familiar_hit hits[FAMILIAR_HITS];
};

/* NULL when this machine gives no random bytes: keys that somebody could foresee would let him hide one text behind another. */
struct familiar *familiar_new(void);
void familiar_free(struct familiar *f);

/* The end of the stretch that begins at `at`, at most `hi`. Depends on nothing but the bytes from `at` on. */
size_t familiar_cut(const uint8_t *p, size_t at, size_t hi);

struct familiar_key familiar_key(const struct familiar *f, struct slice bytes);

/* Says that the key is about to be looked for. */
void familiar_expect(const struct familiar *f, struct familiar_key key);

/* What is remembered under the key, or NULL. Valid until the next familiar_add(). */
const struct familiar_stretch *familiar_find(const struct familiar *f, struct familiar_key key);
static inline unsigned familiar_count(const struct familiar_stretch *s) {
	return (unsigned)(s->key.a & 0xff);
}

/* Remembers `n` hits, at most FAMILIAR_HITS. */
void familiar_add(struct familiar *f, struct familiar_key key, const struct familiar_hit *hits, unsigned n);

/* The same for judgements: a match of a rule amid the same bytes is the same thing again. Places count from the first of `around`, all
 * that matching and judging may look at; `first` and `last` say whether the text begins and ends with it. */
struct familiar_match {
	struct slice around;
	uint32_t rule;
	uint32_t match_start, match_end, start, end;
	bool first, last;
};
struct familiar_key familiar_match_key(const struct familiar *f, const struct familiar_match *m);

/* False when the match is not remembered. *what: what it was (borrowed from whoever remembered it), or NULL: nothing. */
bool familiar_judged(const struct familiar *f, struct familiar_key key, const struct appraisal **what);
void familiar_judge(struct familiar *f, struct familiar_key key, const struct appraisal *what);

#endif
