/* The list of readers, in the order in which they are asked. What a reader is, reader.h says. The first that knows a document
 * ends the asking; those that only take a part of it (flags in scripts, identities in manifests) say no and come first. */
#include "scanners/agent/agent.h"
#include "scanners/ci/github/github.h"
#include "scanners/ci/systems.h"
#include "scanners/iam/federation/federation.h"

/* Those that read pipelines, besides GitHub's, which is asked before the readers of agents' files. */
#define PIPELINE_READERS                                                                                               \
	&gitlab_reader, &gitlab_agent_reader, &circleci_reader, &azure_reader, &bitbucket_reader, &travis_reader,      \
		&drone_reader, &woodpecker_reader, &buildkite_reader, &jenkins_reader, &jcasc_reader,                  \
		&jenkins_xml_reader, &tekton_reader, &argo_reader, &cloudbuild_reader, &appveyor_reader,               \
		&precommit_reader

const struct reader *const readers[] = {
	&agent_text_reader,
	&kubernetes_workload_reader,
	&bedrock_terraform_reader,
	&cloudformation_trust_reader,
	&terraform_trust_reader,
	&bicep_trust_reader,
	&github_reader,
	&agent_settings_reader,
	&agent_framework_reader,
	&agent_python_reader,
	&agent_modes_reader,
	&spire_reader,
	&vault_reader,
	&policy_reader,
	&secret_file_reader,
	PIPELINE_READERS,
	NULL,
};

const struct reader *const pipeline_readers[] = {&github_reader, PIPELINE_READERS, NULL};
const struct reader *const link_readers[] = {&agent_link_reader, NULL};

const struct reader_need reader_needs[] = {
	{&kubernetes_workload_reader, "apiVersion"},
	{&tekton_reader, "tekton.dev/"},
	{&argo_reader, "argoproj.io/"},
	{&cloudformation_trust_reader, "AssumeRolePolicyDocument"},
	{NULL, NULL},
};
