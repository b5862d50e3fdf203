/* The list of attribute tables: one line for each. A table stands with the readers that set it; attributes that engines of rules/
 * work out are declared in the table of their subject too, so that readers, engines and rules share one vocabulary. */
#include "scanners/agent/agent.h"
#include "scanners/ci/ci.h"
#include "scanners/ci/github/github.h"
#include "scanners/iam/aws/facts.h"
#include "scanners/iam/federation/federation.h"

extern const struct attribute power_attributes[];

const struct attribute *const fact_attributes[] = {
	agent_attributes,
	workload_attributes,
	ci_attributes,
	github_attributes,
	aws_attributes,
	power_attributes,
	federation_attributes,
	NULL,
};
