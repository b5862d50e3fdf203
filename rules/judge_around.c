/* What stands around a value: quotes, the joint before it, and the name it is given to. What that means is judged in judge.c. */
#include "rules/judge.h"

#include "rules/bytes.h"
#include "rules/naming.h"

/* Reads the joint that ends before `at`; `from` is as far as may be read. */
static enum joint joint_before(struct slice text, size_t from, size_t at) {
	uint8_t c, b;

	if (at <= from)
		return JOINT_NONE;
	c = text.p[at - 1];
	b = at - 1 > from ? text.p[at - 2] : 0;
	if (c == '=' && (b == '=' || b == '!'))
		return JOINT_COMPARES;
	if (c == '=' || c == ':' || (c == '>' && (b == '=' || b == '-')) || (c == '-' && b == '<'))
		return JOINT_ASSIGNS;
	if (c == '>')
		return b == '<' ? JOINT_COMPARES : JOINT_TAG;
	return c == '('					  ? JOINT_CALL
	       : c == ','				  ? JOINT_COMMA
	       : at < text.n && byte_is_blank(text.p[at]) ? JOINT_BLANK
							  : JOINT_NONE;
}

static struct slice name_before(struct slice text, size_t from, size_t to) {
	size_t i = to;

	while (i > from && byte_is_name(text.p[i - 1]))
		i--;
	return slice_sub(text, i, to);
}

static bool is_string_type(struct slice name) {
	static const char *const types[] = {"string", "str", "text", NULL};

	for (size_t i = 0; types[i]; i++)
		if (slice_eq_nocase(name, slice_str(types[i])))
			return true;
	return false;
}

/* The name that stands before m->name with only `skip` and then one of `marks` between; empty when there is none. */
static struct slice name_behind(const struct matched *m, size_t from, const char *skip, const char *marks) {
	size_t i = (size_t)(m->name.p - m->text.p);

	while (i > from && m->text.p[i - 1] && strchr(skip, m->text.p[i - 1]))
		i--;
	if (i == from || !m->text.p[i - 1] || !strchr(marks, m->text.p[i - 1]))
		return slice_of(m->name.p, 0);
	i--;
	while (i > from && (byte_is_blank(m->text.p[i - 1]) || byte_is_quote(m->text.p[i - 1])))
		i--;
	return name_before(m->text, from, i);
}

/* What stands between the joint and the value: the brace of name={'…'} in markup, the bracket of a list or of strings on several
 * lines, the mark of a block of YAML. */
static size_t before_opening(struct slice text, size_t from, size_t at) {
	size_t i = at;

	if (i - from > 1 && text.p[i - 1] == '{' && text.p[i - 2] == '=')
		return i - 1;
	if (i - from > 1 && (text.p[i - 1] == '[' || text.p[i - 1] == '(')) {
		for (i--; i > from && byte_is_blank(text.p[i - 1]);)
			i--;
		return i > from && (text.p[i - 1] == ':' || text.p[i - 1] == '=') ? i : at;
	}
	if (i > from && (text.p[i - 1] == '-' || text.p[i - 1] == '+'))
		i--;
	if (i == from || (text.p[i - 1] != '|' && text.p[i - 1] != '>'))
		return at;
	i--;
	while (i > from && byte_is_blank(text.p[i - 1]))
		i--;
	return i > from && text.p[i - 1] == ':' ? i : at;
}

static struct slice name_around(struct slice text, size_t at) {
	size_t to = at;

	while (to < text.n && byte_is_name(text.p[to]))
		to++;
	return name_before(text, at > 160 ? at - 160 : 0, to);
}

/* variable "token" { default = "…", a parameter's Default below its name, <key>Token</key><string>…, Dim pwd As String = "…",
 * let password = String::from("…"): the pattern began in the name, which another word parts from the value. */
static bool is_named_ahead(const struct matched *m) {
	static const char *const names[] = {"default", "string", "param-value", "progmem", NULL};

	if (m->text.p + m->match_start >= m->name.p)
		return false;
	for (size_t i = 0; names[i]; i++)
		if (slice_eq_nocase(m->name, slice_str(names[i])))
			return true;
	return (slice_eq_nocase(m->name, slice_str("value")) && m->name.p[-1] == '<') ||
	       (m->joint == JOINT_CALL && m->quoted && m->rule->kind == KIND_GENERIC);
}

/* char key[] = "…", char key[32] = "…": where the subscript that ends at `at` begins, or `at`. */
static size_t before_subscript(struct slice text, size_t from, size_t at) {
	size_t i = at;

	if (i == from || text.p[i - 1] != ']')
		return at;
	i--;
	while (i > from && text.p[i - 1] >= '0' && text.p[i - 1] <= '9')
		i--;
	return i > from && text.p[i - 1] == '[' ? i - 1 : at;
}

