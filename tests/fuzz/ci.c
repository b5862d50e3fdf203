/* Pipelines of every system: the first byte chooses the name, and so the reader; the rest is the document. */
#include "core/coverage.h"
#include "scanners/read_facts.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static const char *const names[] = {".gitlab-ci.yml", ".circleci/config.yml", "azure-pipelines.yml",
		"bitbucket-pipelines.yml", ".travis.yml", ".drone.yml", ".woodpecker.yml", ".buildkite/pipeline.yml",
		"Jenkinsfile", "jenkins.yaml", "tekton.yaml", "cloudbuild.yaml", "appveyor.yml",
		".pre-commit-config.yaml", ".gitlab/agents/a/config.yaml", ".github/workflows/ci.yml", "action.yml",
		".github/dependabot.yml", "credentials.xml", ".buildkite/hooks/pre-command", "ci/jobs.yml"};
	struct limits limits = limits_default();
	struct coverage *coverage = coverage_new();
	struct fact_set set = {0};
	struct arena scratch = {0};
	struct document doc = {.place = PLACE_FILE};

	if (size) {
		doc.path = slice_str(names[data[0] % (sizeof(names) / sizeof(names[0]))]);
		doc.bytes = slice_of(data + 1, size - 1);
		facts_read(&doc, &limits, coverage, &scratch, &set);
	}
	fact_set_free(&set);
	arena_free(&scratch);
	coverage_free(coverage);
	return 0;
}
