/* Rules and roles that stand in files of their own: modes of Roo and Kilo (.roomodes, .kilocodemodes; JSON or YAML), policies of Gemini CLI
 * (policies/NAME.toml). Keys as in each vendor's documentation, read 2026-11. */
#include "scanners/agent/permission.h"

#include "core/buf.h"

static const struct agent_file files[] = {
	{NULL, ".roomodes", "roo"},
	{NULL, ".kilocodemodes", "kilo"},
	{NULL, "custom_modes.yaml", "roo"},
	{".gemini/policies/", "*.toml", "gemini"},
	{"gemini-cli/policies/", "*.toml", "gemini"},
	{"GeminiCli/policies/", "*.toml", "gemini"},
};

#define ROWS (sizeof(files) / sizeof(*files))

static bool wants(struct slice path) {
	return agent_file_of(files, ROWS, path) != NULL;
}

/* "command" runs anything; "edit" alone writes anything, ["edit", {fileRegex}] does not. */
static void read_groups(const struct agent *a, struct fact *f, const struct node *groups) {
	const struct node *command = NULL, *edit = NULL;
	struct agent_names names = {0};

	for (size_t i = 0; node_is(groups, NODE_SEQUENCE) && i < groups->n; i++) {
		const struct node *g = groups->items[i], *first = node_is(g, NODE_SEQUENCE) ? node_item(g, 0) : g;

		agent_names_add(&names, node_text(first));
		if (node_text_is(first, "command"))
			command = first;
		if (node_text_is(first, "edit") && first == g)
			edit = g;
	}
	if (command && edit)
		fact_set_bool(a->set, f, "all_tools", true, command->span);
	if (groups)
		agent_names_set(a, f, "auto_approved", &names, groups->span);
}

static bool read_modes(const struct agent *a, const struct node *root) {
	static const char *const texts[] = {"description", "whenToUse", "roleDefinition"};
	const struct node *modes = node_get(root, "customModes");

	if (!modes && node_is(root, NODE_SEQUENCE))
		modes = root;
	for (size_t i = 0; node_is(modes, NODE_SEQUENCE) && i < modes->n; i++) {
		const struct node *m = modes->items[i], *slug = node_get(m, "slug");
		struct fact *f;

		if (!node_text(slug).n)
			continue;
		f = agent_fact(a, FACT_AGENT, slug->text, slug->span);
		fact_set_text(a->set, f, "kind", slice_str("definition"), slug->span);
		read_groups(a, f, node_get(m, "groups"));
		for (size_t k = 0; k < sizeof(texts) / sizeof(*texts); k++)
			if (agent_text_only_reads(node_text(node_get(m, texts[k])))) {
				fact_set_bool(a->set, f, "read_only_by_text", true, node_get(m, texts[k])->span);
				break;
			}
		agent_seal(a, f);
	}
	return node_is(modes, NODE_SEQUENCE);
}

#define ENTRIES_MAX 200

struct entries {
	const struct node *at[ENTRIES_MAX];
	struct node nodes[ENTRIES_MAX];
	size_t n;
	bool full; /* there were more */
};

/* An entry in the words of settings: tool, tool(prefix *). */
static void add_entry(
	const struct agent *a, struct entries *e, struct slice tool, const struct node *prefix, struct span span) {
	struct buf b = {0};

	e->full = e->n == ENTRIES_MAX;
	if (e->full)
		return;
	buf_add_slice(&b, tool);
	if (prefix)
		buf_printf(&b, "(%.*s *)", (int)node_text(prefix).n, (const char *)node_text(prefix).p);
	e->nodes[e->n] =
		(struct node){.kind = NODE_STRING, .text = arena_copy(&a->set->arena, buf_slice(&b)), .span = span};
	e->at[e->n] = &e->nodes[e->n];
	e->n++;
	buf_free(&b);
}

