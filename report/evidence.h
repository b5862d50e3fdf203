/* What an auditor asks of a report that a program made: which program, with which rules, asked what, by which thresholds. As rows of name and value,
 * so that every format that shows it shows the same. */
#ifndef NHISCAN_REPORT_EVIDENCE_H
#define NHISCAN_REPORT_EVIDENCE_H

#include "core/arena.h"
#include "report/report.h"

#define EVIDENCE_ROWS_MAX 24

struct evidence_row {
	const char *name, *value; /* value NULL: not known */
};

/* Values live in `a` or in the report. Returns how many. */
size_t evidence_rows(const struct report *r, struct arena *a, struct evidence_row out[EVIDENCE_ROWS_MAX]);

#endif
