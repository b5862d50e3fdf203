/* Texts for agents and about them: instructions, definitions of agents and commands with front matter, and scripts that start agents.
 * Credentials in prose are for the rules for secrets; here it is what the front matter allows, what people do not see, and flags that
 * turn an agent's questions off. */
#include "scanners/agent/permission.h"
#include "scanners/agent/prose.h"

#include "core/text.h"

#include <stdio.h>

/* A front matter is a few lines; one longer is none. */
#define FRONT_MAX 16384

static const struct agent_file definitions[] = {
	{".claude/agents/", "*.md", "claude-code"},
	{".claude/commands/", "*.md", "claude-code"},
	{NULL, "*.agent.md", "copilot"},
	{"agents/", "*.md", "claude-code"},
	{"commands/", "*.md", "claude-code"},
	{NULL, "SKILL.md", "claude-code"},
	{".github/agents/", "*.md", "copilot"},
	{".github/chatmodes/", "*.md", "copilot"},
	{".github/prompts/", "*.md", "copilot"},
};

static const struct agent_file instructions[] = {
	{NULL, "CLAUDE.md", "claude-code"},
	{NULL, "CLAUDE.local.md", "claude-code"},
	{NULL, "AGENTS.md", "mcp"},
	{NULL, "GEMINI.md", "gemini"},
	{".github/", "copilot-instructions.md", "copilot"},
	{".github/instructions/", "*.md", "copilot"},
	{NULL, ".cursorrules", "cursor"},
	{".cursor/rules/", "*.mdc", "cursor"},
	{".cursor/rules/", "*.md", "cursor"},
	{NULL, ".windsurfrules", "windsurf"},
	{NULL, ".clinerules", "cline"},
	{".clinerules/", "*.md", "cline"},
	{".roo/rules/", "*.md", "roo"},
	{".kiro/steering/", "*.md", "kiro"},
	{".amazonq/rules/", "*.md", "amazon-q"},
	{".junie/", "guidelines.md", "junie"},
};

/* What an agent kept of its sessions: transcripts, checkpoints, memory. */
static const struct agent_file memories[] = {
	{NULL, ".aider.chat.history.md", "agent-cli"},
	{NULL, ".aider.input.history", "agent-cli"},
	{".specstory/history/", "*.md", "agent-cli"},
	{NULL, "checkpoints.sqlite", "langgraph"},
	{NULL, "checkpoints.db", "langgraph"},
	{".langgraph_api/", "*.pckl", "langgraph"},
	{NULL, "claude.transcript.jsonl", "claude-code"},
	{".claude/agent-memory/", "*.md", "claude-code"},
};

static const struct agent_file *memory_of(struct slice path) {
	static const struct agent_file claude = {NULL, "*.jsonl", "claude-code"}, codex = {NULL, "*.jsonl", "codex"};

	if (slice_has_suffix(path, ".jsonl") && slice_find(path, slice_str(".claude/projects/")) >= 0)
		return &claude;
	if (slice_has_suffix(path, ".jsonl") && slice_find(path, slice_str(".codex/sessions/")) >= 0)
		return &codex;
	return agent_file_of(memories, sizeof(memories) / sizeof(*memories), path);
}

/* Scripts that may start an agent. */
static const struct agent_file scripts[] = {
	{NULL, "*.sh", "agent-cli"},
	{NULL, "*.bash", "agent-cli"},
	{NULL, "*.zsh", "agent-cli"},
	{NULL, "*.ps1", "agent-cli"},
	{NULL, "Dockerfile", "agent-cli"},
	{NULL, "*.Dockerfile", "agent-cli"},
	{NULL, "Makefile", "agent-cli"},
	{NULL, "justfile", "agent-cli"},
	{NULL, "package.json", "agent-cli"},
	{NULL, "devcontainer.json", "agent-cli"},
	{NULL, "Taskfile.yml", "agent-cli"},
	{NULL, "docker-compose.yml", "agent-cli"},
	{".github/workflows/", "*.yml", "agent-cli"},
	{".github/workflows/", "*.yaml", "agent-cli"},
};

#define ROWS(t) (sizeof(t) / sizeof(*(t)))

static bool wants(struct slice path) {
	return agent_file_of(definitions, ROWS(definitions), path) ||
	       agent_file_of(instructions, ROWS(instructions), path) || agent_file_of(scripts, ROWS(scripts), path) ||
	       memory_of(path);
}

static struct span place(struct slice text, size_t from, size_t to) {
	struct span s = {.start = from, .end = to};

