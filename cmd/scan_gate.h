/* What configuration files say of findings: which are accepted, and which have a threshold of their own. */
#ifndef NHISCAN_CMD_SCAN_GATE_H
#define NHISCAN_CMD_SCAN_GATE_H

#include "cmd/scan_run.h"
#include "report/report.h"

/* Marks the findings and fills the policies of `told`. `cover` masks texts. Entries that accept nothing in a whole scan become notices
 * "suppression-unused". */
void scan_gate(struct scan_run *run, const char *(*cover)(void *ctx, const char *text), void *ctx,
	finding_vec *findings, struct report_run *told);

#endif
