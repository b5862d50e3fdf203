/* Scripts of pipelines: traits from the commands of shell.c and the table of script_table.c, and the variables they use. */
#include "scanners/ci/script.h"

#include "core/vec.h"
#include "scanners/ci/ci.h"
#include "scanners/ci/names.h"
#include "scanners/ci/script_names.h"
#include "scanners/ci/script_table.h"

#include <stdlib.h>

#define VARIABLES_MAX 4096
#define DIGITS_MAX    15

struct reading {
	struct arena *arena;
	struct slice text;
	struct script *out;
	struct shell_script shell;
	VEC(struct script_variable) variables;
	VEC(struct script_more) more;
	struct script_names names; /* used or set */
};

static void mark(struct reading *r, enum script_trait t, uint64_t start, uint64_t end, struct slice detail) {
	struct script_mark *m = &r->out->traits[t];

	const struct script_mark one = {.set = true, .start = start, .end = end, .detail = detail};

	if (!m->set)
		*m = one;
	else if (m->start != start && r->more.n < SCRIPT_MORE_MAX)
		VEC_PUSH(&r->more, ((struct script_more){t, one}));
}

/* Is one of the words of `list`, separated by blanks, an option of the command? "-p" also stands for "-px", "--x" for "--x=y". */
static const struct shell_word *find_option(const struct shell_command *c, const char *list) {
	for (struct slice rest = slice_str(list); rest.n;) {
		const uint8_t *blank = slice_byte(rest, ' ');
		struct slice option = slice_sub(rest, 0, blank ? (size_t)(blank - rest.p) : rest.n);

		for (size_t i = 1; i < c->n; i++) {
			struct slice w = c->words[i].text;
			bool longer = w.n > option.n && slice_eq(slice_sub(w, 0, option.n), option);

			if (slice_eq(w, option) || (longer && (option.n > 2 ? w.p[option.n] == '=' : w.p[1] != '-')))
				return &c->words[i];
		}
		rest = slice_sub(rest, option.n + 1, rest.n);
	}
	return NULL;
}

static bool is_option(struct slice w) {
	return w.n && w.p[0] == '-';
}

/* Do the words after the program go as `words` says, options and values of options passed over at will? */
static bool follows(const struct shell_command *c, size_t at, const char *words) {
	size_t skipped = 0;

	for (struct slice rest = slice_str(words); rest.n;) {
		const uint8_t *blank = slice_byte(rest, ' ');
		struct slice word = slice_sub(rest, 0, blank ? (size_t)(blank - rest.p) : rest.n);
		bool found = false;

		for (at++; at < c->n && !found; at++) {
			struct slice w = c->words[at].text;

			if (slice_eq(w, word)) {
				found = true;
				break;
			}
			/* a value of an option before it, or one that belongs to a build tool: `mvn clean deploy` */
			if (!is_option(w) && !(at && is_option(c->words[at - 1].text)) && ++skipped > 4)
				return false;
		}
		if (!found)
			return false;
		rest = slice_sub(rest, word.n + 1, rest.n);
	}
	return true;
}

/* Tools whose first word alone is the subcommand: anything else before it means another one. */
static bool is_strict(struct slice program) {
	return !slice_has_prefix(program, "mvn") && !slice_has_prefix(program, "gradle");
}

static bool first_word_is(const struct shell_command *c, size_t at, const char *words) {
	size_t n = strcspn(words, " ");

	for (size_t i = at + 1; i < c->n; i++) {
		/* what a placeholder stands for is options, most often */
		if (is_option(c->words[i].text) || slice_has_prefix(c->words[i].text, "${{") ||
			(i > at + 1 && is_option(c->words[i - 1].text) &&
				!slice_eq(c->words[i].text, slice_of(words, n))))
			continue;
		return slice_eq(c->words[i].text, slice_of(words, n));
	}
	return false;
}

static void look_up(struct reading *r, const struct shell_command *c, struct slice program, size_t at) {
	for (const struct script_command *t = script_commands; program.n && t->program; t++) {
		if (program.p[0] != (uint8_t)t->program[0] || !slice_eq(program, slice_str(t->program)) ||
			(*t->words && is_strict(program) && !first_word_is(c, at, t->words)) ||
			!follows(c, at, t->words) || (t->option && !find_option(c, t->option)) ||
			(t->unless && find_option(c, t->unless)))
			continue;
		mark(r, t->trait, c->start, c->end, slice_str(t->detail));
	}
}

