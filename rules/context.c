/* Questions about the text around a value, each answered by a few bytes. What follows from the answers is in judge.c. */
#include "rules/context.h"

#include "rules/bytes.h"

static uint8_t byte_before_name(const struct matched *m) {
	return m->name.p > m->text.p ? m->name.p[-1] : 0;
}

/* Map<String, Credential> image1: the > of a type, not of an element. $PASSWORD:33: a variable with something behind it. */
bool matched_assigns_nothing(const struct matched *m) {
	uint8_t before = m->name.n ? byte_before_name(m) : 0;

	if (before == '/' && slice_eq(m->name, slice_str("passwd")))
		return true; /* /etc/passwd || … */
	if (m->joint == JOINT_TAG && !m->quoted &&
		(m->value.p[0] == '@' || (m->spaced && before != '<' && before != ':')))
		return true;
	return m->joint == JOINT_ASSIGNS && !m->quoted && m->name.n && m->name.p[0] == '$' && !m->spaced &&
	       m->start > 0 && m->text.p[m->start - 1] == ':';
}

/* …&token=… in an address: identifies what is fetched as often as it protects it. */
bool matched_in_query(const struct matched *m) {
	uint8_t before = m->name.n ? byte_before_name(m) : 0;

	return !m->quoted && (before == '&' || before == '?');
}

bool matched_in_badge(const struct matched *m) {
	static const char *const marks[] = {"badge", ".svg?", ".png?", NULL};
	struct slice before = slice_sub(m->text, m->start > 80 ? m->start - 80 : 0, m->start);

	if (!matched_in_query(m))
		return false;
	for (size_t i = 0; marks[i]; i++)
		if (slice_find_nocase(before, slice_str(marks[i])) >= 0)
			return true;
	return false;
}

/* The date behind a key's id in AWS Signature Version 4, with plain or escaped slashes. */
bool matched_in_scope(const struct matched *m) {
	struct slice after = slice_sub(m->text, m->end, m->end + 12);
	size_t i = slice_has_prefix(after, "/")					      ? 1
		   : slice_has_prefix(after, "%2F") || slice_has_prefix(after, "%2f") ? 3
										      : 0;
	size_t from = i;

	while (i < after.n && after.p[i] >= '0' && after.p[i] <= '9')
		i++;
	return from && i - from >= 8;
}

/* arn:aws:secretsmanager:…:secret:NAME */
bool matched_in_arn(const struct matched *m) {
	size_t i = m->start, from = m->start > 120 ? m->start - 120 : 0;

	while (i > from && !byte_is_blank(m->text.p[i - 1]) && !byte_is_quote(m->text.p[i - 1]))
		i--;
	return slice_has_prefix(slice_sub(m->text, i, m->start), "arn:");
}

/* "Public key: …": the word before the name decides. */
bool matched_called_public(const struct matched *m) {
	static const char word[] = "public";
	size_t end = (size_t)(m->name.p - m->text.p), n = sizeof(word) - 1;

	return end > n && byte_is_blank(m->text.p[end - 1]) &&
	       slice_eq_nocase(slice_sub(m->text, end - 1 - n, end - 1), slice_str(word));
}

/* "prefix-" + random(): only a part stands here. */
bool matched_joined_on(const struct matched *m) {
	size_t i = m->end + 1;

	while (m->quoted && i < m->text.n && i < m->end + 8 && m->text.p[i] == ' ')
		i++;
	return m->quoted && i + 1 < m->text.n && (m->text.p[i] == '+' || m->text.p[i] == '.') &&
	       m->text.p[i + 1] != '"' && i > m->end + 1;
}

/* put("password", "…") and the like: the call that the quoted name is the first argument of sets what it names. */
bool matched_call_sets(const struct matched *m) {
	static const char *const setters[] = {"put", "set", "add", "of", "append", "header", "param", "env", "setenv",
		"putenv", "property", "setproperty", "with", "addheader", "setheader", "queryparam", "formparam",
		"define", "field", "entry", "data", "attr", "putstring", "setstring", "addproperty", "addparameter",
		"setparameter", "adddata", "setitem", "defaultvalue", "value", "getenv", "get", "fetch", "getproperty",
		"config", "constant", "parameter", "string", "stringp", "stringflag", "option", "conf", "values", NULL};
	static const char *const begins[] = {"set", "put", "add", "update", "with", "fill", "enter", "type", NULL};
	size_t floor = m->start > 160 ? m->start - 160 : 0, i, to;
	struct slice call;

	i = (size_t)(m->name.p - m->text.p);
	while (i > floor && byte_is_quote(m->text.p[i - 1]))
		i--;
	while (i > floor && byte_is_blank(m->text.p[i - 1]))
		i--;
	if (i == floor || m->text.p[i - 1] != '(')
		return false;
	i--;
	i -= i > floor && m->text.p[i - 1] == ' '; /* VALUES ( */
	to = i;
	while (i > floor && byte_is_name(m->text.p[i - 1]) && m->text.p[i - 1] != '.')
		i--;
	call = slice_sub(m->text, i, to);
	for (size_t k = 0; setters[k]; k++)
		if (slice_eq_nocase(call, slice_str(setters[k])))
			return true;
	for (size_t k = 0; begins[k]; k++)
		if (slice_eq_nocase(slice_sub(call, 0, strlen(begins[k])), slice_str(begins[k])))
			return true;
	return false;
}

/* Is there more on the line behind a value without quotes? A comment and a separator are not more. */
bool matched_line_goes_on(const struct matched *m) {
	size_t i = m->end, stop = m->end + 40 < m->text.n ? m->end + 40 : m->text.n;

	if (i >= stop || (m->text.p[i] != ' ' && m->text.p[i] != '\t'))
		return false;
	while (i < stop && (m->text.p[i] == ' ' || m->text.p[i] == '\t'))
		i++;
	return i < stop && !strchr("\r\n#;|&/<\\-}])", m->text.p[i]);
}

bool matched_words_follow(const struct matched *m) {
	size_t i = m->end, stop = m->end + 80 < m->text.n ? m->end + 80 : m->text.n, words = 0;

	while (i < stop && m->text.p[i] == ' ' && words < 3) {
		size_t from = i;

		for (i++; i < stop && (((m->text.p[i] | 0x20) >= 'a' && (m->text.p[i] | 0x20) <= 'z') ||
					      (m->text.p[i] && strchr("(),'", m->text.p[i])));
			i++)
			;
		words += i > from + 1;
		if (i == from + 1)
			break;
	}
	return words == 3;
}

/* Does the same word stand before the colon: guest:guest@ */
bool matched_is_user_too(const struct matched *m) {
	size_t n = m->value.n;

	return m->start > n + 1 && m->text.p[m->start - 1] == ':' &&
	       slice_eq_nocase(slice_sub(m->text, m->start - 1 - n, m->start - 1), m->value);
}

/* eyJhbGciOi... in documentation */
bool matched_cut_short(const struct matched *m) {
	return slice_has_suffix(m->value, "...") || slice_has_suffix(m->value, "[...]") ||
	       slice_has_suffix(m->value, "\xe2\x80\xa6") ||
	       slice_has_prefix(slice_sub(m->text, m->end, m->end + 3), "...") ||
	       slice_has_prefix(slice_sub(m->text, m->end, m->end + 3), "\xe2\x80\xa6");
}
