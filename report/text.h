/* The parts of the text format, each in the file of its name. */
#ifndef NHISCAN_REPORT_TEXT_H
#define NHISCAN_REPORT_TEXT_H

#include "report/counts.h"
#include "report/text_style.h"

/* What findings of one rule, severity and confidence share: `n` of them follow. */
void text_group(struct buf *out, const struct report_style *style, const struct finding *f, size_t n);

/* One finding of a group, whole lines; `before` it in the group, or NULL: what that has shown already is not shown again. */
void text_finding(struct buf *out, const struct report *r, const struct report_style *style, const struct finding *f,
	const struct finding *before);

/* Totals, coverage, notices, gate and what to do next. */
void text_summary(struct buf *out, const struct report *r, const struct report_style *style);

#endif
