/* What a report comes to: the exit status, and how the standard output is to look. Shared by scans and by what works on saved reports. */
#ifndef NHISCAN_CMD_DECIDE_H
#define NHISCAN_CMD_DECIDE_H

#include "cmd/options.h"
#include "report/report.h"

/* What code scanning of GitHub and GitLab keeps of one run. */
#define MAX_RESULTS 5000

/* Fills exit_code and exit_reason of `run` from the findings and the coverage. */
void decide_exit(const struct report *r, bool exit_zero, struct report_run *run);

/* The same options with the operands sorted, among the arguments too, so that the order in which inputs are named does not show in a report. What is made
 * lives in `a`. */
struct options decide_order(struct arena *a, const struct options *o);

struct report_style decide_style(const struct options *o);

#endif
