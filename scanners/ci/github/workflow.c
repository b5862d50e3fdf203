/* Workflows: what starts them, their jobs, and what reaches each job. */
#include "scanners/ci/github/github.h"

#include "core/vec.h"

#include <stdlib.h>

static const struct node *key_or(const struct node *root, const char *key, const char *other) {
	const struct node *n = node_get(root, key);

	return n ? n : node_get(root, other);
}

/* The workflows that a `workflow_run` waits for. */
static void take_upstream(struct github *g, const struct node *names, const struct node *branches) {
	VEC(struct slice) all = {0};

	g->fixed_branches = branches != NULL;
	for (size_t i = 0; node_is(branches, NODE_SEQUENCE) && i < branches->n; i++)
		if (slice_byte(node_text(branches->items[i]), '*'))
			g->fixed_branches = false;

	if (node_is(names, NODE_STRING))
		VEC_PUSH(&all, names->text);
	for (size_t i = 0; node_is(names, NODE_SEQUENCE) && i < names->n; i++)
		VEC_PUSH(&all, node_text(names->items[i]));
	if (names)
		fact_set_texts(g->ci.set, g->pipeline, "runs_after", all.at, all.n, names->span);
	VEC_FREE(&all);
}

/* `on`: a word, a list of words, or a mapping of events. */
static void take_event(struct github *g, struct slice name, const struct node *options, struct span span) {
	char *text = arena_str(&g->ci.set->arena, name);

	ci_trigger(&g->ci, g->pipeline, text, github_event_trust(name, node_get(options, "types")), span);
	if (slice_eq(name, slice_str("workflow_run")))
		take_upstream(g, node_get(options, "workflows"), node_get(options, "branches"));
	if (slice_eq(name, slice_str("workflow_call")))
		fact_set_bool(g->ci.set, g->pipeline, "reusable", true, span);
}

static void take_events(struct github *g, const struct node *on) {
	if (node_is(on, NODE_STRING))
		take_event(g, on->text, NULL, on->span);
	for (size_t i = 0; node_is(on, NODE_SEQUENCE) && i < on->n; i++)
		take_event(g, node_text(on->items[i]), NULL, on->items[i]->span);
	for (size_t i = 0; node_is(on, NODE_MAPPING) && i < on->n; i++)
		take_event(g, on->members[i].key->text, on->members[i].value, on->members[i].key->span);
}

/* Secrets that a reusable workflow says it takes. */
static void take_declared(struct github *g, const struct node *on) {
	const struct node *secrets = node_at(on, "workflow_call.secrets");
	VEC(struct slice) names = {0};

	for (size_t i = 0; node_is(secrets, NODE_MAPPING) && i < secrets->n; i++)
		VEC_PUSH(&names, secrets->members[i].key->text);
	fact_set_texts(g->ci.set, g->pipeline, "declared_secrets", names.at, names.n,
		secrets ? secrets->span : (struct span){0});
	VEC_FREE(&names);
}

/* Does the condition decide by itself, whatever became of the jobs before? */
static void look_for_status(void *ctx, const struct expression *e) {
	static const char *const names[] = {"always", "failure", "cancelled", NULL};
	bool *found = ctx;

	for (size_t i = 0; e->kind == EXPRESSION_CALL && names[i]; i++)
		*found |= slice_eq_nocase(e->text, slice_str(names[i]));
}

/* A job and what is known of who gets to it. */
struct job {
	const struct node *node;
	struct slice id;
	const struct expression *condition;
	bool runs_anyway;
	bool out; /* for the event and person in question */
};

#define JOBS_MAX 2000

static bool needs(const struct job *j, struct slice id) {
	const struct node *n = node_get(j->node, "needs");

	if (node_is(n, NODE_STRING))
		return slice_eq(n->text, id);
	for (size_t i = 0; node_is(n, NODE_SEQUENCE) && i < n->n; i++)
		if (slice_eq(node_text(n->items[i]), id))
			return true;
	return false;
}

/* Which jobs a run of this event by this person does not get to: by their own `if`, or because a job they need is left out. */
static void leave_out(struct job *jobs, size_t n, struct slice event, bool stranger) {
	for (size_t i = 0; i < n; i++)
		jobs[i].out = !github_lets_in(jobs[i].condition, event, stranger);
	for (bool changed = n <= 200; changed;) {
		changed = false;
		for (size_t i = 0; i < n; i++)
			for (size_t k = 0; k < n && !jobs[i].out && !jobs[i].runs_anyway; k++)
				if (jobs[k].out && needs(&jobs[i], jobs[k].id))
					changed = jobs[i].out = true;
	}
}

