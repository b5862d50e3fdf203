/* The files of every client: whose each is, under which keys its servers stand, and which settings it may hold besides. */
#include "scanners/agent/permission.h"

/* Whoever reads a file without a client of its own reads "mcpServers" or "servers". A bare map of servers is what plugins of Claude Code
 * write. /.well-known/mcp.json is a server's card, not a client's configuration. */
static const struct agent_file files[] = {
	{".claude/", "settings.json", "claude-code"},
	{".claude/", "settings.local.json", "claude-code"},
	{NULL, "managed-settings.json", "claude-code"},
	{".codex/", "hooks.json", "codex"},
	{".cursor/", "cli.json", "cursor"},
	{".cursor/", "cli-config.json", "cursor"},
	{".cursor/", "hooks.json", "cursor"},
	{".cursor/", "permissions.json", "cursor"},
	{"hooks/", "hooks.json", "claude-code"},
	{".cursor/", "mcp.json", "cursor"},
	{".vscode/", "mcp.json", "vscode"},
	{".vscode/", "settings.json", "vscode"},
	{"Code/User/", "mcp.json", "vscode"},
	{"Code/User/", "settings.json", "vscode"},
	{".copilot/", "mcp-config.json", "vscode"},
	{".devcontainer/", "devcontainer.json", "vscode"},
	{NULL, ".devcontainer.json", "vscode"},
	{".windsurf/", "mcp.json", "windsurf"},
	{".codeium/windsurf/", "mcp_config.json", "windsurf"},
	{".gemini/antigravity/", "mcp_config.json", "antigravity"},
	{".roo/", "mcp.json", "roo"},
	{".kilocode/", "mcp.json", "kilo"},
	{NULL, "cline_mcp_settings.json", "cline"},
	{NULL, "mcp_settings.json", "roo"},
	{".continue/mcpServers/", "*.yaml", "continue"},
	{".continue/mcpServers/", "*.yml", "continue"},
	{".continue/mcpServers/", "*.json", "continue"},
	{".continue/", "config.yaml", "continue"},
	{".continue/", "config.json", "continue"},
	{NULL, "claude_desktop_config.json", "claude-desktop"},
	{NULL, ".mcp.json", "claude-code"},
	{NULL, ".claude.json", "claude-code"},
	{NULL, "managed-mcp.json", "claude-code"},
	{".claude-plugin/", "plugin.json", "claude-code"},
	{".claude-plugin/", "marketplace.json", "claude-code"},
	{".cursor-plugin/", "plugin.json", "cursor"},
	{".cursor-plugin/", "marketplace.json", "cursor"},
	{NULL, "cody_settings.json", "cody"},
	{".cursor/", "environment.json", "cursor"},
	{".gemini/", "settings.json", "gemini"},
	{NULL, "gemini-extension.json", "gemini"},
	{".codex/", "config.toml", "codex"},
	{"codex/", "config.toml", "codex"},
	{".zed/", "settings.json", "zed"},
	{"zed/", "settings.json", "zed"},
	{NULL, "opencode.json", "opencode"},
	{NULL, "opencode.jsonc", "opencode"},
	{".opencode/", "config.json", "opencode"},
	{".kiro/settings/", "mcp.json", "kiro"},
	{".kiro/agents/", "*.json", "kiro"},
	{".amazonq/", "mcp.json", "amazon-q"},
	{".amazonq/cli-agents/", "*.json", "amazon-q"},
	{"amazonq/", "mcp.json", "amazon-q"},
	{"amazonq/agents/", "*.json", "amazon-q"},
	{".junie/mcp/", "mcp.json", "junie"},
	{"github-copilot/intellij/", "mcp.json", "jetbrains"},
	{"goose/", "config.yaml", "goose"},
	{".tabnine/agent/", "settings.json", "tabnine"},
	{".tabnine/", "mcp_servers.json", "tabnine"},
	{".trae/", "mcp.json", "trae"},
	{".amp/", "settings.json", "amp"},
	{".openclaw/", "openclaw.json", "openclaw"},
	{".well-known/", "mcp.json", NULL},
	{NULL, "mcp.json", "mcp"},
	{NULL, "mcp_config.json", "mcp"},
	{NULL, "mcp-config.json", "mcp"},
	{NULL, "mcp_servers.json", "mcp"},
	{NULL, "mcp-servers.json", "mcp"},
	{NULL, "mcpServers.json", "mcp"},
};

