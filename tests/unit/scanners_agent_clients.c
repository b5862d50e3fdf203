/* Every client that the reference names, with every field of its servers that takes a secret: a literal is found at its exact line and column, and no
 * form in which that client takes a value from elsewhere is called a leak. A client without its four kinds of fields fails. */
#include "tests/unit/agent_lab.h"

enum format { JSON, TOML, YAML_LIST, YAML_MAP, ZED, OPENCODE, GOOSE };

/* The clients of the reference's table, each file of theirs, the key its servers stand under (with | where it is within others), and the forms of
 * references that it documents. */
static const struct client {
	const char *name, *path, *key;
	enum format format;
	const char *url; /* its word for an address */
	const char *references[6];
} clients[] = {
	{"claude-desktop", "x/Claude/claude_desktop_config.json", "mcpServers", JSON, "url", {NULL}},
	{"claude-code", ".mcp.json", "mcpServers", JSON, "url",
		{"${API_KEY}", "${API_KEY:-}", "${API_KEY:-${OTHER}}", "${user_config.api_key}", NULL}},
	{"claude-code", ".claude-plugin/plugin.json", "mcpServers", JSON, "url",
		{"${API_KEY}", "${user_config.key}", NULL}},
	{"claude-code", "home/.claude.json", "mcpServers", JSON, "url", {"${API_KEY}", NULL}},
	{"claude-code", "etc/claude-code/managed-mcp.json", "mcpServers", JSON, "url", {"${API_KEY}", NULL}},
	{"cursor", ".cursor/mcp.json", "mcpServers", JSON, "url", {"${env:API_KEY}", NULL}},
	{"vscode", ".vscode/mcp.json", "servers", JSON, "url", {"${input:key}", "${env:API_KEY}", NULL}},
	{"vscode", ".copilot/mcp-config.json", "mcpServers", JSON, "url", {"${API_KEY}", NULL}},
	{"windsurf", ".windsurf/mcp.json", "mcpServers", JSON, "serverUrl", {"${env:API_KEY}", NULL}},
	{"windsurf", ".codeium/windsurf/mcp_config.json", "mcpServers", JSON, "serverUrl", {"${env:API_KEY}", NULL}},
	{"cline", "saoudrizwan.claude-dev/settings/cline_mcp_settings.json", "mcpServers", JSON, "url", {NULL}},
	{"roo", ".roo/mcp.json", "mcpServers", JSON, "url", {"${env:API_KEY}", NULL}},
	{"kilo", ".kilocode/mcp.json", "mcpServers", JSON, "url", {NULL}},
	{"continue", ".continue/mcpServers/a.yaml", "mcpServers", YAML_LIST, "url", {"${{ secrets.API_KEY }}", NULL}},
	{"continue", ".continue/config.yaml", "mcpServers", YAML_LIST, "url", {"${{ secrets.API_KEY }}", NULL}},
	{"gemini", ".gemini/settings.json", "mcpServers", JSON, "httpUrl",
		{"$API_KEY", "${API_KEY}", "${API_KEY:-}", "$api_key", NULL}},
	{"gemini", "gemini-extension.json", "mcpServers", JSON, "httpUrl", {"$API_KEY", "${API_KEY}", NULL}},
	{"codex", ".codex/config.toml", "mcp_servers", TOML, "url", {NULL}},
	{"zed", ".zed/settings.json", "context_servers", ZED, "url", {NULL}},
	{"opencode", "opencode.json", "mcp", OPENCODE, "url", {"{env:API_KEY}", "{file:~/.key}", NULL}},
	{"opencode", "opencode.jsonc", "mcp", OPENCODE, "url", {"{env:API_KEY}", NULL}},
	{"kiro", ".kiro/settings/mcp.json", "mcpServers", JSON, "url", {"${API_KEY}", NULL}},
	{"kiro", ".kiro/agents/a.json", "mcpServers", JSON, "url", {"${API_KEY}", NULL}},
	{"amazon-q", ".amazonq/mcp.json", "mcpServers", JSON, "url", {NULL}},
	{"amazon-q", ".amazonq/cli-agents/a.json", "mcpServers", JSON, "url", {NULL}},
	{"junie", ".junie/mcp/mcp.json", "mcpServers", JSON, "url", {NULL}},
	{"jetbrains", ".config/github-copilot/intellij/mcp.json", "servers", JSON, "url", {NULL}},
	{"goose", ".config/goose/config.yaml", "extensions", GOOSE, "uri", {NULL}},
	{"antigravity", ".gemini/antigravity/mcp_config.json", "mcpServers", JSON, "serverUrl", {NULL}},
	{"tabnine", ".tabnine/agent/settings.json", "mcpServers", JSON, "url", {NULL}},
	{"cody", "sourcegraph/cody_settings.json", "cody.mcpServers", JSON, "url", {NULL}},
	{"trae", ".trae/mcp.json", "mcpServers", JSON, "url", {NULL}},
	{"amp", ".amp/settings.json", "amp.mcpServers", JSON, "url", {NULL}},
	{"claude-desktop", "home/Library/Application Support/Claude/claude_desktop_config.json", "mcpServers", JSON,
		"url", {NULL}},
	{"claude-desktop", "home/AppData/Roaming/Claude/claude_desktop_config.json", "mcpServers", JSON, "url", {NULL}},
	{"claude-desktop", "home/.config/Claude/claude_desktop_config.json", "mcpServers", JSON, "url", {NULL}},
	{"claude-code", "home/.claude.json", "projects|/home/me/app|mcpServers", JSON, "url",
		{"${API_KEY}", "${API_KEY:-}", NULL}},
	{"claude-code", "Library/Application Support/ClaudeCode/managed-mcp.json", "mcpServers", JSON, "url",
		{"${API_KEY}", NULL}},
	{"claude-code", "plugins/a/.mcp.json", "mcpServers", JSON, "url", {"${API_KEY}", "${user_config.x}", NULL}},
	{"cursor", "home/.cursor/mcp.json", "mcpServers", JSON, "url", {"${env:API_KEY}", NULL}},
	{"vscode", ".vscode/settings.json", "mcp|servers", JSON, "url", {"${input:key}", "${env:API_KEY}", NULL}},
	{"vscode", ".devcontainer/devcontainer.json", "customizations|vscode|mcp|servers", JSON, "url",
		{"${input:key}", "${env:API_KEY}", NULL}},
	{"vscode", "home/.config/Code/User/mcp.json", "servers", JSON, "url", {"${input:key}", "${env:API_KEY}", NULL}},
	{"roo", "globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json", "mcpServers", JSON, "url",
		{NULL}},
	{"cline", "globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json", "mcpServers", JSON, "url",
		{NULL}},
	{"continue", ".continue/mcpServers/a.json", "mcpServers", JSON, "url", {"${{ secrets.API_KEY }}", NULL}},
	{"continue", "home/.continue/config.json", "mcpServers", JSON, "url", {"${{ secrets.API_KEY }}", NULL}},
	{"gemini", "home/.gemini/settings.json", "mcpServers", JSON, "httpUrl",
		{"$API_KEY", "${API_KEY}", "${API_KEY:-}", NULL}},
	{"codex", "home/.codex/config.toml", "mcp_servers", TOML, "url", {NULL}},
	{"codex", "etc/codex/config.toml", "mcp_servers", TOML, "url", {NULL}},
	{"zed", "home/.config/zed/settings.json", "context_servers", ZED, "url", {NULL}},
	{"opencode", "home/.config/opencode/opencode.json", "mcp", OPENCODE, "url",
		{"{env:API_KEY}", "{file:~/.key}", NULL}},
	{"opencode", "etc/opencode/opencode.json", "mcp", OPENCODE, "url", {"{env:API_KEY}", NULL}},
	{"opencode", ".opencode/opencode.json", "mcp", OPENCODE, "url", {"{env:API_KEY}", NULL}},
	{"kiro", "home/.kiro/settings/mcp.json", "mcpServers", JSON, "url", {"${API_KEY}", NULL}},
	{"amazon-q", "home/.aws/amazonq/mcp.json", "mcpServers", JSON, "url", {NULL}},
	{"amazon-q", "home/.aws/amazonq/agents/a.json", "mcpServers", JSON, "url", {NULL}},
	{"mcp", "home/.config/JetBrains/IntelliJIdea2026.1/mcp.json", "mcpServers", JSON, "url", {NULL}},
	{"openclaw", ".openclaw/openclaw.json", "mcpServers", JSON, "url", {NULL}},
};

