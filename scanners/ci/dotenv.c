/* What commands write to a file: by redirection, or through tee. */
#include "scanners/ci/dotenv.h"

#include "scanners/ci/ci.h"

static struct slice without_dot(struct slice path) {
	return slice_has_prefix(path, "./") ? slice_sub(path, 2, path.n) : path;
}

static bool is_path(const struct shell_word *w, struct slice path) {
	return slice_eq(without_dot(w->text), without_dot(path));
}

/* NAME=… or $NAME or ${NAME} in a word, of a name that is a secret's. */
static bool holds_secret(struct slice text) {
	for (size_t i = 0; i < text.n;) {
		size_t end = i;
		struct slice name;

		while (end < text.n && shell_byte_is_name(text.p[end]))
			end++;
		name = slice_sub(text, i, end);
		if (name.n &&
			((end < text.n && text.p[end] == '=') ||
				(i && (text.p[i - 1] == '$' || text.p[i - 1] == '{'))) &&
			ci_name_is_secret(name))
			return true;
		i = end + (end == i);
	}
	return false;
}

static bool writes_to(const struct shell_command *c, struct slice path) {
	for (size_t i = 0; i < c->nto; i++)
		if (is_path(&c->to[i], path))
			return true;
	if (!c->n || !slice_is(c->words[0].text, "tee"))
		return false;
	for (size_t i = 1; i < c->n; i++)
		if (is_path(&c->words[i], path))
			return true;
	return false;
}

/* What a command says itself; what it fetches by its own commands inside is told by the name it is given. */
static bool says_secret(const struct shell_command *c) {
	static const char *const printers[] = {"echo", "printf", "cat", "env", "export", NULL};
	bool prints = false;

	for (size_t i = 0; c->n && printers[i]; i++)
		prints |= slice_is(c->words[0].text, printers[i]);
	for (size_t i = 1; prints && i < c->n; i++)
		if (holds_secret(c->words[i].text))
			return true;
	return false;
}

bool dotenv_gets_secret(const struct shell_script *script, struct slice path) {
	for (size_t i = 0; i < script->n; i++) {
		size_t from = i;

		if (!path.n || !writes_to(&script->at[i], path))
			continue;
		while (from && script->at[from].from_pipe)
			from--;
		for (size_t k = from; k <= i; k++)
			if (says_secret(&script->at[k]))
				return true;
	}
	return false;
}
