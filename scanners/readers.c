/* The list of readers, in the order in which they are asked: one line for each. What a reader is, reader.h says. */
#include "scanners/agent/agent.h"

const struct reader *const readers[] = {
	&mcp_reader,
	NULL,
};
