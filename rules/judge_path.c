/* Judging by path: where a file lives says how a weak or unquoted value is to be read. A value that looks random keeps its
 * confidence anywhere, since real secrets leak in tests as well. */
#include "rules/judge.h"

#include "core/glob.h"
#include "rules/regex.h"
#include "rules/words.h"

static bool has_reason(const struct judgement *j, const char *code) {
	for (size_t i = 0; i < j->nreasons; i++)
		if (strcmp(j->reasons[i].code, code) == 0)
			return true;
	return false;
}

static bool ends_any(struct slice path, const char *const *ends) {
	for (; *ends; ends++)
		if (slice_has_suffix_nocase(path, *ends))
			return true;
	return false;
}

static bool holds_any(struct slice path, const char *const *parts) {
	for (; *parts; parts++)
		if (slice_find_nocase(path, slice_str(*parts)) >= 0 ||
			(**parts == '/' &&
				slice_eq_nocase(slice_sub(path, 0, strlen(*parts) - 1), slice_str(*parts + 1))))
			return true;
	return false;
}

static const char *const code_ends[] = {".c", ".h", ".cc", ".cpp", ".cxx", ".hpp", ".go", ".py", ".js", ".jsx", ".ts",
	".tsx", ".mjs", ".cjs", ".java", ".kt", ".kts", ".scala", ".groovy", ".rb", ".php", ".rs", ".swift", ".m",
	".mm", ".cs", ".vb", ".fs", ".dart", ".lua", ".pl", ".pm", ".ex", ".exs", ".erl", ".hs", ".clj", ".vue",
	".svelte", ".r", ".jl", ".zig", ".sol", ".proto", ".graphql", ".graphqls", ".d.ts", ".html", ".htm", ".jsp",
	".erb", ".ps1", ".psm1", ".sql", ".css", ".scss", ".less", ".tmpl", ".ejs", ".cshtml", NULL};
static const char *const fixture_parts[] = {"test", "spec/", "_spec.", ".spec.", "fixture", "mock", "example", "sample",
	"demo", "/e2e/", "stub", "testdata", "tutorial", "docs/", "doc/", "readme", "changelog", ".md", ".rst", ".adoc",
	"snapshots", "cassette", "vcr", "playground", NULL};
/* Names of files that show how another is written. */
static const char *const model_parts[] = {"example", "sample", "template", "dist", "readme", NULL};
static const char *const document_parts[] = {".md", ".rst", ".adoc", "docs/", "doc/", NULL};
static const char *const manual_ends[] = {".md", ".rst", ".adoc", NULL};
static const char *const config_ends[] = {".yml", ".yaml", ".properties", ".env", ".conf", ".cfg", ".cnf", ".ini",
	".toml", ".config", ".ldif", ".tf", ".tfvars", ".hcl", ".sh", ".bash", ".bat", ".cmd", ".service", "dockerfile",
	"makefile", "vagrantfile", "jenkinsfile", "procfile", ".pgpass", ".netrc", ".npmrc", ".pypirc", ".my.cnf",
	NULL};
/* These hold texts for people as often, so a user or host must stand beside the value. */
static const char *const data_ends[] = {".json", ".xml", NULL};
static const char *const lock_ends[] = {"package-lock.json", "yarn.lock", "pnpm-lock.yaml", "composer.lock",
	"cargo.lock", "go.sum", "poetry.lock", "pipfile.lock", "gemfile.lock", "packages.lock.json", "podfile.lock",
	"mix.lock", "flake.lock", "npm-shrinkwrap.json", "uv.lock", "bun.lock", "deno.lock", "pubspec.lock",
	".terraform.lock.hcl", "gradle.lockfile", NULL};
static const char *const translation_parts[] = {"locale", "i18n", "/lang/", "/l10n/", "translations", "messages_",
	"messages.", ".po", ".xliff", ".resx", ".resjson", "strings.xml", ".strings", NULL};
/* Here even what looks random is a text under work. */
static const char *const translation_folders[] = {"/lang/", "/locales/", "/i18n/", "/translations/", NULL};
/* Programs of others, kept whole beside the code that uses them. */
static const char *const vendored_parts[] = {"/node_modules/", NULL};
static const char *const yarn_parts[] = {"/.yarn/releases/", "/.yarn/plugins/", NULL};
static const char *const bulk_ends[] = {".min.js", ".min.css", ".map", ".svg", ".ipynb_checkpoints", ".lock", ".sum",
	".wasm", ".css", ".scss", ".dll", ".exe", ".so", ".dylib", ".class", ".pdb", ".o", ".a", ".pyc", NULL};

bool rule_wants_path(const struct rule *r, struct slice path) {
	if (r->path_regex && !regex_found(r->path_regex, path))
		return false;
	if (!r->npaths)
		return true;
	for (size_t i = 0; i < r->npaths; i++)
		if (glob_match(slice_str(r->paths[i]), path))
			return true;
	return false;
}

static bool is_weak(const struct judgement *j) {
	return !has_reason(j, "random") && j->verdict != VERDICT_WELL_FORMED;
}