static bool is_one_of(struct slice s, const char *const *names) {
	for (size_t i = 0; names[i]; i++)
		if (slice_is(s, names[i]))
			return true;
	return false;
}

static bool downloads(struct slice program) {
	static const char *const names[] = {"curl", "wget", "fetch", NULL};

	return is_one_of(program, names);
}

static bool interprets(struct slice program) {
	static const char *const names[] = {"sh", "bash", "zsh", "dash", "ksh", "python", "python3", "node", "perl",
		"ruby", "eval", "source", ".", NULL};

	return is_one_of(program, names);
}

/* Takes a package of the net without asking and without a version: npx -y x, pip install git+https://… of a branch. */
static bool takes_unpinned(const struct shell_command *c, struct slice program, size_t at) {
	struct slice package = {0};

	if (slice_eq(program, slice_str("npx"))) {
		if (!find_option(c, "-y --yes"))
			return false;
		for (size_t i = at + 1; i < c->n && !package.n; i++)
			if (!is_option(c->words[i].text))
				package = c->words[i].text;
		for (size_t i = package.n; i-- > 1;)
			if (package.p[i] == '@')
				return slice_eq(slice_sub(package, i, package.n), slice_str("@latest"));
		return package.n && package.p[0] != '$' && package.p[0] != '.';
	}
	if (!slice_has_prefix(program, "pip") || !follows(c, at, "install"))
		return false;
	for (size_t i = at + 2; i < c->n; i++) {
		struct slice w = c->words[i].text;
		ptrdiff_t path = slice_find(w, slice_str("://")), pin;

		if (!slice_has_prefix(w, "git+") || path < 0)
			continue;
		w = slice_sub(w, (size_t)path + 3, w.n);
		pin = slice_find(w, slice_str("@"));
		if (pin >= 0 && slice_byte(w, '/') > w.p + pin) /* user@host */
			pin = slice_find(slice_sub(w, (size_t)pin + 1, w.n), slice_str("@")) < 0 ? -1 : pin;
		if (pin < 0 || slice_has_suffix(w, "@main") || slice_has_suffix(w, "@master"))
			return true;
	}
	return false;
}

/* Does an interpreter take its script from the standard input: `bash`, `bash -s -- x`, `python3 -`, not `python3 -m json.tool`? */
static bool reads_script(const struct shell_command *c, size_t at) {
	for (size_t i = at + 1; i < c->n; i++) {
		struct slice w = c->words[i].text;

		if (slice_eq(w, slice_str("-s")) || slice_eq(w, slice_str("-")) || slice_eq(w, slice_str("/dev/stdin")))
			return true;
		if (slice_eq(w, slice_str("-m")) || slice_eq(w, slice_str("-c")) || slice_eq(w, slice_str("-e")) ||
			!is_option(w))
			return false;
	}
	return true;
}

/* What a command downloads and another one, that reads it, runs. */
static void look_for_downloads(struct reading *r, size_t i, struct slice program, size_t at) {
	const struct shell_command *c = &r->shell.at[i];

	if (downloads(program) && c->depth) { /* bash <(curl …), eval "$(curl …)" */
		const struct shell_command *outer = &r->shell.at[c->inside];
		size_t where;
		struct slice around = shell_program(outer, &where);

		if (interprets(around) && (slice_eq(around, slice_str("eval")) || find_option(outer, "-c") ||
						  memchr(r->text.p + outer->start, '<', outer->end - outer->start)))
			mark(r, SCRIPT_RUNS_DOWNLOADS, outer->start, outer->end, program);
	}
	if (c->from_pipe && interprets(program) && i) {
		size_t where, k = i;

		while (k && r->shell.at[k].from_pipe)
			k--;
		if (downloads(shell_program(&r->shell.at[k], &where)) && reads_script(c, at))
			mark(r, SCRIPT_RUNS_DOWNLOADS, r->shell.at[k].start, c->end, program);
	}
	if (takes_unpinned(c, program, at))
		mark(r, SCRIPT_RUNS_DOWNLOADS, c->start, c->end, program);
}

