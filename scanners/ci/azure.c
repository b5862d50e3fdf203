/* Azure Pipelines (https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/): stages, jobs and steps, templates' own files too. What other
 * files bring by `template` is named, not followed. */
#include "scanners/ci/ci.h"
#include "scanners/ci/names.h"
#include "scanners/ci/systems.h"

struct azure {
	struct ci c;
	const struct node *root;
	struct fact *pipeline;
};

static bool wants(struct slice path) {
	return path_is_yaml(path) &&
	       (slice_find(path, slice_str("azure-pipelines")) >= 0 ||
		       slice_find(path, slice_str(".azuredevops/")) >= 0 ||
		       slice_find(path, slice_str(".pipelines/")) >= 0 || slice_find(path, slice_str("vsts-ci")) >= 0);
}

/* A variable group is a set of secrets by its name. */
static void read_variables(const struct azure *g, struct fact *user, const struct node *n) {
	if (node_is(n, NODE_MAPPING)) {
		ci_variables(&g->c, user, n, "variables");
		return;
	}
	for (size_t i = 0; i < node_many(n); i++) {
		const struct node *v = node_many_item(n, i), *group = node_get(v, "group"), *name = node_get(v, "name");

		if (node_text(group).n && !ci_text_is_reference(group->text))
			ci_secret(&g->c, user, group->text, CI_USE_CONTEXT, group->span);
		else if (name)
			ci_variable(&g->c, user, node_text(name), node_get(v, "value"), "variables");
		if (name && node_text_is(name, "system.debug") && node_truth(node_get(v, "value"), false))
			fact_set_bool(g->c.set, g->pipeline, "debugs", true, name->span);
	}
}

static bool is_job_token(struct slice value) {
	return slice_find_nocase(value, slice_str("$(System.AccessToken)")) >= 0;
}

static void read_env(const struct azure *g, struct fact *step, const struct node *env) {
	for (size_t i = 0; node_is(env, NODE_MAPPING) && i < env->n; i++) {
		const struct node *value = env->members[i].value;

		if (is_job_token(node_text(value)))
			fact_set_text(g->c.set, step, "job_identity", slice_str("environment"), value->span);
		else
			ci_variable(&g->c, step, node_text(env->members[i].key), value, "env");
	}
}

/* Microsoft's own tasks have no publisher before their name. */
static bool is_vendors_task(struct slice task) {
	const uint8_t *at = slice_byte(task, '@');

	return !memchr(task.p, '.', at ? (size_t)(at - task.p) : task.n);
}

static void read_task(const struct azure *g, struct fact *step, const struct node *task, const struct node *inputs) {
	static const char *const scripts[] = {"script", "inlineScript", "inline", "InlineScript", NULL};
	const struct node *spn = node_get(inputs, "addSpnToEnvironment");

	ci_uses(&g->c, step, "task", node_text(task), CI_PIN_VERSION, !is_vendors_task(node_text(task)), task->span);
	for (size_t i = 0; scripts[i]; i++)
		ci_script(&g->c, step, node_get(inputs, scripts[i]), true);
	if (node_truth(spn, false))
		fact_set_text(g->c.set, step, "job_identity", slice_str("service-principal"), spn->span);
	for (size_t i = 0; node_is(inputs, NODE_MAPPING) && i < inputs->n; i++) {
		struct slice name = node_text(inputs->members[i].key);

		if (ci_name_is_secret(name) && !slice_eq(name, slice_str("script")))
			ci_variable(&g->c, step, name, inputs->members[i].value, "inputs");
	}
}