/* Words, numbers, short ones: what people make up when they need any value. */
static bool is_made_up(const struct judgement *j) {
	return is_weak(j) && !has_reason(j, "mixed") && !has_reason(j, "no-word") && !has_reason(j, "uuid");
}

/* messages_de.properties, config_zh_TW.properties */
static bool is_language_file(struct slice path) {
	const uint8_t *p;
	size_t n = path.n;

	if (n < 15 || !slice_has_suffix_nocase(path, ".properties"))
		return false;
	n -= strlen(".properties");
	p = path.p + n;
	if (p[-3] == '_' && p[-1] >= 'A' && p[-1] <= 'Z' && p[-6] == '_')
		p -= 3;
	return p[-3] == '_' && p[-2] >= 'a' && p[-2] <= 'z' && p[-1] >= 'a' && p[-1] <= 'z';
}

static const char languages[] =
	"ar bg bn ca cs da de el en es et eu fa fi fr gl he hi hr hu id is it ja ka kk ko lt lv mk ms nb nl nn "
	"no pl pt ro ru sk sl sq sr sv ta te th tr uk ur uz vi zh ";

static struct slice file_name(struct slice path) {
	const uint8_t *slash = path.n ? memrchr(path.p, '/', path.n) : NULL;

	return slash ? slice_sub(path, (size_t)(slash - path.p) + 1, path.n) : path;
}

/* en.json, pt-BR.yml: ISO 639-1 codes that software is translated to. */
static bool is_named_by_language(struct slice path) {
	static const char *const ends[] = {".json", ".yml", ".yaml", NULL};
	struct slice name = file_name(path);
	size_t stem = 0;

	while (stem < name.n && name.p[stem] != '.')
		stem++;
	if ((stem != 2 && stem != 5) || (stem == 5 && name.p[2] != '-' && name.p[2] != '_') || !ends_any(path, ends))
		return false;
	for (const char *l = languages; *l; l += 3)
		if (memcmp(name.p, l, 2) == 0)
			return true;
	return false;
}

/* .env, .env.production */
static bool is_env_file(struct slice path) {
	return slice_has_prefix(file_name(path), ".env");
}

/* Doubts that a file made for settings takes away: there, a plain word under a password's name is the password. */
static bool has_only_soft_doubts(const struct judgement *j) {
	static const char *const soft[] = {"words", "short", "weak", "digits", "names-itself", "bare-word",
		"same-as-user", "local-host", "account", NULL};

	size_t doubts = 0;

	for (size_t i = 0; i < j->nreasons; i++) {
		bool known = strcmp(j->reasons[i].code, "no-word") == 0 || strcmp(j->reasons[i].code, "mixed") == 0;

		doubts += !known;
		for (size_t k = 0; soft[k]; k++)
			known |= strcmp(j->reasons[i].code, soft[k]) == 0;
		if (!known)
			return false;
	}
	return doubts > 0 && j->verdict == VERDICT_PLAUSIBLE;
}

static bool is_setting(const struct rule *r, struct slice path, const struct judgement *j) {
	bool account = has_reason(j, "account") || r->kind == KIND_URL;

	if (!has_only_soft_doubts(j) || holds_any(file_name(path), model_parts) || holds_any(path, document_parts))
		return false;
	if (holds_any(path, fixture_parts) && !account)
		return false;
	if (ends_any(path, config_ends) || is_env_file(path))
		return true;
	return ends_any(path, data_ends) && account && !has_reason(j, "bare-word");
}

static bool is_alnum(struct slice v) {
	for (size_t i = 0; i < v.n; i++)
		if (!((v.p[i] >= '0' && v.p[i] <= '9') || ((v.p[i] | 0x20) >= 'a' && (v.p[i] | 0x20) <= 'z')))
			return false;
	return true;
}

/* Of what anybody makes up who writes a test: test1, my-password, top_secret, newUserToken2. */
static const struct words first_thoughts = {{
	['a'] = WORDS("admin", "api", "app", "auth"),
	['b'] = WORDS("bad", "bar", "baz"),
	['c'] = WORDS("client", "correct", "credential", "current"),
	['d'] = WORDS("db", "default", "demo", "dev", "dummy"),
	['e'] = WORDS("example", "external"),
	['f'] = WORDS("fake", "foo"),
	['g'] = WORDS("good", "guest"),
	['h'] = WORDS("hello"),
	['i'] = WORDS("initial", "invalid"),
	['j'] = WORDS("jwt"),
	['k'] = WORDS("key"),
	['l'] = WORDS("local", "login"),
	['m'] = WORDS("my", "mock"),
	['n'] = WORDS("new", "not"),
	['o'] = WORDS("old", "original", "other"),
	['p'] = WORDS("pass", "passwd", "password", "passw0rd", "phrase", "plain", "private", "pw", "pwd"),
	['r'] = WORDS("random", "real", "refresh", "root"),
	['s'] = WORDS("safe", "sample", "secret", "secure", "session", "shared", "some", "source", "string", "strong",
		"super"),
	['t'] = WORDS("temp", "test", "testing", "the", "this", "token", "top"),
	['u'] = WORDS("updated", "user"),
	['v'] = WORDS("valid", "value", "very"),
	['w'] = WORDS("word", "world", "wrong"),
}};
#define FIRST_THOUGHT_MAX 40

