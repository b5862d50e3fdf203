/* What a reader of pipelines tells about a step that may run an agent. */
#ifndef NHISCAN_SCANNERS_AGENT_PIPELINE_H
#define NHISCAN_SCANNERS_AGENT_PIPELINE_H

#include "scanners/agent/agent.h"

struct shell_script;

struct agent_pipeline {
	const struct reader_input *in;
	struct fact_set *set;
	struct fact *job, *step;
};

/* Adds an agent when the step uses a vendor's action; `ref` is what stands behind its @. NULL: none. */
struct fact *agent_read_action(const struct agent_pipeline *p, struct slice repository, struct slice ref,
	const struct node *uses, const struct node *with);
/* Adds an agent for the first of a script's commands that runs a vendor's program by itself, and notes on the step what it installs. `commands`
 * are the script's when somebody has read them; NULL: they are read here. */
void agent_read_script(const struct agent_pipeline *p, const struct node *script, const struct shell_script *commands);

/* Parts of both. */
struct fact *agent_pipeline_fact(
	const struct agent_pipeline *p, const struct agent *a, struct slice name, struct span span);
/* The entry of a list of tools ("Read,Bash(git:*)") that opens every command; empty: none. */
struct slice agent_tools_open_shell(struct slice list);
/* Sets may_merge and prints_variables when a text lets or tells the agent do so. */
void agent_set_powers(const struct agent_pipeline *p, struct fact *f, const struct node *text);

#endif