static void read_deployment_task(const struct azure *g, struct fact *step, const struct node *task) {
	static const char *const deploys[] = {"AzureWebApp@", "AzureRmWebAppDeployment@", "AzureFunctionApp@",
		"KubernetesManifest@", "HelmDeploy@", "Kubernetes@", "AzureResourceManagerTemplateDeployment@", NULL};
	static const char *const publishes[][2] = {
		{"NuGetCommand@", "nuget"}, {"TwineAuthenticate@", "pypi"}, {NULL, NULL}};
	struct slice name = node_text(task);

	for (size_t i = 0; deploys[i]; i++)
		if (slice_has_prefix(name, deploys[i]))
			fact_set_bool(g->c.set, step, "deploys", true, task->span);
	for (size_t i = 0; publishes[i][0]; i++)
		if (slice_has_prefix(name, publishes[i][0]))
			fact_set_text(g->c.set, step, "publishes", slice_str(publishes[i][1]), task->span);
}

static void read_step(const struct azure *g, struct fact *job, const struct node *n) {
	static const char *const shells[] = {"script", "bash", NULL}, *const others[] = {"pwsh", "powershell", NULL};
	const struct node *task = node_get(n, "task"), *checkout = node_get(n, "checkout"),
			  *name = node_get(n, "displayName");
	const struct node *persist = node_get(n, "persistCredentials");
	struct fact *step;

	if (!node_is(n, NODE_MAPPING) || !n->n)
		return;
	step = ci_step(&g->c, job, name ? node_text(name) : node_text(n->members[0].value), n->members[0].key->span);
	read_env(g, step, node_get(n, "env"));
	for (size_t i = 0; shells[i]; i++)
		ci_script(&g->c, step, node_get(n, shells[i]), true);
	for (size_t i = 0; others[i]; i++)
		ci_script(&g->c, step, node_get(n, others[i]), false);
	if (node_is(task, NODE_STRING)) {
		read_task(g, step, task, node_get(n, "inputs"));
		read_deployment_task(g, step, task);
	}
	if (checkout && node_truth(persist, false))
		fact_set_text(g->c.set, step, "job_identity", slice_str("files"), persist->span);
}

static void read_steps(const struct azure *g, struct fact *job, const struct node *steps) {
	for (size_t i = 0; node_is(steps, NODE_SEQUENCE) && i < steps->n; i++)
		read_step(g, job, steps->items[i]);
}

static void read_pool(const struct azure *g, struct fact *job, const struct node *pool) {
	const struct node *name = node_is(pool, NODE_MAPPING) ? node_get(pool, "name") : pool;

	if (node_text(name).n && !ci_text_is_reference(node_text(name)) &&
		slice_find(node_text(name), slice_str("Azure Pipelines")) < 0 && !node_get(pool, "vmImage"))
		fact_set_bool(g->c.set, job, "self_hosted", true, name->span);
}

static void read_environment(const struct azure *g, struct fact *job, const struct node *environment) {
	const struct node *name = node_is(environment, NODE_MAPPING) ? node_get(environment, "name") : environment;

	if (node_text(name).n)
		ci_environment(&g->c, job, node_text(name), name->span);
}

static void read_job(const struct azure *g, const struct node *n) {
	static const char *const phases[] = {"preDeploy", "deploy", "routeTraffic", "postRouteTraffic", NULL};
	const struct node *name = node_get(n, "job"), *deployment = node_get(n, "deployment"),
			  *strategy = node_get(n, "strategy");
	const struct node *at = name ? name : deployment, *pool = node_get(n, "pool"),
			  *container = node_get(n, "container");
	struct fact *job;

	if (!at)
		return; /* a template */
	job = ci_job(&g->c, g->pipeline, node_text(at), at->span);
	if (deployment)
		fact_set_bool(g->c.set, job, "deploys", true, deployment->span);
	read_environment(g, job, node_get(n, "environment"));
	read_pool(g, job, pool ? pool : node_get(g->root, "pool"));
	read_variables(g, job, node_get(n, "variables"));
	if (node_is(container, NODE_MAPPING))
		container = node_get(container, "image");
	if (node_is(container, NODE_STRING) && slice_byte(container->text, '/'))
		ci_uses(&g->c, job, "image", container->text, ci_image_pin(container->text), true, container->span);
	read_steps(g, job, node_get(n, "steps"));
	for (size_t s = 0; node_is(strategy, NODE_MAPPING) && s < strategy->n; s++)
		for (size_t i = 0; phases[i]; i++)
			read_steps(g, job, node_get(node_get(strategy->members[s].value, phases[i]), "steps"));
}

