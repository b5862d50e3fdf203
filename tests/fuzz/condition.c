/* Any bytes as a condition on a job: it parses or says why, and answers for a fact that has some attributes and lacks others. */
#include "rules/condition.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static const struct slice texts[] = {{(const uint8_t *)"push", 4}, {(const uint8_t *)"A_TOKEN", 7}};
	static const struct span at = {0, 1, 1, 1, 1, 2};
	struct arena a = {0};
	struct fact_set set = {0};
	struct condition_error why = {0};
	struct fact *pipeline = fact_add(&set, FACT_PIPELINE, "fuzz", NULL, at);
	struct fact *job = fact_add(&set, FACT_JOB, "fuzz", NULL, at);
	struct judging j = {.now = 1800000000};

	job->parent = pipeline;
	fact_set_bool(&set, job, "low_trust", true, at);
	fact_set_text(&set, job, "system", slice_str("github"), at);
	fact_set_texts(&set, job, "secrets", texts, 2, at);
	fact_set_fact(&set, job, "pipeline", pipeline);
	fact_set_none(&set, job, "environment", at);

	const struct condition *c = condition_parse(&a, FACT_JOB, slice_of(data, size), &why);

	if (!c && (why.text[0] == '\0' || why.at > size))
		__builtin_trap();
	if (c && condition_judge(c, job, &j) == TRUTH_UNKNOWN && !j.unknown && !j.stopped)
		__builtin_trap();
	fact_set_free(&set);
	arena_free(&a);
	return 0;
}