/* Who must be there: the rows of the table, those that it names in one row each for itself. */
static const char *const asked[] = {"claude-desktop", "claude-code", "cursor", "vscode", "windsurf", "cline", "roo",
	"kilo", "continue", "gemini", "codex", "zed", "opencode", "kiro", "amazon-q", "junie", "jetbrains", "goose",
	"antigravity", "tabnine", "cody", "trae", "amp", "openclaw"};

/* Forms that any file may have: stores of secrets, and words for people. */
static const char *const everywhere[] = {"op://vault/item/field", "vault:secret/data/x#key", "", "<your-key>",
	"YOUR_API_KEY", "your-api-key-here", "xxxxxxxxxxxxxxxx", "sk-...", "REPLACE_ME_WITH_KEY", "changeme"};

enum field { ENVIRONMENT, HEADER, ARGUMENT, ADDRESS, PLACES };
static const char *const place_names[PLACES] = {"environment", "header", "argument", "address"};

/* A server's fields in each format; %U is the client's word for an address. */
static const char *const bodies[][PLACES] = {
	[JSON] = {"\"command\": \"node\",\n      \"env\": {\"API_KEY\": \"%s\"}",
		"\"%U\": \"https://x.org/mcp\",\n      \"headers\": {\"Authorization\": \"Bearer %s\"}",
		"\"command\": \"node\", \"args\": [\"srv.js\",\n        \"--api-key\", \"%s\"]",
		"\"%U\":\n      \"https://x.org/mcp?api_key=%s\""},
	[TOML] = {"command = \"node\"\nenv = { API_KEY = \"%s\" }",
		"url = \"https://x.org/mcp\"\nhttp_headers = { Authorization = \"Bearer %s\" }",
		"command = \"node\"\nargs = [\n  \"srv.js\", \"--api-key\", \"%s\"]",
		"url = \"https://x.org/mcp?api_key=%s\""},
	[YAML_LIST] = {"    command: node\n    env:\n      API_KEY: \"%s\"",
		"    url: https://x.org/mcp\n    requestOptions:\n      headers:\n        Authorization: \"Bearer %s\"",
		"    command: node\n    args: [srv.js, --api-key, \"%s\"]",
		"    url: \"https://x.org/mcp?api_key=%s\""},
	[ZED] = {"\"source\": \"custom\", \"command\": {\"path\": \"node\", \"args\": [],\n      \"env\": "
		 "{\"API_KEY\": \"%s\"}}",
		"\"url\": \"https://x.org/mcp\",\n      \"headers\": {\"Authorization\": \"Bearer %s\"}",
		"\"command\": {\"path\": \"node\", \"args\": [\"srv.js\",\n      \"--api-key\", \"%s\"]}",
		"\"url\":\n      \"https://x.org/mcp?api_key=%s\""},
	[OPENCODE] =
		{"\"type\": \"local\", \"command\": [\"node\", \"x\"],\n      \"environment\": {\"API_KEY\": \"%s\"}",
			"\"type\": \"remote\", \"url\": \"https://x.org/mcp\",\n      \"headers\": {\"Authorization\": "
			"\"Bearer %s\"}",
			"\"type\": \"local\", \"command\": [\"node\", \"srv.js\",\n      \"--api-key\", \"%s\"]",
			"\"type\": \"remote\", \"url\":\n      \"https://x.org/mcp?api_key=%s\""},
	[GOOSE] = {"    type: stdio\n    cmd: node\n    envs:\n      API_KEY: \"%s\"",
		"    type: streamable_http\n    uri: https://x.org/mcp\n    headers:\n      Authorization: \"Bearer "
		"%s\"",
		"    type: stdio\n    cmd: node\n    args: [srv.js, --api-key, \"%s\"]",
		"    type: sse\n    uri: \"https://x.org/mcp?api_key=%s\""},
};

