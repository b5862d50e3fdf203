/* From harvested candidates to findings: judged by path, one for each secret with all its sightings, masked, fingerprinted, sorted. */
#ifndef NHISCAN_RULES_ASSEMBLE_H
#define NHISCAN_RULES_ASSEMBLE_H

#include "rules/accept.h"
#include "rules/finding.h"
#include "rules/harvest.h"
#include "rules/mask.h"

struct assembly {
	struct engine *engine;
	struct masker *masker;
	const struct fingerprint_key *key;
	int64_t now;			/* when what is still there stops counting as exposed */
	enum confidence min_confidence; /* findings below are counted, not listed */
	struct arena *arena;		/* findings and their texts live here */
	struct accept *accept;		/* lists of accepted findings, or NULL */
};

typedef VEC(struct finding) finding_vec;

/* `all` holds the candidates of every worker, attributed; it is sorted in place. The result is sorted by finding_cmp and does not depend on
 * the order of `all`. *withheld counts findings below min_confidence. */
void findings_assemble(
	const struct assembly *as, struct harvested *all, size_t n, finding_vec *out, uint64_t *withheld);

#endif
