/* How a server is started: which program runs which package of which version. Reads argument lists of npm's, Python's and container
 * launchers as their manuals describe them; starts nothing. */
#include "scanners/agent/agent.h"

static bool one_of(struct slice s, const char *const *words) {
	for (; *words; words++)
		if (slice_eq(s, slice_str(*words)))
			return true;
	return false;
}

static struct slice base_name(struct slice path) {
	size_t at = path.n;
	struct slice s;
	static const char *const endings[] = {".exe", ".cmd", ".bat", ".ps1"};

	while (at && path.p[at - 1] != '/' && path.p[at - 1] != '\\')
		at--;
	s = slice_sub(path, at, path.n);
	for (size_t i = 0; i < 4; i++)
		if (slice_has_suffix_nocase(s, endings[i]))
			return slice_sub(s, 0, s.n - 4);
	return s;
}

static bool is_hex(struct slice s) {
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
			return false;
	return s.n >= 40;
}

/* A whole version, not a range, tag or wildcard. */
static bool is_whole_version(struct slice v) {
	unsigned dots = 0;

	if (v.n && (v.p[0] == 'v' || v.p[0] == '='))
		v = slice_sub(v, v.p[1] == '=' ? 2 : 1, v.n);
	if (!v.n || v.p[0] < '0' || v.p[0] > '9')
		return false;
	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] == '.')
			dots++;
		else if (strchr("*x^~><| ,", v.p[i]))
			return false;
	}
	return dots > 0;
}

static bool is_source(struct slice p) {
	static const char *const schemes[] = {
		"git+", "git:", "github:", "gitlab:", "bitbucket:", "http://", "https://", "gist:"};

	for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++)
		if (slice_has_prefix(p, schemes[i]))
			return true;
	return false;
}

/* Of a source: a commit, behind # or @, is a digest. */
static const char *source_pin(struct slice p) {
	for (size_t i = p.n; i-- > 0;)
		if (p.p[i] == '#' || p.p[i] == '@')
			return is_hex(slice_sub(p, i + 1, p.n)) ? "digest" : "source";
	return "source";
}

static bool is_local(struct slice p) {
	return slice_has_prefix(p, ".") || slice_has_prefix(p, "/") || slice_has_prefix(p, "~") ||
	       slice_has_prefix(p, "file:") || slice_has_prefix(p, "${") || slice_has_prefix(p, "$");
}

/* npm: @scope/name@version, owner/repository (GitHub). Python: name==version, name@version, name[extra]. */
static const char *package_pin(struct slice p) {
	if (is_source(p))
		return source_pin(p);
	if (is_local(p))
		return "local";
	for (size_t i = p.n; i-- > 1;) {
		if (p.p[i] != '@' && p.p[i] != '=')
			continue;
		return is_whole_version(slice_sub(p, i + 1, p.n)) ? "version" : "moving";
	}
	if (p.n && p.p[0] != '@' && slice_byte(p, '/'))
		return source_pin(p);
	return "moving";
}

static const char *image_pin(struct slice p) {
	ptrdiff_t at = slice_find(p, slice_str("@sha256:"));

	if (at >= 0)
		return "digest";
	for (size_t i = p.n; i-- > 0;) {
		if (p.p[i] == '/')
			break;
		if (p.p[i] == ':') {
			struct slice tag = slice_sub(p, i + 1, p.n);

			return tag.n && tag.p[0] != '$' && is_whole_version(tag) ? "version" : "moving";
		}
	}
	return "moving";
}

static const struct launcher {
	const char *program, *first, *second; /* first and second arguments it must have, or NULL */
	const char *name;
	bool image;
	const char *takes;	    /* options that take the next argument, blank-separated */
	const char *package_option; /* options whose argument is the package */
} launchers[] = {
	{"npx", NULL, NULL, "npx", false, "--registry --cache -c --call", "-p --package"},
	{"bunx", NULL, NULL, "bunx", false, "", "-p --package"},
	{"bun", "x", NULL, "bunx", false, "", "-p --package"},
	{"npm", "exec", NULL, "npm exec", false, "", "-p --package"},
	{"pnpm", "dlx", NULL, "pnpm dlx", false, "", "--package"},
	{"yarn", "dlx", NULL, "yarn dlx", false, "", "-p --package"},
	{"uvx", NULL, NULL, "uvx", false,
		"-p --python --with --index-url --directory --env-file --index --refresh-package", "--from"},
	{"uv", "tool", "run", "uv tool run", false, "-p --python --with --index-url --directory --index", "--from"},
	{"pipx", "run", NULL, "pipx run", false, "--python --index-url --pip-args", "--spec"},
	{"docker", "run", NULL, "docker", true,
		"-e --env -v --volume --mount --name --network -p --publish --env-file -w --workdir -u --user "
		"--add-host -l "
		"--label --entrypoint --platform --memory -m --cpus --pull --restart --hostname -h --dns --cap-add "
		"--cap-drop "
		"--security-opt --tmpfs --ulimit --gpus --device --secret --net",
		""},
	{"podman", "run", NULL, "podman", true,
		"-e --env -v --volume --mount --name --network -p --publish --env-file -w -u --user", ""},
	{"deno", "run", NULL, "deno", false, "", ""},
};

