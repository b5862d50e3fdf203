/* The parts of the HTML format, each in the file of its name. One page, nothing loaded from anywhere; everything works without its script, which adds
 * a search field and pages. */
#ifndef NHISCAN_REPORT_HTML_H
#define NHISCAN_REPORT_HTML_H

#include "report/counts.h"
#include "report/sink.h"
#include "report/text_style.h"

extern const char html_css[]; /* html_style.c */
extern const char html_js[];  /* html_script.c */

/* html_overview.c: totals by severity, risk and age. */
void html_overview(struct sink *s, const struct report *r, const struct counts *c);
/* html_timeline.c: from when to when the longest exposed secrets were there. Nothing when none has a date. */
void html_timeline(struct sink *s, const struct report *r);
/* html_graph.c: who can become whom. Nothing without facts. */
void html_graph(struct sink *s, const struct report *r);
/* html_finding.c */
void html_findings(struct sink *s, const struct report *r, const struct counts *c);
/* html_evidence.c: run, coverage, what was assessed, frameworks. */
void html_evidence(struct sink *s, const struct report *r);

/* Trusted text, and text of others made inert. */
void html_raw(struct sink *s, const char *text);
void html_text(struct sink *s, const char *text);
void html_bytes(struct sink *s, struct slice text);
void html_printf(struct sink *s, const char *fmt, ...) __attribute__((format(printf, 2, 3))); /* of trusted parts */
void html_number(struct sink *s, uint64_t n);						      /* 1,234 */

/* Days since a finding was first committed, -1 when not known; the longest of its places. */
int64_t html_age(const struct report *r, const struct finding *f);

#endif
