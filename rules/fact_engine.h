/* Engines over facts: what no one rule can work out, such as joins across files, effective permissions, reuse. Each hangs what it finds
 * on the facts as attributes. One line each in fact_engines.c. */
#ifndef NHISCAN_RULES_FACT_ENGINE_H
#define NHISCAN_RULES_FACT_ENGINE_H

#include "scanners/fact.h"

struct fact_engine {
	const char *name;
	/* `set` holds all facts of the scan, sorted. Engines may add facts; later engines see them. */
	void (*run)(struct fact_set *set, int64_t now);
};

/* NULL-terminated, in the order in which they run. */
extern const struct fact_engine *const fact_engines[];

void fact_engines_run(struct fact_set *set, int64_t now);

#endif
