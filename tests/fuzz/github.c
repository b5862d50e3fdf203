/* Any bytes as a workflow, as an action and as Dependabot's configuration, through the joins: every fact stands inside the document. */
#include "core/coverage.h"
#include "core/limits.h"
#include "rules/fact_engine.h"
#include "scanners/read_facts.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static const char *const paths[] = {".github/workflows/a.yml", "x/action.yml", ".github/dependabot.yml"};
	const struct limits lim = limits_default();
	struct fact_set set = {0};
	struct arena scratch = {0};
	struct coverage *cov = coverage_new();

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		const struct document doc = {
			.bytes = slice_of(data, size), .path = slice_str(paths[i]), .place = PLACE_WORKTREE};

		facts_read(&doc, &lim, cov, &scratch, &set);
	}
	fact_set_sort(&set);
	fact_engines_run(&set, 1800000000);
	for (size_t i = 0; i < set.all.n; i++)
		if (set.all.at[i]->span.end > size || set.all.at[i]->span.start > set.all.at[i]->span.end)
			__builtin_trap();
	coverage_free(cov);
	arena_free(&scratch);
	fact_set_free(&set);
	return 0;
}
