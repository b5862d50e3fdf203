/* Settings of the other clients: what each asks about, contains and passes on. Keys as in each vendor's documentation or schema. */
#include "scanners/agent/permission.h"

static bool is_truth(const struct node *n) {
	return node_is(n, NODE_BOOL) && n->boolean;
}
static bool is_false(const struct node *n) {
	return node_is(n, NODE_BOOL) && !n->boolean;
}

/* Codex: config.toml, at the top and in each [profiles.NAME]. */
static void codex_read_level(const struct agent *a, struct fact *f, const struct node *t) {
	const struct node *sandbox = node_get(t, "sandbox_mode"), *ask = node_get(t, "approval_policy");
	const struct node *network = node_at(t, "sandbox_workspace_write.network_access");

	if (sandbox)
		fact_set_text(a->set, f, "sandbox", slice_sub(node_text(sandbox), 0, 40), sandbox->span);
	if (node_text_is(sandbox, "danger-full-access")) {
		fact_set_bool(a->set, f, "sandbox_off", true, sandbox->span);
		if (node_text_is(ask, "never"))
			fact_set_text(
				a->set, f, "bypass", slice_str("approval_policy never without a sandbox"), ask->span);
	} else if (node_text_is(ask, "never") && is_truth(network)) {
		fact_set_text(a->set, f, "bypass", slice_str("approval_policy never with network access"), ask->span);
	}
}

void codex_read_settings(const struct agent *a, struct fact *f, const struct node *root) {
	const struct node *profiles = node_get(root, "profiles"), *models = node_get(root, "model_providers");
	const struct node *inherit = node_at(root, "shell_environment_policy.inherit");
	const struct node *plain = node_at(root, "shell_environment_policy.ignore_default_excludes");

	codex_read_level(a, f, root);
	for (size_t i = 0; node_is(profiles, NODE_MAPPING) && i < profiles->n; i++)
		codex_read_level(a, f, profiles->members[i].value);
	if (is_truth(plain) && (!inherit || node_text_is(inherit, "all")))
		fact_set_bool(a->set, f, "passes_environment", true, plain->span);
	for (size_t i = 0; node_is(models, NODE_MAPPING) && i < models->n; i++) {
		const struct node *url = node_get(models->members[i].value, "base_url");
		struct agent_names names = {0};

		if (url)
			agent_read_endpoint(a, f, slice_str("base_url"), url);
		agent_read_environment(a, f, node_get(models->members[i].value, "http_headers"), "header", &names);
	}
	agent_read_hooks(a, f, node_get(root, "hooks"));
}

/* security.environmentVariableRedaction.allowed: variables that commands of the agent see in spite of redaction; credentials by their names. */
static void read_shown(const struct agent *a, struct fact *f, const struct node *allowed) {
	struct agent_names names = {0};

	for (size_t i = 0; node_is(allowed, NODE_SEQUENCE) && i < allowed->n; i++)
		if (agent_name_is_credential(node_text(allowed->items[i])))
			agent_names_add(&names, node_text(allowed->items[i]));
	if (names.n)
		agent_names_set(a, f, "shows_variables", &names, allowed->span);
}

void gemini_read_settings(const struct agent *a, struct fact *f, const struct node *root) {
	const struct node *box = node_at(root, "tools.sandbox"), *mode = node_at(root, "general.defaultApprovalMode");
	const struct node *trust = node_at(root, "security.folderTrust.enabled"), *old = node_get(root, "sandbox");
	const struct node *allowed = node_at(root, "tools.allowed"), *telemetry = node_at(root, "telemetry.enabled");

	if (!box)
		box = old;
	if (box)
		fact_set_text(a->set, f, "sandbox", slice_sub(node_text(box), 0, 40), box->span);
	if (is_false(box))
		fact_set_bool(a->set, f, "sandbox_off", true, box->span);
	if (node_text_is(mode, "auto_edit"))
		fact_set_bool(a->set, f, "edits_unasked", true, mode->span);
	if (node_text_is(mode, "yolo"))
		fact_set_text(a->set, f, "bypass", slice_str("defaultApprovalMode yolo"), mode->span);
	if (is_false(trust))
		fact_set_bool(a->set, f, "trust_off", true, trust->span);
	if (is_truth(telemetry))
		fact_set_bool(a->set, f, "logs_tools", true, telemetry->span);
	agent_read_grants(a, f, allowed ? allowed : node_get(root, "allowedTools"), node_at(root, "tools.exclude"));
	read_shown(a, f, node_at(root, "security.environmentVariableRedaction.allowed"));
	agent_read_hooks(a, f, node_get(root, "hooks"));
}

void vscode_read_settings(const struct agent *a, struct fact *f, const struct node *root) {
	static const char *const all[] = {"chat.tools.autoApprove", "chat.tools.global.autoApprove",
		"roo-cline.alwaysAllowExecute", "kilo-code.alwaysAllowExecute"};
	static const char *const flags[] = {
		"claudeCode.allowDangerouslySkipPermissions", "claude-code.allowDangerouslySkipPermissions"};
	const struct node *terminal = node_get(root, "chat.tools.terminal.autoApprove"), *settings;

	settings = node_at(root, "customizations.vscode.settings");
	if (settings) {
		vscode_read_settings(a, f, settings);
		return;
	}
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (is_truth(node_get(root, all[i])))
			fact_set_text(a->set, f, "bypass", slice_str(all[i]), node_get(root, all[i])->span);
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		if (is_truth(node_get(root, flags[i])))
			fact_set_text(a->set, f, "bypass", slice_str(flags[i]), node_get(root, flags[i])->span);
	for (size_t i = 0; node_is(terminal, NODE_MAPPING) && i < terminal->n; i++) {
		struct slice pattern = terminal->members[i].key->text;
		bool wild = slice_eq(pattern, slice_str("/.*/")) || slice_eq(pattern, slice_str("*")) ||
			    slice_eq(pattern, slice_str("/^/"));

		if (wild && is_truth(terminal->members[i].value))
			fact_set_text(a->set, f, "bypass", slice_str("chat.tools.terminal.autoApprove"),
				terminal->members[i].key->span);
	}
}

