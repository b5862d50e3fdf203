/* One name for one file: what lies in a folder of a repository is told as the history tells it, from the top. */
#ifndef NHISCAN_CMD_SCAN_NAMES_H
#define NHISCAN_CMD_SCAN_NAMES_H

#include "cmd/scan_run.h"
#include "report/report.h"

/* Puts the prefix of their target before the paths of files of a working tree. Comes last: lists and policies of a folder name its files as they lie
 * in that folder, and so do location fingerprints. */
void scan_names(struct scan_run *run, const struct report_run *told, finding_vec *findings);

#endif
