/* Where the formats that are text of lines write to: a buffer in front of a file, so that memory does not grow with a report.
 * JSON has emit.h. */
#ifndef NHISCAN_REPORT_SINK_H
#define NHISCAN_REPORT_SINK_H

#include "core/buf.h"
#include "core/error.h"

#include <stdio.h>

struct sink {
	FILE *out;
	struct buf b; /* write here, then call sink_ease() now and then */
	int failed;   /* errno of the first write that failed */
};

/* Gives out what has gathered when it is much. */
void sink_ease(struct sink *s);

/* Writes the rest, frees, and says whether all went well. */
int sink_finish(struct sink *s, struct error *err);

#endif
