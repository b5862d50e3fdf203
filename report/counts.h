/* Totals over the findings of a report, and the rules that have any. Not about coverage. */
#ifndef NHISCAN_REPORT_COUNTS_H
#define NHISCAN_REPORT_COUNTS_H

#include "report/report.h"

#define SEVERITY_COUNT	 (SEVERITY_CRITICAL + 1)
#define CONFIDENCE_COUNT (CONFIDENCE_HIGH + 1)
#define NHI_COUNT	 10

/* Suppressed findings are counted in `findings` and `suppressed` only, so that for each of the arrays but `nhi` (a
 * finding may show several risks) the sum is findings - suppressed. `place` is that of the first sighting. */
struct counts {
	uint64_t findings, suppressed, gate; /* `gate`: those that report_counts() */
	uint64_t severity[SEVERITY_COUNT];
	uint64_t confidence[CONFIDENCE_COUNT];
	uint64_t verdict[VERDICT_COUNT];
	uint64_t nhi[NHI_COUNT];
	uint64_t place[PLACE_COUNT];
};

void counts_take(struct counts *out, const struct report *r);

/* A place as people count them: one line and column of one path, however many of the working tree, the index and commits hold it there. What has no path is a
 * place of its own. */
bool same_spot(const struct sighting *a, const struct sighting *b);
size_t places_count(const struct finding *f);

/* What history knows of a secret as a whole, over all its places: the first of them is often a file of the working tree, which knows nothing. */
struct exposure {
	const char *commit; /* the earliest that holds it, hex, or NULL */
	struct when since;  /* when that was made */
	int64_t days;	    /* the longest exposure of a place; -1: not known */
	bool at_head;	    /* HEAD holds it somewhere */
};

void exposure_take(struct exposure *out, const struct finding *f);

/* The rules that have findings, sorted by id. The memory is bounded by the number of rules, not of findings. */
struct used_rules {
	const struct rule **at;
	size_t n;
};

void used_rules_take(struct used_rules *out, const struct report *r);
void used_rules_free(struct used_rules *u);
size_t used_rules_index(const struct used_rules *u, const struct rule *rule); /* of a rule that is in it */

#endif
