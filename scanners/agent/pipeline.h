/* What a reader of pipelines tells about a step that may run an agent. */
#ifndef NHISCAN_SCANNERS_AGENT_PIPELINE_H
#define NHISCAN_SCANNERS_AGENT_PIPELINE_H

#include "scanners/reader.h"

struct agent_pipeline {
	const struct reader_input *in;
	struct fact_set *set;
	struct fact *job, *step;
	struct span uses_span;
	struct slice prompt_text; /* what a stranger wrote and the prompt holds: its path; empty: nothing */
	struct span prompt_span;
};

/* Adds an agent when the step runs one: by the action's repository and inputs, or by its script. */
void agent_read_pipeline(
	const struct agent_pipeline *p, struct slice repository, const struct node *with, const struct node *run);

#endif
