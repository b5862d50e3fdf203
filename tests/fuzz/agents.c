/* Any bytes as each file of an agent or workload: the first byte picks the path. Spans must lie in the document, lists be bounded. */
#include "scanners/agent/agent.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const paths[] = {".mcp.json", ".claude/settings.json", ".codex/config.toml", ".gemini/settings.json",
	".vscode/settings.json", "opencode.json", ".continue/config.yaml", ".claude/agents/x.md", "CLAUDE.md", "run.sh",
	"langgraph.json", "config/agents.yaml", "OAI_CONFIG_LIST.json", "agent-card.json", "bot.xml", "server.conf",
	"entries.json", "vault/p.hcl", "vault/r.json", "k.yaml", "x.rego", ".cursor/cli.json", ".kiro/agents/x.json",
	"template.yaml", ".roomodes", ".gemini/policies/a.toml", ".env", ".claude-plugin/marketplace.json",
	"agentcore.json", "agents/openai.yaml", ".aider.chat.history.md", ".claude/projects/a.jsonl",
	".cursor/environment.json", "app.py"};

static const struct reader *const wanted[] = {&agent_text_reader, &kubernetes_workload_reader, &agent_settings_reader,
	&agent_framework_reader, &spire_reader, &vault_reader, &policy_reader, &agent_modes_reader, &secret_file_reader,
	&agent_python_reader};

static bool parse(struct arena *a, struct slice path, struct slice bytes, struct node_documents *out) {
	const struct node_limits lim = {.max_depth = 64, .max_nodes = 20000};
	struct syntax_error err;

	if (slice_has_suffix(path, ".toml"))
		toml_read(a, bytes, &lim, out, &err);
	else if (slice_has_suffix(path, ".yaml") || (slice_has_suffix(path, "modes") && bytes.n && bytes.p[0] != '{'))
		yaml_read(a, bytes, &lim, out, &err);
	else if (slice_has_suffix(path, ".json") || slice_has_suffix(path, "modes"))
		json_read(a, bytes, true, &lim, out, &err);
	else
		return false;
	return true;
}

static void check(const struct span *s, size_t size) {
	if (s->line && (s->start > s->end || s->end > size || !s->column))
		__builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct arena a = {0};
	struct fact_set set = {0};
	struct node_documents tree = {0};
	struct document doc = {.place = PLACE_FILE};
	struct fact_source source = {.place = PLACE_FILE};
	struct reader_input in = {.doc = &doc, .source = &source};

	if (!size)
		return 0;
	doc.path = source.path = slice_str(paths[data[0] % (sizeof(paths) / sizeof(*paths))]);
	doc.bytes = slice_of(data + 1, size - 1);
	if (parse(&a, doc.path, doc.bytes, &tree))
		in.tree = &tree;
	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
		if (wanted[i]->wants(doc.path))
			wanted[i]->read(&in, &set);
	in.tree = NULL; /* the same bytes as where a link in the place of the file leads */
	if (agent_link_reader.wants(doc.path))
		agent_link_reader.read(&in, &set);
	for (size_t i = 0; i < set.all.n; i++) {
		check(&set.all.at[i]->span, size - 1);
		for (size_t k = 0; k < set.all.at[i]->values.n; k++)
			check(&set.all.at[i]->values.at[k].value.span, size - 1);
	}
	fact_set_free(&set);
	arena_free(&a);
	return 0;
}
