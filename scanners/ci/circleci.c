/* CircleCI (https://circleci.com/docs/configuration-reference/): jobs, their steps, commands of the file's own, orbs, and what workflows give
 * to jobs: contexts, filters. */
#include "scanners/ci/ci.h"
#include "core/map.h"
#include "core/vec.h"
#include "scanners/ci/names.h"
#include "scanners/ci/systems.h"

#include <stdlib.h>

#define COMMAND_DEPTH 8

/* A context that a workflow gives to a job. */
struct giving {
	struct fact *credential, *job;
	bool limited; /* on some branches only, or when somebody approves */
};

struct circle {
	struct ci c;
	const struct node *root, *workflow; /* the one under way */
	struct fact *pipeline;
	VEC(struct giving) givings;
};

static bool wants(struct slice path) {
	return slice_find(path, slice_str(".circleci/")) >= 0 && path_is_yaml(path);
}

static struct slice before(struct slice s, uint8_t mark) {
	const uint8_t *at = slice_byte(s, mark);

	return slice_sub(s, 0, at ? (size_t)(at - s.p) : s.n);
}

static struct slice behind_last(struct slice s, uint8_t mark) {
	for (size_t i = s.n; i-- > 0;)
		if (s.p[i] == mark)
			return slice_sub(s, i + 1, s.n);
	return (struct slice){0};
}

/* The whole reference of an orb by the name that the file gives it; an empty one for orbs written in the file. */
static const struct node *orb_named(const struct circle *g, struct slice name) {
	const struct node *orbs = node_get(g->root, "orbs");

	for (size_t i = 0; node_is(orbs, NODE_MAPPING) && i < orbs->n; i++)
		if (slice_eq(node_text(orbs->members[i].key), name))
			return orbs->members[i].value;
	return NULL;
}

static bool is_vendors(struct slice orb) {
	return slice_has_prefix(orb, "circleci/");
}

static void read_parameters(const struct circle *g, struct fact *step, const struct node *parameters) {
	if (!node_is(parameters, NODE_MAPPING))
		return;
	for (size_t i = 0; i < parameters->n; i++) {
		const struct node *value = parameters->members[i].value;
		struct slice text = node_text(value);

		/* the type env_var_name: a parameter's value is the name of a variable */
		if (node_is(value, NODE_STRING) && ci_name_is_secret(text) && !slice_byte(text, '$') &&
			!slice_byte(text, ' ') && slice_byte(text, '_') && !ci_name_is_of_job(text))
			ci_secret(&g->c, step, text, CI_USE_ARGUMENT, value->span);
		else
			ci_variable(&g->c, step, node_text(parameters->members[i].key), value, "parameters");
	}
}

static void read_orb_use(const struct circle *g, struct fact *step, const struct node *key) {
	const struct node *orb = orb_named(g, before(node_text(key), '/'));

	if (node_is(orb, NODE_STRING))
		ci_uses(&g->c, step, "orb", orb->text, ci_version_pin(behind_last(orb->text, '@')),
			!is_vendors(orb->text), key->span);
}

static void read_steps(const struct circle *g, struct fact *job, const struct node *steps, unsigned depth);

static void read_run(const struct circle *g, struct fact *step, const struct node *run) {
	if (node_is(run, NODE_STRING)) {
		ci_script(&g->c, step, run, true);
		return;
	}
	ci_variables(&g->c, step, node_get(run, "environment"), "environment");
	ci_script(&g->c, step, node_get(run, "command"), true);
}

static void read_builtin(const struct circle *g, struct fact *step, struct slice name, const struct node *value) {
	const struct node *root = node_get(value, "root");
	struct slice at = node_text(root);

	if (slice_eq(name, slice_str("run")) || slice_eq(name, slice_str("deploy"))) {
		read_run(g, step, value);
	} else if (slice_eq(name, slice_str("add_ssh_keys")) && !node_get(value, "fingerprints")) {
		fact_set_bool(g->c.set, step, "static_ssh", true, step->span);
	} else if (slice_eq(name, slice_str("persist_to_workspace")) &&
		   (slice_eq(at, slice_str("~")) || slice_eq(at, slice_str("~/")) || slice_eq(at, slice_str("/root")) ||
			   slice_eq(at, slice_str("/home/circleci")))) {
		fact_set_text(g->c.set, step, "shares_files", at, root->span);
	}
}