/* A rule with a pattern over arguments, or for the mode without questions alone, opens nothing whole. */
static bool is_narrow(const struct node *rule) {
	const struct node *modes = node_get(rule, "modes");

	return node_get(rule, "argsPattern") || node_get(rule, "commandRegex") ||
	       (node_many(modes) == 1 && node_text_is(node_many_item(modes, 0), "yolo"));
}

static void read_rule(const struct agent *a, struct entries *e, const struct node *rule) {
	const struct node *tool = node_get(rule, "toolName"), *prefix = node_get(rule, "commandPrefix"),
			  *server = node_get(rule, "mcpName");

	if (!tool && !server && !prefix) {
		add_entry(a, e, slice_str("*"), NULL, rule->span);
		return;
	}
	if (server && !tool)
		add_entry(a, e, node_text_is(server, "*") ? slice_str("mcp__*") : slice_str("mcp"), NULL, server->span);
	for (size_t i = 0; !e->full && (i < node_many(tool) || (i == 0 && !tool && prefix)); i++) {
		const struct node *t = node_many_item(tool, i);
		struct slice name = t ? node_text(t) : slice_str("run_shell_command");

		for (size_t k = 0; k < node_many(prefix) && !e->full; k++)
			add_entry(a, e, name, node_many_item(prefix, k), node_many_item(prefix, k)->span);
		if (!prefix && !server)
			add_entry(a, e, name, NULL, t ? t->span : rule->span);
	}
}

static bool read_policy(const struct agent *a, const struct node *root) {
	const struct node *rules = node_get(root, "rule");
	struct entries allow = {.n = 0}, deny = {.n = 0}, ask = {.n = 0};
	struct node lists[3];
	struct agent_names names = {0};
	struct fact *f;

	if (!node_is(rules, NODE_SEQUENCE))
		return false;
	f = agent_fact(a, FACT_AGENT, slice_str(a->client->name), rules->span);
	fact_set_text(a->set, f, "kind", slice_str("settings"), f->span);
	for (size_t i = 0; i < rules->n; i++) {
		const struct node *decision = node_get(rules->items[i], "decision");

		if (node_text_is(decision, "deny"))
			read_rule(a, &deny, rules->items[i]);
		else if (node_text_is(decision, "ask_user"))
			read_rule(a, &ask, rules->items[i]);
		else if (node_text_is(decision, "allow") && !is_narrow(rules->items[i]))
			read_rule(a, &allow, rules->items[i]);
	}
	if (allow.full || deny.full || ask.full)
		coverage_note(a->in->coverage, "limit-configuration", true, arena_str(&a->set->arena, a->in->doc->path),
			"has more than 200 entries of one decision, and those behind are not read");
	lists[0] = (struct node){.kind = NODE_SEQUENCE, .items = allow.at, .n = allow.n, .span = rules->span};
	lists[1] = (struct node){.kind = NODE_SEQUENCE, .items = deny.at, .n = deny.n, .span = rules->span};
	lists[2] = (struct node){.kind = NODE_SEQUENCE, .items = ask.at, .n = ask.n, .span = rules->span};
	agent_read_grants(a, f, &lists[0], &lists[1]);
	for (size_t k = 1; k < 3; k++) {
		names.n = 0;
		for (size_t i = 0; i < lists[k].n; i++)
			agent_names_add(&names, lists[k].items[i]->text);
		agent_names_set(a, f, k == 1 ? "denies" : "asks", &names, rules->span);
	}
	agent_seal(a, f);
	return true;
}

static bool read(const struct reader_input *in, struct fact_set *set) {
	const struct agent_file *file = agent_file_of(files, ROWS, in->doc->path);
	const bool policy = slice_has_suffix(in->doc->path, ".toml");
	struct agent a = {in, set, "agent-settings", agent_client(file->client)};

	if (!in->tree || !in->tree->n)
		return false;
	return policy ? read_policy(&a, in->tree->roots[0]) : read_modes(&a, in->tree->roots[0]);
}

const struct reader agent_modes_reader = {"agent-modes", wants, read};
