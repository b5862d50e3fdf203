/* The list of readers, in the order in which they are asked: one line for each. What a reader is, reader.h says. */
#include "scanners/agent/agent.h"

const struct reader *const readers[] = {
	&agent_settings_reader,
	&agent_framework_reader,
	&spire_reader,
	&vault_reader,
	&policy_reader,
	&kubernetes_workload_reader,
	&agent_text_reader,
	NULL,
};