static void set_triggers(struct github *g, struct job *jobs, struct fact **facts, size_t n) {
	const struct value *events = fact_get(g->pipeline, "triggers");
	const struct value *low = fact_get(g->pipeline, "low_trust"), *un = fact_get(g->pipeline, "untrusted");

	for (size_t i = 0; i < events->texts.n; i++) {
		const struct slice event = events->texts.at[i];
		/* the pipeline's own answer has the narrowing by types in it */
		enum ci_trust trust = github_event_trust(event, NULL);

		if (trust == CI_UNTRUSTED && !un->boolean)
			trust = low->boolean ? CI_LOW_TRUST : CI_TRUSTED;
		leave_out(jobs, n, event, false);
		for (size_t k = 0; k < n; k++)
			if (!jobs[k].out)
				ci_trigger(&g->ci, facts[k], arena_str(&g->ci.set->arena, event),
					trust >= CI_LOW_TRUST ? CI_LOW_TRUST : CI_TRUSTED, events->span);
		if (trust < CI_UNTRUSTED)
			continue;
		leave_out(jobs, n, event, true);
		for (size_t k = 0; k < n; k++)
			if (!jobs[k].out)
				ci_trigger(&g->ci, facts[k], arena_str(&g->ci.set->arena, event), trust, events->span);
	}
}

static void take_runner(struct github *g, struct fact *job, const struct node *runs_on) {
	const struct node *labels = node_is(runs_on, NODE_MAPPING) ? node_get(runs_on, "labels") : runs_on;
	bool own = false;

	if (node_is(labels, NODE_STRING))
		own = slice_eq(labels->text, slice_str("self-hosted"));
	for (size_t i = 0; node_is(labels, NODE_SEQUENCE) && i < labels->n; i++)
		own |= node_text_is(labels->items[i], "self-hosted");
	if (own)
		fact_set_bool(g->ci.set, job, "self_hosted", true, runs_on->span);
}

static void take_container(struct github *g, struct fact *job, const struct node *container, bool main) {
	const struct node *image = node_is(container, NODE_MAPPING) ? node_get(container, "image") : container;
	const struct node *credentials = node_get(container, "credentials");

	if (main && node_text(image).n && slice_find(image->text, slice_str("${{")) < 0)
		ci_uses(&g->ci, job, "image", image->text, ci_image_pin(image->text), true, image->span);
	github_take_values(g, job, credentials, CI_USE_REGISTRY, "container.credentials");
	github_take_values(g, job, node_get(container, "env"), CI_USE_ENV, "container.env");
}

/* A job that is another workflow: what it hands over is that of one step. */
static void take_call(struct github *g, struct fact *job, const struct node *node) {
	const struct node *uses = node_get(node, "uses"), *secrets = node_get(node, "secrets");
	struct fact *step;

	if (!node_text(uses).n)
		return;
	step = ci_step(&g->ci, job, uses->text, uses->span);
	fact_set_none(g->ci.set, step, "checks_out", (struct span){0});
	fact_set_bool(g->ci.set, step, "whole_store", false, (struct span){0});
	github_take_uses(g, step, uses, "workflow");
	fact_set_text(g->ci.set, job, "calls", uses->text, uses->span);
	if (node_text_is(secrets, "inherit"))
		fact_set_bool(g->ci.set, job, "inherits_secrets", true, secrets->span);
	else
		github_take_values(g, step, secrets, CI_USE_ARGUMENT, "secrets");
	github_take_values(g, step, node_get(node, "with"), CI_USE_ARGUMENT, "with");
}

static void begin(struct github *g, struct fact *job) {
	static const char *const no[] = {
		"whole_store", "job_token", "inherits_secrets", "guarded", "federated", "void_condition", NULL};
	static const char *const none[] = {"calls", "bot_gate", "callee", "checks_out_stranger", NULL};

	for (size_t i = 0; no[i]; i++)
		fact_set_bool(g->ci.set, job, no[i], false, (struct span){0});
	for (size_t i = 0; none[i]; i++)
		fact_set_none(g->ci.set, job, none[i], (struct span){0});
}

