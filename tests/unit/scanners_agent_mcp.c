/* MCP configuration of each client: a literal in any field that takes a secret is found where it stands, and no reference is a leak. */
#include "tests/unit/agent_lab.h"

/* %s is the value of a field that takes a secret. */
static const struct {
	const char *client, *path, *text;
} fields[] = {
	{"claude-desktop", "x/Claude/claude_desktop_config.json",
		"{\"mcpServers\":{\"a\":{\"command\":\"node\",\"env\":{\"API_KEY\":\"%s\"}}}}"},
	{"claude-code", ".mcp.json", "{\"mcpServers\":{\"a\":{\"command\":\"node\",\"env\":{\"API_KEY\":\"%s\"}}}}"},
	{"claude-code", ".mcp.json",
		"{\"mcpServers\":{\"a\":{\"type\":\"http\",\"url\":\"https://"
		"x.org\",\"headers\":{\"Authorization\":\"Bearer %s\"}}}}"},
	{"claude-code", ".mcp.json",
		"{\"mcpServers\":{\"a\":{\"command\":\"npx\",\"args\":[\"-y\",\"srv\",\"--api-key=%s\"]}}}"},
	{"claude-code", ".mcp.json",
		"{\"mcpServers\":{\"a\":{\"command\":\"npx\",\"args\":[\"-y\",\"srv\",\"--token\",\"%s\"]}}}"},
	{"claude-code", ".mcp.json",
		"{\"mcpServers\":{\"a\":{\"command\":\"docker\",\"args\":[\"run\",\"-e\",\"API_TOKEN=%s\",\"img\"]}}}"},
	{"claude-code", ".mcp.json",
		"{\"mcpServers\":{\"a\":{\"command\":\"x\",\"args\":[\"postgres://me:%s@db.org/x\"]}}}"},
	{"claude-code", ".mcp.json", "{\"mcpServers\":{\"a\":{\"url\":\"https://x.org/mcp?api_key=%s\"}}}"},
	{"claude-code", "plugins/p/.mcp.json", "{\"a\":{\"command\":\"node\",\"env\":{\"API_KEY\":\"%s\"}}}"},
	{"claude-code", ".claude-plugin/plugin.json",
		"{\"name\":\"p\",\"mcpServers\":{\"a\":{\"command\":\"n\",\"env\":{\"API_KEY\":\"%s\"}}}}"},
	{"claude-code", ".claude.json",
		"{\"projects\":{\"/w\":{\"mcpServers\":{\"a\":{\"command\":\"n\",\"env\":{\"API_KEY\":\"%s\"}}}}}}"},
	{"cursor", ".cursor/mcp.json",
		"{\"mcpServers\":{\"a\":{\"url\":\"https://x.org\",\"headers\":{\"X-Api-Key\":\"%s\"}}}}"},
	{"vscode", ".vscode/mcp.json",
		"{ // "
		"c\n\"servers\":{\"a\":{\"type\":\"stdio\",\"command\":\"n\",\"env\":{\"API_KEY\":\"%s\"},},},"
		"\n\"inputs\":[]}"},
	{"vscode", ".vscode/settings.json",
		"{\"mcp\":{\"servers\":{\"a\":{\"command\":\"n\",\"env\":{\"API_KEY\":\"%s\"}}}}}"},
	{"vscode", ".devcontainer/devcontainer.json",
		"{\"customizations\":{\"vscode\":{\"mcp\":{\"servers\":{\"a\":{\"command\":\"n\",\"env\":{\"API_KEY\":"
		"\"%s\"}}}}}}}"},
	{"vscode", ".copilot/mcp-config.json",
		"{\"mcpServers\":{\"a\":{\"command\":\"n\",\"env\":{\"API_KEY\":\"%s\"}}}}"},
	{"windsurf", ".codeium/windsurf/mcp_config.json",
		"{\"mcpServers\":{\"a\":{\"serverUrl\":\"https://x.org\",\"headers\":{\"Authorization\":\"%s\"}}}}"},
	{"cline", "globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json",
		"{\"mcpServers\":{\"a\":{\"command\":\"n\",\"env\":{\"API_KEY\":\"%s\"},\"autoApprove\":[]}}}"},
	{"roo", ".roo/mcp.json", "{\"mcpServers\":{\"a\":{\"command\":\"n\",\"env\":{\"API_KEY\":\"%s\"}}}}"},
	{"kilo", ".kilocode/mcp.json", "{\"mcpServers\":{\"a\":{\"command\":\"n\",\"env\":{\"API_KEY\":\"%s\"}}}}"},
	{"continue", ".continue/mcpServers/a.yaml",
		"name: x\nmcpServers:\n  - name: a\n    command: n\n    env:\n      API_KEY: %s\n"},
	{"continue", ".continue/config.yaml",
		"mcpServers:\n  - name: a\n    url: https://x.org\n    requestOptions:\n      headers:\n        "
		"Authorization: Bearer %s\n"},
	{"gemini", ".gemini/settings.json",
		"{\"mcpServers\":{\"a\":{\"httpUrl\":\"https://x.org\",\"headers\":{\"Authorization\":\"Bearer "
		"%s\"}}}}"},
	{"gemini", "gemini-extension.json",
		"{\"name\":\"e\",\"mcpServers\":{\"a\":{\"command\":\"n\",\"env\":{\"API_KEY\":\"%s\"}}}}"},
	{"codex", ".codex/config.toml", "[mcp_servers.a]\ncommand = \"n\"\nenv = { API_KEY = \"%s\" }\n"},
	{"codex", ".codex/config.toml",
		"[mcp_servers.a]\nurl = \"https://x.org\"\nhttp_headers = { Authorization = \"Bearer %s\" }\n"},
	{"codex", ".codex/config.toml", "[mcp_servers.a]\ncommand = \"n\"\n[mcp_servers.a.env]\nAPI_KEY = '%s'\n"},
	{"zed", ".zed/settings.json",
		"{\"context_servers\":{\"a\":{\"command\":{\"path\":\"n\",\"args\":[],\"env\":{\"API_KEY\":\"%s\"}}}}"
		"}"},
	{"zed", ".zed/settings.json",
		"{\"context_servers\":{\"a\":{\"source\":\"custom\",\"command\":\"n\",\"env\":{\"API_KEY\":\"%s\"}}}}"},
	{"opencode", "opencode.json",
		"{\"mcp\":{\"a\":{\"type\":\"local\",\"command\":[\"n\",\"x\"],\"environment\":{\"API_KEY\":\"%s\"}}}"
		"}"},
	{"opencode", "opencode.jsonc",
		"{\"mcp\":{\"a\":{\"type\":\"remote\",\"url\":\"https://"
		"x.org\",\"headers\":{\"Authorization\":\"Bearer %s\"},/* c */}}}"},
	{"kiro", ".kiro/settings/mcp.json",
		"{\"mcpServers\":{\"a\":{\"command\":\"n\",\"env\":{\"API_KEY\":\"%s\"}}}}"},
	{"amazon-q", ".amazonq/cli-agents/a.json",
		"{\"mcpServers\":{\"a\":{\"command\":\"n\",\"env\":{\"API_KEY\":\"%s\"}}}}"},
	{"amazon-q", ".aws/amazonq/mcp.json",
		"{\"mcpServers\":{\"a\":{\"command\":\"n\",\"env\":{\"API_KEY\":\"%s\"}}}}"},
	{"junie", ".junie/mcp/mcp.json", "{\"mcpServers\":{\"a\":{\"command\":\"n\",\"env\":{\"API_KEY\":\"%s\"}}}}"},
	{"jetbrains", ".config/github-copilot/intellij/mcp.json",
		"{\"servers\":{\"a\":{\"command\":\"n\",\"env\":{\"API_KEY\":\"%s\"}}}}"},
	{"goose", ".config/goose/config.yaml",
		"extensions:\n  a:\n    type: stdio\n    cmd: n\n    envs:\n      API_KEY: '%s'\n"},
	{"antigravity", ".gemini/antigravity/mcp_config.json",
		"{\"mcpServers\":{\"a\":{\"serverUrl\":\"https://x.org\",\"headers\":{\"Authorization\":\"Bearer "
		"%s\"}}}}"},
	{"tabnine", ".tabnine/agent/settings.json",
		"{\"mcpServers\":{\"a\":{\"command\":\"n\",\"env\":{\"API_KEY\":\"%s\"}}}}"},
	{"trae", ".trae/mcp.json", "{\"mcpServers\":{\"a\":{\"command\":\"n\",\"env\":{\"API_KEY\":\"%s\"}}}}"},
	{"amp", ".amp/settings.json", "{\"amp.mcpServers\":{\"a\":{\"command\":\"n\",\"env\":{\"API_KEY\":\"%s\"}}}}"},
	{"openclaw", ".openclaw/openclaw.json",
		"{\"mcpServers\":{\"a\":{\"command\":\"n\",\"env\":{\"API_KEY\":\"%s\"}}}}"},
	{"mcp", "deploy/mcp.json", "{\"mcpServers\":{\"a\":{\"command\":\"n\",\"env\":{\"API_KEY\":\"%s\"}}}}"},
};