/* "a|b" as {"a": {"b": {; how many braces close it. */
static size_t open_keys(struct buf *b, const char *keys) {
	size_t n = 2;

	buf_add_str(b, "{\n  \"");
	for (const char *at = keys; *at; at++) {
		n += *at == '|';
		if (*at == '|')
			buf_add_str(b, "\": {\"");
		else
			buf_add_byte(b, (uint8_t)*at);
	}
	buf_add_str(b, "\": {\n    \"a\": {\n      ");
	return n;
}

/* The whole file, %s still in it. */
static void write_file(struct buf *b, const struct client *c, enum field p) {
	const char *body = bodies[c->format == YAML_MAP ? YAML_LIST : c->format][p];
	size_t nested = 0;

	if (c->format == TOML)
		buf_printf(b, "model = \"m\"\n[%s.a]\n", c->key);
	else if (c->format == YAML_LIST)
		buf_printf(b, "name: x\n%s:\n  - name: a\n", c->key);
	else if (c->format == GOOSE)
		buf_printf(b, "%s:\n  a:\n", c->key);
	else
		nested = open_keys(b, c->key);
	for (const char *at = body; *at; at++)
		if (at[0] == '%' && at[1] == 'U') {
			buf_add_str(b, c->url);
			at++;
		} else {
			buf_add_byte(b, (uint8_t)*at);
		}
	buf_add_str(b, nested ? "\n    }\n" : "\n");
	while (nested--)
		buf_add_str(b, "}");
}