static void read_jobs(const struct azure *g, const struct node *jobs) {
	for (size_t i = 0; node_is(jobs, NODE_SEQUENCE) && i < jobs->n; i++)
		read_job(g, jobs->items[i]);
}

static void read_resources(const struct azure *g) {
	const struct node *repositories = node_at(g->root, "resources.repositories");

	for (size_t i = 0; i < node_many(repositories); i++) {
		const struct node *r = node_many_item(repositories, i), *name = node_get(r, "name"),
				  *ref = node_get(r, "ref");
		struct slice at = node_text(ref);
		struct fact *step;

		if (!name)
			continue;
		if (slice_has_prefix(at, "refs/tags/"))
			at = slice_sub(at, strlen("refs/tags/"), at.n);
		step = ci_step(&g->c, g->pipeline, node_text(name), name->span);
		ci_uses(&g->c, step, "repository", node_text(name), ci_version_pin(at), node_get(r, "endpoint") != NULL,
			name->span);
	}
}

/* `pr:` says that pull requests start it; of repositories at GitHub they do unless it says none, which the file does not tell. */
static void read_triggers(const struct azure *g) {
	const struct node *trigger = node_get(g->root, "trigger"), *pr = node_get(g->root, "pr");

	if (trigger && !node_text_is(trigger, "none"))
		ci_trigger(&g->c, g->pipeline, "push", CI_TRUSTED, trigger->span);
	if (pr && !node_text_is(pr, "none"))
		ci_trigger(&g->c, g->pipeline, "pull request", CI_LOW_TRUST, pr->span);
}

static void read_defaults(const struct azure *g) {
	const struct node *parameters = node_get(g->root, "parameters");

	for (size_t i = 0; node_is(parameters, NODE_SEQUENCE) && i < parameters->n; i++) {
		const struct node *p = parameters->items[i];

		ci_literal(&g->c, g->pipeline, node_text(node_get(p, "name")), node_get(p, "default"),
			"parameters.default");
	}
}

static bool is_pipeline(const struct node *root) {
	static const char *const body[] = {"stages", "jobs", "steps", "extends", NULL};

	for (size_t i = 0; body[i]; i++)
		if (node_is(node_get(root, body[i]), NODE_SEQUENCE) || node_is(node_get(root, body[i]), NODE_MAPPING))
			return true;
	return false;
}

static bool read(const struct reader_input *in, struct fact_set *set) {
	struct map declared = {0};
	struct azure g = {.c = {in, set, "azure", "azure-pipelines", &declared}};
	const struct node *stages, *steps;

	g.root = in->tree && in->tree->n ? in->tree->roots[0] : NULL;
	if (!is_pipeline(g.root))
		return false;
	g.pipeline = ci_pipeline(&g.c, in->doc->path, node_span(g.root));
	read_triggers(&g);
	read_variables(&g, g.pipeline, node_get(g.root, "variables"));
	read_defaults(&g);
	read_resources(&g);
	stages = node_get(g.root, "stages");
	for (size_t i = 0; node_is(stages, NODE_SEQUENCE) && i < stages->n; i++)
		read_jobs(&g, node_get(stages->items[i], "jobs"));
	read_jobs(&g, node_get(g.root, "jobs"));
	steps = node_get(g.root, "steps");
	if (node_is(steps, NODE_SEQUENCE)) {
		struct fact *job = ci_job(&g.c, g.pipeline, slice_str("job"), steps->span);

		read_pool(&g, job, node_get(g.root, "pool"));
		read_steps(&g, job, steps);
	}
	ci_finish(&g.c, g.pipeline);
	map_free(&declared);
	return true;
}

const struct reader azure_reader = {"azure-pipelines", wants, read};
