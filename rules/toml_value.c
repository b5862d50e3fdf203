/* TOML's single values: the four kinds of strings, numbers, truth values, dates. Tables and arrays are in toml.c. */
#include "rules/toml_parse.h"

#include <errno.h>
#include <stdlib.h>

static int hex_value(int c) {
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void add_character(struct buf *b, uint32_t c) {
	if (c < 0x80) {
		buf_add_byte(b, (uint8_t)c);
	} else if (c < 0x800) {
		buf_add_byte(b, (uint8_t)(0xc0 | c >> 6));
		buf_add_byte(b, (uint8_t)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		buf_add_byte(b, (uint8_t)(0xe0 | c >> 12));
		buf_add_byte(b, (uint8_t)(0x80 | (c >> 6 & 0x3f)));
		buf_add_byte(b, (uint8_t)(0x80 | (c & 0x3f)));
	} else {
		buf_add_byte(b, (uint8_t)(0xf0 | c >> 18));
		buf_add_byte(b, (uint8_t)(0x80 | (c >> 12 & 0x3f)));
		buf_add_byte(b, (uint8_t)(0x80 | (c >> 6 & 0x3f)));
		buf_add_byte(b, (uint8_t)(0x80 | (c & 0x3f)));
	}
}

static int unicode_escape(struct toml_reader *r, unsigned digits, struct buf *b) {
	uint32_t c = 0;

	for (unsigned i = 0; i < digits; i++) {
		int v = hex_value(toml_peek(r));

		if (v < 0)
			return toml_fail(r, "\\%c needs %u hex digits", digits == 4 ? 'u' : 'U', digits);
		c = c << 4 | (uint32_t)v;
		r->at++;
	}
	if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return toml_fail(r, "no such character");
	add_character(b, c);
	return 0;
}

/* A backslash at the end of a line joins it to the next that is not blank. */
static bool skip_joined_lines(struct toml_reader *r) {
	size_t at = r->at;

	while (at < r->s.n && (r->s.p[at] == ' ' || r->s.p[at] == '\t' || r->s.p[at] == '\r'))
		at++;
	if (at >= r->s.n || r->s.p[at] != '\n')
		return false;
	for (; at < r->s.n && strchr(" \t\r\n", r->s.p[at]) && r->s.p[at]; at++)
		r->line += r->s.p[at] == '\n';
	r->at = at;
	return true;
}

static int escape(struct toml_reader *r, bool several_lines, struct buf *b) {
	static const char letters[] = "btnfr\"\\", means[] = "\b\t\n\f\r\"\\";
	int c = toml_peek(r);
	const char *known = c > 0 ? strchr(letters, c) : NULL;

	if (several_lines && skip_joined_lines(r))
		return 0;
	r->at++;
	if (c == 'u' || c == 'U')
		return unicode_escape(r, c == 'u' ? 4 : 8, b);
	if (!known)
		return toml_fail(r, "an unknown escape; in '…' a backslash stands for itself");
	buf_add_byte(b, (uint8_t)means[known - letters]);
	return 0;
}

static bool is_control(int c) {
	return (c >= 0 && c < 0x20 && c != '\t') || c == 0x7f;
}

static bool at_quotes(const struct toml_reader *r, uint8_t quote, size_t n) {
	for (size_t i = 0; i < n; i++)
		if (r->at + i >= r->s.n || r->s.p[r->at + i] != quote)
			return false;
	return true;
}

/* Behind the opening quotes, up to and with the closing ones. */
static int string_body(struct toml_reader *r, uint8_t quote, bool several, struct buf *b) {
	for (;;) {
		int c = toml_peek(r);

		if (c < 0)
			return toml_fail(r, "a string without its end");
		if (several && at_quotes(r, quote, 3)) {
			/* Up to two quotes may stand before the three that end it. */
			while (at_quotes(r, quote, 4) && !at_quotes(r, quote, 6)) {
				buf_add_byte(b, quote);
				r->at++;
			}
			r->at += 3;
			return 0;
		}
		if (!several && c == quote) {
			r->at++;
			return 0;
		}
		if (several && (c == '\n' || (c == '\r' && r->at + 1 < r->s.n && r->s.p[r->at + 1] == '\n')))
			r->line += c == '\n';
		else if (is_control(c))
			return toml_fail(r, "a control character or a line's end in a string");
		r->at++;
		if (quote == '"' && c == '\\') {
			if (escape(r, several, b) != 0)
				return -1;
		} else {
			buf_add_byte(b, (uint8_t)c);
		}
	}
}

int toml_string(struct toml_reader *r, bool several_lines, struct slice *out) {
	uint8_t quote = r->s.p[r->at];
	bool several = several_lines && at_quotes(r, quote, 3);
	struct buf b = {0};
	int status;

	r->at += several ? 3 : 1;
	if (several) { /* a line's end right behind the quotes is not part of it */
		if (toml_peek(r) == '\r' && r->at + 1 < r->s.n && r->s.p[r->at + 1] == '\n')
			r->at++;
		if (toml_peek(r) == '\n') {
			r->at++;
			r->line++;
		}
	}
	status = string_body(r, quote, several, &b);
	if (status == 0)
		*out = slice_of(arena_str(r->arena, buf_slice(&b)), b.n);
	buf_free(&b);
	return status;
}

static bool is_of(struct slice word, const char *chars) {
	for (size_t i = 0; i < word.n; i++)
		if (!word.p[i] || !strchr(chars, word.p[i]))
			return false;
	return word.n > 0;
}

/* Underscores stand between digits only. */
static bool drop_underscores(struct slice word, char *out, size_t room) {
	size_t n = 0;

	for (size_t i = 0; i < word.n; i++) {
		if (word.p[i] == '_') {
			if (i == 0 || i + 1 == word.n || hex_value(word.p[i - 1]) < 0 || hex_value(word.p[i + 1]) < 0)
				return false;
			continue;
		}
		if (n + 1 >= room)
			return false;
		out[n++] = (char)word.p[i];
	}
	out[n] = 0;
	return n > 0;
}

static bool read_number(struct slice word, double *out) {
	char text[64], *digits = text, *end;
	int base = 0;

	if (!drop_underscores(word, text, sizeof(text)))
		return false;
	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'o' || text[1] == 'b')) {
		base = text[1] == 'x' ? 16 : text[1] == 'o' ? 8 : 2;
		digits = text + 2;
		*out = (double)strtoull(digits, &end, base);
		return *digits && !*end && *digits != '-' && *digits != '+';
	}
	digits += *digits == '+' || *digits == '-';
	if (strcmp(digits, "inf") != 0 && strcmp(digits, "nan") != 0) {
		if (*digits < '0' || *digits > '9' || (digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9') ||
			strspn(digits, "0123456789.eE+-") != strlen(digits))
			return false;
		const char *dot = strchr(digits, '.');
		if (dot && (dot[1] < '0' || dot[1] > '9'))
			return false;
	}
	*out = strtod(text, &end);
	return !*end;
}

/* RFC 3339 as TOML has it, by its characters: nobody here computes with dates. */
static bool is_date(struct slice w) {
	return w.n >= 8 && is_of(w, "0123456789-:.TtZz+ ") && w.p[0] >= '0' && w.p[0] <= '9' &&
	       ((w.n >= 10 && w.p[4] == '-' && w.p[7] == '-') || (w.p[2] == ':' && w.p[5] == ':'));
}

int toml_scalar(struct toml_reader *r, struct toml *out) {
	size_t from = r->at;
	struct slice word;

	if (toml_peek(r) == '"' || toml_peek(r) == '\'') {
		out->kind = TOML_TEXT;
		return toml_string(r, true, &out->text);
	}
	while (r->at < r->s.n && r->s.p[r->at] && !strchr(" \t\r\n,]}#", r->s.p[r->at]))
		r->at++;
	/* a date and its time may be parted by a blank */
	if (r->at - from == 10 && r->s.p[from + 4] == '-' && r->at + 1 < r->s.n && r->s.p[r->at] == ' ' &&
		r->s.p[r->at + 1] >= '0' && r->s.p[r->at + 1] <= '9')
		for (r->at++; r->at < r->s.n && r->s.p[r->at] && !strchr(" \t\r\n,]}#", r->s.p[r->at]);)
			r->at++;
	word = slice_sub(r->s, from, r->at);
	out->text = slice_of(arena_str(r->arena, word), word.n);
	if (slice_eq(word, slice_str("true")) || slice_eq(word, slice_str("false"))) {
		out->kind = TOML_BOOL;
		out->truth = word.p[0] == 't';
	} else if (is_date(word)) {
		out->kind = TOML_DATE;
	} else if (read_number(word, &out->number)) {
		out->kind = TOML_NUMBER;
	} else {
		return toml_fail(
			r, word.n ? "a value that is no string, number, date, true or false" : "a value is expected");
	}
	return 0;
}
