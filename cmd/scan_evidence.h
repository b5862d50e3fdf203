/* Digests that a report carries as evidence: of the program, of configuration files, of files that were named. */
#ifndef NHISCAN_CMD_SCAN_EVIDENCE_H
#define NHISCAN_CMD_SCAN_EVIDENCE_H

#include "cmd/outputs.h"
#include "cmd/scan_run.h"
#include "report/report.h"

/* Hex of the SHA-256 of a file, in `a`; NULL when it can't be read. */
const char *evidence_digest(struct arena *a, const char *path);

/* Fills build, digests and configuration of `told` and of its targets, when a report in `outputs` is one that shows them: reading the program takes as long
 * as a small scan. */
void scan_evidence(
	struct scan_run *run, const struct outputs *outputs, struct report_run *told, struct report_target *targets);

#endif