/* environment.json: what prepares the machine of a background agent. */
static void read_environment_commands(const struct agent *a, struct fact *f, const struct node *root) {
	static const char *const keys[] = {"install", "start"};
	const struct node *terminals = node_get(root, "terminals");

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (agent_command_downloads(node_text(node_get(root, keys[i]))))
			fact_set_text(a->set, f, "hook_downloads", slice_str(keys[i]), node_get(root, keys[i])->span);
	for (size_t i = 0; node_is(terminals, NODE_SEQUENCE) && i < terminals->n; i++) {
		const struct node *command = node_get(terminals->items[i], "command");

		if (agent_command_downloads(node_text(command)))
			fact_set_text(a->set, f, "hook_downloads", slice_str("terminals"), command->span);
	}
}

void cursor_read_settings(const struct agent *a, struct fact *f, const struct node *root) {
	const struct node *mode = node_get(root, "approvalMode"), *box = node_at(root, "sandbox.mode");

	agent_read_permissions(a, f, node_get(root, "permissions"));
	agent_read_hooks(a, f, node_get(root, "hooks"));
	claude_read_plugins(a, f, root);
	read_environment_commands(a, f, root);
	if (node_text_is(mode, "unrestricted"))
		fact_set_text(a->set, f, "bypass", slice_str("approvalMode unrestricted"), mode->span);
	if (node_text_is(box, "disabled"))
		fact_set_bool(a->set, f, "sandbox_off", true, box->span);
}

/* opencode: permission {bash: "allow" or {pattern: "allow"}, edit, webfetch} or "allow". */
void opencode_read_settings(const struct agent *a, struct fact *f, const struct node *root) {
	const struct node *permission = node_get(root, "permission"), *bash = node_get(permission, "bash");
	const struct node *providers = node_get(root, "provider");
	const struct node *wild = node_get(bash, "*"), *reads = node_get(permission, "read");
	bool asks_some = false;

	for (size_t i = 0; node_is(reads, NODE_MAPPING) && i < reads->n; i++)
		if (node_text_is(reads->members[i].value, "allow") &&
			agent_opens_credentials(reads->members[i].key->text))
			fact_set_text(a->set, f, "reads_credentials", reads->members[i].key->text,
				reads->members[i].key->span);
	for (size_t i = 0; node_is(bash, NODE_MAPPING) && i < bash->n; i++)
		asks_some |= !node_text_is(bash->members[i].value, "allow");
	if (node_text_is(permission, "allow") || node_text_is(node_get(permission, "*"), "allow"))
		fact_set_text(a->set, f, "bypass", slice_str("permission allow"),
			node_is(permission, NODE_MAPPING) ? node_get(permission, "*")->span : permission->span);
	else if (node_text_is(bash, "allow") || (node_text_is(wild, "allow") && !asks_some))
		fact_set_bool(a->set, f, "approves_all", true, wild ? wild->span : bash->span);
	for (size_t i = 0; node_is(providers, NODE_MAPPING) && i < providers->n; i++) {
		const struct node *options = node_get(providers->members[i].value, "options");
		struct agent_names names = {0};

		agent_read_environment(a, f, options, "setting", &names);
		agent_read_environment(a, f, node_get(options, "headers"), "header", &names);
	}
}

void goose_read_settings(const struct agent *a, struct fact *f, const struct node *root) {
	const struct node *mode = node_get(root, "GOOSE_MODE");

	/* "auto" is its default: said, it is at least known */
	if (node_text_is(mode, "auto"))
		fact_set_bool(a->set, f, "edits_unasked", true, mode->span);
}

void zed_read_settings(const struct agent *a, struct fact *f, const struct node *root) {
	const struct node *always = node_at(root, "agent.always_allow_tool_actions");

	if (is_truth(always))
		fact_set_text(a->set, f, "bypass", slice_str("always_allow_tool_actions"), always->span);
}

/* Agents of Amazon Q and Kiro: tools they have and tools that run unasked. */
void tool_list_read_settings(const struct agent *a, struct fact *f, const struct node *root) {
	const struct node *allowed = node_get(root, "allowedTools");
	struct agent_names names = {0};

	for (size_t i = 0; node_is(allowed, NODE_SEQUENCE) && i < allowed->n; i++) {
		agent_names_add(&names, node_text(allowed->items[i]));
		if (node_text_is(allowed->items[i], "*"))
			fact_set_bool(a->set, f, "approves_all", true, allowed->items[i]->span);
	}
	agent_read_grants(a, f, allowed, NULL);
	if (allowed)
		agent_names_set(a, f, "auto_approved", &names, allowed->span);
	agent_read_hooks(a, f, node_get(root, "hooks"));
}