#define FILES (sizeof(files) / sizeof(*files))

static bool wants(struct slice path) {
	const struct agent_file *f = agent_file_of(files, FILES, path);

	return f && f->client;
}

size_t agent_read_servers(const struct agent *a, struct fact *owner, const struct node *root) {
	static const char *const paths[] = {"mcpServers", "servers", "mcp.servers", "mcp.mcpServers", "context_servers",
		"mcp_servers", "mcp", "extensions", "customizations.vscode.mcp.servers",
		"customizations.vscode.settings.mcp.servers", "plugins.mcpServers"};
	static const char *const dotted[] = {"mcp.servers", "amp.mcpServers", "chat.mcp.servers", "cody.mcpServers"};
	const struct node *projects = node_get(root, "projects");
	size_t servers = 0;

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		servers += agent_read_server_map(a, owner, node_at(root, paths[i]));
	for (size_t i = 0; i < sizeof(dotted) / sizeof(*dotted); i++)
		servers += agent_read_server_map(a, owner, node_get(root, dotted[i]));
	for (size_t i = 0; node_is(projects, NODE_MAPPING) && i < projects->n; i++)
		servers += agent_read_server_map(a, owner, node_get(projects->members[i].value, "mcpServers"));
	return servers;
}

/* Which clients have settings that are read, and by what. */
static const struct settings {
	const char *client;
	void (*read)(const struct agent *a, struct fact *owner, const struct node *root);
} settings[] = {
	{"claude-code", claude_read_settings},
	{"codex", codex_read_settings},
	{"gemini", gemini_read_settings},
	{"vscode", vscode_read_settings},
	{"cursor", cursor_read_settings},
	{"opencode", opencode_read_settings},
	{"goose", goose_read_settings},
	{"zed", zed_read_settings},
	{"amazon-q", tool_list_read_settings},
	{"kiro", tool_list_read_settings},
};

/* Files that hold servers and nothing else. */
static bool holds_servers_only(struct slice path) {
	return agent_path_ends(path, NULL, ".mcp.json") || agent_path_ends(path, NULL, "mcp.json") ||
	       agent_path_ends(path, NULL, "claude_desktop_config.json") ||
	       agent_path_ends(path, NULL, "managed-mcp.json");
}

static struct fact *read_settings(const struct agent *a, const struct node *root) {
	struct fact *f;

	if (holds_servers_only(a->in->doc->path))
		return NULL;
	for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++) {
		if (strcmp(settings[i].client, a->client->name) != 0)
			continue;
		f = agent_fact(a, FACT_AGENT, slice_str(a->client->name),
			(struct span){.line = 1, .column = 1, .end_line = 1, .end_column = 1});
		fact_set_text(a->set, f, "kind", slice_str("settings"), f->span);
		settings[i].read(a, f, root);
		return f;
	}
	return NULL;
}

/* Editors' settings are everywhere; one without a word about agents is none of ours. */
static bool is_ours(const struct agent *a, const struct fact *owner, size_t facts) {
	bool editor = strcmp(a->client->name, "vscode") == 0 || strcmp(a->client->name, "zed") == 0;

	return owner && (!editor || facts > 1 || owner->values.n > 4); /* client, scope, example, kind */
}

static bool read(const struct reader_input *in, struct fact_set *set) {
	const struct agent_file *file = agent_file_of(files, FILES, in->doc->path);
	struct agent a = {in, set, "agent-settings", agent_client(file->client)};
	bool known = false;

	for (size_t i = 0; in->tree && i < in->tree->n; i++) {
		const struct node *root = in->tree->roots[i];
		const size_t before = set->all.n;
		struct fact *owner;
		size_t servers;

		if (!node_is(root, NODE_MAPPING))
			continue;
		owner = read_settings(&a, root);
		servers = agent_read_servers(&a, owner, root);
		if (!servers && strcmp(file->client, "claude-code") == 0 && !owner)
			servers = agent_read_server_map(&a, NULL, root);
		known |= servers || is_ours(&a, owner, set->all.n - before);
		if (owner)
			agent_seal(&a, owner);
	}
	return known;
}

const struct reader agent_settings_reader = {"agent-settings", wants, read};
