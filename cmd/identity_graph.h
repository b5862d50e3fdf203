/* Who can become whom, taken out of the facts for the report. */
#ifndef NHISCAN_CMD_IDENTITY_GRAPH_H
#define NHISCAN_CMD_IDENTITY_GRAPH_H

#include "report/report.h"
#include "scanners/fact.h"

/* The graph in `a`, its names passed through `cover`; NULL when no fact says that one identity can become another. */
const struct report_graph *identity_graph(
	struct arena *a, const struct fact_set *set, const char *(*cover)(void *ctx, const char *text), void *ctx);

#endif
