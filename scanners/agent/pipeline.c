/* Agents that a pipeline runs as actions of the vendors; their programs in scripts are pipeline_script.c's. What the job has and who can start it,
 * the reader of the pipeline says; here it is what the agent is given and what restrains it. Inputs are those of each action.yml, read
 * 2026-11. */
#include "scanners/agent/pipeline.h"

#include "core/buf.h"
#include "scanners/agent/permission.h"

#define NOWHERE ((struct span){0})

static const struct agent_action {
	const char *repository, *client;
	bool checks_actor; /* refuses by itself who may not write */
	const char *federated;
	const char *version; /* input with the version of the program it fetches, NULL: pinned with the action */
	const char *before;  /* a branch that is older than `federated`, or NULL */
} actions[] = {
	{"anthropics/claude-code-action", "claude-code", true, "anthropic_federation_rule_id", NULL, "beta"},
	{"anthropics/claude-code-base-action", "claude-code", false, "anthropic_federation_rule_id", NULL, "beta"},
	{"openai/codex-action", "codex", true, NULL, "codex-version", NULL},
	{"google-github-actions/run-gemini-cli", "gemini", false, "gcp_workload_identity_provider",
		"gemini_cli_version", NULL},
	{"google-gemini/gemini-cli-action", "gemini", false, NULL, NULL, NULL},
	{"actions/ai-inference", "copilot", false, NULL, NULL, NULL},
	{"sourcegraph/amp-action", "amp", false, NULL, NULL, NULL},
	{"sst/opencode", "opencode", false, NULL, NULL, NULL},
	{"anomalyco/opencode", "opencode", false, NULL, NULL, NULL},
};

static bool given(const struct node *with, const char *input) {
	const struct node *v = input ? node_get(with, input) : NULL;

	return node_text(v).n && !node_text_is(v, "false");
}

static void set_keys(const struct agent *a, struct fact *f, const struct node *with, const struct agent_action *k,
	struct slice ref) {
	static const char *const keys[] = {
		"anthropic_api_key", "claude_code_oauth_token", "openai-api-key", "gemini_api_key", "google_api_key"};
	const struct node *token = node_get(with, "github_token");

	if (!token)
		token = node_get(with, "token");
	if (given(with, k->federated)) {
		fact_set_bool(a->set, f, "federated_key", true, node_get(with, k->federated)->span);
	} else {
		for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
			if (given(with, keys[i]))
				fact_set_text(
					a->set, f, "static_key", slice_str(keys[i]), node_get(with, keys[i])->span);
	}
	fact_set_bool(a->set, f, "can_federate", k->federated && !(k->before && slice_eq(ref, slice_str(k->before))),
		NOWHERE);
	if (given(with, "claude_code_oauth_token"))
		fact_set_bool(a->set, f, "personal_key", true, node_get(with, "claude_code_oauth_token")->span);
	if (token && slice_find(node_text(token), slice_str("secrets.")) >= 0 &&
		slice_find_nocase(node_text(token), slice_str("GITHUB_TOKEN")) < 0)
		fact_set_text(a->set, f, "token_given", slice_sub(node_text(token), 0, 100), token->span);
}

static void set_openness(const struct agent *a, struct fact *f, const struct node *with) {
	static const char *const wild[] = {"allowed_non_write_users", "allowed_bots", "allow-users", "allow-bots"};
	static const char *const loud[] = {"show_full_output", "display_report", "gemini_debug"};

	for (size_t i = 0; i < sizeof(wild) / sizeof(*wild); i++) {
		const struct node *v = node_get(with, wild[i]);

		if (node_text_is(v, "*") || (i == 3 && node_truth(v, false)))
			fact_set_bool(a->set, f, "everyone", true, v->span);
	}
	for (size_t i = 0; i < sizeof(loud) / sizeof(*loud); i++) {
		const struct node *v = node_get(with, loud[i]);

		if (v && node_truth(v, false))
			fact_set_text(a->set, f, "full_output", slice_str(loud[i]), v->span);
	}
}

/* An entry of a list of tools that opens the shell whole: Bash, Bash(*), run_shell_command. Commas and blanks in brackets belong to an entry. */
struct slice agent_tools_open_shell(struct slice list) {
	size_t from = 0, depth = 0;

	for (size_t i = 0; i <= list.n; i++) {
		uint8_t c = i < list.n ? list.p[i] : ',';
		enum agent_class class;
		struct slice entry;

		depth += c == '(';
		depth -= c == ')' && depth;
		if (depth || !strchr(", \t\n\"'", c))
			continue;
		entry = slice_trim(slice_sub(list, from, i));
		from = i + 1;
		class = agent_class_of(entry);
		if (entry.n && (class == AGENT_CLASS_SHELL || class == AGENT_CLASS_EVERYTHING) && entry.p[0] != '*')
			return entry;
	}
	return slice_of(NULL, 0);
}

