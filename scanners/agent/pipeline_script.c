/* Agents that a script of a pipeline runs: their vendors' programs where they work by themselves, read from the script's commands, whatever the
 * system. Programs and flags as in each vendor's command reference, read 2026-11. Actions of vendors are pipeline.c's. */
#include "scanners/agent/pipeline.h"

#include "core/buf.h"
#include "scanners/agent/parts.h"
#include "scanners/ci/ci.h"
#include "scanners/ci/script_table.h"
#include "scanners/ci/shell.h"

#define NOWHERE ((struct span){0})

/* A program runs as an agent when one of its words is there; `bypass` are the flags that turn its questions or its sandbox off. */
static const struct program {
	const char *name, *client;
	const char *package; /* under which a launcher fetches it, or NULL */
	const char *works, *bypass;
} programs[] = {
	{"claude", "claude-code", "@anthropic-ai/claude-code", "-p --print --dangerously-skip-permissions",
		"--dangerously-skip-permissions"},
	{"codex", "codex", "@openai/codex", "exec e --full-auto --dangerously-bypass-approvals-and-sandbox",
		"--dangerously-bypass-approvals-and-sandbox --yolo"},
	{"gemini", "gemini", "@google/gemini-cli", "-p --prompt -y --yolo --approval-mode", "-y --yolo"},
	{"qwen", "gemini", "@qwen-code/qwen-code", "-p --prompt -y --yolo --approval-mode", "-y --yolo"},
	{"cursor-agent", "cursor", NULL, "-p --print --force -f", "--force -f"},
	{"aider", "agent-cli", "aider-chat", "-m --message -f --message-file --yes-always --yes", "--yes-always --yes"},
	{"q", "amazon-q", NULL, "--no-interactive --trust-all-tools", "--trust-all-tools -a"},
	{"kiro-cli", "kiro", NULL, "--no-interactive --trust-all-tools", "--trust-all-tools -a"},
	{"opencode", "opencode", "opencode-ai", "run", ""},
	{"copilot", "copilot", "@github/copilot", "-p --prompt --allow-all-tools", "--allow-all-tools --yolo"},
	{"goose", "goose", NULL, "run", ""},
	{"amp", "amp", "@sourcegraph/amp", "-x --execute", "--dangerously-allow-all"},
	{"droid", "agent-cli", NULL, "exec", "--skip-permissions-unsafe"},
	{"auggie", "agent-cli", "@augmentcode/auggie", "-p --print", ""},
};

/* Where a vendor's installer lies; it brings what is newest. */
static const char *const installers[] = {"claude.ai/install.sh", "cursor.com/install", "opencode.ai/install",
	"download_cli.sh", "app.factory.ai/cli", "aider.chat/install.sh"};

static bool is_listed(const char *list, struct slice word) {
	while (*list) {
		size_t n = strcspn(list, " ");

		if (slice_eq(word, slice_of(list, n)))
			return true;
		list += n + (list[n] == ' ');
	}
	return false;
}

/* The value of `--flag value` or `--flag=value` from word `from` on; NULL: not there. */
static const struct shell_word *value_of(
	const struct shell_command *c, size_t from, const char *flag, struct slice *value) {
	size_t n = strlen(flag);

	for (size_t i = from; i < c->n; i++) {
		struct slice word = c->words[i].text;

		if (word.n > n && slice_has_prefix(word, flag) && word.p[n] == '=') {
			*value = slice_sub(word, n + 1, word.n);
			return &c->words[i];
		}
		if (slice_eq(word, slice_str(flag)) && i + 1 < c->n) {
			*value = c->words[i + 1].text;
			return &c->words[i + 1];
		}
	}
	return NULL;
}

/* A command under way: the program's word, and what fetched it. */
struct call {
	const struct agent_pipeline *p;
	const struct node *script;
	const struct shell_command *c;
	const struct program *program;
	size_t at;			  /* of the program's word */
	const struct shell_word *package; /* as a launcher was told, or NULL */
};

static struct span span_of(const struct call *k, const struct shell_word *w) {
	return ci_span_within(k->p->in, k->script, w->start, w->end);
}

/* "timeout 600 claude", "xvfb-run claude": the program behind. */
static size_t behind_wrappers(const struct shell_command *c, size_t at) {
	static const char *const wrappers[] = {
		"timeout", "gtimeout", "xvfb-run", "stdbuf", "nice", "ionice", "unbuffer"};

	for (size_t i = 0; at < c->n && i < sizeof(wrappers) / sizeof(*wrappers); i++) {
		if (!slice_eq(slice_base_name(c->words[at].text), slice_str(wrappers[i])))
			continue;
		at++;
		while (at < c->n && c->words[at].text.n &&
			(c->words[at].text.p[0] == '-' ||
				(c->words[at].text.p[0] >= '0' && c->words[at].text.p[0] <= '9')))
			at++;
		i = (size_t)-1; /* another may stand behind */
	}
	return at;
}

