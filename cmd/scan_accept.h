/* The lists of accepted findings and the configuration of other tools that a scan goes by. */
#ifndef NHISCAN_CMD_SCAN_ACCEPT_H
#define NHISCAN_CMD_SCAN_ACCEPT_H

#include "cmd/scan_run.h"

#define GITLEAKS_IGNORE_NAME ".gitleaksignore"
#define GITLEAKS_CONFIG_NAME ".gitleaks.toml"

/* Reads those of the command line, which must be sound (ERR_USAGE otherwise), and those that lie in the targets, whose faults are notices. */
int scan_accept_open(struct scan_run *run, struct error *err);

/* Takes the allowlists of the gitleaks configurations that the catalogue was put together from. */
void scan_accept_allowlists(struct scan_run *run);

/* When findings are assembled: notices for what the lists did and did not do. */
void scan_accept_tell(struct scan_run *run);

/* A scan of a part finds only a part of what lists accept: only of a whole one can be said that an entry is unused. */
bool scan_is_whole(const struct options *o);

#endif