static bool has_letter(struct slice option, char letter) {
	return option.n > 1 && option.p[0] == '-' && option.p[1] != '-' && slice_byte(option, letter);
}

static void look_at_tracing(struct reading *r, const struct shell_command *c, struct slice program, size_t at) {
	bool is_set = slice_eq(program, slice_str("set"));

	if (!is_set && !slice_eq(program, slice_str("bash")) && !slice_eq(program, slice_str("sh")))
		return;
	for (size_t i = at + 1; i < c->n && is_option(c->words[i].text); i++)
		if (has_letter(c->words[i].text, 'x') && !memchr(c->words[i].text.p, 'c', c->words[i].text.n))
			mark(r, SCRIPT_TRACES, c->start, c->end, program);
	if (is_set && find_option(c, "-o") && follows(c, at, "xtrace"))
		mark(r, SCRIPT_TRACES, c->start, c->end, program);
}

static void look_at_ssh(struct reading *r, const struct shell_command *c, struct slice program) {
	if (!slice_eq(program, slice_str("ssh-add")))
		return;
	for (size_t i = 1; i < c->n; i++)
		if (slice_eq(c->words[i].text, slice_str("-")) || slice_has_prefix(c->words[i].text, "<(") ||
			c->words[i].expands)
			mark(r, SCRIPT_STATIC_SSH, c->start, c->end, program);
}

static void look_at_build(struct reading *r, const struct shell_command *c) {
	for (size_t i = 1; i < c->n; i++) {
		struct slice w = c->words[i].text, arg;
		const size_t next = slice_eq(w, slice_str("--build-arg")) && i + 1 < c->n;
		const uint8_t *equals;

		if (next)
			arg = c->words[i + 1].text;
		else if (slice_has_prefix(w, "--build-arg="))
			arg = slice_sub(w, strlen("--build-arg="), w.n);
		else
			continue;
		equals = slice_byte(arg, '=');
		arg = slice_sub(arg, 0, equals ? (size_t)(equals - arg.p) : arg.n);
		if (ci_name_is_secret(arg))
			mark(r, SCRIPT_BUILD_SECRET, c->words[i].start, c->words[i + next].end, arg);
	}
}

/* `--lifetime 86400`, `--duration-seconds 43200`: the number behind the option, in seconds. */
static void look_at_lifetime(struct reading *r, const struct shell_command *c) {
	const struct shell_word *w = find_option(c, "--lifetime --duration-seconds");
	struct slice text;
	double seconds = 0;
	unsigned digits = 0;

	if (!w)
		return;
	text = w->text;
	if (!slice_byte(text, '=') && w + 1 < c->words + c->n)
		text = (++w)->text;
	for (size_t i = 0; i < text.n && digits < DIGITS_MAX; i++)
		if (text.p[i] >= '0' && text.p[i] <= '9') {
			seconds = seconds * 10 + (text.p[i] - '0');
			digits++;
		}
	if (digits) {
		const bool first = !r->out->traits[SCRIPT_LIFETIME].set;

		mark(r, SCRIPT_LIFETIME, w->start, w->end, text);
		if (first)
			r->out->traits[SCRIPT_LIFETIME].number = seconds;
	}
}

/* The job's token in the URL of a project that is not the job's own. */
static void look_at_projects(struct reading *r, const struct shell_command *c) {
	bool token = false;

	for (size_t i = 0; i < c->n; i++)
		token |= slice_find(c->words[i].text, slice_str("CI_JOB_TOKEN")) >= 0;
	for (size_t i = 0; token && i < c->n; i++) {
		struct slice w = c->words[i].text;

		if (slice_find(w, slice_str("://")) < 0 || slice_find(w, slice_str("CI_PROJECT")) >= 0 ||
			slice_find(w, slice_str("CI_REPOSITORY")) >= 0 ||
			slice_find(w, slice_str("CI_REGISTRY")) >= 0 || slice_has_suffix(w, "://") ||
			(slice_find(w, slice_str(".git")) < 0 && slice_find(w, slice_str("/projects/")) < 0))
			continue;
		mark(r, SCRIPT_OTHER_PROJECT, c->words[i].start, c->words[i].end, w);
	}
}

/* The variable at a `$` that is a secret by its name, and that the script does not set itself; empty for others. */
static struct slice secret_at(struct reading *r, struct slice text) {
	const bool braces = text.n > 1 && text.p[1] == '{';
	size_t end = braces ? 2 : 1;
	struct slice name;

