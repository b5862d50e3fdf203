/* The file of what earlier scans found, in the folder of --cache: only with a key of the user's, under which it is sealed. */
#ifndef NHISCAN_CMD_SCAN_REMEMBER_H
#define NHISCAN_CMD_SCAN_REMEMBER_H

#include "cmd/scan_run.h"

/* Reads it, when there is one; what can't be used is named in the coverage and begun anew. */
void scan_remember_open(struct scan_run *run, const char *context);
/* The sink's remember() and recall(); nothing happens when it was not opened. */
void scan_remember_take(void *run, unsigned worker, const struct object_id *id);
bool scan_remember_recall(void *run, const struct document *doc);
/* Writes it when anything is new, to another name that then takes its place. */
void scan_remember_save(struct scan_run *run);
void scan_remember_close(struct scan_run *run);

#endif
