/* One server of a configuration: how it is started or reached, what it is given, what it may do unasked. Where servers stand in a file,
 * mcp.c knows. Fields are those of the clients' own documentation; one entry may be of any client. */
#include "scanners/agent/parts.h"

#define NOWHERE	      ((struct span){0})
#define ARGUMENTS_MAX 200

static const struct node *first_of(const struct node *entry, const char *const *keys) {
	for (; *keys; keys++) {
		const struct node *v = node_get(entry, *keys);

		if (v)
			return v;
	}
	return NULL;
}

static const char *const name_keys[] = {"name", "id", "value", NULL}; /* of an entry in a list */
static const char *const command_keys[] = {"command", "cmd", NULL};
static const char *const url_keys[] = {"url", "serverUrl", "httpUrl", "uri", "endpoint", NULL};
static const char *const environment_keys[] = {"env", "environment", "envs", NULL};
static const char *const header_keys[] = {"headers", "http_headers", "requestOptions.headers", NULL};
static const char *const approve_keys[] = {"autoApprove", "alwaysAllow", "always_allow", "autoapprove", "auto_approve",
	"allowedTools", "alwaysAllowTools", NULL};
static const char *const oauth_keys[] = {"oauth", "auth", "authorization", "bearer_token_env_var", "env_http_headers",
	"authProvider", "authProviderType", "oauth_resource", "authentication", NULL};

bool agent_is_server(const struct node *entry) {
	const struct node *command, *url;

	if (!node_is(entry, NODE_MAPPING))
		return false;
	command = first_of(entry, command_keys);
	url = first_of(entry, url_keys);
	return (command && command->kind != NODE_NULL) || node_is(url, NODE_STRING) ||
	       (node_get(entry, "type") && (node_get(entry, "args") || node_get(entry, "tools"))) ||
	       node_is(node_get(entry, "args"), NODE_SEQUENCE);
}

/* The command line of an entry, all nodes texts. */
struct argv {
	const struct node *command;
	const struct node *args[ARGUMENTS_MAX];
	size_t n;
	bool cut; /* there are more */
};

static void take_list(struct argv *v, const struct node *list) {
	for (size_t i = 0; node_is(list, NODE_SEQUENCE) && i < list->n; i++) {
		if (list->items[i]->kind == NODE_SEQUENCE || list->items[i]->kind == NODE_MAPPING)
			continue;
		if (!v->command)
			v->command = list->items[i];
		else if (v->n < ARGUMENTS_MAX)
			v->args[v->n++] = list->items[i];
		else
			v->cut = true;
	}
}

/* A whole command line where a program belongs: "docker run --env-file .env image". A path with blanks in it is none. */
static void split_command(const struct agent *a, struct argv *v, const struct node *command) {
	const struct slice text = command->text;
	size_t from = 0;
	bool first = true;

	if (!slice_byte(text, ' ') || slice_byte(text, '\\') || text.p[0] == '/' || text.p[0] == '"')
		return;
	for (size_t i = 0; i <= text.n; i++) {
		struct node *word;

		if (i < text.n && text.p[i] != ' ')
			continue;
		v->cut |= i > from && v->n == ARGUMENTS_MAX;
		if (i > from && v->n < ARGUMENTS_MAX) {
			word = ARENA_NEW(&a->set->arena, struct node);
			*word = (struct node){.kind = NODE_STRING, .text = slice_sub(text, from, i)};
			word->span = agent_span_within(a, command, word->text);
			if (first)
				v->command = word;
			else
				v->args[v->n++] = word;
			first = false;
		}
		from = i + 1;
	}
}

static void take_command(const struct agent *a, struct argv *v, const struct node *entry) {
	const struct node *command = first_of(entry, command_keys);

	if (node_is(command, NODE_MAPPING)) { /* Zed: {path, args, env} */
		v->command = node_get(command, "path");
		if (v->command)
			take_list(v, node_get(command, "args"));
		return;
	}
	if (node_is(command, NODE_SEQUENCE)) { /* opencode */
		take_list(v, command);
		return;
	}
	v->command = command;
	if (command)
		take_list(v, node_get(entry, "args"));
	if (node_is(command, NODE_STRING) && !v->n)
		split_command(a, v, command);
}

static void read_launch(const struct agent *a, struct fact *f, const struct argv *v) {
	struct slice args[ARGUMENTS_MAX];
	struct agent_launch l;

	for (size_t i = 0; i < v->n; i++)
		args[i] = node_text(v->args[i]);
	l = agent_launch(node_text(v->command), args, v->n);
	fact_set_text(a->set, f, "command", slice_sub(l.program, 0, 100), v->command->span);
	fact_set_bool(a->set, f, "shell", l.shell, v->n ? v->args[l.shell ? l.shell_at : 0]->span : v->command->span);
	fact_set_bool(a->set, f, "downloads", l.downloads,
		v->n ? v->args[l.downloads ? l.shell_at : 0]->span : v->command->span);
	if (!l.launcher)
		return;
	fact_set_text(a->set, f, "launcher", slice_str(l.launcher), v->command->span);
	fact_set_text(a->set, f, "package", slice_sub(l.package, 0, 200), v->args[l.package_at]->span);
	fact_set_text(a->set, f, "pin", slice_str(l.pin), v->args[l.package_at]->span);
	if (agent_advisory(l.package))
		fact_set_text(a->set, f, "advisory", slice_str(agent_advisory(l.package)), v->args[l.package_at]->span);
	if (agent_looks_like(l.package))
		fact_set_text(
			a->set, f, "looks_like", slice_str(agent_looks_like(l.package)), v->args[l.package_at]->span);
}

