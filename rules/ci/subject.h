/* What the identity token of a job says: its claims, for each event that starts it, as patterns. */
#ifndef NHISCAN_RULES_CI_SUBJECT_H
#define NHISCAN_RULES_CI_SUBJECT_H

#include "core/arena.h"
#include "scanners/fact.h"

/* One way in which a job runs. Patterns: `*` for what only the run tells. */
struct subject {
	struct slice event;	   /* in the system's words, or empty */
	bool change;		   /* the run of a pull or merge request */
	bool stranger;		   /* anyone can cause it */
	const struct slice *forms; /* of `sub`: by names, and by names with ids */
	size_t nforms;
	struct slice ref, environment; /* other claims; environment empty: the token has none */
};

/* All ways of a job whose token `system` signs. In `a`. */
size_t subjects_of(struct arena *a, const struct fact *job, const struct subject **out);
/* A claim's pattern; false: nothing is known of it, whatever is asked for may fit. */
bool subject_claim(const struct subject *s, const struct fact *job, struct slice claim, struct slice *out);

#endif
