/* Azure Pipelines (https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/): stages, jobs and steps, templates' own files too. What other
 * files bring by `template` is named with what it is given, not followed. */
#include "scanners/ci/ci.h"
#include "scanners/ci/names.h"
#include "scanners/ci/systems.h"

#define NESTING_MAX 16

struct azure {
	struct ci c;
	const struct node *root;
	struct fact *pipeline;
};

/* What a stage says of all its jobs. */
struct stage {
	const struct node *variables, *condition, *pool;
};

/* An entry of a list that a template expression puts in: `${{ if … }}: [entries]`, `${{ each … }}: [entries]`. NULL for others. */
static const struct node *inserted(const struct node *entry) {
	return node_is(entry, NODE_MAPPING) && entry->n == 1 &&
			       slice_has_prefix(node_text(entry->members[0].key), "${{") &&
			       node_is(entry->members[0].value, NODE_SEQUENCE)
		       ? entry->members[0].value
		       : NULL;
}

static bool wants(struct slice path) {
	return path_is_yaml(path) &&
	       (slice_find(path, slice_str("azure-pipelines")) >= 0 ||
		       slice_find(path, slice_str(".azuredevops/")) >= 0 ||
		       slice_find(path, slice_str(".pipelines/")) >= 0 || slice_find(path, slice_str("vsts-ci")) >= 0);
}