static const char *const references[] = {"${API_KEY}", "${API_KEY:-}", "${env:API_KEY}", "${input:key}", "$API_KEY",
	"%API_KEY%", "{env:API_KEY}", "{file:~/.key}", "${{ secrets.API_KEY }}", "${user_config.key}",
	"${API_KEY:-${OTHER}}", "op://v/i/f", "vault:secret/data/x#key", "", "<your-key>", "YOUR_API_KEY",
	"your-api-key-here", "xxxxxxxxxxxxxxxx", "sk-...", "REPLACE_ME_WITH_KEY", "changeme"};

static void literals_are_found_where_they_stand(void **unused) {
	(void)unused;
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		struct lab *l = lab_read(fields[i].path, fields[i].text, LAB_LITERAL);
		const struct fact *f = lab_literal(l, LAB_LITERAL);

		if (!l->wanted || !l->taken || !f)
			fail_msg("%s, %s: %s", fields[i].path, fields[i].text,
				!l->wanted ? "not wanted"
				: l->taken ? "no literal"
					   : "no servers");
		assert_true(lab_text_is(f, "client", fields[i].client));
		assert_non_null(lab_fact(l, FACT_TOOL, "a"));
		assert_true(f->parent == lab_fact(l, FACT_TOOL, "a"));
		lab_free(l);
	}
}

