/* Actions (action.yml): composite ones are steps that run in whatever job calls them, so that who can start them is not known here
 * (https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax). */
#include "scanners/ci/github/github.h"

bool github_read_action(struct github *g, const struct node *root) {
	const struct node *runs = node_get(root, "runs"), *steps = node_get(runs, "steps");
	struct fact *job;

	if (!node_text(node_get(runs, "using")).n)
		return false;
	if (!node_text_is(node_get(runs, "using"), "composite"))
		return true; /* code of its own: nothing of a pipeline stands here */
	g->in_action = true;
	g->pipeline = ci_pipeline(&g->ci, g->ci.in->doc->path, root->span);
	fact_set_bool(g->ci.set, g->pipeline, "reusable", true, root->span);
	fact_set_bool(g->ci.set, g->pipeline, "is_action", true, root->span);
	job = ci_job(&g->ci, g->pipeline, slice_str("action"), runs->span);
	fact_set_bool(g->ci.set, job, "inherits_secrets", false, (struct span){0});
	fact_set_none(g->ci.set, job, "calls", (struct span){0});
	fact_set_none(g->ci.set, job, "bot_gate", (struct span){0});
	github_take_steps(g, job, steps, NULL);
	ci_finish(&g->ci, g->pipeline);
	github_sum_up(g, NULL);
	return true;
}
