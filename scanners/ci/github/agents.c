/* Agents that steps of a workflow run: what of strangers is in their prompts, and where what they say goes in the steps behind them. What an
 * action or a program is given, scanners/agent/pipeline.h reads. */
#include "core/buf.h"
#include "scanners/agent/pipeline.h"
#include "scanners/ci/github/github.h"

#include <stdlib.h>

/* What a stranger wrote in a prompt: put in by an expression, or through a variable that the prompt names. */
static struct slice prompt_text(struct github *g, const struct node *prompt, struct span *span) {
	struct slice part = github_untrusted_part(g, prompt, false, span);

	for (size_t i = 0; i < 3 && !part.n; i++)
		for (size_t k = 0; node_is(g->env[i], NODE_MAPPING) && k < g->env[i]->n && !part.n; k++) {
			const struct slice name = g->env[i]->members[k].key->text;
			const struct slice written = github_untrusted_part(g, g->env[i]->members[k].value, false, span);

			if (written.n && name.n > 2 && slice_find(node_text(prompt), name) >= 0)
				part = written;
		}
	return part;
}

/* The agent of a step; its script may have added it before. */
static struct fact *agent_of(struct github *g, const struct fact *step) {
	for (size_t i = g->ci.set->all.n; i-- > 0 && g->ci.set->all.at[i] != step;)
		if (g->ci.set->all.at[i]->kind == FACT_AGENT && g->ci.set->all.at[i]->parent == step)
			return g->ci.set->all.at[i];
	return NULL;
}

/* Gemini's own guidance: the settings and commands of a workspace are trusted when this is set, whoever wrote them
 * (google-github-actions/run-gemini-cli, docs on workspace trust). */
static void take_trust(struct github *g, struct fact *agent, const struct node *step_run) {
	static const char name[] = "GEMINI_CLI_TRUST_WORKSPACE";
	static const char assigned[] = "GEMINI_CLI_TRUST_WORKSPACE=true";
	const ptrdiff_t at = step_run ? slice_find(node_text(step_run), slice_str(assigned)) : -1;

	for (size_t i = 0; i < 3; i++) {
		const struct node *v = node_get(g->env[i], name);

		if (v && (node_text_is(v, "1") || node_truth(v, false))) {
			fact_set_text(g->ci.set, agent, "trusts_workspace", slice_str(name), v->span);
			return;
		}
	}
	if (at >= 0)
		fact_set_text(g->ci.set, agent, "trusts_workspace", slice_str(name),
			ci_span_within(g->ci.in, step_run, (size_t)at, (size_t)at + strlen(name)));
}

void github_take_agent(struct github *g, struct fact *job, struct fact *step, const struct node *node) {
	static const char *const prompts[] = {
		"prompt", "direct_prompt", "override_prompt", "claude_args", "settings", NULL};
	const struct node *with = node_get(node, "with"), *run = node_get(node, "run"), *uses = node_get(node, "uses");
	const struct agent_pipeline p = {.in = g->ci.in, .set = g->ci.set, .job = job, .step = step};
	struct fact *agent = NULL;
	struct slice ref, part = {0};
	struct span span;

	if (node_text(uses).n) {
		const struct slice repository = github_repository_of(slice_trim(uses->text), &ref);

		agent = agent_read_action(&p, repository, ref, uses, with);
	} else if (run) {
		agent = agent_of(g, step);
	}
	if (!agent)
		return;
	if (slice_eq(fact_text(agent, "client"), slice_str("gemini")))
		take_trust(g, agent, run);
	for (size_t i = 0; prompts[i] && !part.n; i++)
		if (node_get(with, prompts[i]))
			part = prompt_text(g, node_get(with, prompts[i]), &span);
	if (run)
		part = prompt_text(g, run, &span);
	if (part.n)
		fact_set_text(g->ci.set, agent, "prompt_text", part, span);
}

