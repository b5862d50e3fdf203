/* Questions about the lines around a value, as far as judges may look. Questions about its own few bytes are in context.c. */
#include "rules/context.h"

#include "rules/bytes.h"
#include "rules/engine.h"
#include "rules/naming.h"

/* What judges may see besides the match. */
static struct slice surroundings(const struct matched *m) {
	size_t from = m->start > JUDGE_CONTEXT ? m->start - JUDGE_CONTEXT : 0;

	return slice_sub(m->text, from, m->end + JUDGE_CONTEXT);
}

static bool holds(struct slice s, const char *const *words) {
	for (; *words; words++)
		if (slice_find_nocase(s, slice_str(*words)) >= 0)
			return true;
	return false;
}

bool matched_in_binary(const struct matched *m) {
	struct slice s = surroundings(m);

	return memchr(s.p, 0, s.n) != NULL;
}

bool matched_is_complaint(const struct matched *m) {
	uint8_t before = m->start ? m->text.p[m->start - 1] : 0;

	return before == ':' ? m->value.p[0] == '?' : before == '?' && m->start > 1 && m->text.p[m->start - 2] == ':';
}

bool matched_in_choice(const struct matched *m) {
	size_t i = m->start, k = m->end + 1, floor = m->start > 64 ? m->start - 64 : 0;
	uint8_t quote = i ? m->text.p[i - 1] : 0;

	if (!byte_is_quote(quote))
		return false;
	for (i--; i > floor && byte_is_blank(m->text.p[i - 1]); i--)
		;
	while (k < m->text.n && byte_is_blank(m->text.p[k]))
		k++;
	if (i > floor && m->text.p[i - 1] == '?')
		return k < m->text.n && m->text.p[k] == ':';
	/* The second text: : behind the first, and ? before that. */
	if (i == floor || m->text.p[i - 1] != ':')
		return false;
	for (i--; i > floor && byte_is_blank(m->text.p[i - 1]); i--)
		;
	if (i == floor || !byte_is_quote(m->text.p[i - 1]))
		return false;
	quote = m->text.p[i - 1];
	for (i--; i > floor && m->text.p[i - 1] != quote && m->text.p[i - 1] != '\n'; i--)
		;
	if (i == floor || m->text.p[i - 1] != quote)
		return false;
	for (i--; i > floor && byte_is_blank(m->text.p[i - 1]); i--)
		;
	return i > floor && m->text.p[i - 1] == '?';
}

bool matched_in_statement(const struct matched *m) {
	static const char *const verbs[] = {"insert into", "update ", "values (", "values(", NULL};

	return holds(surroundings(m), verbs);
}

bool matched_beside_index(const struct matched *m) {
	static const char *const words[] = {"indexname", "index_name", "docsearch", "searchonly", "search_only", NULL};

	return holds(surroundings(m), words);
}

bool matched_on_long_line(const struct matched *m) {
	struct slice s = surroundings(m);

	return s.n >= 2 * JUDGE_CONTEXT && !memchr(s.p, '\n', s.n);
}

bool matched_beside_scram(const struct matched *m) {
	static const char *const words[] = {"storedkey", "stored_key", "scram-sha", NULL};

	return holds(surroundings(m), words);
}

bool matched_beside_salt(const struct matched *m) {
	static const char *const words[] = {"\"salt\"", "'salt'", " salt:", "_salt", NULL};

	return holds(surroundings(m), words);
}

bool matched_of_working_folder(const struct matched *m) {
	size_t at = (size_t)(m->name.p - m->text.p);
	uint8_t before = m->name.n && at > 0 ? m->text.p[at - 1] : 0;

	if (slice_eq_nocase(m->name, slice_str("$pwd")))
		return true;
	return slice_eq_nocase(m->name, slice_str("pwd")) &&
	       (before == '`' || before == '(' || before == '{' || before == '$');
}

/* The next name in `s` that something is assigned to; *at moves behind it. */
static bool next_name(struct slice s, size_t *at, struct slice *name) {
	for (size_t i = *at; i < s.n;) {
		size_t from, k;

		while (i < s.n && !byte_is_name(s.p[i]))
			i++;
		for (from = i; i < s.n && byte_is_name(s.p[i]); i++)
			;
		for (k = i; k < s.n && (byte_is_quote(s.p[k]) || s.p[k] == '\\' || s.p[k] == ' '); k++)
			;
		if (k < s.n && (s.p[k] == '=' || s.p[k] == ':' || (s.p[k] == ',' && k > i && byte_is_quote(s.p[i])))) {
			*name = slice_sub(s, from, i);
			*at = i;
			return true;
		}
	}
	return false;
}

bool matched_beside_account(const struct matched *m) {
	struct slice s = surroundings(m), name;
	size_t at = 0;

	while (next_name(s, &at, &name))
		if (name.n < 64 && name.p != m->name.p && name_is_account(name))
			return true;
	return false;
}