/* The value of a flag in arguments written as one text: up to the quote's end, or to the next flag. */
static struct slice flag_value(struct slice text, const char *flag) {
	ptrdiff_t at = slice_find(text, slice_str(flag));
	size_t from, to;

	if (at < 0)
		return slice_of(NULL, 0);
	from = (size_t)at + strlen(flag);
	while (from < text.n && strchr(" =\n", text.p[from]))
		from++;
	if (from < text.n && (text.p[from] == '"' || text.p[from] == '\'')) {
		for (to = from + 1; to < text.n && text.p[to] != text.p[from];)
			to++;
		return slice_sub(text, from + 1, to);
	}
	for (to = from; to < text.n && !(text.p[to] == '-' && to + 1 < text.n && text.p[to + 1] == '-');)
		to++;
	return slice_trim(slice_sub(text, from, to));
}

static void restrain(const struct agent *a, struct agent_names *names, const char *what, struct slice value) {
	struct buf text = {0};

	buf_printf(&text, "%s%s%.*s", what, value.n ? " " : "", (int)(value.n < 80 ? value.n : 80),
		value.n ? (const char *)value.p : "");
	for (size_t i = 0; i < text.n; i++) /* a list that goes over lines is told in one */
		if (text.p[i] < ' ')
			text.p[i] = ' ';
	agent_names_add(names, arena_copy(&a->set->arena, buf_slice(&text)));
	buf_free(&text);
}

static void set_shell(const struct agent *a, struct fact *f, struct slice tools, const struct node *v) {
	struct slice open = agent_tools_open_shell(tools);

	if (open.n)
		fact_set_text(a->set, f, "unscoped_shell", open, agent_span_within(a, v, open));
}

static void set_bypass(const struct agent *a, struct fact *f, const struct node *v) {
	static const char *const bypass[] = {"--dangerously-skip-permissions", "bypassPermissions",
		"--dangerously-bypass-approvals-and-sandbox", "danger-full-access", "--yolo", "\"sandbox\": false"};

	for (size_t k = 0; k < sizeof(bypass) / sizeof(*bypass); k++)
		if (slice_find(node_text(v), slice_str(bypass[k])) >= 0)
			fact_set_text(a->set, f, "bypass", slice_str(bypass[k]), v->span);
}

/* Arguments and settings of the agent: what it may do, and what holds it. */
static void set_rights(const struct agent *a, struct fact *f, const struct node *with) {
	static const char *const inputs[] = {"claude_args", "settings", "codex-args", "allowed_tools"};
	static const char *const allow[] = {"--allowedTools", "--allowed-tools"};
	static const char *const limits[] = {
		"--disallowedTools", "--disallowed-tools", "--max-turns", "--tools", "--permission-mode", "--sandbox"};
	static const char *const boxes[] = {
		"sandbox", "safety-strategy", "permission-profile", "disallowed_tools", "max_turns", "allowed_tools"};
	struct agent_names names = {0};

	for (size_t i = 0; i < sizeof(inputs) / sizeof(*inputs); i++)
		if (node_get(with, inputs[i]))
			set_bypass(a, f, node_get(with, inputs[i]));
	for (size_t i = 0; i < 2; i++) {
		struct slice tools = flag_value(node_text(node_get(with, "claude_args")), allow[i]);

		set_shell(a, f, tools, node_get(with, "claude_args"));
		if (tools.n && !agent_tools_open_shell(tools).n)
			restrain(a, &names, allow[i], tools);
	}
	set_shell(a, f, node_text(node_get(with, "allowed_tools")), node_get(with, "allowed_tools"));
	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
		struct slice value = flag_value(node_text(node_get(with, "claude_args")), limits[i]);

		if (value.n && slice_find(value, slice_str("bypass")) < 0)
			restrain(a, &names, limits[i], value);
	}
	for (size_t i = 0; i < sizeof(boxes) / sizeof(*boxes); i++) {
		const struct node *v = node_get(with, boxes[i]);

		if (node_text_is(v, "unsafe") || node_text_is(v, "danger-full-access"))
			fact_set_text(a->set, f, "bypass", node_text(v), v->span);
		else if (node_text(v).n && !agent_tools_open_shell(node_text(v)).n)
			restrain(a, &names, boxes[i], node_text(v));
	}
	if (!fact_true(f, "no_actor_check") && !fact_true(f, "everyone"))
		restrain(a, &names, "asks whether who started it may write", slice_of(NULL, 0));
	agent_names_set(a, f, "restraints", &names, f->span);
}

/* The action itself on a branch, or the program that it fetches as whatever is newest. Its owner's moving v1 is what the vendor tells people to
 * use; that is a matter of pins in general. */
