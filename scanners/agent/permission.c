/* What an agent may do unasked: entries such as Bash(git status:*) sorted by what they open. The grammar is that of Claude Code's settings
 * (tool, or tool(pattern)), which Cursor's Shell(…) and Gemini's run_shell_command(…) follow; which programs open what is data. */
#include "scanners/agent/permission.h"

#define NOWHERE ((struct span){0})

static const char *const class_names[AGENT_CLASS_COUNT] = {
	[AGENT_CLASS_EVERYTHING] = "everything",
	[AGENT_CLASS_SHELL] = "shell",
	[AGENT_CLASS_CLOUD] = "cloud",
	[AGENT_CLASS_INTERPRETER] = "interpreter",
	[AGENT_CLASS_WRITE] = "write",
	[AGENT_CLASS_WEB] = "web",
	[AGENT_CLASS_NETWORK] = "network",
};

/* Programs that act as whatever identity the shell has. */
static const char *const cloud[] = {"aws", "gcloud", "gsutil", "bq", "az", "azd", "kubectl", "helm", "oc", "terraform",
	"tofu", "pulumi", "gh api", "gh", "glab", "doctl", "heroku", "flyctl", "fly", "vercel", "netlify", "wrangler",
	"supabase", "vault", "op", "cdk", "sam", "serverless", "sls", "eksctl", "ssh", "scp", "rclone", "stripe",
	"databricks", "snowsql"};

/* Programs that run any other. */
static const char *const interpreters[] = {"python", "python3", "node", "deno", "bun", "ruby", "perl", "php", "bash",
	"sh", "zsh", "eval", "exec", "xargs", "env", "sudo", "su", "source", "ssh", "docker", "docker run",
	"docker exec", "podman", "podman run", "osascript", "powershell", "pwsh", "nohup", "awk", "command"};

/* Programs that send whatever they are given to whatever address. */
static const char *const network[] = {
	"curl", "wget", "nc", "ncat", "netcat", "http", "https", "telnet", "ftp", "rsync"};

bool agent_is_one(struct slice s, const char *const *of, size_t n) {
	for (size_t i = 0; i < n; i++)
		if (slice_eq(s, slice_str(of[i])))
			return true;
	return false;
}

/* The tool and what stands in its brackets; without brackets `inside` is empty and *bare is true. */
static struct slice split(struct slice entry, struct slice *inside, bool *bare) {
	const uint8_t *open = slice_byte(entry, '(');

	entry = slice_trim(entry);
	*bare = !open || entry.n < 2 || entry.p[entry.n - 1] != ')';
	*inside = *bare ? slice_of(NULL, 0) : slice_trim(slice_sub(entry, (size_t)(open - entry.p) + 1, entry.n - 1));
	return *bare ? entry : slice_sub(entry, 0, (size_t)(open - entry.p));
}

/* "aws:*", "aws *" and "aws*" are "aws" with anything behind. */
static bool opens_whole(struct slice pattern, struct slice *program) {
	static const char *const ends[] = {":*", " *", "*", " :*", ":**", " **"};

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		if (slice_has_suffix(pattern, ends[i]) && pattern.n > strlen(ends[i])) {
			*program = slice_trim(slice_sub(pattern, 0, pattern.n - strlen(ends[i])));
			return program->n && !slice_byte(*program, '*');
		}
	return false;
}

static bool is_shell_tool(struct slice tool) {
	static const char *const tools[] = {"Bash", "Shell", "run_shell_command", "ShellTool", "execute_bash", "shell",
		"bash", "PowerShell", "terminal", "@builtin/execute_bash"};

	return agent_is_one(tool, tools, sizeof(tools) / sizeof(*tools));
}

static bool is_wild(struct slice pattern) {
	static const char *const wild[] = {"*", ":*", "**", "*:*", "* *", ".*", "/.*/"};

	return agent_is_one(pattern, wild, sizeof(wild) / sizeof(*wild));
}

enum agent_class agent_class_of(struct slice entry) {
	struct slice inside, program, tool;
	bool bare;

	tool = split(entry, &inside, &bare);
	if (is_wild(tool))
		return AGENT_CLASS_EVERYTHING;
	if (slice_eq(tool, slice_str("mcp__*")))
		return AGENT_CLASS_EVERYTHING;
	if (is_shell_tool(tool)) {
		if (bare || is_wild(inside))
			return AGENT_CLASS_SHELL;
		if (!opens_whole(inside, &program))
			return AGENT_CLASS_NONE;
		if (agent_is_one(program, cloud, sizeof(cloud) / sizeof(*cloud)))
			return AGENT_CLASS_CLOUD;
		if (agent_is_one(program, network, sizeof(network) / sizeof(*network)))
			return AGENT_CLASS_NETWORK;
		return agent_is_one(program, interpreters, sizeof(interpreters) / sizeof(*interpreters))
			       ? AGENT_CLASS_INTERPRETER
			       : AGENT_CLASS_NONE;
	}
	if (slice_eq(tool, slice_str("Write")) || slice_eq(tool, slice_str("Edit")) ||
		slice_eq(tool, slice_str("MultiEdit"))) {
		static const char *const anywhere[] = {"/**", "//**", "~/**", "/*", "~/*"};

		return agent_is_one(inside, anywhere, sizeof(anywhere) / sizeof(*anywhere)) ? AGENT_CLASS_WRITE
											    : AGENT_CLASS_NONE;
	}
	if ((slice_eq(tool, slice_str("WebFetch")) || slice_eq(tool, slice_str("web_fetch"))) &&
		(bare || is_wild(inside) || slice_eq(inside, slice_str("domain:*"))))
		return AGENT_CLASS_WEB;
	return AGENT_CLASS_NONE;
}

