/* Dependabot's configuration: registries it logs in to, and whether it runs the code of what it updates
 * (https://docs.github.com/code-security/reference/supply-chain-security/dependabot-options-reference). */
#include "scanners/ci/github/github.h"

static void take_registry(struct github *g, const struct node *registry) {
	static const char *const secret[] = {"token", "password", "key", NULL};

	for (size_t i = 0; secret[i]; i++) {
		const struct node *v = node_get(registry, secret[i]);

		github_take_secrets(g, g->pipeline, v, CI_USE_REGISTRY);
		/* "key" alone is no name of a credential elsewhere, and is one here */
		ci_literal(
			&g->ci, g->pipeline, slice_str(secret[i][0] == 'k' ? "api_key" : secret[i]), v, "registries");
	}
}

bool github_read_dependabot(struct github *g, const struct node *root) {
	const struct node *updates = node_get(root, "updates"), *registries = node_get(root, "registries");

	if (!node_text_is(node_get(root, "version"), "2") || !node_is(updates, NODE_SEQUENCE))
		return false;
	g->ci.system = "dependabot";
	g->pipeline = ci_pipeline(&g->ci, slice_str("dependabot"), root->span);
	fact_set_bool(g->ci.set, g->pipeline, "runs_external_code", false, (struct span){0});
	for (size_t i = 0; node_is(registries, NODE_MAPPING) && i < registries->n; i++)
		take_registry(g, registries->members[i].value);
	for (size_t i = 0; i < updates->n; i++) {
		const struct node *v = node_get(updates->items[i], "insecure-external-code-execution");

		if (node_text_is(v, "allow"))
			fact_set_bool(g->ci.set, g->pipeline, "runs_external_code", true, v->span);
	}
	ci_finish(&g->ci, g->pipeline);
	return true;
}