/* Is all of it such words, or one of them with digits behind? */
static bool is_first_thought(struct slice v) {
	bool ends[FIRST_THOUGHT_MAX + 1] = {true}; /* ends[i]: what stands ahead of i is made of words */
	uint8_t plain[FIRST_THOUGHT_MAX];

	while (v.n && v.p[v.n - 1] >= '0' && v.p[v.n - 1] <= '9')
		v.n--;
	if (v.n > FIRST_THOUGHT_MAX)
		return false;
	for (size_t i = 0; i < v.n; i++)
		plain[i] = v.p[i] >= 'A' && v.p[i] <= 'Z' ? v.p[i] | 0x20 : v.p[i];
	for (size_t i = 0; i < v.n; i++) {
		if (!ends[i])
			continue;
		if (memchr("-_ .", plain[i], 4))
			ends[i + 1] = true;
		for (size_t to = i + 1; to <= v.n && to - i <= 10; to++)
			ends[to] |= words_equal(&first_thoughts, slice_of(plain + i, to - i));
	}
	return ends[v.n];
}

/* A word beside the name that it lets in, or at a place made for passwords, is one, in tests and manuals as well. */
static bool is_login(const struct rule *r, struct slice path, struct slice value, const struct judgement *j) {
	if (r->kind == KIND_URL || !has_only_soft_doubts(j) || has_reason(j, "names-itself"))
		return false;
	if (holds_any(path, fixture_parts) && is_first_thought(value))
		return false;
	if (r->kind == KIND_PASSWORD)
		return true;
	if (has_reason(j, "weak") && !is_alnum(value))
		return false;
	return has_reason(j, "account") && !holds_any(file_name(path), model_parts);
}

static void raise_to_medium(const struct rule *r, struct judgement *j, const char *code, const char *text) {
	if (judged_confidence(r, j) >= CONFIDENCE_MEDIUM)
		return;
	j->confidence_shift = (int)CONFIDENCE_MEDIUM - (int)r->confidence;
	judgement_add(j, code, text);
}

static void reject(struct judgement *j, const char *code, const char *text) {
	j->rejected = true;
	judgement_add(j, code, text);
}

void judge_path(const struct rule *r, struct slice path, struct slice value, struct judgement *j) {
	bool loose = r->kind == KIND_GENERIC || r->kind == KIND_PASSWORD || r->kind == KIND_URL;

	if (j->rejected)
		return;
	if (!rule_wants_path(r, path)) {
		reject(j, "path", "does not belong to files of this name");
		return;
	}
	if (ends_any(path, lock_ends) && (loose || r->ignore_case)) {
		reject(j, "lock-file", "is in a lock file, full of digests");
		return;
	}
	if (holds_any(path, yarn_parts)) {
		reject(j, "generated", "is in a copy of yarn itself");
		return;
	}
	if (!loose)
		return;
	if (ends_any(path, bulk_ends) && has_reason(j, REASON_VENDOR) && !holds_any(path, vendored_parts)) {
		j->confidence_shift--;
		judgement_add(j, "generated", "is in generated or minified text");
		return;
	}
	if (ends_any(path, bulk_ends) || holds_any(path, vendored_parts)) {
		reject(j, "generated", "is in generated or minified text");
		return;
	}
	if ((r->kind == KIND_GENERIC || (r->kind == KIND_PASSWORD && is_made_up(j))) && is_weak(j) &&
		(holds_any(path, translation_parts) || is_language_file(path) || is_named_by_language(path))) {
		reject(j, "translation", "is in a file of translations");
		return;
	}
	if (r->kind == KIND_GENERIC && holds_any(path, translation_folders)) {
		reject(j, "translation", "is in a folder of translations");
		return;
	}
	if (has_reason(j, "bare-word") && ends_any(path, code_ends)) {
		reject(j, "identifier", "is a name in code");
		return;
	}
	if (has_reason(j, "long-line") && ends_any(path, code_ends)) {
		reject(j, "minified", "is in a very long line of code, as programs write them");
		return;
	}
	if (is_setting(r, path, j)) {
		raise_to_medium(r, j, "setting", "is set in a file made for settings");
		return;
	}
	if (is_login(r, path, value, j)) {
		raise_to_medium(r, j, "login", "is handed over with the name that it lets in");
		return;
	}
	/* A command with a password in a manual is meant to be typed as it is. */
	if (r->kind == KIND_PASSWORD && ends_any(path, manual_ends))
		return;
	if (has_reason(j, REASON_STRONG) && holds_any(path, fixture_parts)) {
		j->confidence_shift--;
		judgement_add(j, "fixture", "is in tests, examples or documentation");
	} else if (is_made_up(j) && holds_any(path, fixture_parts)) {
		j->confidence_shift--;
		judgement_add(j, "fixture", "is in tests, examples or documentation");
	}
}
