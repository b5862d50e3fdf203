/* Any bytes as Terraform, CloudFormation and Bicep that declare trust: no crash, and the engine gets through with what was read. */
#include "rules/ci/federation.h"
#include "scanners/iam/federation/federation.h"
#include "scanners/read_facts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static const char *const names[] = {"a.tf", "a.tf.json", "a.bicep", "a.yaml", NULL};
	struct limits limits = limits_default();
	struct coverage *coverage = coverage_new();
	struct fact_set set = {0};
	struct arena scratch = {0};

	for (size_t i = 0; names[i]; i++) {
		const struct document doc = {
			.bytes = slice_of(data, size), .place = PLACE_FILE, .path = slice_str(names[i])};

		facts_read(&doc, &limits, coverage, &scratch, &set);
	}
	fact_set_sort(&set);
	ci_federation.run(&set, 0);
	for (size_t i = 0; i < set.all.n; i++)
		if (set.all.at[i]->span.start > set.all.at[i]->span.end || set.all.at[i]->span.end > size)
			__builtin_trap();
	arena_free(&scratch);
	fact_set_free(&set);
	coverage_free(coverage);
	return 0;
}
