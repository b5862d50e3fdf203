/* Lexical analysis of Python as far as configuration needs it: names, blanks, comments, texts with their prefixes and escapes. The Python Language
 * Reference, "Lexical analysis". What they make up is in python.c. */
#include "scanners/agent/python_parse.h"

bool python_is_name(uint8_t c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c >= 0x80;
}

uint8_t python_peek(const struct python *p, size_t ahead) {
	return p->at + ahead < p->text.n ? p->text.p[p->at + ahead] : 0;
}

void python_skip_comment(struct python *p) {
	p->at += slice_until(slice_sub(p->text, p->at, p->text.n), '\n');
}

void python_skip_blank(struct python *p) {
	for (; p->at < p->text.n; p->at++) {
		uint8_t c = p->text.p[p->at];

		if (c == '#')
			python_skip_comment(p);
		else if (c != ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\\')
			return;
	}
}

struct slice python_take_name(struct python *p) {
	size_t from = p->at;

	while (p->at < p->text.n && python_is_name(p->text.p[p->at]))
		p->at++;
	return slice_sub(p->text, from, p->at);
}

uint8_t python_quote_at(const struct python *p, size_t *prefix) {
	for (*prefix = 0; *prefix < 3; ++*prefix) {
		uint8_t c = python_peek(p, *prefix);

		if (c == '"' || c == '\'')
			return c;
		if (!strchr("rRbBuUfF", c) || !c)
			return 0;
	}
	return 0;
}

/* {name} of an f-text becomes ${name}. `at` is behind the bracket; returns behind the closing one. */
static size_t add_field(struct python *p, size_t at, struct buf *out) {
	size_t end = at, depth = 0;

	for (; end < p->text.n && p->text.p[end] != '\n' && (p->text.p[end] != '}' || depth); end++) {
		depth += p->text.p[end] == '{' || p->text.p[end] == '[';
		depth -= depth && (p->text.p[end] == '}' || p->text.p[end] == ']');
	}
	buf_add_str(out, "${");
	for (size_t i = at; i < end; i++)
		if (python_is_name(p->text.p[i]))
			buf_add_byte(out, p->text.p[i]);
	buf_add_byte(out, '}');
	return end + (end < p->text.n && p->text.p[end] == '}');
}

static void add_escaped(uint8_t c, struct buf *out) {
	if (c == '\n') /* the line goes on */
		return;
	buf_add_byte(out, c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c);
}

void python_take_quoted(struct python *p, struct buf *out) {
	size_t prefix, long_one;
	uint8_t q = python_quote_at(p, &prefix);
	bool raw = false, field = false;

	for (size_t i = 0; i < prefix; i++) {
		raw |= (python_peek(p, i) | 0x20) == 'r';
		field |= (python_peek(p, i) | 0x20) == 'f';
	}
	p->at += prefix;
	long_one = python_peek(p, 1) == q && python_peek(p, 2) == q ? 3 : 1;
	p->at += long_one;
	while (p->at < p->text.n) {
		uint8_t c = p->text.p[p->at];

		if (c == q && (long_one == 1 || (python_peek(p, 1) == q && python_peek(p, 2) == q))) {
			p->at += long_one;
			return;
		}
		if (c == '\n' && long_one == 1)
			return; /* not closed */
		if (c == '\\' && p->at + 1 < p->text.n) {
			if (out && raw)
				buf_add(out, p->text.p + p->at, 2);
			else if (out)
				add_escaped(python_peek(p, 1), out);
			p->at += 2;
		} else if (out && field && c == '{' && python_peek(p, 1) != '{') {
			p->at = add_field(p, p->at + 1, out);
		} else {
			if (out)
				buf_add_byte(out, c);
			p->at++;
		}
	}
	p->at = p->text.n < p->at ? p->text.n : p->at;
}

bool python_take_texts(struct python *p, struct buf *out) {
	size_t end, prefix;

	if (!python_quote_at(p, &prefix))
		return false;
	do { /* "a" "b" are one */
		python_take_quoted(p, out);
		end = p->at;
		python_skip_blank(p);
	} while (python_quote_at(p, &prefix));
	p->at = end;
	return true;
}
