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

/* What reports tell of exports that were read, or NULL when none were. Account ids are no secrets. */
struct report_exports;
const struct report_exports *evidence_exports(struct scan_run *run);

/* What a scanner knows of a target's history, names masked by `cover`. */
struct description;
void evidence_history(struct arena *a, const struct description *d, const char *(*cover)(void *ctx, const char *text),
	void *ctx, struct report_target *out);

#endif
