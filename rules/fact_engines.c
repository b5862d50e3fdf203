/* The list of engines over facts: one line for each. What an engine is, fact_engine.h says. */
#include "rules/fact_agents.h"
#include "rules/fact_engine.h"

#include "rules/ci/federation.h"
#include "rules/ci/join.h"
#include "rules/ci/pins.h"
#include "rules/fact_reuse.h"

const struct fact_engine *const fact_engines[] = {
	&ci_join, /* settles who can start what, which reuse tells of */
	&ci_federation,
	&ci_pins,
	&fact_reuse,
	&fact_agents,
	&fact_agent_jobs,
	NULL,
};

void fact_engines_run(struct fact_set *set, int64_t now) {
	for (size_t i = 0; fact_engines[i]; i++)
		fact_engines[i]->run(set, now);
}