	text_position(text, from, &s.line, &s.column);
	text_position(text, to, &s.end_line, &s.end_column);
	return s;
}

/* Characters that show nothing or turn the direction of what follows. An emoji's joiner (U+200D) and the mark of byte order at the start
 * are honest. */
static bool is_hidden(uint32_t c) {
	return c == 0x200b || c == 0x200c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x2064) || (c >= 0x2066 && c <= 0x2069) || (c >= 0xe0000 && c <= 0xe007f);
}

/* Tags after a flag's black emoji spell a region: 🏴 and U+E0067 … U+E007F. */
static bool is_flag_tag(const struct agent *a, size_t at, uint32_t c) {
	const struct slice s = a->in->doc->bytes;

	if (c < 0xe0000)
		return false;
	while (at >= 4 && s.p[at - 4] == 0xf3 && s.p[at - 3] == 0xa0)
		at -= 4;
	return at >= 4 && memcmp(s.p + at - 4, "\xf0\x9f\x8f\xb4", 4) == 0;
}

static void find_hidden(const struct agent *a, struct fact *f) {
	const struct slice s = a->in->doc->bytes;
	size_t found = 0, first = 0, last = 0;
	uint32_t what = 0;
	char text[60];

	for (size_t at = 0; at < s.n;) {
		size_t n;
		uint32_t c;

		if (s.p[at] < 0x80) {
			at++;
			continue;
		}
		n = utf8_sequence(slice_sub(s, at, s.n));
		if (!n) {
			at++;
			continue;
		}
		c = utf8_decode(slice_sub(s, at, s.n), n);
		if (is_hidden(c) && !is_flag_tag(a, at, c)) {
			if (!found++) {
				first = at;
				what = c;
			}
			last = at + n;
		}
		at += n;
	}
	/* one of the harmless kind is a slip of copying; tags and turns of direction never are */
	if (!found || (found < 3 && what < 0x202a))
		return;
	(void)last;
	snprintf(text, sizeof(text), "%zu from U+%04X on", found, what);
	fact_set_text(a->set, f, "hidden_text", slice_str(text), place(s, first, first + 3));
}

static bool says(struct slice text, const char *const *words) {
	for (; *words; words++)
		if (slice_find_nocase(text, slice_str(*words)) >= 0)
			return true;
	return false;
}

/* tools: "Read, Bash" or a list. */
static void read_tools(const struct agent *a, struct fact *f, const struct node *tools) {
	struct slice text = node_text(tools);
	const struct node *items[AGENT_NAMES_MAX];
	struct node list = {.kind = NODE_SEQUENCE, .items = items}, words[AGENT_NAMES_MAX];
	size_t at = 0, depth = 0, from = 0;

	if (node_is(tools, NODE_SEQUENCE)) {
		agent_read_grants(a, f, tools, NULL);
		for (size_t i = 0; i < tools->n; i++)
			if (node_text_is(tools->items[i], "*"))
				fact_set_bool(a->set, f, "all_tools", true, tools->items[i]->span);
		return;
	}
	for (; at <= text.n && list.n < AGENT_NAMES_MAX; at++) {
		uint8_t c = at < text.n ? text.p[at] : ',';

		depth += c == '(';
		depth -= c == ')' && depth;
		if (c != ',' || depth)
			continue;
		words[list.n] = (struct node){
			.kind = NODE_STRING, .text = slice_trim(slice_sub(text, from, at)), .span = tools->span};
		items[list.n] = &words[list.n];
		list.n++;
		from = at + 1;
	}
	if (text.n)
		agent_read_grants(a, f, &list, NULL);
	if (slice_eq(slice_trim(text), slice_str("*")))
		fact_set_bool(a->set, f, "all_tools", true, tools->span);
}

/* Spans of the front matter's tree count from its own first line. */
static void shift(struct fact_set *set, size_t from_fact, size_t bytes, unsigned lines) {
	for (size_t i = from_fact; i < set->all.n; i++) {
		struct fact *f = set->all.at[i];

		if (f->span.line) {
			f->span.start += bytes;
			f->span.end += bytes;
			f->span.line += lines;
			f->span.end_line += lines;
		}
		for (size_t k = 0; k < f->values.n; k++) {
			struct span *s = &f->values.at[k].value.span;

			if (!s->line)
				continue;
			s->start += bytes;
			s->end += bytes;
			s->line += lines;
			s->end_line += lines;
		}
	}
}