/* Commands of CircleCI's own orbs that log in with a stored key unless they are told of a role: the variable that they read then, by their
 * sources at https://github.com/CircleCI-Public. */
static const struct {
	const char *orb, *command, *unless, *secret;
} logins[] = {{"circleci/aws-cli", "setup", "role_arn", "AWS_SECRET_ACCESS_KEY"},
	{"circleci/gcp-cli", "setup", "use_oidc", "GCLOUD_SERVICE_KEY"},
	{"circleci/azure-cli", "login-with-service-principal", NULL, "AZURE_SP_PASSWORD"}};

static void read_login(const struct circle *g, struct fact *step, const struct node *key, const struct node *value) {
	const struct node *orb = orb_named(g, before(node_text(key), '/'));

	for (size_t i = 0; node_is(orb, NODE_STRING) && i < sizeof(logins) / sizeof(*logins); i++) {
		const struct node *own = NULL;

		for (size_t k = 0; node_is(value, NODE_MAPPING) && k < value->n; k++)
			if (ci_name_is_secret(node_text(value->members[k].key)))
				own = value;
		if (!own && slice_eq(before(orb->text, '@'), slice_str(logins[i].orb)) &&
			slice_eq(behind_last(node_text(key), '/'), slice_str(logins[i].command)) &&
			!(logins[i].unless && node_get(value, logins[i].unless)))
			ci_secret(&g->c, step, slice_str(logins[i].secret), CI_USE_ARGUMENT, key->span);
	}
}

/* A command of the file itself, or of an orb that is written in it, runs its own steps. */
static void read_command(const struct circle *g, struct fact *job, struct slice name, unsigned depth) {
	const struct node *orb = orb_named(g, before(name, '/'));
	const struct node *commands = node_get(node_is(orb, NODE_MAPPING) ? orb : g->root, "commands");

	if (node_is(orb, NODE_MAPPING))
		name = behind_last(name, '/');
	for (size_t i = 0; node_is(commands, NODE_MAPPING) && i < commands->n && depth < COMMAND_DEPTH; i++)
		if (slice_eq(node_text(commands->members[i].key), name))
			read_steps(g, job, node_get(commands->members[i].value, "steps"), depth + 1);
}

static void read_step(const struct circle *g, struct fact *job, const struct node *n, unsigned depth) {
	const struct node *key = node_is(n, NODE_MAPPING) && n->n ? n->members[0].key : n;
	const struct node *value = node_is(n, NODE_MAPPING) && n->n ? n->members[0].value : NULL;
	struct slice name = node_text(key), title = node_text(node_get(value, "name"));
	struct fact *step;

	if (!name.n)
		return;
	if (slice_eq(name, slice_str("when")) || slice_eq(name, slice_str("unless"))) {
		if (depth < COMMAND_DEPTH)
			read_steps(g, job, node_get(value, "steps"), depth + 1);
		return;
	}
	step = ci_step(&g->c, job, title.n ? title : name, key->span);
	read_builtin(g, step, name, value);
	if (slice_byte(name, '/')) {
		read_orb_use(g, step, key);
		read_parameters(g, step, value);
		read_login(g, step, key, value);
	}
	read_command(g, job, name, depth);
}

static void read_steps(const struct circle *g, struct fact *job, const struct node *steps, unsigned depth) {
	for (size_t i = 0; node_is(steps, NODE_SEQUENCE) && i < steps->n; i++)
		read_step(g, job, steps->items[i], depth);
}

static void read_image(const struct circle *g, struct fact *job, const struct node *docker) {
	for (size_t i = 0; i < node_many(docker); i++) {
		const struct node *d = node_many_item(docker, i), *image = node_get(d, "image");

		if (i == 0 && node_is(image, NODE_STRING) && !slice_byte(image->text, '<'))
			ci_uses(&g->c, job, "image", image->text, ci_image_pin(image->text),
				!slice_has_prefix(image->text, "cimg/"), image->span);
		ci_variables(&g->c, job, node_get(d, "auth"), "docker.auth");
		ci_variables(&g->c, job, node_get(d, "aws_auth"), "docker.aws_auth");
		ci_variables(&g->c, job, node_get(d, "environment"), "docker.environment");
	}
}

