/* Agents that are written in Python: servers of the Model Context Protocol and hosted tools in the constructors of the OpenAI Agents SDK, the Claude Agent
 * SDK, the protocol's own SDK, Agent Development Kit, LangChain's adapters and Pydantic AI; agents of AutoGen and CrewAI that run code. Names from each
 * project's reference. How Python is read, python.c knows; what is built at run time is not known here. */
#include "scanners/agent/permission.h"
#include "scanners/agent/python.h"

#define NOWHERE	    ((struct span){0})
#define NODES_MAX   20000
#define LOOKUPS_MAX 200
#define BYTES_MAX   (1u << 20)
/* Imports stand at the beginning: a file that names none of the packages there is none of ours. */
#define HEAD_MAX    16384
#define MEMBERS_MAX 40

static const char *const packages[] = {"agents", "claude_agent_sdk", "claude_code_sdk", "mcp", "google.adk", "autogen",
	"ag2", "crewai", "pydantic_ai", "langchain_mcp_adapters", "agno", "llama_index", "smolagents", "strands"};

/* Where a call says what its server is. */
enum where { PARAMS, ITSELF, HOSTED, MAP, AGENT, SHELL, EXECUTOR, PROCESS };
static const struct callee {
	const char *name, *client;
	enum where where;
} callees[] = {
	{"MCPServerStdio", "openai-agents", PARAMS},
	{"MCPServerSse", "openai-agents", PARAMS},
	{"MCPServerSSE", "mcp", PARAMS},
	{"MCPServerStreamableHttp", "openai-agents", PARAMS},
	{"MCPServerStreamableHTTP", "mcp", PARAMS},
	{"HostedMCPTool", "openai-agents", HOSTED},
	{"StdioServerParameters", "mcp", ITSELF},
	{"SseConnectionParams", "mcp", ITSELF},
	{"SseServerParams", "mcp", ITSELF},
	{"StreamableHTTPConnectionParams", "mcp", ITSELF},
	{"StreamableHTTPServerParams", "mcp", ITSELF},
	{"StdioServerParams", "autogen", ITSELF},
	{"StreamableHttpServerParams", "autogen", ITSELF},
	{"SSEClientParams", "mcp", ITSELF}, /* Agno's */
	{"StreamableHTTPClientParams", "mcp", ITSELF},
	{"MCPTools", "mcp", PARAMS},
	{"MCPServerHTTP", "mcp", PARAMS},  /* CrewAI's, and Pydantic AI's of old */
	{"BasicMCPClient", "mcp", PARAMS}, /* LlamaIndex's */
	{"MultiServerMCPClient", "mcp", MAP},
	{"ClaudeAgentOptions", "claude-code", MAP},
	{"ClaudeCodeOptions", "claude-code", MAP},
	{"Agent", "openai-agents", AGENT},
	{"UserProxyAgent", "autogen", AGENT},
	{"AssistantAgent", "autogen", AGENT},
	{"ConversableAgent", "autogen", AGENT},
	{"LocalCommandLineCodeExecutor", "autogen", EXECUTOR},
	{"LocalShellTool", "openai-agents", SHELL},
	{"run", "agent-cli",
		PROCESS}, /* of subprocess, os and asyncio: "Subprocess management" of Python's library reference */
	{"Popen", "agent-cli", PROCESS},
	{"call", "agent-cli", PROCESS},
	{"check_call", "agent-cli", PROCESS},
	{"check_output", "agent-cli", PROCESS},
	{"getoutput", "agent-cli", PROCESS},
	{"system", "agent-cli", PROCESS},
	{"create_subprocess_exec", "agent-cli", PROCESS},
	{"create_subprocess_shell", "agent-cli", PROCESS},
};
#define NCALLEES (sizeof(callees) / sizeof(*callees))

static bool wants(struct slice path) {
	return slice_has_suffix(path, ".py");
}

