/* The list of readers, in the order in which they are asked: one line for each. What a reader is, reader.h says. The first that knows a document
 * ends the asking; those that only take a part of it (flags in scripts, identities in manifests) say no and come first. */
#include "scanners/agent/agent.h"
#include "scanners/ci/github/github.h"

const struct reader *const readers[] = {
	&agent_text_reader,
	&kubernetes_workload_reader,
	&github_reader,
	&agent_settings_reader,
	&agent_framework_reader,
	&spire_reader,
	&vault_reader,
	&policy_reader,
	NULL,
};
