/* Agents that a pipeline runs: actions of the vendors and their programs in scripts. What the job has and who can start it, the reader of the
 * pipeline says; here it is what the agent is given and what restrains it. Inputs are those of each action.yml, read 2026-11. */
#include "scanners/agent/pipeline.h"

#include "scanners/agent/permission.h"

#define NOWHERE ((struct span){0})

static const struct agent_action {
	const char *repository, *client;
	bool checks_actor; /* refuses by itself who may not write */
	const char *federated;
} actions[] = {
	{"anthropics/claude-code-action", "claude-code", true, "anthropic_federation_rule_id"},
	{"anthropics/claude-code-base-action", "claude-code", false, "anthropic_federation_rule_id"},
	{"openai/codex-action", "codex", true, NULL},
	{"google-github-actions/run-gemini-cli", "gemini", false, "gcp_workload_identity_provider"},
	{"google-gemini/gemini-cli-action", "gemini", false, NULL},
	{"actions/ai-inference", "copilot", false, NULL},
	{"sourcegraph/amp-action", "amp", false, NULL},
	{"sst/opencode", "opencode", false, NULL},
};

/* Programs, and the words that make them run by themselves. */
static const struct {
	const char *text, *client;
} programs[] = {{"claude -p", "claude-code"}, {"claude --print", "claude-code"}, {"codex exec", "codex"},
	{"gemini -p", "gemini"}, {"gemini --prompt", "gemini"}, {"cursor-agent -p", "cursor"},
	{"cursor-agent --print", "cursor"}, {"aider --message", "agent-cli"}, {"q chat --no-interactive", "amazon-q"},
	{"opencode run", "opencode"}, {"copilot -p", "copilot"}};

static bool given(const struct node *with, const char *input) {
	const struct node *v = input ? node_get(with, input) : NULL;

	return node_text(v).n && !node_text_is(v, "false");
}

static void set_keys(const struct agent *a, struct fact *f, const struct node *with, const struct agent_action *k) {
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
	fact_set_bool(a->set, f, "can_federate", k->federated != NULL, NOWHERE);
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

/* Arguments and settings of the agent, in one text each. */
static void set_rights(const struct agent *a, struct fact *f, const struct node *with) {
	static const char *const inputs[] = {"claude_args", "settings", "allowed_tools", "codex-args"};
	static const char *const bypass[] = {"--dangerously-skip-permissions", "bypassPermissions",
		"--dangerously-bypass-approvals-and-sandbox", "danger-full-access", "--yolo", "\"sandbox\": false"};
	const struct node *safety = node_get(with, "safety-strategy"), *box = node_get(with, "sandbox");

	for (size_t i = 0; i < sizeof(inputs) / sizeof(*inputs); i++) {
		const struct node *v = node_get(with, inputs[i]);
		struct slice text = node_text(v);
		ptrdiff_t at;

		for (size_t k = 0; k < sizeof(bypass) / sizeof(*bypass); k++)
			if (slice_find(text, slice_str(bypass[k])) >= 0)
				fact_set_text(a->set, f, "bypass", slice_str(bypass[k]), v->span);
		if (slice_find(text, slice_str("Bash(*)")) >= 0 || slice_find(text, slice_str("Bash(:*)")) >= 0)
			fact_set_text(a->set, f, "unscoped_shell", slice_str("Bash(*)"), v->span);
		at = slice_find(text, slice_str("Bash"));
		if (at >= 0 && ((size_t)at + 4 >= text.n || (text.p[at + 4] != '(' && text.p[at + 4] != 'O')))
			fact_set_text(a->set, f, "unscoped_shell", slice_str("Bash"), v->span);
	}
	if (node_text_is(safety, "unsafe"))
		fact_set_text(a->set, f, "bypass", slice_str("safety-strategy unsafe"), safety->span);
	if (node_text_is(box, "danger-full-access"))
		fact_set_text(a->set, f, "bypass", slice_str("sandbox danger-full-access"), box->span);
}

static struct fact *begin(const struct agent *a, const struct agent_pipeline *p, struct slice name, struct span span) {
	struct fact *f = agent_fact(a, FACT_AGENT, name, span);

	f->parent = p->step;
	fact_set_text(a->set, f, "kind", slice_str("pipeline"), NOWHERE);
	fact_set_fact(a->set, f, "job", p->job);
	fact_set_fact(a->set, f, "step", p->step);
	if (p->prompt_text.n)
		fact_set_text(a->set, f, "prompt_text", p->prompt_text, p->prompt_span);
	return f;
}

static void read_script(const struct agent_pipeline *p, const struct node *run) {
	for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++) {
		ptrdiff_t at = slice_find(node_text(run), slice_str(programs[i].text));
		struct agent a = {p->in, p->set, "agent-pipeline", agent_client(programs[i].client)};
		size_t n = strlen(programs[i].text);
		struct fact *f;

		if (at < 0 || (at && strchr("\n\t |&;(", run->text.p[at - 1]) == NULL) ||
			((size_t)at + n < run->text.n && strchr(" \n\"", run->text.p[(size_t)at + n]) == NULL))
			continue;
		f = begin(
			&a, p, slice_str(programs[i].client), agent_span_within(&a, run, slice_str(programs[i].text)));
		fact_set_bool(p->set, f, "no_actor_check", true, NOWHERE);
		agent_seal(&a, f);
		return;
	}
}

void agent_read_pipeline(
	const struct agent_pipeline *p, struct slice repository, const struct node *with, const struct node *run) {
	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++) {
		struct agent a = {p->in, p->set, "agent-pipeline", agent_client(actions[i].client)};
		struct fact *f;

		if (!slice_eq_nocase(repository, slice_str(actions[i].repository)))
			continue;
		f = begin(&a, p, repository, p->uses_span);
		fact_set_bool(p->set, f, "no_actor_check", !actions[i].checks_actor, NOWHERE);
		set_keys(&a, f, with, &actions[i]);
		set_openness(&a, f, with);
		set_rights(&a, f, with);
		agent_seal(&a, f);
		return;
	}
	if (node_is(run, NODE_STRING))
		read_script(p, run);
}
