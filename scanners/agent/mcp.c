/* Configurations of MCP servers, of every client: which file is whose, and under which keys the servers stand. */
#include "scanners/agent/parts.h"

/* Whoever reads a file without a client of its own reads "mcpServers" or "servers". A bare map of servers is what plugins of Claude Code
 * write. /.well-known/mcp.json is a server's card, not a client's configuration. */
static const struct agent_file files[] = {
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
	static const char *const dotted[] = {"mcp.servers", "amp.mcpServers", "chat.mcp.servers"};
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

static bool read(const struct reader_input *in, struct fact_set *set) {
	const struct agent_file *file = agent_file_of(files, FILES, in->doc->path);
	struct agent a = {in, set, "mcp", agent_client(file->client)};
	size_t servers = 0;

	for (size_t i = 0; in->tree && i < in->tree->n; i++) {
		const struct node *root = in->tree->roots[i];

		if (!node_is(root, NODE_MAPPING))
			continue;
		servers += agent_read_servers(&a, NULL, root);
		if (!servers && slice_eq(slice_str(file->client), slice_str("claude-code")))
			servers += agent_read_server_map(&a, NULL, root);
	}
	return servers > 0;
}

const struct reader mcp_reader = {"mcp", wants, read};
