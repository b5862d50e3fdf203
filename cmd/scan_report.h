/* From a scan that has run to its reports and exit status. */
#ifndef NHISCAN_CMD_SCAN_REPORT_H
#define NHISCAN_CMD_SCAN_REPORT_H

#include "cmd/outputs.h"
#include "cmd/scan_run.h"

/* Assembles findings, writes every output, returns the exit status (cmd/exit.h). */
int scan_report(struct scan_run *run, const struct outputs *outputs);

#endif