/* A variable group is a set of secrets by its name. */
static void read_variables(const struct azure *g, struct fact *user, const struct node *n, unsigned depth) {
	if (node_is(n, NODE_MAPPING)) {
		const struct node *debug = node_get(n, "system.debug");

		ci_variables(&g->c, user, n, "variables");
		if (node_truth(debug, false))
			fact_set_bool(g->c.set, g->pipeline, "debugs", true, debug->span);
		return;
	}
	for (size_t i = 0; i < node_many(n); i++) {
		const struct node *v = node_many_item(n, i), *group = node_get(v, "group"), *name = node_get(v, "name");

		if (inserted(v) && depth < NESTING_MAX)
			read_variables(g, user, inserted(v), depth + 1);

		if (node_text(group).n && !ci_text_is_reference(group->text))
			ci_secret(&g->c, user, group->text, CI_USE_CONTEXT, group->span);
		else if (name)
			ci_variable(&g->c, user, node_text(name), node_get(v, "value"), "variables");
		if (name && node_text_is(name, "system.debug") && node_truth(node_get(v, "value"), false))
			fact_set_bool(g->c.set, g->pipeline, "debugs", true, node_get(v, "value")->span);
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

/* A command of the script's own, TOKEN=$(get_token), looks like a variable of the pipeline. */
static bool is_command(struct slice name) {
	static const char *const verbs[] = {
		"get", "fetch", "read", "make", "create", "generate", "load", "show", "print", "find", NULL};

	for (size_t i = 0; verbs[i]; i++)
		if (slice_has_prefix(name, verbs[i]) && name.n > strlen(verbs[i]) &&
			(name.p[strlen(verbs[i])] == '_' ||
				(name.p[strlen(verbs[i])] >= 'A' && name.p[strlen(verbs[i])] <= 'Z')))
			return true;
	return false;
}

/* `$(secret)` is replaced by its value before the shell sees the script. */
static void find_put_in(const struct azure *g, struct fact *step, const struct node *script) {
	struct slice text = node_text(script);

	for (size_t i = 0; i + 2 < text.n; i++) {
		size_t end = i + 2;
		struct slice name;

		if (text.p[i] != '$' || text.p[i + 1] != '(')
			continue;
		while (end < text.n && text.p[end] != ')' && text.p[end] != ' ' && text.p[end] != '\n')
			end++;
		name = slice_sub(text, i + 2, end);
		if (end < text.n && text.p[end] == ')' && !is_command(name) &&
			(ci_name_is_secret(name) || is_job_token(slice_sub(text, i, end + 1)))) {
			const struct span span = ci_span_within(g->c.in, script, i, end + 1);

			fact_set_text(g->c.set, ci_part(&g->c, step, "interpolates", span), "interpolates",
				slice_sub(text, i, end + 1), span);
			i = end;
		}
	}
}

static void read_script(const struct azure *g, struct fact *step, const struct node *script, bool shell) {
	ci_script(&g->c, step, script, shell);
	find_put_in(g, step, script);
}

/* Microsoft's own tasks have no publisher before their name. */
static bool is_vendors_task(struct slice task) {
	const uint8_t *at = slice_byte(task, '@');

	return !slice_byte(slice_sub(task, 0, at ? (size_t)(at - task.p) : task.n), '.');
}

static void read_task(const struct azure *g, struct fact *step, const struct node *task, const struct node *inputs) {
	static const char *const scripts[] = {"script", "inlineScript", "inline", "InlineScript", NULL};
	const struct node *spn = node_get(inputs, "addSpnToEnvironment");
	const uint8_t *at = slice_byte(node_text(task), '@');
	const size_t version = at ? (size_t)(at - node_text(task).p) + 1 : node_text(task).n;
	/* What addSpnToEnvironment puts there (https://learn.microsoft.com/azure/devops/pipelines/tasks/reference/azure-cli-v2). */
	static const char *const given[] = {"servicePrincipalId", "servicePrincipalKey", "idToken", "tenantId", NULL};

	ci_uses(&g->c, step, "task", node_text(task),
		ci_version_pin(slice_sub(node_text(task), version, node_text(task).n)),
		!is_vendors_task(node_text(task)), task->span);
	for (size_t i = 0; node_truth(spn, false) && given[i]; i++)
		ci_declare(&g->c, step, slice_str(given[i]), false);
	for (size_t i = 0; scripts[i]; i++)
		read_script(g, step, node_get(inputs, scripts[i]), true);
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

/* The pin of a repository by its ref: a tag, a commit, or a branch, which moves. */
static enum ci_pin pin_of(const struct node *ref) {
	struct slice at = node_text(ref);

	return ci_version_pin(slice_has_prefix(at, "refs/tags/") ? slice_sub(at, strlen("refs/tags/"), at.n) : at);
}

/* `template: file@repository` with what it is given: code of that repository as it is when the pipeline runs. */
static void read_template(const struct azure *g, struct fact *user, const struct node *n) {
	const struct node *template = node_get(n, "template"), *parameters = node_get(n, "parameters"),
			  *repositories = node_at(g->root, "resources.repositories");
	const uint8_t *at = slice_byte(node_text(template), '@');
	struct fact *step;

	if (!node_text(template).n)
		return;
	step = ci_step(&g->c, user, node_text(template), template->span);
	for (size_t i = 0; at && i < node_many(repositories); i++) {
		const struct node *r = node_many_item(repositories, i);

		if (slice_eq(node_text(node_get(r, "repository")),
			    slice_sub(node_text(template), (size_t)(at - node_text(template).p) + 1, SIZE_MAX)))
			ci_uses(&g->c, step, "template", node_text(node_get(r, "name")), pin_of(node_get(r, "ref")),
				node_get(r, "endpoint") != NULL, template->span);
	}
	for (size_t i = 0; node_is(parameters, NODE_MAPPING) && i < parameters->n; i++)
		if (node_is(parameters->members[i].value, NODE_STRING))
			ci_variable(&g->c, step, node_text(parameters->members[i].key), parameters->members[i].value,
				"parameters");
}

/* The checkout, handed on whole, with the token that a step has left in it. */
static void read_sharing(const struct azure *g, const struct fact *job, struct fact *step, const struct node *path) {
	static const char *const whole[] = {"$(Build.SourcesDirectory)", "$(System.DefaultWorkingDirectory)",
		"$(Build.Repository.LocalPath)", ".", NULL};
	bool kept = false;

	for (size_t i = g->c.set->all.n; i-- > 0 && g->c.set->all.at[i] != job;)
		kept |= g->c.set->all.at[i]->parent == job &&
			slice_eq(fact_text(g->c.set->all.at[i], "job_identity"), slice_str("files"));
	for (size_t i = 0; kept && whole[i]; i++)
		if (slice_eq_nocase(node_text(path), slice_str(whole[i])))
			fact_set_text(g->c.set, step, "shares_files", node_text(path), path->span);
}

static void read_step(const struct azure *g, struct fact *job, const struct node *n) {
	static const char *const shells[] = {"script", "bash", NULL}, *const others[] = {"pwsh", "powershell", NULL};
	const struct node *task = node_get(n, "task"), *checkout = node_get(n, "checkout"),
			  *name = node_get(n, "displayName");
	const struct node *persist = node_get(n, "persistCredentials");
	struct fact *step;

	if (!node_is(n, NODE_MAPPING) || !n->n)
		return;
	if (node_get(n, "template")) {
		read_template(g, job, n);
		return;
	}
	step = ci_step(&g->c, job, name ? node_text(name) : node_text(n->members[0].value), n->members[0].key->span);
	read_env(g, step, node_get(n, "env"));
	for (size_t i = 0; shells[i]; i++)
		read_script(g, step, node_get(n, shells[i]), true);
	for (size_t i = 0; others[i]; i++)
		read_script(g, step, node_get(n, others[i]), false);
	if (node_is(task, NODE_STRING)) {
		read_task(g, step, task, node_get(n, "inputs"));
		read_deployment_task(g, step, task);
	}
	if (checkout && node_truth(persist, false))
		fact_set_text(g->c.set, step, "job_identity", slice_str("files"), persist->span);
	read_sharing(g, job, step, node_get(n, "publish"));
	if (slice_has_prefix(node_text(task), "Publish")) {
		read_sharing(g, job, step, node_at(n, "inputs.targetPath"));
		read_sharing(g, job, step, node_at(n, "inputs.PathtoPublish"));
		read_sharing(g, job, step, node_at(n, "inputs.pathToPublish"));
	}
}

static void read_steps(const struct azure *g, struct fact *job, const struct node *steps, unsigned depth) {
	for (size_t i = 0; node_is(steps, NODE_SEQUENCE) && i < steps->n; i++)
		if (!inserted(steps->items[i]))
			read_step(g, job, steps->items[i]);
		else if (depth < NESTING_MAX)
			read_steps(g, job, inserted(steps->items[i]), depth + 1);
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

/* A condition that no run for a pull request meets: such runs are of refs/pull/…, for the reason PullRequest. */
static bool keeps_pull_requests_out(const struct node *condition) {
	struct slice text = node_text(condition);
	const bool reason = slice_find_nocase(text, slice_str("Build.Reason")) >= 0 &&
			    slice_find_nocase(text, slice_str("PullRequest")) >= 0;

	if (slice_find(text, slice_str("or(")) >= 0)
		return false;
	if (reason)
		return slice_find_nocase(text, slice_str("ne(")) >= 0;
	return slice_find_nocase(text, slice_str("Build.SourceBranch")) >= 0 &&
	       slice_find(text, slice_str("ne(")) < 0 && slice_find(text, slice_str("not(")) < 0 &&
	       slice_find(text, slice_str("refs/pull")) < 0;
}

static void read_job(const struct azure *g, const struct node *n, const struct stage *stage) {
	static const char *const phases[] = {"preDeploy", "deploy", "routeTraffic", "postRouteTraffic", NULL},
				 *const ends[] = {"failure", "success", NULL};
	const struct node *name = node_get(n, "job"), *deployment = node_get(n, "deployment"),
			  *strategy = node_get(n, "strategy");
	const struct node *at = name ? name : deployment, *pool = node_get(n, "pool"),
			  *container = node_get(n, "container"), *condition = node_get(n, "condition");
	struct fact *job;

	if (!at) {
		read_template(g, g->pipeline, n);
		return;
	}
	job = ci_job(&g->c, g->pipeline, node_text(at), at->span);
	if (deployment)
		fact_set_bool(g->c.set, job, "deploys", true, deployment->span);
	read_environment(g, job, node_get(n, "environment"));
	if (stage->condition && keeps_pull_requests_out(stage->condition))
		ci_trigger(&g->c, job, "push", CI_TRUSTED, stage->condition->span);
	else if (condition && keeps_pull_requests_out(condition))
		ci_trigger(&g->c, job, "push", CI_TRUSTED, condition->span);
	read_pool(g, job, pool ? pool : stage->pool ? stage->pool : node_get(g->root, "pool"));
	read_variables(g, job, stage->variables, 0);
	read_variables(g, job, node_get(n, "variables"), 0);
	if (node_is(container, NODE_MAPPING))
		container = node_get(container, "image");
	if (node_is(container, NODE_STRING) && slice_byte(container->text, '/'))
		ci_uses(&g->c, job, "image", container->text, ci_image_pin(container->text), true, container->span);
	read_steps(g, job, node_get(n, "steps"), 0);
	for (size_t s = 0; node_is(strategy, NODE_MAPPING) && s < strategy->n; s++)
		for (size_t i = 0; phases[i]; i++)
			read_steps(g, job, node_get(node_get(strategy->members[s].value, phases[i]), "steps"), 0);
	for (size_t s = 0; node_is(strategy, NODE_MAPPING) && s < strategy->n; s++)
		for (size_t i = 0; ends[i]; i++)
			read_steps(g, job,
				node_get(node_get(node_get(strategy->members[s].value, "on"), ends[i]), "steps"), 0);
}

static void read_jobs(const struct azure *g, const struct node *jobs, const struct stage *stage, unsigned depth) {
	for (size_t i = 0; node_is(jobs, NODE_SEQUENCE) && i < jobs->n; i++)
		if (!inserted(jobs->items[i]))
			read_job(g, jobs->items[i], stage);
		else if (depth < NESTING_MAX)
			read_jobs(g, inserted(jobs->items[i]), stage, depth + 1);
}

static void read_stages(const struct azure *g, const struct node *stages, unsigned depth) {
	for (size_t i = 0; node_is(stages, NODE_SEQUENCE) && i < stages->n; i++) {
		const struct node *n = stages->items[i];
		const struct stage stage = {node_get(n, "variables"), node_get(n, "condition"), node_get(n, "pool")};

		if (inserted(n) && depth < NESTING_MAX)
			read_stages(g, inserted(n), depth + 1);
		else if (node_get(n, "jobs"))
			read_jobs(g, node_get(n, "jobs"), &stage, 0);
		else
			read_template(g, g->pipeline, n);
	}
}

static void read_single_job(const struct azure *g, const struct node *steps) {
	struct fact *job;

	if (!node_is(steps, NODE_SEQUENCE))
		return;
	job = ci_job(&g->c, g->pipeline, slice_str("job"), steps->span);
	read_pool(g, job, node_get(g->root, "pool"));
	read_steps(g, job, steps, 0);
}

/* stages, jobs or steps: of the file, and of what it gives to the template that it extends. */
static void read_body(const struct azure *g, const struct node *n) {
	const struct stage none = {0};

	read_stages(g, node_get(n, "stages"), 0);
	read_jobs(g, node_get(n, "jobs"), &none, 0);
	read_single_job(g, node_get(n, "steps"));
}

static void read_resources(const struct azure *g) {
	const struct node *repositories = node_at(g->root, "resources.repositories");

	for (size_t i = 0; i < node_many(repositories); i++) {
		const struct node *r = node_many_item(repositories, i), *name = node_get(r, "name"),
				  *ref = node_get(r, "ref");
		struct fact *step;

		if (!name)
			continue;
		step = ci_step(&g->c, g->pipeline, node_text(name), name->span);
		ci_uses(&g->c, step, "repository", node_text(name), pin_of(ref), node_get(r, "endpoint") != NULL,
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
	struct azure g = {.c = {in, set, "azure", "azure-pipelines", &declared, NULL}};

	g.root = in->tree && in->tree->n ? in->tree->roots[0] : NULL;
	if (!is_pipeline(g.root))
		return false;
	g.pipeline = ci_pipeline(&g.c, in->doc->path, node_span(g.root));
	read_triggers(&g);
	read_variables(&g, g.pipeline, node_get(g.root, "variables"), 0);
	read_defaults(&g);
	read_resources(&g);
	read_body(&g, g.root);
	if (node_get(g.root, "extends")) {
		read_template(&g, g.pipeline, node_get(g.root, "extends"));
		read_body(&g, node_at(g.root, "extends.parameters"));
	}
	ci_finish(&g.c, g.pipeline);
	map_free(&declared);
	return true;
}

const struct reader azure_reader = {"azure-pipelines", wants, read};