/* Stores of credentials by the end or a part of a path. */
static bool names_store(struct slice text) {
	static const char *const parts[] = {"/.aws", "/.ssh", "/.kube", "/.config/gcloud", "/.azure", "/.gnupg",
		"/.docker/config.json", "/.netrc", "/.npmrc", "/.git-credentials",
		"application_default_credentials.json"};

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (slice_find(text, slice_str(parts[i])) >= 0)
			return true;
	return false;
}

/* The whole disk or home, alone in an argument or as the host's side of a mount; nothing when it is neither. */
static struct slice whole_disk(struct slice text) {
	static const char *const roots[] = {"/", "~", "~/", "$HOME", "${HOME}", "${env:HOME}", "%USERPROFILE%", "C:\\",
		"C:/", "/home", "/Users", "/root"};
	const uint8_t *colon = text.n > 2 ? memchr(text.p + 2, ':', text.n - 2) : NULL;

	for (size_t i = 0; i < sizeof(roots) / sizeof(*roots); i++) {
		if (slice_eq(text, slice_str(roots[i])))
			return text;
		if (colon && slice_eq(slice_sub(text, 0, (size_t)(colon - text.p)), slice_str(roots[i])))
			return slice_sub(text, 0, (size_t)(colon - text.p));
	}
	return slice_of(NULL, 0);
}

static bool is_filesystem_server(struct slice package) {
	return slice_find(package, slice_str("filesystem")) >= 0;
}

static void read_reach(const struct agent *a, struct fact *f, const struct argv *v) {
	static const char *const volume[] = {"--volume=", "-v="};
	const struct value *package = fact_get(f, "package");
	struct agent_names stores = {0};
	struct span first = {0};

	for (size_t i = 0; i < v->n; i++) {
		struct slice text = node_text(v->args[i]), before = i ? node_text(v->args[i - 1]) : slice_of(NULL, 0);
		bool mount = slice_eq(before, slice_str("-v")) || slice_eq(before, slice_str("--volume"));

		for (size_t k = 0; k < sizeof(volume) / sizeof(*volume) && !mount; k++)
			if (slice_has_prefix(text, volume[k])) {
				text = slice_sub(text, strlen(volume[k]), text.n);
				mount = true;
			}
		if (slice_find(text, slice_str("docker.sock")) >= 0)
			fact_set_bool(a->set, f, "docker_socket", true, v->args[i]->span);
		if (names_store(text)) {
			if (!stores.n)
				first = v->args[i]->span;
			agent_names_add(&stores, text);
		}
		if (whole_disk(text).n && (mount || (package && is_filesystem_server(package->text))))
			fact_set_text(a->set, f, "whole_disk", whole_disk(text), v->args[i]->span);
		if (slice_eq(before, slice_str("--env-file")))
			fact_set_text(a->set, f, "environment_file", slice_sub(text, 0, 200), v->args[i]->span);
	}
	agent_names_set(a, f, "credential_paths", &stores, first);
}

static void read_address(const struct agent *a, struct fact *f, const struct node *url, struct agent_names *names) {
	struct slice text = node_text(url), host;
	ptrdiff_t at = slice_find(text, slice_str("://"));
	size_t end;
	bool loopback;

	fact_set_text(
		a->set, f, "transport", slice_str(slice_has_prefix(text, "ws") ? "websocket" : "http"), url->span);
	agent_read_address(a, f, url, text, names);
	if (at < 0)
		return;
	fact_set_text(a->set, f, "scheme", slice_sub(text, 0, (size_t)at), url->span);
	host = slice_sub(text, (size_t)at + 3, text.n);
	for (end = 0; end < host.n && host.p[end] != '/' && host.p[end] != '?' && host.p[end] != '#';)
		end++;
	for (size_t i = end; i-- > 0;)
		if (host.p[i] == '@') {
			host = slice_sub(host, i + 1, end);
			end = host.n;
			break;
		}
	host = slice_sub(host, 0, end);
	if (host.n && host.p[0] != '[' && slice_byte(host, ':') && host.p[0] != '$')
		host.n = (size_t)(slice_byte(host, ':') - host.p);
	loopback = slice_eq(host, slice_str("localhost")) || slice_has_prefix(host, "127.") ||
		   slice_has_prefix(host, "[::1]") || slice_eq(host, slice_str("0.0.0.0")) ||
		   slice_eq(host, slice_str("host.docker.internal")) || slice_has_suffix(host, ".localhost");
	/* an address that is a variable is known to nobody here */
	if (host.n && host.p[0] != '$' && host.p[0] != '{' && host.p[0] != '<') {
		fact_set_text(a->set, f, "host", slice_sub(host, 0, 200), url->span);
		fact_set_bool(a->set, f, "loopback", loopback, url->span);
	}
}