static void no_reference_is_a_leak(void **unused) {
	(void)unused;
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		for (size_t k = 0; k < sizeof(references) / sizeof(*references); k++) {
			/* where a value is not quoted, YAML would take some of these for something else */
			bool plain = strstr(fields[i].text, ": %s\n") || strstr(fields[i].text, "Bearer %s\n");
			struct lab *l;

			if (plain && strchr("%{<", references[k][0]))
				continue;
			l = lab_read(fields[i].path, fields[i].text, references[k]);
			if (lab_has_literal(l))
				fail_msg("%s: '%s' is called a literal", fields[i].path, references[k]);
			lab_free(l);
		}
}

static void the_default_of_a_variable_is_a_literal(void **unused) {
	struct lab *l = lab_read(".mcp.json",
		"{\"mcpServers\":{\"a\":{\"command\":\"n\",\"env\":{\"API_KEY\":\"${API_KEY:-%s}\"}}}}", LAB_LITERAL);
	const struct fact *f = lab_literal(l, LAB_LITERAL);

	(void)unused;
	assert_non_null(f);
	assert_true(lab_true(f, "agent_default"));
	assert_true(lab_text_is(f, "reference", "API_KEY"));
	lab_free(l);
}

/* One entry, of .mcp.json, and what must be said of it. */
static const struct {
	const char *entry, *attribute, *text; /* text NULL: true */
} said[] = {
	{"\"command\":\"npx\",\"args\":[\"-y\",\"@scope/pkg\"]", "pin", "moving"},
	{"\"command\":\"npx\",\"args\":[\"-y\",\"@scope/pkg@latest\"]", "pin", "moving"},
	{"\"command\":\"npx\",\"args\":[\"-y\",\"@scope/pkg@^1.0.0\"]", "pin", "moving"},
	{"\"command\":\"npx\",\"args\":[\"-y\",\"@scope/pkg@1.2.3\",\"--x\"]", "pin", "version"},
	{"\"command\":\"npx\",\"args\":[\"-y\",\"@scope/pkg@1.2.3\"]", "package", "@scope/pkg@1.2.3"},
	{"\"command\":\"npx\",\"args\":[\"--package=a@1.0.0\",\"a\"]", "package", "a@1.0.0"},
	{"\"command\":\"cmd\",\"args\":[\"/c\",\"npx\",\"-y\",\"p\"]", "launcher", "npx"},
	{"\"command\":\"C:\\\\n\\\\npx.cmd\",\"args\":[\"p\"]", "launcher", "npx"},
	{"\"command\":\"npx\",\"args\":[\"github:o/r\"]", "pin", "source"},
	{"\"command\":\"npx\",\"args\":[\"./dist\"]", "pin", "local"},
	{"\"command\":\"uvx\",\"args\":[\"mcp-server-x\"]", "pin", "moving"},
	{"\"command\":\"uvx\",\"args\":[\"mcp-server-x==1.0.1\"]", "pin", "version"},
	{"\"command\":\"uvx\",\"args\":[\"--from\",\"git+https://h/o/r\",\"x\"]", "pin", "source"},
	{"\"command\":\"uvx\",\"args\":[\"--from\",\"git+https://h/o/"
	 "r@0123456789abcdef0123456789abcdef01234567\",\"x\"]",
		"pin", "digest"},
	{"\"command\":\"uv\",\"args\":[\"tool\",\"run\",\"x\"]", "launcher", "uv tool run"},
	{"\"command\":\"docker\",\"args\":[\"run\",\"-i\",\"--rm\",\"-e\",\"K\",\"mcp/x\"]", "pin", "moving"},
	{"\"command\":\"docker\",\"args\":[\"run\",\"-i\",\"--rm\",\"-e\",\"K\",\"mcp/x:1.2.0\"]", "package",
		"mcp/x:1.2.0"},
	{"\"command\":\"docker\",\"args\":[\"run\",\"mcp/x@sha256:00\"]", "pin", "digest"},
	{"\"command\":\"docker\",\"args\":[\"run\",\"-v\",\"/var/run/docker.sock:/var/run/docker.sock\",\"x\"]",
		"docker_socket", NULL},
	{"\"command\":\"docker\",\"args\":[\"run\",\"-v\",\"$HOME:/h\",\"x\"]", "whole_disk", "$HOME"},
	{"\"command\":\"docker\",\"args\":[\"run\",\"--env-file\",\".env\",\"x\"]", "environment_file", ".env"},
	{"\"command\":\"npx\",\"args\":[\"@modelcontextprotocol/server-filesystem\",\"/\"]", "whole_disk", "/"},
	{"\"command\":\"bash\",\"args\":[\"-c\",\"x\"]", "shell", NULL},
	{"\"command\":\"sh\",\"args\":[\"-c\",\"curl https://x | sh\"]", "downloads", NULL},
	{"\"command\":\"npx\",\"args\":[\"mcp-remote@0.1.15\",\"https://x\"]", "advisory", "CVE-2025-6514"},
	{"\"command\":\"npx\",\"args\":[\"@modelcontextprotocol/server-filesytem\"]", "looks_like",
		"@modelcontextprotocol/server-filesystem"},
	{"\"url\":\"http://mcp.x.org/sse\"", "scheme", "http"},
	{"\"url\":\"http://mcp.x.org:80/sse\"", "host", "mcp.x.org"},
	{"\"url\":\"http://127.0.0.1:80/sse\"", "loopback", NULL},
	{"\"url\":\"https://x.org\",\"oauth\":{}", "authenticated", NULL},
	{"\"url\":\"https://x.org\",\"headers\":{\"Authorization\":\"Bearer ${T}\"}", "authenticated", NULL},
	{"\"command\":\"n\",\"autoApprove\":[\"*\"]", "approves_all", NULL},
	{"\"command\":\"n\",\"alwaysAllow\":[\"create_issue\"]", "approves_changes", NULL},
	{"\"command\":\"n\",\"trust\":true", "approves_all", NULL},
	{"\"command\":\"n\",\"disabled\":true", "disabled", NULL},
};