static bool is_letter(uint8_t c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_of(struct slice rest, const char *package) {
	size_t n = strlen(package);

	/* mcp.types and autogen_agentchat, but not agents_of_mine */
	return slice_has_prefix(rest, package) &&
	       (rest.n == n || !is_letter(rest.p[n]) || (rest.p[n] == '_' && strcmp(package, "agents") != 0));
}

/* What the lines "import …" and "from …" of the head name. */
struct imported {
	bool agents, processes;
};

static struct imported imports_of(struct slice head) {
	static const char *const words[] = {"import ", "from "}, *const starting[] = {"subprocess", "os", "asyncio"};
	struct imported out = {false, false};
	size_t next;

	for (size_t at = 0; at < head.n; at = next) {
		struct slice line;

		next = at + slice_until(slice_sub(head, at, head.n), '\n') + 1;
		while (at < head.n && (head.p[at] == ' ' || head.p[at] == '\t'))
			at++;
		if (at >= head.n || (head.p[at] != 'i' && head.p[at] != 'f'))
			continue;
		line = slice_sub(head, at, next - 1);
		for (size_t w = 0; w < 2; w++) {
			struct slice rest = slice_sub(line, strlen(words[w]), line.n);

			if (!slice_has_prefix(line, words[w]))
				continue;
			for (size_t i = 0; i < sizeof(packages) / sizeof(*packages); i++)
				out.agents |= is_of(rest, packages[i]);
			/* import os, subprocess */
			for (size_t i = 0; i < sizeof(starting) / sizeof(*starting); i++)
				out.processes |= slice_find(rest, slice_str(starting[i])) >= 0;
		}
	}
	return out;
}

/* Switches that turn the questions off, of agents that scripts start: each vendor's reference of its command line. */
static const struct {
	const char *program, *flag, *value; /* value: the next word, or behind "=" */
} switches[] = {
	{"claude", "--dangerously-skip-permissions", NULL},
	{"claude", "--permission-mode", "bypassPermissions"},
	{"codex", "--dangerously-bypass-approvals-and-sandbox", NULL},
	{"codex", "--yolo", NULL},
	{"codex", "--sandbox", "danger-full-access"},
	{"codex", "-s", "danger-full-access"},
	{"gemini", "--yolo", NULL},
	{"gemini", "-y", NULL},
	{"gemini", "--approval-mode", "yolo"},
	{"q", "--trust-all-tools", NULL},
	{"copilot", "--allow-all-tools", NULL},
	{"cursor-agent", "--force", NULL},
	{"cursor-agent", "-f", NULL},
	{"aider", "--yes-always", NULL},
};
#define NSWITCHES (sizeof(switches) / sizeof(*switches))

/* Starts programs, and names a switch of an agent. */
static bool starts_agents(struct slice text) {
	for (size_t i = 0; i < NSWITCHES; i++) {
		const char *rare = switches[i].value ? switches[i].value : switches[i].flag;

		if (strlen(rare) > 3 && strcmp(rare, "--force") != 0 && slice_find(text, slice_str(rare)) >= 0)
			return true;
	}
	return slice_find(text, slice_str("cursor-agent")) >= 0;
}

static bool is_ours(struct slice text) {
	struct imported i = imports_of(slice_sub(text, 0, HEAD_MAX));

	return i.agents || (i.processes && starts_agents(text));
}

/* A mapping that is put together. */
struct made {
	struct arena *arena;
	struct node_member at[MEMBERS_MAX];
	size_t n;
};

static void put(struct made *m, const char *key, const struct node *value) {
	struct node *k;

	if (!value || m->n == MEMBERS_MAX)
		return;
	k = ARENA_NEW(m->arena, struct node);
	k->kind = NODE_STRING;
	k->text = slice_str(key);
	k->span = value->span;
	m->at[m->n++] = (struct node_member){k, value};
}

static void put_all(struct made *m, const struct node *from) {
	for (size_t i = 0; node_is(from, NODE_MAPPING) && i < from->n && m->n < MEMBERS_MAX; i++)
		m->at[m->n++] = from->members[i];
}

static const struct node *node_of(struct made *m, struct span span) {
	struct node *n = ARENA_NEW(m->arena, struct node);
	struct node_member *kept = ARENA_NEW_N(m->arena, struct node_member, m->n);

	if (m->n)
		memcpy(kept, m->at, m->n * sizeof(*kept));
	n->kind = NODE_MAPPING;
	n->span = span;
	n->members = kept;
	n->n = m->n;
	return n;
}

static const struct node *list_of(struct arena *a, const struct node *one) {
	struct node *n = ARENA_NEW(a, struct node);
	const struct node **kept = ARENA_NEW(a, const struct node *);

	*kept = one;
	n->kind = NODE_SEQUENCE;
	n->span = one->span;
	n->items = kept;
	n->n = 1;
	return n;
}

/* MCPServerStdio(params={command, args, env}, name="x"); Pydantic AI has the parameters in the call itself, the command or address first. */
static const struct node *server_of(struct arena *a, const struct node *call) {
	const struct node *params = node_get(call, "params"), *first = node_get(call, "0");
	struct made m = {.arena = a};

	if (!params && node_is(first, NODE_MAPPING))
		params = first;
	put_all(&m, node_is(params, NODE_MAPPING) ? params : call);
	if (!params && node_is(first, NODE_STRING))
		put(&m, slice_find(first->text, slice_str("://")) >= 0 ? "url" : "command", first);
	if (node_is(params, NODE_MAPPING))
		put(&m, "name", node_get(call, "name"));
	return node_of(&m, call->span);
}

/* HostedMCPTool(tool_config={"type": "mcp", "server_label", "server_url", "authorization", "headers", "require_approval"}): OpenAI's API reference, "MCP tool". */
static const struct node *hosted_of(struct arena *a, const struct node *call) {
	const struct node *c = node_get(call, "tool_config"), *approval;
	struct made m = {.arena = a}, headers = {.arena = a};

	if (!c)
		c = node_get(call, "0");
	if (!node_is(c, NODE_MAPPING))
		return NULL;
	put(&m, "name", node_get(c, "server_label"));
	put(&m, "url", node_get(c, node_get(c, "server_url") ? "server_url" : "connector_id"));
	put_all(&headers, node_get(c, "headers"));
	put(&headers, "Authorization", node_get(c, "authorization"));
	if (headers.n)
		put(&m, "headers", node_of(&headers, c->span));
	approval = node_get(c, "require_approval");
	if (node_text_is(approval, "never")) {
		struct node *all = ARENA_NEW(a, struct node);

		*all = (struct node){
			.kind = NODE_BOOL, .boolean = true, .text = slice_str("true"), .span = approval->span};
		put(&m, "autoApprove", all);
	} else {
		put(&m, "autoApprove", node_at(approval, "never.tool_names"));
	}
	return node_of(&m, call->span);
}

/* The agent whose call is around what is read. */
struct around {
	struct fact *agent;
	size_t end;
};

static void seal(const struct agent *a, struct around *x, size_t at) {
	if (!x->agent || at < x->end)
		return;
	agent_seal(a, x->agent);
	x->agent = NULL;
}

static struct fact *agent_here(const struct agent *a, struct slice name, struct span span) {
	struct fact *f = agent_fact(a, FACT_AGENT, name, span);

	fact_set_text(a->set, f, "kind", slice_str("framework"), NOWHERE);
	fact_set_bool(a->set, f, "authenticated", true, NOWHERE);
	return f;
}

/* A word of a command line. */
struct word {
	struct slice text;
	struct span span;
};

#define WORDS_MAX 200

/* ["claude", "-p", …], a whole line, or the words as arguments. */
static size_t words_of(const struct node *call, struct word *out) {
	const struct node *first = node_get(call, "0") ? node_get(call, "0") : node_get(call, "args");
	struct slice rest;
	size_t n = 0;

	for (size_t i = 0; node_is(first, NODE_SEQUENCE) && i < first->n && n < WORDS_MAX; i++)
		out[n++] = (struct word){node_text(first->items[i]), first->items[i]->span};
	if (!node_is(first, NODE_STRING))
		return n;
	if (!slice_byte(first->text, ' ')) {
		for (size_t i = 0; i < call->n && n < WORDS_MAX; i++)
			if (call->members[i].key->text.n == 1 && call->members[i].key->text.p[0] <= '9')
				out[n++] =
					(struct word){node_text(call->members[i].value), call->members[i].value->span};
		return n;
	}
	for (rest = first->text; rest.n && n < WORDS_MAX;
		rest = slice_trim(slice_sub(rest, slice_until(rest, ' '), rest.n)))
		out[n++] = (struct word){slice_sub(rest, 0, slice_until(rest, ' ')), first->span};
	return n;
}

static bool is_switch(size_t at, const struct word *w, size_t i, size_t n) {
	struct slice flag = slice_str(switches[at].flag), text = w[i].text;
	const char *value = switches[at].value;

	if (!value)
		return slice_eq(text, flag);
	if (slice_eq(text, flag))
		return i + 1 < n && slice_eq(w[i + 1].text, slice_str(value));
	return text.n > flag.n && slice_has_prefix(text, switches[at].flag) && text.p[flag.n] == '=' &&
	       slice_eq(slice_sub(text, flag.n + 1, text.n), slice_str(value));
}

static void read_process(const struct agent *a, const struct node *call) {
	struct word words[WORDS_MAX];
	size_t n = words_of(call, words), from = 0;
	struct slice program;

	if (!n)
		return;
	for (size_t i = 0; i < words[0].text.n; i++)
		from = words[0].text.p[i] == '/' ? i + 1 : from;
	program = slice_sub(words[0].text, from, words[0].text.n);
	for (size_t k = 0; k < NSWITCHES; k++) {
		for (size_t i = 1; slice_eq(program, slice_str(switches[k].program)) && i < n; i++) {
			struct fact *f;

			if (!is_switch(k, words, i, n))
				continue;
			f = agent_fact(a, FACT_AGENT, program, words[i].span);
			fact_set_text(a->set, f, "kind", slice_str("command"), f->span);
			fact_set_text(a->set, f, "bypass", words[i].text, f->span);
			agent_seal(a, f);
			return; /* the first tells it */
		}
	}
}

static void hands_shell(const struct agent *a, struct around *x, struct slice name, struct span span) {
	struct fact *f = x->agent ? x->agent : agent_here(a, name, span);

	fact_set_text(a->set, f, "local_shell", name, span);
	if (!x->agent)
		agent_seal(a, f);
}

static void runs_code(const struct agent *a, struct around *x, struct slice name, struct span span) {
	struct fact *f = x->agent ? x->agent : agent_here(a, name, span);

	fact_set_bool(a->set, f, "runs_code_unsafely", true, span);
	if (!x->agent)
		agent_seal(a, f);
}

/* Agent(name=…), CrewAI's Agent(allow_code_execution=True, code_execution_mode="unsafe"), AutoGen's code_execution_config={"use_docker": False}. */
static void read_agent(const struct agent *a, struct around *x, const struct node *call, size_t end) {
	const struct node *name = node_get(call, "name"), *mode = node_get(call, "code_execution_mode"),
			  *docker = node_at(call, "code_execution_config.use_docker");

	if (!name)
		name = node_get(call, "0") ? node_get(call, "0") : node_get(call, "role");
	if (x->agent) /* one inside of another: the outer one is told */
		return;
	x->agent =
		agent_here(a, node_text(name).n ? slice_sub(node_text(name), 0, 100) : slice_str("Agent"), call->span);
	x->end = end;
	if (node_text_is(mode, "unsafe"))
		fact_set_bool(a->set, x->agent, "runs_code_unsafely", true, mode->span);
	if (node_is(docker, NODE_BOOL) && !docker->boolean)
		fact_set_bool(a->set, x->agent, "runs_code_unsafely", true, docker->span);
}

/* ClaudeAgentOptions(mcp_servers={…}, permission_mode="bypassPermissions"), MultiServerMCPClient({…}). */
static void read_map(const struct agent *a, struct around *x, const struct node *call) {
	const struct node *servers = node_get(call, "mcp_servers"), *mode = node_get(call, "permission_mode");
	struct fact *f = x->agent;

	if (!servers)
		servers = node_get(call, "connections") ? node_get(call, "connections") : node_get(call, "0");
	if (!f && node_text_is(mode, "bypassPermissions")) {
		f = agent_here(a, slice_str("Claude"), call->span);
		fact_set_text(a->set, f, "bypass", slice_str("permission_mode=\"bypassPermissions\""), mode->span);
		agent_seal(a, f);
	}
	agent_read_server_map(a, x->agent, servers);
}

static void read_call(struct agent *a, struct around *x, const struct callee *c, const struct node *call, size_t end,
	struct arena *arena) {
	const struct node *server = NULL;

	a->client = agent_client(c->client);
	switch (c->where) {
	case PARAMS:
		server = server_of(arena, call);
		break;
	case ITSELF:
		server = call;
		break;
	case HOSTED:
		server = hosted_of(arena, call);
		break;
	case MAP:
		read_map(a, x, call);
		break;
	case AGENT:
		read_agent(a, x, call, end);
		break;
	case SHELL:
		hands_shell(a, x, slice_str(c->name), call->span);
		break;
	case EXECUTOR:
		runs_code(a, x, slice_str(c->name), call->span);
		break;
	case PROCESS:
		read_process(a, call);
		break;
	}
	if (server)
		agent_read_server_map(a, x->agent, list_of(arena, server));
}

static bool read(const struct reader_input *in, struct fact_set *set) {
	struct agent a = {in, set, "agent-python", NULL};
	const char *names[NCALLEES];
	struct arena arena = {0};
	struct lines lines = {0};
	struct around x = {0};
	struct python p = {
		.text = in->doc->bytes, .arena = &arena, .lines = &lines, .budget = NODES_MAX, .lookups = LOOKUPS_MAX};
	size_t which, end = 0;

	if (!is_ours(p.text))
		return false;
	if (p.text.n > BYTES_MAX) {
		if (in->coverage)
			coverage_note(in->coverage, "limit-python", true, "a Python source",
				"that imports an agents' library is longer than 1 MiB: its agents are not told");
		return false;
	}
	for (size_t i = 0; i < NCALLEES; i++)
		names[i] = callees[i].name;
	lines_of(&lines, p.text);
	while (python_next_call(&p, names, NCALLEES, &which)) {
		const struct node *call = python_call(&p, &end);

		seal(&a, &x, p.at);
		if (call)
			read_call(&a, &x, &callees[which], call, end, &arena);
	}
	seal(&a, &x, SIZE_MAX);
	if ((!p.budget || !p.lookups) && in->coverage)
		coverage_note(in->coverage, "limit-python", true, "a Python source",
			"has more calls of an agents' library, or variables in them, than are read: the others are not "
			"told");
	lines_free(&lines);
	arena_free(&arena);
	return true;
}

const struct reader agent_python_reader = {"agent-python", wants, read};
