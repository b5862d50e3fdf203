/* Text of rule files and names of files, shown to people by commands that make no report. */
#ifndef NHISCAN_CMD_SHOWN_H
#define NHISCAN_CMD_SHOWN_H

#include "core/buf.h"

/* Appends `text` as it is where it is printable ASCII that nothing takes for a command, so that patterns can be copied; else as inert_add() does. */
void shown_add(struct buf *out, const char *text);

/* The same to the standard output. */
void shown_print(const char *text);

#endif
