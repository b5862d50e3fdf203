/* Steps of a job or composite action: what they use, run and are given, and when they run. */
#include "scanners/ci/github/github.h"

/* "owner/name/path@ref": the repository "owner/name" and the ref. */
struct slice github_repository_of(struct slice uses, struct slice *ref) {
	const uint8_t *at = slice_byte(uses, '@');
	const size_t n = at ? (size_t)(at - uses.p) : uses.n;
	size_t slashes = 0;

	*ref = at ? slice_sub(uses, n + 1, uses.n) : (struct slice){0};
	for (size_t i = 0; i < n; i++)
		if (uses.p[i] == '/' && ++slashes == 2)
			return slice_sub(uses, 0, i);
	return slice_sub(uses, 0, n);
}

/* The system's own: what GitHub publishes moves with its runners, which a job trusts anyway. */
static bool is_vendor(struct slice repository) {
	return slice_has_prefix(repository, "actions/") || slice_has_prefix(repository, "github/");
}

void github_take_uses(struct github *g, struct fact *step, const struct node *uses, const char *kind) {
	const struct slice text = slice_trim(node_text(uses));
	struct slice ref, repository;

	if (slice_has_prefix(text, "./") || slice_has_prefix(text, "../")) {
		ci_uses(&g->ci, step, kind, text, CI_PIN_LOCAL, false, uses->span);
		return;
	}
	if (slice_has_prefix(text, "docker://")) {
		const struct slice image = slice_sub(text, 9, text.n);

		ci_uses(&g->ci, step, "image", image, ci_image_pin(image), true, uses->span);
		return;
	}
	repository = github_repository_of(text, &ref);
	ci_uses(&g->ci, step, kind, text, ci_version_pin(ref), !is_vendor(repository), uses->span);
	fact_set_text(g->ci.set, step, "repository", repository, uses->span);
}

/* Which of a job's events let a step's own `if` in, given that the job ran. */
static void set_reach(struct github *g, struct fact *step, const struct fact *job, const struct expression *condition) {
	static const char *const names[] = {"low_trust", "untrusted"};
	const struct value *events = fact_get(job, "triggers");
	bool reach[2] = {false, false};

	for (size_t i = 0; events && i < events->texts.n; i++) {
		const enum ci_trust trust = github_event_trust(events->texts.at[i], NULL);

		reach[0] |= trust >= CI_LOW_TRUST && github_lets_in(condition, events->texts.at[i], false);
		reach[1] |= trust >= CI_UNTRUSTED && github_lets_in(condition, events->texts.at[i], true);
	}
	for (size_t i = 0; i < 2; i++) {
		const struct value *of_job = fact_get(job, names[i]);

		fact_set_bool(
			g->ci.set, step, names[i], of_job && of_job->boolean && (!condition || reach[i]), step->span);
	}
}

static void take_with(struct github *g, struct fact *step, const struct node *node, const struct node *job_node) {
	const struct node *with = node_get(node, "with");
	const struct value *uses = fact_get(step, "repository");
	const struct slice repository = uses && !uses->none ? uses->text : (struct slice){0};
	struct slice ref;

	github_take_values(g, step, with, CI_USE_ARGUMENT, "with");
	if (node_is(with, NODE_MAPPING) && with->n)
		fact_set_text(g->ci.set, step, "inputs", with->members[0].key->text, with->members[0].key->span);
	github_repository_of(slice_trim(node_text(node_get(node, "uses"))), &ref);
	github_take_evaluated(g, step, repository, job_node, with);
	github_know_action(g, step, repository, with, ref);
	github_know_cache(g, step, slice_trim(node_text(node_get(node, "uses"))), with);
}