static bool in_list(const char *list, struct slice word) {
	const char *at = list;

	while (*at) {
		size_t n = strcspn(at, " ");

		if (word.n == n && memcmp(word.p, at, n) == 0)
			return true;
		at += n;
		at += *at == ' ';
	}
	return false;
}

/* --from=x or --from x */
static bool names_package(const struct launcher *l, const struct slice *args, size_t n, size_t *i, struct slice *out) {
	const uint8_t *eq = slice_byte(args[*i], '=');
	struct slice option = eq ? slice_of(args[*i].p, (size_t)(eq - args[*i].p)) : args[*i];

	if (!in_list(l->package_option, option))
		return false;
	if (eq)
		*out = slice_sub(args[*i], option.n + 1, args[*i].n);
	else if (*i + 1 < n)
		*out = args[++*i];
	return true;
}

static void find_package(
	const struct launcher *l, const struct slice *args, size_t n, size_t from, struct agent_launch *out) {
	for (size_t i = from; i < n; i++) {
		if (args[i].n && args[i].p[0] == '-' && !slice_eq(args[i], slice_str("--"))) {
			if (names_package(l, args, n, &i, &out->package)) {
				out->package_at = i;
				break;
			}
			i += in_list(l->takes, args[i]);
			continue;
		}
		if (slice_eq(args[i], slice_str("--")))
			continue;
		out->package = args[i];
		out->package_at = i;
		break;
	}
	if (!out->package.n)
		return;
	out->launcher = l->name;
	if (strcmp(l->name, "deno") == 0) {
		bool registry = slice_has_prefix(out->package, "npm:") || slice_has_prefix(out->package, "jsr:");

		out->pin = registry		     ? package_pin(slice_sub(out->package, 4, out->package.n))
			   : is_source(out->package) ? "source"
						     : "local";
	} else {
		out->pin = l->image ? image_pin(out->package) : package_pin(out->package);
	}
}

/* Shells and interpreters that are given code instead of a file. */
static void find_shell(const struct slice *args, size_t n, struct agent_launch *out) {
	static const char *const shells[] = {"sh", "bash", "zsh", "dash", "cmd", "pwsh", "powershell", NULL};
	static const char *const code[] = {
		"-c", "/c", "-e", "-lc", "-ic", "--eval", "-Command", "-EncodedCommand", "/C", NULL};
	static const char *const languages[] = {"python", "python3", "node", "deno", "ruby", "perl", "bun", NULL};
	bool shell = one_of(out->program, shells);

	for (size_t i = 0; i < n && (shell || one_of(out->program, languages)); i++) {
		if (one_of(args[i], code)) {
			out->shell = true;
			out->shell_at = i + 1 < n ? i + 1 : i;
		}
	}
	for (size_t i = 0; i < n; i++) {
		bool fetches =
			slice_find(args[i], slice_str("curl ")) >= 0 || slice_find(args[i], slice_str("wget ")) >= 0;

		if (fetches && (slice_find(args[i], slice_str("|")) >= 0 || slice_find(args[i], slice_str("$(")) >= 0 ||
				       slice_find(args[i], slice_str("<(")) >= 0)) {
			out->downloads = true;
			out->shell_at = i;
		}
	}
}

struct agent_launch agent_launch(struct slice command, const struct slice *args, size_t n) {
	struct agent_launch l = {.program = base_name(command)};
	size_t skip = 0;

	/* cmd /c npx …, env X=y npx …: Windows' clients need the first, and it is no shell of interest. */
	if (n >= 2 && slice_eq_nocase(l.program, slice_str("cmd")) && slice_eq_nocase(args[0], slice_str("/c"))) {
		l.program = base_name(args[1]);
		skip = 2;
	}
	for (size_t i = 0; i < sizeof(launchers) / sizeof(*launchers); i++) {
		const struct launcher *k = &launchers[i];
		size_t at = skip;

		if (!slice_eq(l.program, slice_str(k->program)))
			continue;
		if (k->first && (at >= n || !slice_eq(args[at++], slice_str(k->first))))
			continue;
		if (k->second && (at >= n || !slice_eq(args[at++], slice_str(k->second))))
			continue;
		find_package(k, args, n, at, &l);
		break;
	}
	find_shell(args + skip, n - skip, &l);
	return l;
}
