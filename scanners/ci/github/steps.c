/* Steps of a job or composite action: what they use, run and are given, and when they run. */
#include "scanners/ci/github/github.h"
#include "scanners/ci/shell.h"

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

static bool is_shell(struct slice shell, const struct node *job) {
	const struct node *runner = node_get(job, "runs-on");

	if (shell.n)
		return slice_has_prefix(shell, "bash") || slice_has_prefix(shell, "sh");
	return slice_find_nocase(node_text(runner), slice_str("windows")) < 0;
}

static struct slice shell_of(const struct github *g, const struct node *step, const struct node *job) {
	const struct node *s = node_get(step, "shell");

	if (!s)
		s = node_at(job, "defaults.run.shell");
	if (!s)
		s = node_at(g->defaults, "run.shell");
	return node_text(s);
}

/* What a stranger wrote, put into a script before it is read. Where only a pull request's own code runs, it gains nothing by it. */
static void take_stranger_text(struct github *g, struct fact *step, const struct node *script) {
	const struct value *untrusted = fact_get(step, "untrusted");
	struct span span;
	const struct slice part = github_untrusted_part(g, script, false, &span);

	if (!part.n || (g->fixed_branches && slice_eq(part, slice_str("github.event.workflow_run.head_branch"))))
		return;
	fact_set_text(g->ci.set, step, "stranger_text", part, span);
	if (untrusted && untrusted->boolean)
		fact_set_text(g->ci.set, step, "untrusted_text", part, span);
}

static bool has_word(const struct shell_command *c, const char *const *words) {
	for (size_t i = 1; i < c->n; i++)
		for (size_t k = 0; words[k]; k++)
			if (slice_eq(c->words[i].text, slice_str(words[k])))
				return true;
	return false;
}

/* Does one of the command's words name what a stranger chose? */
static bool names_ref(struct github *g, const struct shell_command *c) {
	for (size_t i = 1; i < c->n; i++) {
		const struct node word = {.kind = NODE_STRING, .text = c->words[i].text};
		struct span span;

		if (github_untrusted_part(g, &word, true, &span).n)
			return true;
	}
	return false;
}

/* `git checkout` of a stranger's ref and `gh pr checkout`; fetching alone puts nothing into the working tree. */
static void take_checkout_by_hand(struct github *g, struct fact *step, const struct node *run) {
	static const char *const switches[] = {"checkout", "switch", "reset", "merge", "pull", NULL};
	static const char *const gh[] = {"checkout", NULL}, *const pr[] = {"pr", NULL};
	struct shell_script script = {0};

	if (slice_find(run->text, slice_str("checkout")) >= 0 || slice_find(run->text, slice_str("${{")) >= 0)
		script = shell_read(g->arena, run->text);
	for (size_t i = 0; i < script.n; i++) {
		const struct shell_command *c = &script.at[i];
		size_t at;
		const struct slice program = shell_program(c, &at);
		const bool by_gh = slice_eq(program, slice_str("gh")) && has_word(c, pr) && has_word(c, gh);
		const bool by_git = slice_eq(program, slice_str("git")) && has_word(c, switches) && names_ref(g, c);

		if (by_gh || by_git)
			fact_set_text(g->ci.set, step, "checks_out",
				slice_str(by_gh ? "gh pr checkout" : "git checkout"),
				ci_span_within(g->ci.in, run, c->start, c->end));
	}
}

static void take_run(struct github *g, struct fact *step, const struct node *node, const struct node *job) {
	const struct node *run = node_get(node, "run");

	if (!node_is(run, NODE_STRING))
		return;
	ci_script_traits(&g->ci, step, run, is_shell(shell_of(g, node, job), job));
	take_stranger_text(g, step, run);
	take_checkout_by_hand(g, step, run);
}

static void take_with(struct github *g, struct fact *step, const struct node *node) {
	const struct node *with = node_get(node, "with"), *script = node_get(with, "script");
	const struct value *uses = fact_get(step, "repository");
	const struct slice repository = uses && !uses->none ? uses->text : (struct slice){0};
	struct slice ref;

	github_take_values(g, step, with, CI_USE_ARGUMENT, "with");
	if (node_is(with, NODE_MAPPING) && with->n)
		fact_set_text(g->ci.set, step, "inputs", with->members[0].key->text, with->members[0].key->span);
	github_repository_of(slice_trim(node_text(node_get(node, "uses"))), &ref);
	if (slice_eq(repository, slice_str("actions/github-script")))
		take_stranger_text(g, step, script);
	github_know_action(g, step, repository, with, ref);
}

/* What a reader says of every step of this system, and is not so until it is. */
static void begin(struct github *g, struct fact *step) {
	static const char *const no[] = {"whole_store", "job_token", "federated", "keeps_token", NULL};
	static const char *const none[] = {"repository", "checks_out", "unmasked", "wide_app_token", "bot_gate",
		"uploads", "stranger_text", "uploads_token", NULL};

	for (size_t i = 0; no[i]; i++)
		fact_set_bool(g->ci.set, step, no[i], false, (struct span){0});
	for (size_t i = 0; none[i]; i++)
		fact_set_none(g->ci.set, step, none[i], (struct span){0});
}

static struct slice step_name(const struct node *node) {
	static const char *const keys[] = {"id", "name", "uses", NULL};

	for (size_t i = 0; keys[i]; i++)
		if (node_text(node_get(node, keys[i])).n)
			return node_text(node_get(node, keys[i]));
	return slice_str("run");
}

static void take_step(struct github *g, struct fact *job, const struct node *node, const struct node *job_node) {
	const struct node *uses = node_get(node, "uses");
	const struct expression *condition = github_condition(g->arena, node_get(node, "if"));
	const struct expression *bot = github_bot_gate(condition);
	struct fact *step;

	if (!node_is(node, NODE_MAPPING))
		return;
	step = ci_step(&g->ci, job, step_name(node), node->span);
	begin(g, step);
	g->env[2] = node_get(node, "env");
	if (bot)
		fact_set_text(g->ci.set, step, "bot_gate", slice_str("if"), node_get(node, "if")->span);
	set_reach(g, step, job, condition);
	github_take_values(g, step, g->env[2], CI_USE_ENV, "env");
	if (node_text(uses).n) {
		github_take_uses(g, step, uses, "action");
		take_with(g, step, node);
	} else {
		github_take_secrets(g, step, node_get(node, "run"), CI_USE_SCRIPT);
		take_run(g, step, node, job_node);
	}
	if (job->kind == FACT_JOB)
		github_take_agent(g, job, step, node);
	g->env[2] = NULL;
}

void github_take_steps(struct github *g, struct fact *job, const struct node *steps, const struct node *job_node) {
	for (size_t i = 0; node_is(steps, NODE_SEQUENCE) && i < steps->n; i++)
		take_step(g, job, steps->items[i], job_node);
	if (job->kind == FACT_JOB)
		github_follow_agents(g, job, steps);
}