static bool is_package(struct slice word, const struct program *program) {
	struct slice version;

	return program->package && slice_eq(agent_package_name(word, &version), slice_str(program->package));
}

/* Nothing says which version. */
static bool is_unversioned(struct slice word) {
	struct slice version;

	agent_package_name(word, &version);
	return version.n == 0;
}

/* The index behind a launcher's own words (npx -y, pnpm dlx, uvx); `at` itself when the word there is none. */
static size_t behind_launcher(const struct shell_command *c, size_t at) {
	struct slice first = slice_base_name(c->words[at].text);
	struct slice second = at + 1 < c->n ? c->words[at + 1].text : slice_of(NULL, 0);

	if (is_listed("npx bunx uvx", first))
		at++;
	else if ((is_listed("pnpm yarn", first) && is_listed("dlx", second)) ||
		 (is_listed("bun npm", first) && is_listed("x exec", second)))
		at += 2;
	else
		return at;
	while (at < c->n && c->words[at].text.n && c->words[at].text.p[0] == '-')
		at++;
	return at;
}

/* Fills in program, at and package. `at` is the word of the command's own program. */
static bool find_program(struct call *k, size_t at) {
	const struct shell_word *w;
	struct slice base;
	size_t launched;

	at = behind_wrappers(k->c, at);
	if (at >= k->c->n)
		return false;
	launched = behind_launcher(k->c, at);
	k->at = launched;
	if (launched >= k->c->n)
		return false;
	w = &k->c->words[launched];
	base = slice_base_name(w->text);
	for (size_t i = 0; !k->program && i < sizeof(programs) / sizeof(*programs); i++) {
		if (launched == at ? base.n && base.p[0] == (uint8_t)programs[i].name[0] &&
					     slice_is(base, programs[i].name)
				   : is_package(w->text, &programs[i])) {
			k->program = &programs[i];
			k->package = launched == at ? NULL : w;
		}
	}
	return k->program != NULL;
}

/* Does it work by itself? Fed by a pipe or with one of its words; `claude mcp add` and `codex --version` do not. */
static bool works(const struct call *k) {
	for (size_t i = k->at + 1; i < k->c->n; i++) {
		struct slice word = k->c->words[i].text;
		const uint8_t *eq = slice_byte(word, '=');

		if (is_listed(k->program->works, eq ? slice_of(word.p, (size_t)(eq - word.p)) : word))
			return true;
	}
	return k->c->from_pipe && k->c->n == k->at + 1 && strcmp(k->program->name, "q") != 0;
}

static void set_bypass(const struct call *k, struct fact *f) {
	static const struct {
		const char *flag, *value, *text;
	} modes[] = {{"--permission-mode", "bypassPermissions", "--permission-mode bypassPermissions"},
		{"--sandbox", "danger-full-access", "--sandbox danger-full-access"},
		{"-s", "danger-full-access", "--sandbox danger-full-access"},
		{"--approval-mode", "yolo", "--approval-mode yolo"}};

	for (size_t i = k->at + 1; i < k->c->n; i++)
		if (is_listed(k->program->bypass, k->c->words[i].text)) {
			fact_set_text(k->p->set, f, "bypass", k->c->words[i].text, span_of(k, &k->c->words[i]));
			return;
		}
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
		struct slice value;
		const struct shell_word *w = value_of(k->c, k->at + 1, modes[i].flag, &value);

		if (w && slice_eq(value, slice_str(modes[i].value)))
			fact_set_text(k->p->set, f, "bypass", slice_str(modes[i].text), span_of(k, w));
	}
}

static void set_restraints(const struct call *k, const struct agent *a, struct fact *f) {
	static const char *const flags[] = {"--allowedTools", "--allowed-tools", "--disallowedTools",
		"--disallowed-tools", "--tools", "--sandbox", "--permission-mode", "--allow-tool", "--deny-tool",
		"--trust-tools", "--max-turns"};
	struct agent_names names = {0};

	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		struct buf text = {0};
		struct slice value;
		const struct shell_word *w = value_of(k->c, k->at + 1, flags[i], &value);

		if (!w || fact_get(f, "bypass"))
			continue;
		if (strstr(flags[i], "llowed") && flags[i][2] == 'a' && agent_tools_open_shell(value).n) {
			fact_set_text(k->p->set, f, "unscoped_shell", agent_tools_open_shell(value), span_of(k, w));
			continue;
		}
		buf_printf(&text, "%s %.*s", flags[i], (int)(value.n < 80 ? value.n : 80), (const char *)value.p);
		agent_names_add(&names, arena_copy(&k->p->set->arena, buf_slice(&text)));
		buf_free(&text);
	}
	agent_names_set(a, f, "restraints", &names, f->span);
}