static void entries_say_how_they_are_started_and_reached(void **unused) {
	(void)unused;
	for (size_t i = 0; i < sizeof(said) / sizeof(*said); i++) {
		char text[600];
		struct lab *l;
		const struct fact *f;

		snprintf(text, sizeof(text), "{\"mcpServers\":{\"a\":{%s}}}", said[i].entry);
		l = lab_read(".mcp.json", text, "");
		f = lab_fact(l, FACT_TOOL, "a");
		if (!f || !(said[i].text ? lab_text_is(f, said[i].attribute, said[i].text)
					 : lab_true(f, said[i].attribute)))
			fail_msg("%s: no %s %s", said[i].entry, said[i].attribute, said[i].text ? said[i].text : "");
		lab_free(l);
	}
}

static void what_is_no_configuration_of_servers_is_left_alone(void **unused) {
	static const char *const others[][2] = {
		{".well-known/mcp.json", "{\"mcpServers\":{\"a\":{\"url\":\"https://x\"}}}"},
		{"src/mcp.json", "{\"name\":\"x\",\"servers\":[\"a\",\"b\"]}"},
		{".vscode/settings.json", "{\"editor.tabSize\":2}"},
		{"package.json", "{\"mcpServers\":{\"a\":{\"command\":\"x\"}}}"},
		{".mcp.json", "[1,2]"},
		{".mcp.json", "{\"mcpServers\":{\"a\":null,\"b\":[],\"c\":{\"command\":null}}}"},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		struct lab *l = lab_read(others[i][0], others[i][1], "");

		if (lab_fact(l, FACT_TOOL, NULL))
			fail_msg("%s: %s", others[i][0], others[i][1]);
		lab_free(l);
	}
}

