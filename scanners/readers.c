/* The list of readers, in the order in which they are asked: one line for each. What a reader is, reader.h says. */
#include "scanners/agent/agent.h"
#include "scanners/ci/github/github.h"
#include "scanners/ci/systems.h"

const struct reader *const readers[] = {
	&github_reader,
	&gitlab_reader,
	&gitlab_agent_reader,
	&circleci_reader,
	&azure_reader,
	&bitbucket_reader,
	&travis_reader,
	&drone_reader,
	&woodpecker_reader,
	&buildkite_reader,
	&jenkins_reader,
	&jcasc_reader,
	&tekton_reader,
	&argo_reader,
	&cloudbuild_reader,
	&appveyor_reader,
	&precommit_reader,
	&mcp_reader,
	NULL,
};