/* What a reader says of every step of this system, and is not so until it is. */
static void fill_step(struct fact_set *set, struct fact *step) {
	static const char *const no[] = {
		"whole_store", "job_token", "federated", "keeps_token", "void_condition", NULL};
	static const char *const none[] = {"repository", "checks_out", "unmasked", "wide_app_token", "bot_gate",
		"uploads", "stranger_text", "chosen_text", "computed_text", "writes_environment", "restores_cache",
		"uploads_token", NULL};

	for (size_t i = 0; no[i]; i++)
		fact_set_bool(set, step, no[i], false, (struct span){0});
	for (size_t i = 0; none[i]; i++)
		fact_set_none(set, step, none[i], (struct span){0});
}

static struct slice step_name(const struct node *node) {
	static const char *const keys[] = {"id", "name", "uses", NULL};

	for (size_t i = 0; keys[i]; i++)
		if (node_text(node_get(node, keys[i])).n)
			return node_text(node_get(node, keys[i]));
	return slice_str("run");
}

/* A step that asks what whoever started the run may do, before any of their code may run: by the API, or by an action for that. */
static bool asks_for_rights(const struct node *node) {
	static const char *const calls[] = {"getCollaboratorPermissionLevel", "checkMembershipForUser",
		"getMembershipForUserInOrg", "checkPublicMembershipForUser", "/collaborators/", NULL};
	static const char *const actions[] = {"actions-cool/check-user-permission",
		"prince-chrismc/check-actor-permissions-action", "shogo82148/actions-check-permissions",
		"tspascoal/get-user-teams-membership", NULL};
	const struct slice uses = node_text(node_get(node, "uses"));

	for (size_t i = 0; calls[i]; i++)
		if (slice_find(node_text(node_get(node, "run")), slice_str(calls[i])) >= 0 ||
			slice_find(node_text(node_at(node, "with.script")), slice_str(calls[i])) >= 0)
			return true;
	for (size_t i = 0; actions[i]; i++)
		if (slice_has_prefix(uses, actions[i]))
			return true;
	return false;
}

static void take_step(struct github *g, struct fact *job, const struct node *node, const struct node *job_node) {
	const struct node *uses = node_get(node, "uses");
	const struct expression *condition = github_condition(g->arena, node_get(node, "if"));
	const struct expression *bot = github_bot_gate(condition);
	struct fact *step;

	if (!node_is(node, NODE_MAPPING))
		return;
	step = ci_step(&g->ci, job, step_name(node), node->span);
	fact_rest_on(g->ci.set, step, fill_step);
	g->env[2] = node_get(node, "env");
	if (!g->runs_strangers && job->kind == FACT_JOB && fact_true(job, "untrusted") && asks_for_rights(node))
		fact_set_bool(g->ci.set, job, "guarded", true, step->span);
	if (bot)
		fact_set_text(g->ci.set, step, "bot_gate", slice_str("if"), node_get(node, "if")->span);
	if (github_is_void_condition(g->arena, node_get(node, "if")))
		fact_set_bool(g->ci.set, step, "void_condition", true, node_get(node, "if")->span);
	set_reach(g, step, job, condition);
	github_take_values(g, step, g->env[2], CI_USE_ENV, "env");
	if (node_text(uses).n) {
		github_take_uses(g, step, uses, "action");
		take_with(g, step, node, job_node);
	} else {
		github_take_secrets(g, step, node_get(node, "run"), CI_USE_SCRIPT);
		github_take_run(g, step, node, job_node);
	}
	g->runs_strangers |= g->holds_strangers && (!node_text(uses).n || node_text(uses).p[0] == '.');
	g->holds_strangers |= fact_text(step, "checks_out").n > 0;
	if (job->kind == FACT_JOB)
		github_take_agent(g, job, step, node);
	g->env[2] = NULL;
}

void github_take_steps(struct github *g, struct fact *job, const struct node *steps, const struct node *job_node) {
	g->holds_strangers = g->runs_strangers = false;
	for (size_t i = 0; node_is(steps, NODE_SEQUENCE) && i < steps->n; i++)
		take_step(g, job, steps->items[i], job_node);
	if (job->kind == FACT_JOB)
		github_follow_agents(g, job, steps);
}