/* A rule about files where credentials are kept. */
static bool guards_credentials(struct slice entry) {
	static const char *const files[] = {
		".env", ".aws", ".ssh", "secret", "credential", ".pem", ".key", ".kube", ".netrc", ".npmrc"};

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		if (slice_find_nocase(entry, slice_str(files[i])) >= 0)
			return true;
	return false;
}

bool agent_opens_credentials(struct slice pattern) {
	static const char *const files[] = {
		".env)", ".env*", ".env.*", ".aws/", ".ssh/", ".kube/", ".netrc", "credentials", "id_rsa", ".pem"};
	static const char *const harmless[] = {
		"example", "sample", "template", ".env.test", ".ssh/config", "known_hosts", ".pub", "/src/", "docs"};

	if (slice_has_suffix(pattern, ".env"))
		return true;
	for (size_t i = 0; i < sizeof(harmless) / sizeof(*harmless); i++)
		if (slice_find(pattern, slice_str(harmless[i])) >= 0)
			return false;
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		if (slice_find(pattern, slice_str(files[i])) >= 0)
			return true;
	return false;
}

void agent_read_grants(const struct agent *a, struct fact *owner, const struct node *allow, const struct node *deny) {
	struct agent_names entries[AGENT_CLASS_COUNT] = {{.n = 0}};
	struct span first[AGENT_CLASS_COUNT] = {{0}};
	bool shell_denied = false;

	for (size_t i = 0; node_is(deny, NODE_SEQUENCE) && i < deny->n; i++) {
		struct slice inside, tool;
		bool bare;

		tool = split(node_text(deny->items[i]), &inside, &bare);
		shell_denied |= is_shell_tool(tool) && !bare;
	}
	for (size_t i = 0; node_is(allow, NODE_SEQUENCE) && i < allow->n; i++) {
		enum agent_class c = agent_class_of(node_text(allow->items[i]));

		if (c == AGENT_CLASS_NONE)
			continue;
		if (!entries[c].n)
			first[c] = allow->items[i]->span;
		agent_names_add(&entries[c], node_text(allow->items[i]));
	}
	for (unsigned c = AGENT_CLASS_NONE + 1; c < AGENT_CLASS_COUNT; c++) {
		struct fact *f;

		if (!entries[c].n)
			continue;
		f = agent_fact(a, FACT_GRANT, slice_str(class_names[c]), first[c]);
		f->parent = owner;
		fact_set_fact(a->set, f, "agent", owner);
		fact_set_text(a->set, f, "agent_class", slice_str(class_names[c]), first[c]);
		agent_names_set(a, f, "entries", &entries[c], first[c]);
		fact_set_bool(a->set, f, "denied_around",
			shell_denied &&
				(c == AGENT_CLASS_SHELL || c == AGENT_CLASS_EVERYTHING || c == AGENT_CLASS_INTERPRETER),
			first[c]);
	}
}

static void read_list(const struct agent *a, struct fact *owner, const struct node *list, const char *attribute) {
	struct agent_names names = {0};

	for (size_t i = 0; node_is(list, NODE_SEQUENCE) && i < list->n; i++)
		agent_names_add(&names, node_text(list->items[i]));
	if (list)
		agent_names_set(a, owner, attribute, &names, list->span);
}

void agent_read_permissions(const struct agent *a, struct fact *owner, const struct node *permissions) {
	const struct node *deny = node_get(permissions, "deny"), *allow = node_get(permissions, "allow");
	bool guarded = false;

	agent_read_grants(a, owner, allow, deny);
	read_list(a, owner, deny, "denies");
	read_list(a, owner, node_get(permissions, "ask"), "asks");
	for (size_t i = 0; node_is(allow, NODE_SEQUENCE) && i < allow->n; i++)
		if (slice_has_prefix(node_text(allow->items[i]), "Read(") &&
			agent_opens_credentials(node_text(allow->items[i])))
			fact_set_text(
				a->set, owner, "reads_credentials", node_text(allow->items[i]), allow->items[i]->span);
	for (size_t i = 0; node_is(deny, NODE_SEQUENCE) && i < deny->n; i++)
		guarded |= guards_credentials(node_text(deny->items[i]));
	if (guarded)
		fact_set_bool(a->set, owner, "guards_credentials", true, deny->span);
}