void matched_look_around(struct matched *m) {
	size_t floor = m->start > 160 ? m->start - 160 : 0, i = m->start;
	uint8_t mark;

	while (i > floor && (byte_is_quote(m->text.p[i - 1]) || m->text.p[i - 1] == '\\')) {
		m->quoted |= byte_is_quote(m->text.p[i - 1]);
		i--;
	}
	if (i > floor && m->quoted && m->text.p[i - 1] != '=' && strchr("bBrRfFuUL@$", m->text.p[i - 1]) &&
		(i < 2 || !byte_is_name(m->text.p[i - 2])))
		i--; /* string prefixes: b"…", f"…", @"…" */
	m->spaced = i > floor && byte_is_blank(m->text.p[i - 1]);
	while (i > floor && byte_is_blank(m->text.p[i - 1]))
		i--;
	i = before_opening(m->text, floor, i);
	m->joint = joint_before(m->text, floor, i);
	mark = i > floor ? m->text.p[i - 1] : 0;
	if (i - floor > 1 && m->text.p[i - 1] == '-' && m->text.p[i - 2] == '<')
		i -= 2; /* name <- "…" */
	while (i > floor && strchr(" \t\r\n=:>,(|?+<!", m->text.p[i - 1]) && m->text.p[i - 1])
		i--;
	i = before_subscript(m->text, floor, i);
	while (i > floor && strchr("\"'`])\\ \t", m->text.p[i - 1]) && m->text.p[i - 1]) {
		m->name_quoted |= byte_is_quote(m->text.p[i - 1]);
		i--;
	}
	m->name = name_before(m->text, floor, i);
	if (is_named_ahead(m)) {
		m->name = name_around(m->text, m->match_start);
		m->joint = m->joint == JOINT_CALL ? JOINT_ASSIGNS : m->joint;
	}
	/* password: string = "…", API_KEY: &str = "…" */
	if (m->joint == JOINT_ASSIGNS && is_string_type(m->name))
		m->name = name_behind(m, floor, " \t&", ":");
	/* const password = process.env.PW || "…" */
	if (mark == '|' || mark == '?') {
		struct slice further = name_behind(m, floor, " \t", "=:");

		if (further.n && !(name_tells(further) == NAMED_NOTHING && name_tells(m->name) > NAMED_KEY))
			m->name = further; /* const k = process.env.API_TOKEN || "…": k says nothing */
	}
	/* The API key is …, set `API_KEY` to `…` */
	if (slice_eq_nocase(m->name, slice_str("is")) || (m->quoted && slice_eq(m->name, slice_str("to"))))
		m->name = name_behind(m, floor, "", " ");
	/* name="password" value="…", - name: PASSWORD\n  value: … */
	if (slice_eq_nocase(m->name, slice_str("value"))) {
		i = (size_t)(m->name.p - m->text.p);
		if (i >= floor + 8 && slice_eq(slice_sub(m->text, i - 8, i), slice_str("android:")))
			i -= 8;
		while (i > floor &&
			(byte_is_blank(m->text.p[i - 1]) || byte_is_quote(m->text.p[i - 1]) || m->text.p[i - 1] == ','))
			i--;
		if (i < (size_t)(m->name.p - m->text.p))
			m->name = name_before(m->text, floor, i);
	}
}

/* "abc" + "def", "abc" . "def", "abc" and "def" on the next line: `at` is behind the first; the place of the next's opening quote,
 * or 0. */
static size_t next_part(struct slice text, size_t at, size_t stop) {
	bool lines = false, sign = false;

	for (size_t i = at; i < stop; i++) {
		uint8_t c = text.p[i];

		if (byte_is_quote(c))
			return sign || lines ? i : 0;
		if (c == '+' || c == '.' || c == '&' || c == '\\')
			sign |= c != '\\';
		else if (!byte_is_blank(c))
			return 0;
		lines |= c == '\n';
	}
	return 0;
}

struct slice matched_whole_string(const struct matched *m, uint8_t *out, size_t room) {
	size_t stop = m->end + 160 < m->text.n ? m->end + 160 : m->text.n, at = m->end, n = m->value.n;

	if (!m->quoted || n >= room || at >= stop)
		return m->value;
	memcpy(out, m->value.p, n);
	while (at < stop && byte_is_quote(m->text.p[at])) {
		size_t from = next_part(m->text, at + 1, stop), to = from + 1;

		if (!from)
			break;
		while (to < stop && m->text.p[to] != m->text.p[from] && m->text.p[to] != '\n')
			to++;
		/* With a colon behind it, it is the next name. */
		if (to + 1 >= m->text.n || m->text.p[to] != m->text.p[from] || m->text.p[to + 1] == ':' ||
			n + to - from - 1 > room)
			break;
		memcpy(out + n, m->text.p + from + 1, to - from - 1);
		n += to - from - 1;
		at = to;
	}
	return n > m->value.n ? slice_of(out, n) : m->value;
}
