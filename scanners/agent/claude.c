/* Settings of Claude Code. Keys as in its settings' JSON schema (SchemaStore, claude-code-settings.json) and its documentation. */
#include "scanners/agent/permission.h"

static bool is_truth(const struct node *n) {
	return node_is(n, NODE_BOOL) && n->boolean;
}

static void read_mode(const struct agent *a, struct fact *f, const struct node *root) {
	const struct node *mode = node_at(root, "permissions.defaultMode"),
			  *skip = node_get(root, "skipDangerousModePermissionPrompt");
	const struct node *off = node_at(root, "permissions.disableBypassPermissionsMode");

	if (!off)
		off = node_get(root, "disableBypassPermissionsMode");
	if (node_text_is(mode, "bypassPermissions"))
		fact_set_text(a->set, f, "bypass", slice_str("defaultMode bypassPermissions"), mode->span);
	else if (is_truth(skip))
		fact_set_text(a->set, f, "bypass", slice_str("skipDangerousModePermissionPrompt"), skip->span);
	if (node_text_is(mode, "acceptEdits"))
		fact_set_bool(a->set, f, "edits_unasked", true, mode->span);
	if (node_text_is(off, "disable"))
		fact_set_bool(a->set, f, "bypass_disabled", true, off->span);
}

void agent_read_endpoint(const struct agent *a, struct fact *owner, struct slice name, const struct node *value) {
	static const char *const names[] = {"ANTHROPIC_BASE_URL", "OPENAI_BASE_URL", "OPENAI_API_BASE",
		"GOOGLE_GEMINI_BASE_URL", "ANTHROPIC_BEDROCK_BASE_URL", "ANTHROPIC_VERTEX_BASE_URL",
		"AZURE_OPENAI_ENDPOINT", "base_url"};
	struct slice text = node_text(value);
	bool local = slice_find(text, slice_str("//localhost")) > 0 || slice_find(text, slice_str("//127.")) > 0 ||
		     slice_find(text, slice_str("//0.0.0.0")) > 0 ||
		     slice_find(text, slice_str("host.docker.internal")) > 0;
	bool vendor =
		slice_find(text, slice_str(".anthropic.com")) > 0 || slice_find(text, slice_str(".openai.com")) > 0 ||
		slice_find(text, slice_str(".googleapis.com")) > 0 ||
		slice_find(text, slice_str(".amazonaws.com")) > 0 || slice_find(text, slice_str(".azure.com")) > 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (slice_eq(name, slice_str(names[i])) && slice_has_prefix(text, "http") && !local && !vendor &&
			agent_read_value(a->client, text).is == AGENT_LITERAL && !slice_byte(text, '<'))
			fact_set_text(a->set, owner, "endpoint", slice_sub(text, 0, 200), value->span);
}

static void read_environment(const struct agent *a, struct fact *f, const struct node *env) {
	struct agent_names names = {0};

	agent_read_environment(a, f, env, "environment", &names);
	for (size_t i = 0; node_is(env, NODE_MAPPING) && i < env->n; i++) {
		struct slice name = env->members[i].key->text;
		const struct node *value = env->members[i].value;

		agent_read_endpoint(a, f, name, value);
		if (slice_eq(name, slice_str("CLAUDE_CODE_ENABLE_TELEMETRY")) && node_text_is(value, "1"))
			fact_set_bool(a->set, f, "logs_tools", true, value->span);
	}
}

static void read_helpers(const struct agent *a, struct fact *f, const struct node *root) {
	static const char *const helpers[] = {
		"apiKeyHelper", "awsCredentialExport", "awsAuthRefresh", "gcpAuthRefresh", "otelHeadersHelper"};

	for (size_t i = 0; i < sizeof(helpers) / sizeof(*helpers); i++) {
		const struct node *v = node_get(root, helpers[i]);

		if (node_is(v, NODE_STRING) && v->text.n)
			fact_set_text(a->set, f, "helper", slice_str(helpers[i]), v->span);
	}
}

static bool lists_all(const struct node *list) {
	for (size_t i = 0; node_is(list, NODE_SEQUENCE) && i < list->n; i++)
		if (node_text_is(list->items[i], "*"))
			return true;
	return false;
}

static void weaken(struct agent_names *weak, struct span *first, const struct node *n, const char *what) {
	if (!weak->n)
		*first = n->span;
	agent_names_add(weak, slice_str(what));
}

