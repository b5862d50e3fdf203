/* The progress line on stderr of a long scan. */
#ifndef NHISCAN_CMD_PROGRESS_H
#define NHISCAN_CMD_PROGRESS_H

#include "core/pool.h"
#include "scanners/scanner.h"

#include <stdio.h>

struct progress_line;

/* Whether a line may be shown at all: stderr is a terminal that can move its cursor, and nobody asked for silence. */
bool progress_is_wanted(bool quiet, bool no_progress);

/* Starts a thread that shows `p` on `out` every 200 ms, from one second on. `stop` (or NULL) is shown when set. Returns NULL,
 * which progress_stop() takes, when no thread can be made. All three must live until progress_stop(). */
struct progress_line *progress_start(FILE *out, const struct progress *p, const struct stop_flag *stop);

/* Ends the thread and erases the line, so that a report can follow on the same terminal. */
void progress_stop(struct progress_line *l);

/* The line's text: "12,345 documents, 1.2 GB, 45%", at most `n` - 1 bytes. */
void progress_text(const struct progress *p, bool stopping, char *out, size_t n);

#endif
