/* Scripts of steps, `run` and the inputs that actions evaluate: what an expression puts into their text before anything reads it, what they
 * check out, and what they write where later steps take their variables from. What the commands mean is ../script.c's. */
#include "scanners/ci/github/github.h"
#include "scanners/ci/shell.h"

#define ENV_DEPTH 4 /* an env that names another env, and so on */

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

/* Who chooses what an expression comes to, the worst last. */
enum chooser { CHOSEN_HERE, CHOSEN_BY_A_STEP, CHOSEN_BY_STARTER, CHOSEN_BY_STRANGER };

struct judging {
	struct github *g;
	const struct node *job; /* of the workflow, for its matrix; NULL in an action */
	enum chooser worst;
	struct slice path;
	unsigned depth;
};

/* Of the event, what holds no text that can end a command: numbers, hashes, times, and names that the forge keeps to letters, digits and
 * dashes (https://docs.github.com/actions/reference/security/secure-use lists the others). */
static bool is_harmless_field(struct slice path) {
	static const char *const ends[] = {".number", ".id", ".node_id", ".sha", ".before", ".after", ".action",
		".state", ".draft", ".merged", ".login", ".full_name", ".html_url", ".url", ".clone_url", ".ssh_url",
		".git_url", ".conclusion", ".status", ".run_number", ".run_attempt", ".event", ".head_sha",
		".merge_commit_sha", ".commits", ".additions", ".deletions", ".changed_files", ".merged_at",
		".created_at", ".updated_at", ".prerelease", ".author_association", ".private", ".fork", ".size",
		".type", ".repository.name", ".repo.name", ".default_branch", ".job-index", ".forced", ".created",
		".deleted", NULL};

	for (size_t i = 0; ends[i]; i++)
		if (slice_has_suffix(path, ends[i]))
			return true;
	return false;
}

/* Inputs that the forge checks: yes or no, a number, one of a list, an environment's name. */
static bool is_checked_input(const struct github *g, struct slice name) {
	static const char *const types[] = {"boolean", "number", "choice", "environment", NULL};
	bool found = false;

	for (size_t e = 0; e < 2; e++) {
		const struct node *all = g->inputs[e], *input = NULL;
		bool checked = false;

		for (size_t i = 0; node_is(all, NODE_MAPPING) && i < all->n; i++)
			if (slice_eq_nocase(all->members[i].key->text, name))
				input = all->members[i].value;
		for (size_t i = 0; input && types[i]; i++)
			checked |= node_text_is(node_get(input, "type"), types[i]);
		if (input && !checked)
			return false;
		found |= input != NULL;
	}
	return found;
}

static enum chooser chooser_of_input(const struct github *g, struct slice path, size_t skip) {
	return is_checked_input(g, slice_sub(path, skip, path.n)) ? CHOSEN_HERE : CHOSEN_BY_STARTER;
}

static enum chooser judge_text(struct judging *j, const struct node *text);

/* `env.X`: by what X was set to here; what no `env` sets was written by a step before. */
static enum chooser chooser_of_env(struct judging *j, struct slice name) {
	for (size_t i = 3; i-- > 0;) {
		const struct node *env = j->g->env[i];

		for (size_t k = node_is(env, NODE_MAPPING) ? env->n : 0; k-- > 0;)
			if (slice_eq_nocase(env->members[k].key->text, name)) {
				struct judging inner = *j;

				inner.worst = CHOSEN_HERE;
				return ++inner.depth < ENV_DEPTH ? judge_text(&inner, env->members[k].value)
								 : CHOSEN_HERE;
			}
	}
	return CHOSEN_BY_A_STEP;
}

static bool has_expression(const struct node *n, unsigned depth) {
	if (node_is(n, NODE_STRING))
		return slice_find(n->text, slice_str("${{")) >= 0;
	for (size_t i = 0; depth && n && i < n->n; i++)
		if (has_expression(n->kind == NODE_MAPPING ? n->members[i].value : n->items[i], depth - 1))
			return true;
	return false;
}

/* What the runner says of a step or job: success, failure. */
static bool is_outcome(struct slice path) {
	return slice_has_suffix(path, ".outcome") || slice_has_suffix(path, ".conclusion") ||
	       slice_has_suffix(path, ".result") || slice_find(path, slice_str(".environment.")) >= 0;
}