/* Both ends of each range that an advisory states: the last version with the fault and the first without it. */
static void advisories_hold_for_the_versions_they_name(void **unused) {
	static const struct {
		const char *package, *id;
	} cases[] = {
		{"mcp-remote@0.0.4", NULL},
		{"mcp-remote@0.0.5", "CVE-2025-6514"},
		{"mcp-remote@0.1.15", "CVE-2025-6514"},
		{"mcp-remote@0.1.16", NULL},
		{"@modelcontextprotocol/inspector@0.14.0", "CVE-2025-49596"},
		{"@modelcontextprotocol/inspector@0.14.1", NULL},
		{"@modelcontextprotocol/server-filesystem@0.6.2", "CVE-2025-53109, CVE-2025-53110"},
		{"@modelcontextprotocol/server-filesystem@0.6.3", NULL},
		{"@modelcontextprotocol/server-filesystem@2025.1.14", "CVE-2025-53109, CVE-2025-53110"},
		{"@modelcontextprotocol/server-filesystem@2025.7.1", NULL},
		{"mcp-server-git==2025.9.24", "CVE-2025-68143, CVE-2025-68144, CVE-2025-68145"},
		{"mcp-server-git==2025.11.25", "CVE-2025-68144, CVE-2025-68145"},
		{"mcp-server-git==2025.12.18", NULL},
		{"figma-developer-mcp@0.6.2", "CVE-2025-53967"},
		{"figma-developer-mcp@0.6.3", NULL},
		{"mcp-server-kubernetes@2.4.9", "CVE-2025-53355, CVE-2026-46519"},
		{"mcp-server-kubernetes@2.5.0", "CVE-2026-46519"},
		{"mcp-server-kubernetes@3.6.0", NULL},
		{"@cyanheads/git-mcp-server@2.1.4", "CVE-2025-53107"},
		{"@cyanheads/git-mcp-server@2.1.5", NULL},
		{"mcp-remote", NULL},
		{"mcp-remote@latest", NULL},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *id = agent_advisory(slice_str(cases[i].package));

		if (cases[i].id ? !id || strcmp(id, cases[i].id) != 0 : id != NULL)
			fail_msg("%s: %s", cases[i].package, id ? id : "none");
	}
}

static void names_and_texts_are_told_apart(void **unused) {
	static const char *const secret[] = {"API_KEY", "GITHUB_TOKEN", "apiKey", "DB_PASSWORD",
		"SUPABASE_SERVICE_ROLE_KEY", "Authorization", "X-Api-Key", "slackBotToken", "OPENAI_KEY"};
	static const char *const plain[] = {"API_URL", "TOKEN_LIMIT", "MAX_TOKENS", "AWS_REGION", "KEY_ID",
		"PUBLIC_KEY", "PATH", "key", "monkey", "TOKEN_FILE", "AUTH_TYPE", "SECRET_NAME"};

	(void)unused;
	for (size_t i = 0; i < sizeof(secret) / sizeof(*secret); i++)
		if (!agent_name_is_credential(slice_str(secret[i])))
			fail_msg("%s", secret[i]);
	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		if (agent_name_is_credential(slice_str(plain[i])))
			fail_msg("%s", plain[i]);
	assert_true(agent_name_is_admin(slice_str("SUPABASE_SERVICE_ROLE_KEY")));
	assert_true(agent_name_is_admin(slice_str("STRIPE_ADMIN_TOKEN")));
	assert_false(agent_name_is_admin(slice_str("GITHUB_TOKEN")));
	assert_true(agent_is_personal(slice_str("GITHUB_PERSONAL_ACCESS_TOKEN"), slice_str("")));
	assert_false(agent_is_personal(slice_str("GITHUB_TOKEN"), slice_str("")));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(literals_are_found_where_they_stand),
		cmocka_unit_test(no_reference_is_a_leak),
		cmocka_unit_test(the_default_of_a_variable_is_a_literal),
		cmocka_unit_test(entries_say_how_they_are_started_and_reached),
		cmocka_unit_test(what_is_no_configuration_of_servers_is_left_alone),
		cmocka_unit_test(advisories_hold_for_the_versions_they_name),
		cmocka_unit_test(names_and_texts_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