/* Line and column of the literal, counted by hand. */
static void count(const struct lab *l, unsigned *line, unsigned *column) {
	ptrdiff_t at = slice_find(l->doc.bytes, slice_str(LAB_LITERAL));

	*line = *column = 1;
	for (ptrdiff_t i = 0; i < at; i++) {
		*column = l->doc.bytes.p[i] == '\n' ? 1 : *column + 1;
		*line += l->doc.bytes.p[i] == '\n';
	}
}

static void a_literal_is_found_in_every_field_of_every_client(void **unused) {
	(void)unused;
	for (size_t i = 0; i < sizeof(clients) / sizeof(*clients); i++)
		for (enum field p = 0; p < PLACES; p++) {
			struct buf text = {0};
			struct lab *l;
			const struct fact *f;
			unsigned line, column;

			write_file(&text, &clients[i], p);
			l = lab_read(clients[i].path, buf_cstr(&text), LAB_LITERAL);
			f = lab_literal(l, LAB_LITERAL);
			count(l, &line, &column);
			if (!f || !lab_text_is(f, "client", clients[i].name) ||
				!lab_text_is(f, "agent_place", place_names[p]))
				fail_msg("%s, %s in %s: no literal\n%s", clients[i].name, place_names[p],
					clients[i].path, buf_cstr(&text));
			if (f->span.line != line || f->span.column != column)
				fail_msg("%s, %s: told at %u:%u, stands at %u:%u", clients[i].name, place_names[p],
					f->span.line, f->span.column, line, column);
			assert_true(f->parent && f->parent == lab_fact(l, FACT_TOOL, "a"));
			lab_free(l);
			buf_free(&text);
		}
}

static void no_leak(const struct client *c, enum field p, const char *reference) {
	struct buf text = {0};
	struct lab *l;

	write_file(&text, c, p);
	l = lab_read(c->path, buf_cstr(&text), reference);
	if (!lab_fact(l, FACT_TOOL, "a"))
		fail_msg("%s: no server with '%s'\n%s", c->path, reference, buf_cstr(&text));
	if (lab_has_literal(l))
		fail_msg("%s, %s in %s: '%s' is called a literal", c->name, place_names[p], c->path, reference);
	lab_free(l);
	buf_free(&text);
}

static void no_reference_of_any_client_is_a_leak(void **unused) {
	(void)unused;
	for (size_t i = 0; i < sizeof(clients) / sizeof(*clients); i++)
		for (enum field p = 0; p < PLACES; p++) {
			for (size_t k = 0; clients[i].references[k]; k++)
				no_leak(&clients[i], p, clients[i].references[k]);
			for (size_t k = 0; k < sizeof(everywhere) / sizeof(*everywhere); k++)
				no_leak(&clients[i], p, everywhere[k]);
		}
}

/* Codex names variables instead of writing values. */
static void codex_takes_its_values_from_named_variables(void **unused) {
	struct lab *l = lab_read(".codex/config.toml",
		"[mcp_servers.a]\nurl = \"https://x.org\"\nbearer_token_env_var = \"API_TOKEN\"\nenv_http_headers = { "
		"X-Api-Key = \"API_KEY\" }\nenv_vars = [\"API_KEY\"]\n",
		"");

	(void)unused;
	assert_false(lab_has_literal(l));
	assert_true(lab_true(lab_fact(l, FACT_TOOL, "a"), "authenticated"));
	lab_free(l);
}

static void no_client_of_the_table_is_missing(void **unused) {
	(void)unused;
	for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++) {
		bool there = false;

		for (size_t k = 0; k < sizeof(clients) / sizeof(*clients); k++)
			there |= strcmp(clients[k].name, asked[i]) == 0;
		if (!there)
			fail_msg("%s has no row", asked[i]);
		assert_string_equal(agent_client(asked[i])->name, asked[i]);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_literal_is_found_in_every_field_of_every_client),
		cmocka_unit_test(no_reference_of_any_client_is_a_leak),
		cmocka_unit_test(codex_takes_its_values_from_named_variables),
		cmocka_unit_test(no_client_of_the_table_is_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
