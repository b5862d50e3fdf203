/* The list of readers, in the order in which they are asked: one line for each. What a reader is, reader.h says. */
#include "scanners/agent/agent.h"
#include "scanners/ci/github/github.h"

const struct reader *const readers[] = {
	&github_reader,
	&mcp_reader,
	NULL,
};