bool agent_text_only_reads(struct slice text) {
	static const char *const reading[] = {
		"read-only", "read only", "readonly", "review", "analyz", "analys", "audit", "inspect", NULL};
	static const char *const changing[] = {"fix", "implement", "edit", "write", "refactor", "creat", "generat",
		"updat", "debug", "build", "develop", "run", "execut", "manag", "optimi", NULL};

	return says(text, reading) && !says(text, changing);
}

static void read_front(const struct agent *a, struct fact *f, const struct node *root) {
	const struct node *tools = node_get(root, "tools"), *mode = node_get(root, "permissionMode");
	struct slice what = node_text(node_get(root, "description"));

	if (!tools)
		tools = node_get(root, "allowed-tools");
	if (tools)
		read_tools(a, f, tools);
	if (node_text_is(mode, "bypassPermissions"))
		fact_set_text(a->set, f, "bypass", slice_str("permissionMode bypassPermissions"), mode->span);
	if (agent_text_only_reads(what))
		fact_set_bool(a->set, f, "read_only_by_text", true, node_get(root, "description")->span);
	agent_read_server_map(a, f, node_get(root, "mcp-servers"));
	agent_read_server_map(a, f, node_get(root, "mcpServers"));
	agent_read_hooks(a, f, node_get(root, "hooks"));
}

static struct span part_of(const struct agent *a, struct slice part) {
	size_t at = (size_t)(part.p - a->in->doc->bytes.p);

	return place(a->in->doc->bytes, at, at + part.n);
}

static void find_reveals(const struct agent *a, struct fact *f) {
	struct slice told = prose_reveals(a->in->doc->bytes);

	if (told.n)
		fact_set_text(a->set, f, "reveals", slice_sub(told, 0, 120), part_of(a, told));
}

static void find_credential(const struct agent *a, struct fact *f) {
	struct slice value, name = prose_credential(a->in->doc->bytes, &value);

	if (name.n)
		fact_set_text(a->set, f, "transcript_credential", slice_sub(name, 0, 60), part_of(a, value));
}

/* `---`, YAML, `---`. */
static void read_definition(const struct agent *a) {
	const struct slice s = a->in->doc->bytes;
	const struct node_limits lim = node_limits_default();
	struct arena arena = {0};
	struct node_documents docs = {0};
	struct syntax_error err = {0};
	size_t from, first = a->set->all.n;
	ptrdiff_t end;
	struct fact *f = agent_fact(a, FACT_AGENT, slice_str("agent"),
		(struct span){.line = 1, .column = 1, .end_line = 1, .end_column = 1});

	fact_set_text(a->set, f, "kind", slice_str("definition"), f->span);
	from = slice_has_prefix(s, "---\r\n") ? 5 : slice_has_prefix(s, "---\n") ? 4 : 0;
	end = from ? slice_find(slice_sub(s, from, from + FRONT_MAX), slice_str("\n---")) : -1;
	if (end > 0 && yaml_read(&arena, slice_sub(s, from, from + (size_t)end), &lim, &docs, &err) == 0 && docs.n &&
		node_is(docs.roots[0], NODE_MAPPING)) {
		const struct node *name = node_get(docs.roots[0], "name");

		if (node_text(name).n)
			f->name = arena_copy(&a->set->arena, slice_sub(node_text(name), 0, 200));
		f->span.line = 0;
		read_front(a, f, docs.roots[0]);
		shift(a->set, first, from, 1);
		f->span.line = 1;
	}
	find_hidden(a, f);
	find_reveals(a, f);
	agent_seal(a, f);
	arena_free(&arena);
}

static const struct flag {
	const char *text, *program;
} flags[] = {
	{"--dangerously-skip-permissions", "claude"},
	{"--permission-mode bypassPermissions", "claude"},
	{"--permission-mode=bypassPermissions", "claude"},
	{"--dangerously-bypass-approvals-and-sandbox", "codex"},
	{"--sandbox danger-full-access", "codex"},
	{"--approval-mode=yolo", "gemini"},
	{"--approval-mode yolo", "gemini"},
	{"gemini --yolo", "gemini"},
	{"gemini -y ", "gemini"},
	{"--trust-all-tools", "q"},
	{"--allow-all-tools", "copilot"},
	{"cursor-agent --force", "cursor-agent"},
	{"cursor-agent -f", "cursor-agent"},
	{"aider --yes-always", "aider"},
};

