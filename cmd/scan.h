/* `nhiscan scan`: opens targets, runs scanners into the rule engine, writes the reports, settles the exit status. */
#ifndef NHISCAN_CMD_SCAN_H
#define NHISCAN_CMD_SCAN_H

#include "cmd/options.h"

/* Returns the exit status (cmd/exit.h). */
int cmd_scan(const struct options *o);
int cmd_baseline(const struct options *o);

#endif
