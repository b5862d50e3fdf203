/* Calls in Python sources as trees: Agent(name="x", tools=[…]) is a mapping of its named arguments. For readers of agents that are written in Python;
 * nothing is run or imported. */
#ifndef NHISCAN_SCANNERS_AGENT_PYTHON_H
#define NHISCAN_SCANNERS_AGENT_PYTHON_H

#include "scanners/lines.h"
#include "scanners/node.h"

struct python {
	struct slice text;
	struct arena *arena; /* of the trees */
	struct lines *lines;
	size_t at;
	size_t budget; /* nodes that may still be made; 0: given up */
	unsigned depth;
	unsigned resolving; /* variables within variables */
	unsigned lookups;   /* variables that may still be looked for */
};

/* The next call of one of the names behind `p->at`, outside of comments and texts; *which is its index. Calls within it come next. False: there is none. */
bool python_next_call(struct python *p, const char *const *names, size_t n, size_t *which);
/* The arguments of the call whose name ends at `p->at`: named ones are members, the first positional ones members "0", "1", …. *end is behind it.
 * A value that is no literal is a text that refers to it: os.environ["X"] is "${X}", x + y their texts, all else "${expression}". A variable that is
 * assigned a literal in the same file is that. NULL when there is no bracket, or the budget is spent. */
const struct node *python_call(struct python *p, size_t *end);

#endif
