/* Saved reports joined into one, and two compared. Under one key equal fingerprints are the same secret, wherever it was found. */
#ifndef NHISCAN_REPORT_JOIN_H
#define NHISCAN_REPORT_JOIN_H

#include "report/saved.h"

struct joined {
	struct report report;
	struct report_run run;
	VEC(struct finding) findings;
	VEC(const struct rule *) rules;
	uint64_t rules_of_nhi[10];
	struct arena arena;
};

/* Joins `n` reports, in an order of their own: what comes out does not depend on the order of `in`, which is sorted. One given twice, or
 * alone and in a report joined from it, is taken once (notice "report-twice"); where joined reports share a part, its places are told once. Different keys join nothing (notice "fingerprints-not-joined"), different rules are told ("rules-differ"). Borrows from `in`.
 * To be freed with joined_close(). */
void joined_open(struct joined *j, struct saved *in, size_t n);
void joined_close(struct joined *j);

/* What is in `now` and what was in `before`: each finding of `now` is new or unchanged, and those that are gone follow as absent. ERR_USAGE when the
 * fingerprints cannot be compared. */
int joined_compare(struct joined *j, struct saved *before, struct saved *now, struct error *err);

#endif
