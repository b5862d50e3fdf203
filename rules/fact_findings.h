/* From verdicts of rules over facts to findings that every report format can tell: masked, fingerprinted, with the place and the line. */
#ifndef NHISCAN_RULES_FACT_FINDINGS_H
#define NHISCAN_RULES_FACT_FINDINGS_H

#include "rules/assemble.h"
#include "rules/fact_judge.h"

struct fact_telling {
	const struct fact_judge *judge;
	struct masker *masker;
	const struct fingerprint_key *key;
	enum confidence min_confidence;
	struct accept *accept; /* lists of accepted findings, or NULL */
	struct arena *arena;   /* findings and their texts live here */
};

/* Appends a finding for each verdict that is decided. *withheld is raised by those below min_confidence. */
void fact_findings_make(
	const struct fact_telling *t, const fact_verdict_vec *verdicts, finding_vec *out, uint64_t *withheld);

/* One notice ("undecided") for each attribute that kept rules from deciding: what is needed, by which rules, how often. */
/* `set` tells which readers speak of which attributes at all: that a pipeline's secret has no date of last use is no lack of the scan's. */
void fact_findings_note_undecided(
	struct arena *a, const struct fact_set *set, const fact_verdict_vec *verdicts, struct coverage *cov);

#endif
