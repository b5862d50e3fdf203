/* Symbolic links in the place of an agent's file: what the link names is read by the agent as its configuration or instructions, whoever wrote
 * it, and a link that comes with a repository can name what lies outside of it. Where a link leads is read, never followed. */
#include "scanners/agent/parts.h"

/* Folders of agents, beside their files. */
static const struct agent_file folders[] = {
	{NULL, ".claude", "claude-code"},
	{NULL, ".cursor", "cursor"},
	{NULL, ".codex", "codex"},
	{NULL, ".gemini", "gemini"},
	{NULL, ".agents", "mcp"},
	{".claude/", "skills", "claude-code"},
	{".claude/", "agents", "claude-code"},
	{".claude/", "commands", "claude-code"},
	{".claude/", "hooks", "claude-code"},
	{".cursor/", "rules", "cursor"},
	{".codex/", "skills", "codex"},
};

/* Files named for agents and nothing else; scripts and package.json may start agents, too, but are everybody's. */
static bool is_agents_file(struct slice path) {
	static const char *const places[] = {".claude/", ".cursor/", ".codex/", ".gemini/", ".kiro/", ".roo/",
		".windsurf/", ".vscode/mcp.json", ".mcp.json", "CLAUDE.md", "CLAUDE.local.md", "AGENTS.md", "GEMINI.md",
		".cursorrules", ".windsurfrules", ".clinerules", "copilot-instructions.md", "SKILL.md"};

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		if (slice_find(path, slice_str(places[i])) >= 0)
			return agent_settings_reader.wants(path) || agent_text_reader.wants(path);
	return false;
}

static bool wants(struct slice path) {
	return agent_file_of(folders, sizeof(folders) / sizeof(*folders), path) || is_agents_file(path);
}

static bool holds_credentials(struct slice to) {
	static const char *const parts[] = {"/.ssh", "/.aws", "/.kube", "/.gnupg", "/.config/gcloud", "/.azure",
		".netrc", ".git-credentials", "id_rsa", "id_ed25519", "/etc/shadow", "/etc/passwd", ".pem",
		"credentials"};
	struct slice name = slice_base_name(to);

	if (slice_has_suffix(name, ".env") || slice_has_prefix(name, ".env."))
		return true;
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (slice_find(to, slice_str(parts[i])) >= 0)
			return true;
	return false;
}

static bool read(const struct reader_input *in, struct fact_set *set) {
	const struct slice to = slice_trim(in->doc->bytes);
	const struct agent_file *folder = agent_file_of(folders, sizeof(folders) / sizeof(*folders), in->doc->path);
	const struct span all = {.end = in->doc->bytes.n,
		.line = 1,
		.column = 1,
		.end_line = 1,
		.end_column = (unsigned)in->doc->bytes.n + 1};
	struct agent a = {in, set, "agent-link", agent_client(folder ? folder->client : "mcp")};
	struct fact *f = agent_fact(&a, FACT_AGENT, slice_base_name(in->doc->path), all);

	fact_set_text(set, f, "kind", slice_str("link"), all);
	fact_set_text(set, f, "link_to", slice_sub(to, 0, 200), all);
	fact_set_bool(set, f, "link_out", in->doc->leads_out, all);
	fact_set_bool(set, f, "link_to_credentials", holds_credentials(to), all);
	agent_seal(&a, f);
	return true;
}

const struct reader agent_link_reader = {"agent-link", wants, read};