static void take_job(struct github *g, struct fact *job, const struct job *j, const struct node *permissions) {
	const struct node *env = node_get(j->node, "environment"), *services = node_get(j->node, "services");
	const struct node *name = node_is(env, NODE_MAPPING) ? node_get(env, "name") : env;

	g->env[1] = node_get(j->node, "env");
	if (github_bot_gate(j->condition))
		fact_set_text(g->ci.set, job, "bot_gate", slice_str("if"), node_get(j->node, "if")->span);
	if (github_is_void_condition(g->arena, node_get(j->node, "if")))
		fact_set_bool(g->ci.set, job, "void_condition", true, node_get(j->node, "if")->span);
	fact_set_bool(g->ci.set, job, "guarded", github_is_guard(j->condition), job->span);
	if (node_text_is(node_get(j->node, "if"), "false"))
		fact_set_bool(g->ci.set, job, "disabled", true, node_get(j->node, "if")->span);
	if (node_text(name).n)
		ci_environment(&g->ci, job, node_text(name), name->span);
	github_take_permissions(g, job, permissions, node_get(j->node, "permissions"));
	take_runner(g, job, node_get(j->node, "runs-on"));
	take_container(g, job, node_get(j->node, "container"), true);
	for (size_t i = 0; node_is(services, NODE_MAPPING) && i < services->n; i++)
		take_container(g, job, services->members[i].value, false);
	github_take_values(g, job, g->env[1], CI_USE_ENV, "env");
	take_call(g, job, j->node);
	github_take_steps(g, job, node_get(j->node, "steps"), j->node);
	g->env[1] = NULL;
}

/* A credential of a step is met by those who get to the step, not by all who get to its job. */
static void narrow_credentials(struct github *g) {
	static const char *const names[] = {"low_trust", "untrusted"};
	struct fact_set *set = g->ci.set;

	for (size_t i = set->all.n; i-- > 0 && set->all.at[i] != g->pipeline;) {
		struct fact *f = set->all.at[i];

		for (size_t k = 0; f->kind == FACT_CREDENTIAL && f->parent && f->parent->kind == FACT_STEP && k < 2;
			k++) {
			const struct value *v = fact_get(f->parent, names[k]);

			if (v)
				fact_set_bool(set, f, names[k], v->boolean, v->span);
		}
	}
}

static void take_jobs(struct github *g, const struct node *root, const struct node *jobs) {
	const size_t n = jobs->n < JOBS_MAX ? jobs->n : JOBS_MAX;
	struct job *list = ARENA_NEW_N(g->arena, struct job, n);
	struct fact **facts = ARENA_NEW_N(g->arena, struct fact *, n);

	if (n < jobs->n)
		github_note_limit(g, "has more than 2000 jobs, and those behind are not read");

	for (size_t i = 0; i < n; i++) {
		struct job *j = &list[i];

		j->node = jobs->members[i].value;
		j->id = jobs->members[i].key->text;
		j->condition = github_condition(g->arena, node_get(j->node, "if"));
		expression_parts(j->condition, look_for_status, &j->runs_anyway);
		facts[i] = ci_job(&g->ci, g->pipeline, j->id, jobs->members[i].key->span);
		begin(g, facts[i]);
	}
	set_triggers(g, list, facts, n);
	for (size_t i = 0; i < n; i++)
		take_job(g, facts[i], &list[i], node_get(root, "permissions"));
}

void github_note_limit(struct github *g, const char *what) {
	coverage_note(g->ci.in->coverage, "limit-pipeline", true, arena_str(g->arena, g->ci.in->doc->path), what);
}

bool github_read_workflow(struct github *g, const struct node *root) {
	const struct node *on = key_or(root, "on", "true"), *jobs = node_get(root, "jobs");

	if (!on || !node_is(jobs, NODE_MAPPING))
		return false;
	g->pipeline = ci_pipeline(&g->ci, slice_base_name(g->ci.in->doc->path), root->span);
	fact_set_bool(g->ci.set, g->pipeline, "reusable", false, (struct span){0});
	fact_set_bool(g->ci.set, g->pipeline, "is_action", false, (struct span){0});
	fact_set_bool(g->ci.set, g->pipeline, "whole_store", false, (struct span){0});
	fact_set_text(g->ci.set, g->pipeline, "jobs_key", slice_str("jobs"), node_member(root, "jobs")->key->span);
	fact_set_text(g->ci.set, g->pipeline, "title", node_text(node_get(root, "name")), root->span);
	take_events(g, on);
	take_declared(g, on);
	github_take_permissions(g, NULL, node_get(root, "permissions"), NULL);
	g->env[0] = node_get(root, "env");
	g->defaults = node_get(root, "defaults");
	github_take_values(g, g->pipeline, g->env[0], CI_USE_ENV, "env");
	if (node_truth(node_get(g->env[0], "ACTIONS_ALLOW_UNSECURE_COMMANDS"), false))
		fact_set_bool(g->ci.set, g->pipeline, "unsecure_commands", true,
			node_get(g->env[0], "ACTIONS_ALLOW_UNSECURE_COMMANDS")->span);
	g->inputs[0] = node_at(on, "workflow_dispatch.inputs");
	g->inputs[1] = node_at(on, "workflow_call.inputs");
	take_jobs(g, root, jobs);
	ci_finish(&g->ci, g->pipeline);
	github_find_unused(g);
	github_sum_up(g, on);
	narrow_credentials(g);
	return true;
}