/* What a stranger wrote, by the names that the systems give it, in one of the words of the agent. */
static void set_prompt(const struct call *k, struct fact *f) {
	for (size_t i = k->at + 1; i < k->c->n; i++) {
		const struct shell_word *w = &k->c->words[i];
		const char *found = NULL;

		for (size_t n = 0; w->expands && script_untrusted_variables[n] && !found; n++)
			if (slice_find(w->text, slice_str(script_untrusted_variables[n])) >= 0)
				found = script_untrusted_variables[n];
		for (size_t n = 0; script_untrusted_macros[n] && !found; n++)
			if (slice_find_nocase(w->text, slice_str(script_untrusted_macros[n])) >= 0)
				found = script_untrusted_macros[n];
		if (found) {
			fact_set_text(k->p->set, f, "prompt_text", slice_str(found), span_of(k, w));
			return;
		}
	}
}

static void read_call(const struct call *k) {
	struct agent a = {k->p->in, k->p->set, "agent-pipeline", agent_client(k->program->client)};
	struct fact *f = agent_pipeline_fact(k->p, &a, slice_str(k->program->name), span_of(k, &k->c->words[k->at]));

	fact_set_bool(k->p->set, f, "no_actor_check", true, NOWHERE);
	if (k->package && is_unversioned(k->package->text))
		fact_set_text(k->p->set, f, "moving", k->package->text, span_of(k, k->package));
	set_bypass(k, f);
	set_restraints(k, &a, f);
	set_prompt(k, f);
	agent_set_powers(k->p, f, k->script);
	agent_seal(&a, f);
}

/* npm install -g @anthropic-ai/claude-code, curl -fsSL https://claude.ai/install.sh | bash: whatever is newest. */
static void find_install(const struct call *k, struct slice program, size_t at) {
	const bool fetches = k->c->to_pipe && is_listed("curl wget", program),
		   global = is_listed("npm pnpm yarn bun pip pip3 pipx uv", program);

	for (size_t i = at + 1; (fetches || global) && i < k->c->n; i++) {
		struct slice word = k->c->words[i].text, version = {0};
		const struct slice package = global ? agent_package_name(word, &version) : version;
		bool moving = false;

		for (size_t n = 0; package.n && n < sizeof(programs) / sizeof(*programs); n++)
			moving |= programs[n].package && slice_is(package, programs[n].package) &&
				  (version.n == 0 || slice_has_suffix(word, "@latest"));
		for (size_t n = 0; fetches && n < sizeof(installers) / sizeof(*installers); n++)
			moving |= slice_find(word, slice_str(installers[n])) >= 0;
		if (moving && !fact_get(k->p->step, "installs_agent"))
			fact_set_text(k->p->set, k->p->step, "installs_agent", slice_sub(word, 0, 100),
				span_of(k, &k->c->words[i]));
	}
}

/* Does the text name any program or installer at all? Few scripts do, and only those are read word by word. */
static bool names_agent(struct slice text) {
	for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++) {
		const struct slice name = slice_str(programs[i].name);

		if (name.n > 1 ? slice_find(text, name) >= 0
			       : slice_find(text, slice_str("--no-interactive")) >= 0 ||
					 slice_find(text, slice_str("--trust-all-tools")) >= 0)
			return true;
	}
	for (size_t i = 0; i < sizeof(installers) / sizeof(*installers); i++)
		if (slice_find(text, slice_str(installers[i])) >= 0)
			return true;
	return false;
}

void agent_read_script(const struct agent_pipeline *p, const struct node *script, const struct shell_script *commands) {
	struct arena arena = {0};
	struct shell_script s = {0};
	bool found = false;

	/* where its commands were read already, to look at them is less work than to search the text */
	if (!node_is(script, NODE_STRING) || !p->step || (!commands && !names_agent(script->text)))
		return;
	s = commands ? *commands : shell_read(&arena, script->text);
	for (size_t i = 0; i < s.n; i++) {
		struct call k = {.p = p, .script = script, .c = &s.at[i]};
		size_t at;
		const struct slice program = shell_program(k.c, &at);

		if (!program.n)
			continue;
		find_install(&k, program, at);
		if (found || !find_program(&k, at) || !works(&k))
			continue;
		read_call(&k); /* the script's other calls have what this one has */
		found = true;
	}
	arena_free(&arena);
}
