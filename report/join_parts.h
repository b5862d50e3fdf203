/* Which targets of several saved reports are one and the same: a report that was joined from others holds theirs. */
#ifndef NHISCAN_REPORT_JOIN_PARTS_H
#define NHISCAN_REPORT_JOIN_PARTS_H

#include "report/saved.h"

struct join_parts {
	const struct report_target *targets; /* of all reports, each once; those of several reports name their scan */
	size_t ntargets;
	unsigned **to;	/* to[i][k]: where the target k of report i stands in `targets` */
	bool *held;	/* report i is in another one whole: its counts are there */
	size_t nkept;	/* reports that are not */
	const char *id; /* of what comes out: that of the only report kept, or one made of all of theirs */
};

/* For `in` in its order. Everything lives in `a` or is borrowed from `in`. */
void join_parts_find(struct arena *a, const struct saved *in, size_t n, struct join_parts *out);

/* Where target `target` of report `i` stands in what is joined; one that there is not, as in a report that was tampered with, stays none. */
unsigned join_parts_target(const struct join_parts *p, const struct saved *in, size_t i, unsigned target);

#endif