/* What an agent puts out besides its words: states and names of files. */
static bool is_state(struct slice output) {
	static const char *const names[] = {
		"conclusion", "session_id", "execution_file", "response-file", "github_token", "outcome", NULL};

	for (size_t i = 0; names[i]; i++)
		if (slice_has_prefix(output, names[i]))
			return true;
	return false;
}

/* `steps.ID.outputs.NAME` in a script, `path` up to the NAME: the words of an agent become commands. */
static void follow_output(struct github *g, struct fact *agent, struct slice path, const struct node *script) {
	const ptrdiff_t at = node_is(script, NODE_STRING) ? slice_find(script->text, path) : -1;

	if (at >= 0) {
		size_t from = (size_t)at, to = from + path.n;
		struct slice text = script->text;
		const bool state = is_state(slice_sub(text, to, text.n));

		while (to < text.n &&
			(text.p[to] == '_' || text.p[to] == '-' || (text.p[to] >= '0' && text.p[to] <= '9') ||
				((text.p[to] | 0x20) >= 'a' && (text.p[to] | 0x20) <= 'z')))
			to++;
		if (!state)
			fact_set_text(g->ci.set, agent, "output_runs", slice_sub(text, from, to),
				ci_span_within(g->ci.in, script, from, to));
	}
}

static void follow_outputs(struct github *g, struct fact *agent, struct slice id, const struct node *steps) {
	struct buf path = {0};

	buf_printf(&path, "steps.%.*s.outputs.", (int)id.n, (const char *)id.p);
	for (size_t i = 0; i < steps->n; i++) {
		follow_output(g, agent, buf_slice(&path), node_get(steps->items[i], "run"));
		follow_output(g, agent, buf_slice(&path), node_at(steps->items[i], "with.script"));
	}
	buf_free(&path);
}

/* Secrets that only steps behind the agent are given: what it left in the workspace or the environment meets them. */
static void sum_up_behind(struct github *g, struct fact *agent, const struct fact *job) {
	VEC(struct slice) names = {0};
	struct span first = {0};

	for (size_t i = g->ci.set->all.n; i-- > 0 && g->ci.set->all.at[i] != agent;) {
		const struct fact *f = g->ci.set->all.at[i];
		const struct value *v;

		if (f->kind != FACT_STEP || f->parent != job || f == agent->parent)
			continue;
		v = fact_get(f, "secrets");
		for (size_t k = 0; v && k < v->texts.n && names.n < 40; k++) {
			bool there = slice_eq_nocase(v->texts.at[k], slice_str("GITHUB_TOKEN"));

			for (size_t n = 0; n < names.n && !there; n++)
				there = slice_eq(names.at[n], v->texts.at[k]);
			if (!there) {
				VEC_PUSH(&names, v->texts.at[k]);
				first = v->span;
			}
		}
	}
	if (names.n)
		fact_set_texts(g->ci.set, agent, "secrets_after", names.at, names.n, first);
	VEC_FREE(&names);
}

static const struct node *node_of(const struct node *steps, const struct fact *step) {
	for (size_t i = 0; i < steps->n; i++)
		if (steps->items[i]->span.start == step->span.start && steps->items[i]->span.line == step->span.line)
			return steps->items[i];
	return NULL;
}

/* Agents of one job whose words are followed. */
#define AGENTS_MAX 64

void github_follow_agents(struct github *g, const struct fact *job, const struct node *steps) {
	size_t agents = 0;

	for (size_t i = g->ci.set->all.n; node_is(steps, NODE_SEQUENCE) && i-- > 0 && g->ci.set->all.at[i] != job;) {
		struct fact *agent = g->ci.set->all.at[i];
		const struct node *node;
		struct slice id;

		if (agent->kind != FACT_AGENT || !agent->parent || agent->parent->parent != job)
			continue;
		if (++agents > AGENTS_MAX) {
			github_note_limit(
				g, "runs more than 64 agents in one job: where the words of the others go is not read");
			return;
		}
		node = node_of(steps, agent->parent);
		id = node_text(node_get(node, "id"));
		if (id.n)
			follow_outputs(g, agent, id, steps);
		sum_up_behind(g, agent, job);
	}
}