static void set_moving(const struct agent *a, struct fact *f, const struct agent_action *k, struct slice ref,
	const struct node *uses, const struct node *with) {
	const struct node *version = k->version ? node_get(with, k->version) : NULL;
	static const char *const branches[] = {"main", "master", "beta", "develop", "next", "latest"};

	for (size_t i = 0; i < sizeof(branches) / sizeof(*branches); i++)
		if (slice_eq(ref, slice_str(branches[i])))
			fact_set_text(a->set, f, "moving", node_text(uses), uses->span);
	if (node_text_is(version, "latest") || node_text_is(version, "nightly") || node_text_is(version, "preview"))
		fact_set_text(a->set, f, "moving", node_text(version), version->span);
}

/* Behind a word that forbids, in the same line; or in the list of a flag that denies. */
static bool is_denied(struct slice text, size_t at) {
	static const char *const words[] = {
		"never", "not ", "n't", "avoid", "without", "disallowed", "deny", "forbid", "prohibit", "do NOT"};
	size_t line = at;

	while (line && text.p[line - 1] != '\n')
		line--;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (slice_find_nocase(slice_sub(text, line, at), slice_str(words[i])) >= 0)
			return true;
	return false;
}

/* What approves or merges, and what prints variables, as commands and as entries of lists of tools. An echo that is allowed takes $VARIABLES. */
static const struct {
	const char *attribute, *text;
} powers[] = {
	{"may_merge", "gh pr merge"},
	{"may_merge", "gh pr review --approve"},
	{"may_merge", "gh pr review -a "},
	{"may_merge", "Bash(gh pr:*)"},
	{"may_merge", "Bash(gh pr *)"},
	{"may_merge", "Bash(gh:*)"},
	{"may_merge", "Bash(gh *)"},
	{"may_merge", "Bash(gh pr review:*)"},
	{"may_merge", "Bash(gh pr review *)"},
	{"may_merge", "mcp__github__merge_pull_request"},
	{"may_merge", "glab mr approve"},
	{"may_merge", "glab mr merge"},
	{"may_merge", "az repos pr set-vote"},
	{"prints_variables", "Bash(env:*)"},
	{"prints_variables", "Bash(env)"},
	{"prints_variables", "Bash(printenv"},
	{"prints_variables", "Bash(echo:*)"},
	{"prints_variables", "Bash(echo *)"},
	{"prints_variables", "Bash(printf:*)"},
	{"prints_variables", "run_shell_command(env)"},
	{"prints_variables", "run_shell_command(printenv)"},
	{"prints_variables", "run_shell_command(echo)"},
	{"prints_variables", "run_shell_command(printf)"},
};

void agent_set_powers(const struct agent_pipeline *p, struct fact *f, const struct node *text) {
	struct agent a = {p->in, p->set, "agent-pipeline", NULL};

	for (size_t i = 0; node_is(text, NODE_STRING) && i < sizeof(powers) / sizeof(*powers); i++) {
		ptrdiff_t at = slice_find(text->text, slice_str(powers[i].text));

		/* "never gh pr merge" and lists of what is not allowed */
		if (at >= 0 && !fact_get(f, powers[i].attribute) && !is_denied(text->text, (size_t)at))
			fact_set_text(p->set, f, powers[i].attribute, slice_str(powers[i].text),
				agent_span_within(&a, text, slice_str(powers[i].text)));
	}
}

struct fact *agent_pipeline_fact(
	const struct agent_pipeline *p, const struct agent *a, struct slice name, struct span span) {
	struct fact *f = agent_fact(a, FACT_AGENT, name, span);

	f->parent = p->step;
	fact_set_text(a->set, f, "kind", slice_str("pipeline"), NOWHERE);
	fact_set_fact(a->set, f, "job", p->job);
	fact_set_fact(a->set, f, "step", p->step);
	return f;
}

struct fact *agent_read_action(const struct agent_pipeline *p, struct slice repository, struct slice ref,
	const struct node *uses, const struct node *with) {
	static const char *const texts[] = {"claude_args", "allowed_tools", "settings", "prompt", "direct_prompt"};

	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++) {
		struct agent a = {p->in, p->set, "agent-pipeline", agent_client(actions[i].client)};
		struct fact *f;

		if (!slice_eq_nocase(repository, slice_str(actions[i].repository)))
			continue;
		f = agent_pipeline_fact(p, &a, repository, uses->span);
		fact_set_bool(p->set, f, "no_actor_check", !actions[i].checks_actor, NOWHERE);
		set_keys(&a, f, with, &actions[i], ref);
		set_openness(&a, f, with);
		set_rights(&a, f, with);
		set_moving(&a, f, &actions[i], ref, uses, with);
		for (size_t k = 0; k < sizeof(texts) / sizeof(*texts); k++)
			agent_set_powers(p, f, node_get(with, texts[k]));
		agent_seal(&a, f);
		return f;
	}
	return NULL;
}
