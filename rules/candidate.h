/* A candidate: a value that a rule matched in a document and that judging its surroundings did not reject.
 * What it is (the appraisal) is interned, so that the same secret in thousands of versions costs its bytes once;
 * where it stands (the span) is small and can be moved along when a delta copies the bytes around it. */
#ifndef NHISCAN_RULES_CANDIDATE_H
#define NHISCAN_RULES_CANDIDATE_H

#include "core/map.h"
#include "core/vec.h"
#include "rules/rule.h"
#include "rules/verdict.h"

/* What was found. Immutable once interned; lives as long as its appraisal_set. Holds the secret's bytes. */
struct appraisal {
	uint32_t rule;	    /* index in the catalogue */
	struct slice value; /* the secret, decoded when it stood in an encoded layer */
	struct slice name;  /* the name it was assigned to, as written, or empty */
	const char *layers; /* static-like text: "base64 > gzip"; NULL when in the text itself */
	struct slice
		excerpt; /* raw bytes of the line around the match (cut to EXCERPT_MAX), to be masked before it is shown */
	uint32_t excerpt_at; /* where the value starts in `excerpt`; equal to excerpt.n when it is not in it */
	struct judgement judgement;
};

#define EXCERPT_MAX 200

struct candidate {
	const struct appraisal *what;
	uint64_t start, end; /* the secret's bytes in the document; for a layer, the encoded text */
	uint64_t lo, hi;     /* the bytes that decided: the same bytes there decide the same again */
	/* Of [start, end): 1-based, columns in bytes, end exclusive. 0: not counted yet, see rules/line_marks.h. */
	unsigned line, column, end_line, end_column;
};

typedef VEC(struct candidate) candidate_vec;

/* Interns appraisals. One for each worker; not thread-safe. */
struct appraisal_set {
	struct map byte_keys;
	struct arena arena; /* wiped when freed */
};

/* The interned equal of `a`, whose slices are copied when it is new. */
const struct appraisal *appraisal_intern(struct appraisal_set *set, const struct appraisal *a);
void appraisal_set_free(struct appraisal_set *set);

/* Orders by start, end, rule; equal ones are the same candidate. */
int candidate_cmp(const void *a, const void *b);

/* Sorts and drops doubles. */
void candidates_settle(candidate_vec *v);

#endif