/* Prose and refusals: comments, messages, searches for the flag, "never". */
static bool is_said_only(struct slice line, size_t at) {
	static const char *const words[] = {"echo ", "printf ", "grep ", "never", "don't", "do not", "must not",
		"without ", "case ", "warn", "error", "deny", "forbid", "reject", "log_", "print(", "print ",
		"description", "usage", "help", "|| die"};
	struct slice before = slice_trim(slice_sub(line, 0, at));

	if (!before.n ? false
		      : before.p[0] == '#' || slice_has_prefix(before, "//") || slice_has_prefix(before, "*") ||
				slice_has_prefix(before, "::"))
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (slice_find_nocase(before, slice_str(words[i])) >= 0)
			return true;
	/* --flag) of a case, "--flag" compared */
	return slice_find(before, slice_str("==")) >= 0 || slice_find(before, slice_str("!=")) >= 0 ||
	       slice_byte(before, '#') != NULL;
}

static void find_flags(const struct agent *a) {
	const struct slice s = a->in->doc->bytes;

	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		size_t from = 0, n = strlen(flags[i].text);
		ptrdiff_t hit;

		while ((hit = slice_find(slice_sub(s, from, s.n), slice_str(flags[i].text))) >= 0) {
			size_t at = from + (size_t)hit, line = at, end = at + n;
			struct fact *f;

			while (line && s.p[line - 1] != '\n')
				line--;
			from = end;
			if (is_said_only(slice_sub(s, line, end), at - line))
				continue;
			f = agent_fact(a, FACT_AGENT, slice_str(flags[i].program), place(s, at, end));
			fact_set_text(a->set, f, "kind", slice_str("command"), f->span);
			fact_set_text(a->set, f, "bypass", slice_str(flags[i].text), f->span);
			agent_seal(a, f);
			break; /* the first of a kind tells it */
		}
	}
}

/* "langgraph dev" for others than this machine: the development server asks nobody who they are (LangGraph CLI reference, dev: --host, --tunnel). */
static void find_servers(const struct agent *a) {
	static const char *const open[] = {"--tunnel", "--host 0.0.0.0", "--host=0.0.0.0"};
	const struct slice s = a->in->doc->bytes;
	size_t from = 0;
	ptrdiff_t hit;

	while ((hit = slice_find(slice_sub(s, from, s.n), slice_str("langgraph dev"))) >= 0) {
		size_t at = from + (size_t)hit, line = at, end = at + slice_until(slice_sub(s, at, s.n), '\n');
		struct agent of = *a;

		while (line && s.p[line - 1] != '\n')
			line--;
		from = end;
		of.client = agent_client("langgraph");
		for (size_t i = 0; i < sizeof(open) / sizeof(*open); i++) {
			ptrdiff_t flag = slice_find(slice_sub(s, at, end), slice_str(open[i]));
			struct fact *f;

			if (flag < 0 || is_said_only(slice_sub(s, line, end), at - line))
				continue;
			f = agent_fact(&of, FACT_AGENT, slice_str("langgraph dev"),
				place(s, at + (size_t)flag, at + (size_t)flag + strlen(open[i])));
			fact_set_text(a->set, f, "kind", slice_str("command"), f->span);
			fact_set_bool(a->set, f, "everyone", true, f->span);
			agent_seal(&of, f);
			return; /* the first tells it */
		}
	}
}

static void whole_file(const struct agent *a, const char *name, const char *kind, bool prose) {
	struct fact *f = agent_fact(
		a, FACT_AGENT, slice_str(name), (struct span){.line = 1, .column = 1, .end_line = 1, .end_column = 1});

	fact_set_text(a->set, f, "kind", slice_str(kind), f->span);
	if (prose) {
		find_hidden(a, f);
		find_reveals(a, f);
	} else {
		find_credential(a, f);
	}
	agent_seal(a, f);
}

/* A pickle of an empty dictionary has five bytes. */
#define KEPT_MIN 16

static bool read(const struct reader_input *in, struct fact_set *set) {
	const struct slice path = in->doc->path;
	const struct agent_file *definition = agent_file_of(definitions, ROWS(definitions), path),
				*memory = memory_of(path);
	const struct agent_file *instruction = agent_file_of(instructions, ROWS(instructions), path);
	struct agent a = {in, set, "agent-text", agent_client("agent-cli")};

	if (memory) {
		a.client = agent_client(memory->client);
		if (in->doc->bytes.n >= KEPT_MIN)
			whole_file(&a, "transcript", "transcript", false);
	} else if (instruction) {
		a.client = agent_client(instruction->client);
		whole_file(&a, "instructions", "instructions", true);
	} else if (definition) {
		a.client = agent_client(definition->client);
		read_definition(&a);
	} else {
		find_flags(&a);
		find_servers(&a);
		/* what has a syntax belongs to whoever reads it besides */
		return !in->tree;
	}
	return true;
}

const struct reader agent_text_reader = {"agent-text", wants, read};
