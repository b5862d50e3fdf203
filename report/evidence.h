/* What an auditor asks of a report that a program made: which program, with which rules, asked what, by which thresholds. As rows of name and value,
 * so that every format that shows it shows the same. */
#ifndef NHISCAN_REPORT_EVIDENCE_H
#define NHISCAN_REPORT_EVIDENCE_H

#include "core/arena.h"
#include "core/buf.h"
#include "core/date.h"
#include "core/vec.h"
#include "report/report.h"

#include <stdlib.h> /* VEC_FREE */

#define EVIDENCE_ROWS_MAX 24

struct evidence_row {
	const char *name, *value; /* value NULL: not known */
};

/* Values live in `a` or in the report. Returns how many. */
size_t evidence_rows(const struct report *r, struct arena *a, struct evidence_row out[EVIDENCE_ROWS_MAX]);

struct evidence_list {
	struct evidence_row *at;
	size_t n, cap;
};

/* The rows of all nine blocks but the findings: program, question, scope, coverage, thresholds, acceptances, what was assessed, integrity. Values hold any bytes
 * but NUL. The caller frees with VEC_FREE. */
void evidence_all(const struct report *r, struct arena *a, struct evidence_list *out);

/* Appends `what` and the moment; nothing where there is none. */
void evidence_when(struct buf *b, const char *what, struct when w);

/* "Coverage of files" as "coverage-of-files": for formats whose names are tokens. */
const char *evidence_slug(struct arena *a, const char *name);

#endif