	while (end < text.n && shell_byte_is_name(text.p[end]))
		end++;
	name = slice_sub(text, braces ? 2 : 1, end);
	return name.n && !script_name_is_set(&r->names, name) && ci_name_is_secret(name) && !ci_name_is_of_job(name)
		       ? name
		       : (struct slice){0};
}

/* curl "https://host/x?token=$TOKEN", git push https://user:$TOKEN@host/x: in process lists, in logs of what lies between, in .git/config. */
static void look_at_addresses(struct reading *r, const struct shell_command *c, struct slice program) {
	static const char *const names[] = {"curl", "wget", "git", "http", "https", NULL};

	for (size_t i = 1; is_one_of(program, names) && i < c->n; i++) {
		const struct slice w = c->words[i].text;
		const ptrdiff_t scheme = c->words[i].expands ? slice_find(w, slice_str("://")) : -1;

		for (size_t at = scheme < 0 ? w.n : (size_t)scheme; at < w.n; at++) {
			const struct slice name =
				w.p[at] == '$' ? secret_at(r, slice_sub(w, at, w.n)) : (struct slice){0};

			if (!name.n)
				continue;
			mark(r, SCRIPT_IN_ADDRESS, c->words[i].start, c->words[i].end, arena_copy(r->arena, name));
			break;
		}
	}
}

/* A stranger's text that is evaluated: by the shell's eval or -c, or put into the script before the shell reads it. */
static void look_for_strangers(struct reading *r, const struct shell_command *c, struct slice program) {
	bool evaluates = slice_eq(program, slice_str("eval")) || (interprets(program) && find_option(c, "-c"));

	for (size_t i = 1; evaluates && i < c->n; i++)
		for (size_t k = 0; c->words[i].expands && script_untrusted_variables[k]; k++)
			if (slice_find(c->words[i].text, slice_str(script_untrusted_variables[k])) >= 0)
				mark(r, SCRIPT_UNTRUSTED_TEXT, c->words[i].start, c->words[i].end,
					slice_str(script_untrusted_variables[k]));
}

static void look_for_macros(struct reading *r) {
	for (size_t i = 0; i + 1 < r->text.n; i++) {
		const uint8_t c = r->text.p[i], next = r->text.p[i + 1];

		if (!((c == '$' && next == '(') || (c == next && (c == '<' || c == '{')))) /* as all of them begin */
			continue;
		for (size_t k = 0; script_untrusted_macros[k]; k++) {
			struct slice name = slice_str(script_untrusted_macros[k]);

			if (slice_eq_nocase(slice_sub(r->text, i, i + name.n), name))
				mark(r, SCRIPT_UNTRUSTED_TEXT, i, i + name.n, name);
		}
	}
}

static void add_variable(struct reading *r, uint64_t start, uint64_t end, uint64_t name, uint64_t name_end) {
	struct script_variable v = {slice_sub(r->text, name, name_end), start, end};

	if (!v.name.n || (v.name.p[0] >= '0' && v.name.p[0] <= '9') || r->variables.n >= VARIABLES_MAX)
		return;
	if (!script_names_add(&r->names, v.name, false))
		return;
	VEC_PUSH(&r->variables, v);
	if (slice_has_prefix(v.name, "CI_JOB_JWT"))
		mark(r, SCRIPT_JOB_JWT, start, end, v.name);
}

/* $NAME, ${NAME…}, $(Name.Of.Azure), $env:NAME, %NAME% outside single quotes. */
static void find_variables(struct reading *r, uint64_t from, uint64_t to) {
	const uint8_t *p = r->text.p;

	for (uint64_t i = from; i + 1 < to; i++) {
		uint64_t name = i + 1, end;
		bool dots = false;
		uint8_t close = 0;

		if (p[i] != '$' && p[i] != '%')
			continue;
		if (p[i] == '%') {
			close = '%';
		} else if (p[name] == '{' || p[name] == '(') {
			close = p[name] == '{' ? '}' : ')';
			dots = p[name++] == '(';
		} else if (slice_has_prefix(slice_sub(r->text, name, to), "env:")) {
			name += 4;
		}
		for (end = name; end < to && (shell_byte_is_name(p[end]) || (dots && p[end] == '.')); end++)
			;
		if ((p[i] == '%' || dots) && (end >= to || p[end] != close))
			continue;
		add_variable(r, i, close && end < to && p[end] == close ? end + 1 : end, name, end);
	}
}

