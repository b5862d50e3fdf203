/* The parts of the text format, each in the file of its name. */
#ifndef NHISCAN_REPORT_TEXT_H
#define NHISCAN_REPORT_TEXT_H

#include "report/counts.h"
#include "report/text_style.h"

/* One finding, whole lines. */
void text_finding(struct buf *out, const struct report *r, const struct report_style *style, const struct finding *f);

/* Totals, coverage, notices, gate and what to do next. */
void text_summary(struct buf *out, const struct report *r, const struct report_style *style);

#endif