/* Reads only, by its first word or its last. */
bool agent_tool_changes(struct slice tool) {
	static const char *const changes[] = {"write", "create", "delete", "remove", "update", "edit", "push", "merge",
		"execute", "run", "exec", "send", "post", "move", "insert", "drop", "deploy", "apply", "commit",
		"upload", "shell", "bash", "terminal", "set_", "add_", "put_", "patch"};

	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++)
		if (slice_find_nocase(tool, slice_str(changes[i])) >= 0)
			return true;
	return false;
}

static void read_approval(const struct agent *a, struct fact *f, const struct node *entry) {
	const struct node *list = first_of(entry, approve_keys), *trust = node_get(entry, "trust");
	struct agent_names names = {0};
	bool all = false, changes = false;

	if (trust && node_truth(trust, false)) {
		fact_set_bool(a->set, f, "approves_all", true, trust->span);
		return;
	}
	if (node_is(list, NODE_BOOL))
		all = list->boolean;
	for (size_t i = 0; node_is(list, NODE_SEQUENCE) && i < list->n; i++) {
		struct slice tool = node_text(list->items[i]);

		agent_names_add(&names, tool);
		all |= slice_eq(tool, slice_str("*"));
		changes |= agent_tool_changes(tool);
	}
	if (!list)
		return;
	agent_names_set(a, f, "auto_approved", &names, list->span);
	fact_set_bool(a->set, f, "approves_all", all, list->span);
	fact_set_bool(a->set, f, "approves_changes", changes, list->span);
}

static void read_state(const struct agent *a, struct fact *f, const struct node *entry, struct agent_names *names) {
	const struct node *off = node_get(entry, "disabled"), *on = node_get(entry, "enabled"),
			  *file = node_get(entry, "envFile");
	const struct node *auth = first_of(entry, oauth_keys), *bearer = node_get(entry, "bearer_token_env_var");

	if (bearer)
		agent_names_add(names, node_text(bearer));
	agent_names_set(a, f, "credentials", names, f->span);
	fact_set_bool(a->set, f, "authenticated", names->n || (auth && auth->kind != NODE_NULL), f->span);
	fact_set_bool(a->set, f, "discovers_oauth", a->client->discovers_oauth, NOWHERE);
	fact_set_bool(a->set, f, "disabled", node_truth(off, false) || !node_truth(on, true),
		off  ? off->span
		: on ? on->span
		     : NOWHERE);
	if (!file)
		file = node_get(entry, "env_file");
	if (node_is(file, NODE_STRING) && !fact_get(f, "environment_file"))
		fact_set_text(a->set, f, "environment_file", slice_sub(node_text(file), 0, 200), file->span);
}

static void read_server(
	const struct agent *a, struct fact *owner, struct slice name, struct span place, const struct node *entry) {
	const struct node *url = first_of(entry, url_keys), *headers = first_of(entry, header_keys);
	struct fact *f = agent_fact(a, FACT_TOOL, name, place);
	struct agent_names names = {0};
	struct argv v = {0};

	f->parent = owner;
	if (owner)
		fact_set_fact(a->set, f, "agent", owner);
	take_command(a, &v, entry);
	if (v.cut && a->in->coverage)
		coverage_note(a->in->coverage, "limit-agent-arguments", true, "an agent's server",
			"is started with more than 200 arguments: what stands behind them is not told");
	if (v.command) {
		fact_set_text(a->set, f, "transport", slice_str("stdio"), v.command->span);
		read_launch(a, f, &v);
		read_reach(a, f, &v);
		agent_read_arguments(a, f, v.args, v.n, &names);
	} else if (node_is(url, NODE_STRING)) {
		read_address(a, f, url, &names);
	}
	agent_read_environment(a, f, first_of(entry, environment_keys), "environment", &names);
	if (node_is(node_get(entry, "command"), NODE_MAPPING))
		agent_read_environment(a, f, node_at(entry, "command.env"), "environment", &names);
	if (!headers)
		headers = node_at(entry, "requestOptions.headers");
	agent_read_environment(a, f, headers, "header", &names);
	read_approval(a, f, entry);
	read_state(a, f, entry, &names);
	agent_set_capabilities(a, f);
	agent_read_memory(a, f, first_of(entry, environment_keys), v.args, v.n);
	agent_seal(a, f);
}

size_t agent_read_server_map(const struct agent *a, struct fact *owner, const struct node *map) {
	size_t servers = 0;

	for (size_t i = 0; map && i < map->n; i++) {
		const struct node *entry = map->kind == NODE_MAPPING ? map->members[i].value : map->items[i];
		const struct node *name = first_of(entry, name_keys);

		if (!agent_is_server(entry))
			continue;
		if (map->kind == NODE_MAPPING)
			read_server(a, owner, map->members[i].key->text, map->members[i].key->span, entry);
		else
			read_server(a, owner, node_text(name), name ? name->span : entry->span, entry);
		servers++;
	}
	return servers;
}
