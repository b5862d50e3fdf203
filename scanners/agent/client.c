/* The clients, the files they keep their configuration in, and what a path tells: whose file it is and whether it is an example.
 * Sources: the vendors' documentation of each client's configuration, read 2026-11. */
#include "scanners/agent/agent.h"

static const struct agent_client clients[] = {
	{"amazon-q", false, true},
	{"amp", false, true},
	{"antigravity", false, true},
	{"claude-code", false, true},
	{"claude-desktop", false, false},
	{"cline", false, false},
	{"codex", false, true},
	{"cody", false, false},
	{"continue", false, false},
	{"cursor", false, true},
	{"gemini", true, true},
	{"goose", false, false},
	{"jetbrains", false, false},
	{"junie", false, false},
	{"kilo", false, false},
	{"kiro", false, true},
	{"opencode", false, true},
	{"openclaw", false, false},
	{"roo", false, false},
	{"tabnine", false, false},
	{"trae", false, false},
	{"vscode", false, true},
	{"windsurf", false, true},
	{"zed", false, true},
	/* systems of workload identity, and frameworks: what they have in common with clients is how facts are made */
	{"spire", false, false},
	{"kubernetes", false, false},
	{"vault", false, false},
	{"policy", false, false},
	{"langgraph", false, false},
	{"crewai", false, false},
	{"autogen", false, false},
	{"openai-agents", false, false},
	{"bedrock", false, false},
	{"vertex", false, false},
	{"copilot-studio", false, false},
	{"a2a", false, false},
	{"agent-cli", false, false},
	{"copilot", false, false},
	/* not a client of its own: a file that any of them may read */
	{"mcp", false, false},
};

const struct agent_client *agent_client(const char *name) {
	for (size_t i = 0; i < sizeof(clients) / sizeof(*clients); i++)
		if (strcmp(clients[i].name, name) == 0)
			return &clients[i];
	return &clients[sizeof(clients) / sizeof(*clients) - 1];
}

static bool ends_folder(struct slice folder, const char *parent) {
	size_t n = strlen(parent);

	return folder.n >= n && memcmp(folder.p + folder.n - n, parent, n) == 0 &&
	       (folder.n == n || folder.p[folder.n - n - 1] == '/' || parent[0] == '/');
}

bool agent_path_ends(struct slice path, const char *parent, const char *name) {
	size_t at = path.n;
	struct slice last;

	/* Asked of every file, and mostly answered here. */
	if (!at || path.p[at - 1] != (uint8_t)name[strlen(name) - 1])
		return false;
	while (at && path.p[at - 1] != '/' && path.p[at - 1] != '\\')
		at--;
	last = slice_sub(path, at, path.n);
	if (name[0] == '*' ? last.n <= strlen(name) - 1 || !slice_has_suffix(last, name + 1)
			   : !slice_eq(last, slice_str(name)))
		return false;
	return !parent || ends_folder(slice_sub(path, 0, at), parent);
}

const struct agent_file *agent_file_of(const struct agent_file *rows, size_t n, struct slice path) {
	for (size_t i = 0; i < n; i++)
		if (agent_path_ends(path, rows[i].parent, rows[i].name))
			return &rows[i];
	return NULL;
}

static bool contains(struct slice path, const char *part) {
	return slice_find_nocase(path, slice_str(part)) >= 0;
}

const char *agent_scope(struct slice path) {
	static const char *const user[] = {"Application Support/", "AppData/", ".config/", "globalStorage/",
		"Code/User/", ".claude.json", ".codeium/", ".copilot/", "claude_desktop_config"};

	if (contains(path, "managed-") || slice_has_prefix(path, "etc/"))
		return "managed";
	for (size_t i = 0; i < sizeof(user) / sizeof(*user); i++)
		if (contains(path, user[i]))
			return "user";
	return "project";
}

bool agent_path_is_example(struct slice path) {
	static const char *const words[] = {"example", "sample", "template", "fixture", "demo", "testdata", "docs/",
		"doc/", "test/", "tests/", "__tests__", "/test-", "spec/", "mock", "tutorial", "cookbook", "snippets/",
		"boilerplate", "quickstart", "playground", "evals/"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (contains(path, words[i]))
			return true;
	return slice_has_prefix(path, "test-");
}

struct fact *agent_fact(const struct agent *a, enum fact_kind kind, struct slice name, struct span span) {
	struct fact *f = fact_add(a->set, kind, a->reader, a->in->source, span);
	const struct span nowhere = {0};

	f->name = arena_copy(&a->set->arena, slice_sub(name, 0, 200));
	fact_set_text(a->set, f, "client", slice_str(a->client->name), nowhere);
	fact_set_bool(a->set, f, "example", agent_path_is_example(a->in->doc->path), nowhere);
	/* so that rules about others' credentials and identities pass by at once */
	if (kind == FACT_CREDENTIAL) {
		fact_set_text(a->set, f, "kind", slice_str("agent"), nowhere);
		fact_set_none(a->set, f, "provider", nowhere);
		fact_set_none(a->set, f, "system", nowhere);
	} else if (kind == FACT_IDENTITY || kind == FACT_TRUST || kind == FACT_GRANT) {
		fact_set_text(a->set, f, "provider", slice_str(a->client->name), nowhere);
	}
	if (kind == FACT_TOOL || kind == FACT_AGENT)
		fact_set_text(a->set, f, "scope", slice_str(agent_scope(a->in->doc->path)), nowhere);
	return f;
}

struct span agent_span_within(const struct agent *a, const struct node *n, struct slice part) {
	const struct span whole = n->span;
	const struct slice bytes = a->in->doc->bytes;
	ptrdiff_t at;
	struct span s = whole;

	/* Only where the text stands as it is in one line: then it occurs in the source of the scalar. */
	if (!part.n || whole.line != whole.end_line || whole.end > bytes.n)
		return whole;
	at = slice_find(slice_sub(bytes, whole.start, whole.end), part);
	if (at < 0)
		return whole;
	s.start = whole.start + (uint64_t)at;
	s.end = s.start + part.n;
	s.column = whole.column + (unsigned)at;
	s.end_column = s.column + (unsigned)part.n;
	return s;
}

void agent_seal(const struct agent *a, struct fact *f) {
	const struct attribute *const tables[] = {agent_attributes, workload_attributes};
	const struct span nowhere = {0};

	for (size_t t = 0; t < 2; t++)
		for (const struct attribute *at = tables[t]; at->name; at++) {
			if (at->on != f->kind || fact_get(f, at->name))
				continue;
			if (at->type == VALUE_BOOL)
				fact_set_bool(a->set, f, at->name, false, nowhere);
			else
				fact_set_none(a->set, f, at->name, nowhere);
		}
}

double agent_seconds(struct slice text) {
	double total = 0, n = 0;
	bool digits = false;

	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.p[i];

		if (c >= '0' && c <= '9') {
			n = n * 10 + (c - '0');
			digits = true;
			continue;
		}
		if (!digits)
			return -1;
		if (c == 'm' && i + 1 < text.n && text.p[i + 1] == 's')
			return total; /* less than a second */
		total += n * (c == 's'		? 1
				     : c == 'm' ? 60
				     : c == 'h' ? 3600
				     : c == 'd' ? 86400
				     : c == 'w' ? 604800
				     : c == 'y' ? 31536000
						: 0);
		n = 0;
		digits = false;
	}
	return digits ? total + n : text.n ? total : -1;
}