static void read_sandbox(const struct agent *a, struct fact *f, const struct node *root) {
	static const char *const flags[] = {"enableWeakerNestedSandbox", "enableWeakerNetworkIsolation",
		"network.allowAllUnixSockets", "credentials.allowPlaintextInject", "allowUnsandboxedCommands"};
	const struct node *box = node_get(root, "sandbox"), *on = node_get(box, "enabled"),
			  *out = node_get(box, "excludedCommands");
	const struct node *domains = node_at(box, "network.allowedDomains");
	struct agent_names weak = {0};
	struct span first = {0};

	if (!box)
		return;
	if (node_is(on, NODE_BOOL))
		fact_set_text(a->set, f, "sandbox", slice_str(on->boolean ? "on" : "off"), on->span);
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		if (is_truth(node_at(box, flags[i])))
			weaken(&weak, &first, node_at(box, flags[i]), flags[i]);
	if (lists_all(domains))
		weaken(&weak, &first, domains, "network.allowedDomains *");
	for (size_t i = 0; node_is(out, NODE_SEQUENCE) && i < out->n; i++)
		if (slice_has_prefix(node_text(out->items[i]), "docker"))
			weaken(&weak, &first, out->items[i], "excludedCommands docker");
	agent_names_set(a, f, "sandbox_weak", &weak, first);
	if (node_at(box, "credentials.files") || node_at(box, "filesystem.denyRead"))
		fact_set_bool(a->set, f, "guards_credentials", true, box->span);
}

/* {name: {source: {source: "github", repo, ref}}} */
static void read_marketplaces(const struct agent *a, struct fact *f, const struct node *root) {
	const struct node *all = node_get(root, "extraKnownMarketplaces");

	for (size_t i = 0; node_is(all, NODE_MAPPING) && i < all->n; i++) {
		const struct node *source = node_get(all->members[i].value, "source"), *ref = node_get(source, "ref");
		const struct node *kind = node_get(source, "source");
		bool remote = node_text_is(kind, "github") || node_text_is(kind, "git") || node_text_is(kind, "url");

		/* the vendor's own is as far to be trusted as the program */
		if (slice_has_prefix(node_text(node_get(source, "repo")), "anthropics/"))
			continue;
		if (remote && node_text(ref).n != 40)
			fact_set_text(a->set, f, "marketplace", slice_sub(all->members[i].key->text, 0, 100),
				all->members[i].key->span);
	}
}

/* A marketplace's own list: {plugins: [{name, source: "./x" or {source, repo, url, ref, sha}, mcpServers, hooks}]}. A plugin in the repository
 * itself moves with it. */
void claude_read_plugins(const struct agent *a, struct fact *f, const struct node *root) {
	const struct node *plugins = node_get(root, "plugins");

	for (size_t i = 0; node_is(plugins, NODE_SEQUENCE) && i < plugins->n; i++) {
		const struct node *p = plugins->items[i], *source = node_get(p, "source"), *name = node_get(p, "name");
		const struct node *sha = node_get(source, "sha"), *ref = node_get(source, "ref");
		const struct node *repo = node_get(source, "repo"), *url = node_get(source, "url");
		bool vendor = slice_has_prefix(node_text(repo), "anthropics/");

		agent_read_server_map(a, f, node_get(p, "mcpServers"));
		agent_read_hooks(a, f, node_get(p, "hooks"));
		if ((repo || url) && !vendor && node_text(sha).n != 40 && node_text(ref).n != 40 && name &&
			!fact_get(f, "marketplace"))
			fact_set_text(a->set, f, "marketplace", slice_sub(node_text(name), 0, 100), source->span);
	}
}

void claude_read_settings(const struct agent *a, struct fact *f, const struct node *root) {
	const struct node *servers = node_get(root, "enableAllProjectMcpServers"),
			  *off = node_get(root, "disableAllHooks");
	const struct node *urls = node_get(root, "allowedHttpHookUrls");

	read_mode(a, f, root);
	agent_read_permissions(a, f, node_get(root, "permissions"));
	agent_read_hooks(a, f, node_get(root, "hooks"));
	read_environment(a, f, node_get(root, "env"));
	read_helpers(a, f, root);
	read_sandbox(a, f, root);
	read_marketplaces(a, f, root);
	claude_read_plugins(a, f, root);
	if (is_truth(servers))
		fact_set_bool(a->set, f, "all_servers", true, servers->span);
	if (is_truth(off))
		fact_set_bool(a->set, f, "hooks_off", true, off->span);
	if (lists_all(urls))
		fact_set_bool(a->set, f, "hook_any_address", true, urls->span);
	if (slice_has_suffix(a->in->doc->path, "settings.local.json"))
		fact_set_bool(a->set, f, "local_settings_tracked",
			a->in->source->place == PLACE_WORKTREE || a->in->source->place == PLACE_HEAD ||
				a->in->source->place == PLACE_INDEX,
			f->span);
}