static bool mentions(const struct node *filter, const char *kind) {
	return node_get(node_get(filter, kind), "only") || node_get(node_get(filter, kind), "ignore");
}

/* Does it wait for a job that somebody approves? */
static bool is_approved(const struct circle *g, const struct node *use) {
	const struct node *requires = node_get(use, "requires"), *jobs = node_get(g->workflow, "jobs");

	for (size_t i = 0; i < node_many(requires); i++)
		for (size_t k = 0; k < node_many(jobs); k++)
			if (node_text_is(node_get(node_get_text(node_many_item(jobs, k),
							  node_text(node_many_item(requires, i))),
						 "type"),
				    "approval"))
				return true;
	return false;
}

/* By the job's filter, by what starts the workflow, or by a person. A filter of tags alone lets every branch in. */
static bool is_limited(const struct circle *g, const struct node *use) {
	return mentions(node_get(use, "filters"), "branches") || node_get(g->workflow, "triggers") ||
	       node_get(g->workflow, "when") || node_get(g->workflow, "unless") || is_approved(g, use);
}

/* What a workflow gives to a job. */
static void read_use(struct circle *g, struct fact *job, const struct node *use) {
	const struct node *context = node_get(use, "context"), *filters = node_get(use, "filters");
	const bool limited = is_limited(g, use);
	size_t n = node_many(context);

	for (size_t i = 0; i < n; i++) {
		const struct node *name = node_many_item(context, i);

		if (node_text(name).n)
			VEC_PUSH(&g->givings,
				((struct giving){ci_secret(&g->c, job, node_text(name), CI_USE_CONTEXT, name->span),
					job, limited}));
	}
	fact_set_number(g->c.set, job, "contexts", (double)n, context ? context->span : job->span);
	if (filters && (mentions(filters, "branches") || mentions(filters, "tags")))
		ci_trigger(&g->c, job, "push to some branches or tags", CI_TRUSTED, filters->span);
	else
		ci_trigger(&g->c, job, "push to any branch", CI_TRUSTED, job->span);
}

/* A limit on one job is none when another is given the same without. */
static void compare_givings(struct circle *g) {
	struct map limited = {0};

	for (size_t i = 0; i < g->givings.n; i++)
		if (g->givings.at[i].limited)
			map_put(&limited, g->givings.at[i].credential->name, NULL)->value.ptr = g->givings.at[i].job;
	for (size_t i = 0; i < g->givings.n; i++) {
		const struct giving *of = &g->givings.at[i];
		const struct map_entry *e = of->limited ? NULL : map_get(&limited, of->credential->name);

		if (e)
			fact_set_text(g->c.set, of->credential, "limited_for",
				((const struct fact *)e->value.ptr)->name, of->credential->span);
	}
	map_free(&limited);
	VEC_FREE(&g->givings);
}

static void read_job(struct circle *g, const struct node_member *m, const struct node *use, const struct node *at) {
	const struct node *n = m->value, *class = node_get(n, "resource_class"), *executor = node_get(n, "executor");
	struct fact *job = ci_job(&g->c, g->pipeline, node_text(m->key), node_span(at));

	if (use)
		read_use(g, job, use);
	if (node_is(executor, NODE_MAPPING))
		executor = node_get(executor, "name");
	for (const struct node *e = node_get(g->root, "executors"); executor && node_is(e, NODE_MAPPING); e = NULL)
		for (size_t i = 0; i < e->n; i++)
			if (slice_eq(node_text(e->members[i].key), node_text(executor)))
				read_image(g, job, node_get(e->members[i].value, "docker"));
	read_image(g, job, node_get(n, "docker"));
	ci_variables(&g->c, job, node_get(n, "environment"), "environment");
	if (node_is(class, NODE_STRING) && slice_byte(class->text, '/'))
		fact_set_bool(g->c.set, job, "self_hosted", true, class->span);
	read_steps(g, job, node_get(n, "steps"), 0);
}