static enum chooser chooser_of(struct judging *j, struct slice path) {
	static const char *const refs[] = {"github.ref", "github.ref_name", "github.head_ref", "github.base_ref", NULL};

	if (slice_has_prefix(path, "github.event.inputs."))
		return chooser_of_input(j->g, path, strlen("github.event.inputs."));
	if (github_is_untrusted_path(path))
		return CHOSEN_BY_STRANGER;
	if (slice_has_prefix(path, "inputs."))
		return chooser_of_input(j->g, path, strlen("inputs."));
	if (slice_has_prefix(path, "github.event.") && !is_harmless_field(path))
		return CHOSEN_BY_STARTER;
	for (size_t i = 0; refs[i]; i++)
		if (slice_eq(path, slice_str(refs[i])))
			return CHOSEN_BY_STARTER;
	if (slice_has_prefix(path, "env."))
		return chooser_of_env(j, slice_sub(path, strlen("env."), path.n));
	if (slice_has_prefix(path, "matrix."))
		return has_expression(node_at(j->job, "strategy.matrix"), 4) ? CHOSEN_BY_A_STEP : CHOSEN_HERE;
	if (slice_eq(path, slice_str("inputs")) || slice_eq(path, slice_str("github.event.inputs")))
		return CHOSEN_BY_STARTER;
	if ((slice_has_prefix(path, "steps.") || slice_has_prefix(path, "needs.")) && !is_outcome(path))
		return CHOSEN_BY_A_STEP;
	return CHOSEN_HERE;
}

static void judge_part(void *ctx, const struct expression *e) {
	struct judging *j = ctx;
	const struct slice path = expression_path(j->g->arena, e);
	const enum chooser c = path.n ? chooser_of(j, path) : CHOSEN_HERE;

	if (c > j->worst) {
		j->worst = c;
		j->path = path;
	}
}

static enum chooser judge_text(struct judging *j, const struct node *text) {
	const struct embedded *all = NULL;
	const size_t n = node_is(text, NODE_STRING) ? github_expressions(j->g, text->text, &all) : 0;

	for (size_t i = 0; i < n; i++)
		expression_carries(all[i].expression, judge_part, j);
	return j->worst;
}

/* What an expression puts into a script, by the one who chooses it. What a stranger wrote is untrusted where a stranger's run has anything
 * to lose; where only a pull request's own code runs, it gains nothing by it. */
static void take_put_in(struct github *g, struct fact *step, const struct node *script, const struct node *job) {
	const struct embedded *all = NULL;
	const size_t n = node_is(script, NODE_STRING) ? github_expressions(g, script->text, &all) : 0;
	struct judging worst = {.worst = CHOSEN_HERE};
	struct span span = {0};

	for (size_t i = 0; i < n; i++) {
		struct judging j = {.g = g, .job = job};

		expression_carries(all[i].expression, judge_part, &j);
		if (j.worst == CHOSEN_BY_STRANGER && g->fixed_branches &&
			slice_eq(j.path, slice_str("github.event.workflow_run.head_branch")))
			continue;
		if (j.worst <= worst.worst)
			continue;
		worst = j;
		span = ci_span_within(g->ci.in, script, all[i].start, all[i].end);
	}
	if (worst.worst == CHOSEN_BY_A_STEP)
		fact_set_text(g->ci.set, step, "computed_text", worst.path, span);
	else if (worst.worst != CHOSEN_HERE)
		fact_set_text(g->ci.set, step, "chosen_text", worst.path, span);
	if (worst.worst != CHOSEN_BY_STRANGER)
		return;
	fact_set_text(g->ci.set, step, "stranger_text", worst.path, span);
	if (fact_true(step, "untrusted"))
		fact_set_text(g->ci.set, step, "untrusted_text", worst.path, span);
}

static bool has_word(const struct shell_command *c, const char *const *words) {
	for (size_t i = 1; i < c->n; i++)
		for (size_t k = 0; words[k]; k++)
			if (slice_eq(c->words[i].text, slice_str(words[k])))
				return true;
	return false;
}

static bool is_strangers(struct github *g, struct slice text, bool ref) {
	const struct node word = {.kind = NODE_STRING, .text = text};
	struct span span;

	return github_untrusted_part(g, &word, ref, &span).n > 0;
}

/* Does one of the command's words name what a stranger chose? */
static bool names_ref(struct github *g, const struct shell_command *c) {
	for (size_t i = 1; i < c->n; i++)
		if (is_strangers(g, c->words[i].text, true))
			return true;
	return false;
}