/* What a script sets itself is no secret of the store: later uses of the name are passed over. */
static void note_assigned(struct reading *r, const struct shell_command *c, struct slice program) {
	static const char *const setters[] = {"export", "local", "declare", "readonly", "typeset", NULL};
	bool sets = is_one_of(program, setters);

	for (size_t k = 0; k < (c->n ? 0 : c->nset) + (sets ? c->n : 0); k++) {
		struct slice w = c->n ? c->words[k].text : c->set[k].text;
		const uint8_t *equals = slice_byte(w, '=');

		if (equals)
			script_names_add(&r->names, slice_sub(w, 0, (size_t)(equals - w.p)), true);
	}
}

static void read_command(struct reading *r, size_t i) {
	const struct shell_command *c = &r->shell.at[i];
	size_t at;
	struct slice program = shell_program(c, &at);

	look_up(r, c, program, at);
	look_for_downloads(r, i, program, at);
	look_at_tracing(r, c, program, at);
	look_at_ssh(r, c, program);
	look_at_build(r, c);
	look_at_lifetime(r, c);
	look_at_projects(r, c);
	look_for_strangers(r, c, program);
	look_at_addresses(r, c, program);
	for (size_t k = 0; k < c->n + c->nset + c->nto; k++) {
		const struct shell_word *w = k < c->n		  ? &c->words[k]
					     : k < c->n + c->nset ? &c->set[k - c->n]
								  : &c->to[k - c->n - c->nset];

		if (w->expands || slice_byte(w->text, '%'))
			find_variables(r, w->start, w->end);
	}
	note_assigned(r, c, program);
}

static bool holds_any(struct slice line, const char *const *words) {
	for (size_t i = 0; words[i]; i++)
		if (slice_find_nocase(line, slice_str(words[i])) >= 0)
			return true;
	return false;
}

/* PowerShell's way to run what it downloads: iex (… DownloadString(…)), irm … | iex. By lines. */
static void look_for_expressions(struct reading *r) {
	static const char *const runs[] = {"iex ", "iex(", "| iex", "|iex", "Invoke-Expression", NULL};
	static const char *const gets[] = {
		"DownloadString", "iwr ", "irm ", "Invoke-WebRequest", "Invoke-RestMethod", NULL};

	for (size_t from = 0; from < r->text.n;) {
		const uint8_t *lf = memchr(r->text.p + from, '\n', r->text.n - from);
		const size_t to = lf ? (size_t)(lf - r->text.p) : r->text.n;
		const struct slice line = slice_trim(slice_sub(r->text, from, to));

		if (line.n && line.p[0] != '#' && holds_any(line, runs) && holds_any(line, gets))
			mark(r, SCRIPT_RUNS_DOWNLOADS, (uint64_t)(line.p - r->text.p),
				(uint64_t)(line.p - r->text.p) + line.n, slice_str("PowerShell"));
		from = to + 1;
	}
}

void script_read(struct arena *a, struct slice text, bool shell, struct script *out) {
	struct reading r = {.arena = a, .text = text, .out = out};
	struct script_variable *kept;
	struct script_more *more;

	*out = (struct script){0};
	look_for_macros(&r);
	if (shell)
		r.shell = shell_read(a, text);
	else {
		find_variables(&r, 0, text.n);
		look_for_expressions(&r);
	}
	for (size_t i = 0; i < r.shell.n; i++)
		read_command(&r, i);
	out->commands = r.shell;
	out->cut = r.shell.cut;
	kept = ARENA_NEW_N(a, struct script_variable, r.variables.n);
	if (r.variables.n)
		memcpy(kept, r.variables.at, r.variables.n * sizeof(*kept));
	out->variables = kept;
	out->nvariables = r.variables.n;
	more = ARENA_NEW_N(a, struct script_more, r.more.n);
	if (r.more.n)
		memcpy(more, r.more.at, r.more.n * sizeof(*more));
	out->more = more;
	out->nmore = r.more.n;
	VEC_FREE(&r.more);
	VEC_FREE(&r.variables);
	script_names_free(&r.names);
}