/* A job that an orb brings: its parameters are all that is known of it. */
static void read_orb_job(struct circle *g, const struct node *key, const struct node *use) {
	struct fact *job = ci_job(&g->c, g->pipeline, node_text(key), node_span(key)), *step;

	if (use)
		read_use(g, job, use);
	step = ci_step(&g->c, job, node_text(key), node_span(key));
	read_orb_use(g, step, key);
	for (size_t i = 0; node_is(use, NODE_MAPPING) && i < use->n; i++) {
		static const char *const own[] = {
			"context", "filters", "requires", "name", "matrix", "type", "pre-steps", "post-steps", NULL};
		struct slice name = node_text(use->members[i].key);
		bool known = false;

		for (size_t k = 0; own[k]; k++)
			known |= slice_eq(name, slice_str(own[k]));
		if (!known) {
			struct node one = {.kind = NODE_MAPPING, .n = 1, .members = &use->members[i]};

			read_parameters(g, step, &one);
		}
	}
}

static const struct node_member *job_named(const struct circle *g, struct slice name) {
	const struct node *jobs = node_get(g->root, "jobs");

	for (size_t i = 0; node_is(jobs, NODE_MAPPING) && i < jobs->n; i++)
		if (slice_eq(node_text(jobs->members[i].key), name))
			return &jobs->members[i];
	return NULL;
}

static size_t read_workflow(struct circle *g, const struct node *workflow) {
	const struct node *jobs = node_get(workflow, "jobs");
	size_t n = 0;

	g->workflow = workflow;
	for (size_t i = 0; node_is(jobs, NODE_SEQUENCE) && i < jobs->n; i++) {
		const struct node *item = jobs->items[i],
				  *key = node_is(item, NODE_MAPPING) && item->n ? item->members[0].key : item;
		const struct node *use = node_is(item, NODE_MAPPING) && item->n ? item->members[0].value : NULL;
		const struct node_member *m = job_named(g, node_text(key));

		n++;
		if (m)
			read_job(g, m, use, key);
		else if (slice_byte(node_text(key), '/'))
			read_orb_job(g, key, use);
	}
	return n;
}

static void read_orbs(const struct circle *g) {
	const struct node *orbs = node_get(g->root, "orbs");

	for (size_t i = 0; node_is(orbs, NODE_MAPPING) && i < orbs->n; i++) {
		const struct node *orb = orbs->members[i].value;
		struct fact *step;

		if (!node_is(orb, NODE_STRING))
			continue;
		step = ci_step(&g->c, g->pipeline, orb->text, orb->span);
		ci_uses(&g->c, step, "orb", orb->text, ci_version_pin(behind_last(orb->text, '@')),
			!is_vendors(orb->text), orb->span);
	}
}

static bool read(const struct reader_input *in, struct fact_set *set) {
	struct map declared = {0};
	struct circle g = {.c = {in, set, "circleci", "circleci", &declared, NULL}};
	const struct node *workflows, *jobs;
	size_t used = 0;

	g.root = in->tree && in->tree->n ? in->tree->roots[0] : NULL;
	workflows = node_get(g.root, "workflows");
	jobs = node_get(g.root, "jobs");
	if (!node_get(g.root, "version") && !node_get(g.root, "setup") && !jobs)
		return false;
	if (!jobs && !workflows && !node_get(g.root, "orbs") && !node_get(g.root, "commands"))
		return false;
	g.pipeline = ci_pipeline(&g.c, in->doc->path, node_span(g.root));
	read_orbs(&g);
	for (size_t i = 0; node_is(workflows, NODE_MAPPING) && i < workflows->n; i++)
		used += read_workflow(&g, workflows->members[i].value);
	compare_givings(&g);
	for (size_t i = 0; !used && node_is(jobs, NODE_MAPPING) && i < jobs->n; i++)
		read_job(&g, &jobs->members[i], NULL, jobs->members[i].key);
	ci_finish(&g.c, g.pipeline);
	map_free(&declared);
	return true;
}

const struct reader circleci_reader = {"circleci", wants, read};
