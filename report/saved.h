/* A saved report read back: nhiscan-report/1 as a document or as lines. What is read was perhaps written by others: ids that formats print as they
 * are must look like ids, and everything else is text that the formats make inert as usual. */
#ifndef NHISCAN_REPORT_SAVED_H
#define NHISCAN_REPORT_SAVED_H

#include "core/arena.h"
#include "core/map.h"
#include "core/vec.h"
#include "report/counts.h"
#include "report/report.h"

#include <jansson.h>

/* What a summary tells and the findings must show. */
enum saved_total {
	SAVED_FINDINGS,
	SAVED_SUPPRESSED,
	SAVED_GATE,
	SAVED_SEVERITY,
	SAVED_TOTALS = SAVED_SEVERITY + SEVERITY_COUNT
};

struct saved_told {
	bool known;
	uint64_t n;
};

struct saved {
	struct report report; /* of the members below */
	struct report_run run;
	VEC(struct finding) findings;
	VEC(const struct rule *) rules;
	uint64_t rules_of_nhi[10];
	struct arena arena;
	struct map by_id; /* rules */
	/* while reading */
	const char *file;
	unsigned line;
	bool has_meta, has_summary, has_coverage;
	bool told_incomplete;
	struct saved_told totals[SAVED_TOTALS]; /* according to the summary */
	const char *told_digest;		/* of the findings, or NULL */
};

/* Reads `path`, "-" is the standard input. ERR_USAGE when it is no report of nhiscan, ERR_FORMAT when it contradicts itself, with file and line. One that
 * was cut off (JSON lines without a summary) is read as far as it goes and makes the coverage incomplete: notice "report-cut".
 * To be freed with saved_close() in any case. */
int saved_open(struct saved *s, const char *path, struct error *err);
void saved_close(struct saved *s);

/* The same from a stream that is open; `path` names it in messages. */
int saved_read(struct saved *s, FILE *in, const char *path, struct error *err);

/* Parts of reading, saved_finding.c and saved_run.c: jansson's values, -1 and an error when a member is wrong. */

int saved_take_finding(struct saved *s, const json_t *v, struct error *err);
int saved_take_rule(struct saved *s, const json_t *v, struct error *err);
int saved_take_run(struct saved *s, const json_t *v, struct error *err);
int saved_take_coverage(struct saved *s, const json_t *v, struct error *err);
int saved_take_summary(struct saved *s, const json_t *v, struct error *err);

/* Splits a report into its parts, so that memory does not grow with it: each finding and each rule alone under "findings" and "rules", every other
 * member of a document whole under its name; each line of JSON lines whole under "". */
typedef int saved_part_fn(void *ctx, const char *member, struct slice json, struct error *err);
int saved_split(FILE *in, saved_part_fn *part, void *ctx, unsigned *line, struct error *err);

#endif