/* `git checkout` of a stranger's ref and `gh pr checkout`; fetching alone puts nothing into the working tree. */
static void take_checkout_by_hand(
	struct github *g, struct fact *step, const struct node *run, const struct shell_script *script) {
	static const char *const switches[] = {"checkout", "switch", "reset", "merge", "pull", NULL};
	static const char *const gh[] = {"checkout", NULL}, *const pr[] = {"pr", NULL};

	for (size_t i = 0; i < script->n; i++) {
		const struct shell_command *c = &script->at[i];
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

/* The file that sets variables or the search path of the steps that follow, when a command writes to it. */
static struct slice environment_file(const struct shell_command *c) {
	static const char *const files[] = {"GITHUB_ENV", "GITHUB_PATH", NULL};

	for (size_t k = 0; k < c->n + c->nto; k++)
		for (size_t i = 0; files[i]; i++)
			if (slice_find(k < c->nto ? c->to[k].text : c->words[k - c->nto].text, slice_str(files[i])) >=
				0)
				return slice_str(files[i]);
	return (struct slice){0};
}

#define TAINTED_MAX  64
#define COMMANDS_MAX 1000 /* in longer scripts, commands inside of words are not looked into */

/* Variables of a script whose value a stranger chose. */
struct tainted {
	struct github *g;
	const struct shell_script *script;
	struct slice names[TAINTED_MAX];
	size_t n;
};

/* Does a text hold $NAME or ${NAME of one of them? */
static bool uses_tainted(const struct tainted *t, struct slice text) {
	for (size_t i = 0; i + 1 < text.n; i++) {
		size_t from = i + 1, to;

		if (text.p[i] != '$')
			continue;
		from += text.p[from] == '{';
		for (to = from; to < text.n && shell_byte_is_name(text.p[to]); to++)
			;
		for (size_t k = 0; to > from && k < t->n; k++)
			if (slice_eq(slice_sub(text, from, to), t->names[k]))
				return true;
	}
	return false;
}

/* Reads a file of the stranger's: the programs that print one. The event's own file is not among them. */
static bool reads_file(const struct shell_command *c, struct slice program) {
	static const char *const printers[] = {
		"cat", "head", "tail", "jq", "grep", "sed", "awk", "tr", "cut", "perl", NULL};
	size_t words = 0, k = 0;

	while (printers[k] && !slice_eq(program, slice_str(printers[k])))
		k++;
	for (size_t i = 1; printers[k] && i < c->n; i++) {
		if (slice_find(c->words[i].text, slice_str("GITHUB_EVENT_PATH")) >= 0)
			return false;
		words += c->words[i].text.n && c->words[i].text.p[0] != '-';
	}
	return printers[k] && !c->from_pipe && words >= (k < 3 ? 1 : 2);
}

/* Does a word of command `at` hold what a stranger chose, by itself or through the commands inside of it? */
static bool is_tainted(const struct tainted *t, size_t at, const struct shell_word *w) {
	if (!w->expands)
		return false;
	if (is_strangers(t->g, w->text, false) || uses_tainted(t, w->text))
		return true;
	/* commands inside of words stand behind all others */
	for (size_t i = 0; t->g->holds_strangers && i < t->script->n && t->script->n <= COMMANDS_MAX; i++) {
		const struct shell_command *c = &t->script->at[i];
		size_t where;

		if (c->depth && c->inside == at && c->start >= w->start && c->end <= w->end &&
			reads_file(c, shell_program(c, &where)))
			return true;
	}
	return false;
}

static void note_name(struct tainted *t, struct slice name) {
	if (t->n < TAINTED_MAX)
		t->names[t->n++] = name;
}

/* `NAME=value`, alone or behind export: tainted as its value is. */
static void note_assigned(struct tainted *t, size_t at, const struct shell_command *c) {
	for (size_t k = 0; k < c->nset + c->n; k++) {
		const struct shell_word *w = k < c->nset ? &c->set[k] : &c->words[k - c->nset];
		const uint8_t *equals = slice_byte(w->text, '=');

		if (equals && (c->n == 0 || k < c->nset || slice_eq(c->words[0].text, slice_str("export"))) &&
			is_tainted(t, at, w))
			note_name(t, slice_sub(w->text, 0, (size_t)(equals - w->text.p)));
	}
}

/* Whoever sets variables of later steps (BASH_ENV, NODE_OPTIONS, PATH) runs code in them. */
static void take_environment(
	struct github *g, struct fact *step, const struct node *run, const struct shell_script *script) {
	struct tainted t = {.g = g, .script = script};

	for (size_t i = 0; i < 3; i++)
		for (size_t k = 0; node_is(g->env[i], NODE_MAPPING) && k < g->env[i]->n; k++)
			if (is_strangers(g, node_text(g->env[i]->members[k].value), false))
				note_name(&t, g->env[i]->members[k].key->text);
	for (size_t i = 0; i < script->n; i++) {
		const struct shell_command *c = &script->at[i];
		const struct slice file = environment_file(c);
		size_t from = i, where;
		bool bad = false;

		note_assigned(&t, i, c);
		if (!file.n)
			continue;
		while (from && script->at[from].from_pipe)
			from--;
		for (size_t p = from; p <= i; p++) {
			const struct shell_command *part = &script->at[p];

			bad |= g->holds_strangers && reads_file(part, shell_program(part, &where));
			for (size_t k = 1; k < part->n; k++)
				bad |= is_tainted(&t, p, &part->words[k]);
		}
		if (bad)
			fact_set_text(g->ci.set, step, "writes_environment", file,
				ci_span_within(g->ci.in, run, c->start, c->end));
	}
}

void github_take_run(struct github *g, struct fact *step, const struct node *node, const struct node *job) {
	const struct node *run = node_get(node, "run");
	struct shell_script script;

	if (!node_is(run, NODE_STRING))
		return;
	script = ci_script_commands(&g->ci, step, run, is_shell(shell_of(g, node, job), job));
	take_put_in(g, step, run, job);
	if (!script.n &&
		(slice_find(run->text, slice_str("checkout")) >= 0 || slice_find(run->text, slice_str("${{")) >= 0 ||
			slice_find(run->text, slice_str("GITHUB_ENV")) >= 0 ||
			slice_find(run->text, slice_str("GITHUB_PATH")) >= 0))
		script = shell_read(g->arena, run->text);
	take_checkout_by_hand(g, step, run, &script);
	take_environment(g, step, run, &script);
	g->holds_strangers |= slice_find(run->text, slice_str("gh run download")) >= 0;
}

/* Inputs that an action evaluates, from its README or action.yml. */
struct evaluated_input {
	const char *repository, *input;
};

static const struct evaluated_input evaluated[] = {
	{"actions/github-script", "script"},
	{"appleboy/ssh-action", "script"},
	{"azure/cli", "inlineScript"},
	{"azure/powershell", "inlineScript"},
	{"nick-fields/retry", "command"},
	{"nick-invision/retry", "command"},
	{"wandalen/wretry.action", "command"},
	{"addnab/docker-run-action", "run"},
	{"jannekem/run-python-script-action", "script"},
	{"Amadevus/pwsh-script", "script"},
	{"mikefarah/yq", "cmd"},
	{"reactivecircus/android-emulator-runner", "script"},
	{"cloudflare/wrangler-action", "preCommands"},
	{"cloudflare/wrangler-action", "postCommands"},
	{"cross-platform-actions/action", "run"},
	{"vmactions/freebsd-vm", "run"},
	{"uraimo/run-on-arch-action", "run"},
	{"8398a7/action-slack", "custom_payload"},
};

void github_take_evaluated(
	struct github *g, struct fact *step, struct slice repository, const struct node *job, const struct node *with) {
	static const char *const fetchers[] = {"dawidd6/action-download-artifact", "aochmann/actions-download-artifact",
		"marcofaggian/action-download-multiple-artifacts", NULL};

	for (size_t i = 0; i < sizeof(evaluated) / sizeof(evaluated[0]); i++) {
		const struct node *script = node_get(with, evaluated[i].input);

		if (!script || !slice_eq_nocase(repository, slice_str(evaluated[i].repository)))
			continue;
		take_put_in(g, step, script, job);
		g->holds_strangers |= slice_find(node_text(script), slice_str("downloadArtifact")) >= 0;
	}
	/* without a run's number it fetches what this run made */
	g->holds_strangers |= slice_eq(repository, slice_str("actions/download-artifact")) && node_get(with, "run-id");
	for (size_t i = 0; fetchers[i]; i++)
		g->holds_strangers |= slice_eq_nocase(repository, slice_str(fetchers[i]));
}
