/* What the job's own token may do: `permissions` of the workflow and of the job, which replaces them as a whole
 * (https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#permissions). */
#include "scanners/ci/github/github.h"

#include "core/vec.h"

#include <stdlib.h>

/* Where write matters: whoever has it changes code, releases, packages, runs or what others trust. */
static bool is_strong(struct slice scope) {
	static const char *const names[] = {"contents", "packages", "id-token", "actions", "deployments",
		"pull-requests", "issues", "pages", "attestations", NULL};

	for (size_t i = 0; names[i]; i++)
		if (slice_eq(scope, slice_str(names[i])))
			return true;
	return false;
}

static bool all_of_them(const struct node *p, const char *word) {
	return node_is(p, NODE_STRING) && slice_eq(p->text, slice_str(word));
}

/* Fills `write_all`, `write_scopes` and `strong_scopes` of a pipeline or job from its own declaration. */
static void declare(struct github *g, struct fact *f, const struct node *p) {
	VEC(struct slice) scopes = {0}, strong = {0};

	for (size_t i = 0; node_is(p, NODE_MAPPING) && i < p->n; i++) {
		const struct slice scope = p->members[i].key->text;

		if (!node_text_is(p->members[i].value, "write"))
			continue;
		VEC_PUSH(&scopes, scope);
		if (is_strong(scope))
			VEC_PUSH(&strong, scope);
	}
	fact_set_bool(g->ci.set, f, "write_all", all_of_them(p, "write-all"), p->span);
	fact_set_bool(g->ci.set, f, "read_all", all_of_them(p, "read-all"), p->span);
	fact_set_texts(g->ci.set, f, "write_scopes", scopes.at, scopes.n, p->span);
	fact_set_texts(g->ci.set, f, "strong_scopes", strong.at, strong.n, p->span);
	VEC_FREE(&scopes);
	VEC_FREE(&strong);
}

static bool mints(const struct node *p) {
	return all_of_them(p, "write-all") || node_text_is(node_get(p, "id-token"), "write");
}

void github_take_permissions(
	struct github *g, struct fact *job, const struct node *of_workflow, const struct node *of_job) {
	const struct node *p = of_job ? of_job : of_workflow;

	if (!job) { /* of the workflow itself */
		fact_set_bool(g->ci.set, g->pipeline, "permissions_declared", of_workflow != NULL,
			of_workflow ? of_workflow->span : (struct span){0});
		if (of_workflow)
			declare(g, g->pipeline, of_workflow);
		return;
	}
	fact_set_text(g->ci.set, job, "permissions_from",
		slice_str(of_job	? "job"
			  : of_workflow ? "workflow"
					: "default"),
		p ? p->span : job->span);
	if (!p)
		return; /* the repository's settings decide: not known here */
	declare(g, job, p);
	if (mints(p)) {
		const struct node_member *m = node_member(p, "id-token");

		ci_id_token(&g->ci, job, (struct slice){0}, m ? m->value->span : p->span);
	}
}
