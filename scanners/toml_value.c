/* TOML's single values: the four kinds of strings, numbers, truth values. Tables and arrays are in toml.c, dates in toml_date.c. */
#include "scanners/toml_parse.h"

static int unicode_escape(struct toml_reader *r, unsigned digits, struct buf *b) {
	uint8_t utf8[4];
	uint32_t c = 0;

	for (unsigned i = 0; i < digits; i++) {
		int v = hex_value((uint8_t)toml_peek(r));

		if (v < 0)
			return toml_fail(r, digits == 4 ? "\\u needs 4 hex digits" : "\\U needs 8 hex digits");
		c = c << 4 | (uint32_t)v;
		r->at++;
	}
	if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return toml_fail(r, "no such character");
	buf_add(b, utf8, utf8_bytes(c, utf8));
	return 0;
}

/* A backslash at the end of a line joins it to the next that is not blank. */
static bool skip_joined_lines(struct toml_reader *r) {
	size_t at = r->at;

	while (at < r->s.n && (r->s.p[at] == ' ' || r->s.p[at] == '\t'))
		at++;
	if (at + 1 < r->s.n && r->s.p[at] == '\r' && r->s.p[at + 1] == '\n')
		at++;
	if (at >= r->s.n || r->s.p[at] != '\n')
		return false;
	for (r->at = at; r->at < r->s.n && r->s.p[r->at] && strchr(" \t\r\n", r->s.p[r->at]);)
		if (r->s.p[r->at++] == '\n')
			toml_next_line(r);
	return true;
}

static int escape(struct toml_reader *r, bool several_lines, struct buf *b) {
	static const char letters[] = "btnfr\"\\", means[] = "\b\t\n\f\r\"\\";
	int c = toml_peek(r);
	const char *known = c > 0 ? strchr(letters, c) : NULL;

	if (several_lines && skip_joined_lines(r))
		return 0;
	if (c < 0)
		return toml_fail(r, "a string without its end");
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
		if (is_control(c) &&
			!(several && (c == '\n' || (c == '\r' && r->at + 1 < r->s.n && r->s.p[r->at + 1] == '\n'))))
			return toml_fail(r, "a control character or a line's end in a string");
		r->at++;
		if (c == '\n')
			toml_next_line(r);
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
			toml_next_line(r);
		}
	}
	status = string_body(r, quote, several, &b);
	if (status == 0)
		*out = slice_of(arena_str(r->arena, buf_slice(&b)), b.n);
	buf_free(&b);
	return status;
}

/* Behind digits of `base` from `at`, single underscores between them; `at` itself when there are none. */
static size_t digits(struct slice w, size_t at, int base) {
	size_t from = at;

	for (;;) {
		int v = at < w.n ? hex_value(w.p[at]) : -1;

		if (v < 0 || v >= base)
			return at > from && w.p[at - 1] == '_' ? from : at;
		at++;
		if (at < w.n && w.p[at] == '_')
			at++;
	}
}

static bool is_number(struct slice w) {
	size_t at = 0, end;

	if (w.n > 2 && w.p[0] == '0' && (w.p[1] == 'x' || w.p[1] == 'o' || w.p[1] == 'b'))
		return digits(w, 2, w.p[1] == 'x' ? 16 : w.p[1] == 'o' ? 8 : 2) == w.n;
	at += w.n && (w.p[0] == '+' || w.p[0] == '-');
	if (slice_eq(slice_sub(w, at, w.n), slice_str("inf")) || slice_eq(slice_sub(w, at, w.n), slice_str("nan")))
		return true;
	end = digits(w, at, 10);
	if (end == at || (w.p[at] == '0' && end > at + 1))
		return false;
	at = end;
	if (at < w.n && w.p[at] == '.') {
		end = digits(w, at + 1, 10);
		if (end == at + 1)
			return false;
		at = end;
	}
	if (at < w.n && (w.p[at] == 'e' || w.p[at] == 'E')) {
		at++;
		at += at < w.n && (w.p[at] == '+' || w.p[at] == '-');
		end = digits(w, at, 10);
		if (end == at)
			return false;
		at = end;
	}
	return at == w.n;
}

static bool ends_word(uint8_t c) {
	return !c || strchr(" \t\r\n,]}#", c) != NULL;
}

int toml_scalar(struct toml_reader *r, struct toml_item *out) {
	size_t from = r->at;
	struct slice word;

	if (toml_peek(r) == '"' || toml_peek(r) == '\'') {
		if (toml_string(r, true, &out->text) != 0)
			return -1;
		out->kind = TOML_TEXT;
		return 0;
	}
	while (r->at < r->s.n && !ends_word(r->s.p[r->at]))
		r->at++;
	/* a date and its time may be parted by a blank */
	if (r->at - from == 10 && r->s.p[from + 4] == '-' && r->at + 1 < r->s.n && r->s.p[r->at] == ' ' &&
		r->s.p[r->at + 1] >= '0' && r->s.p[r->at + 1] <= '9')
		for (r->at++; r->at < r->s.n && !ends_word(r->s.p[r->at]);)
			r->at++;
	word = slice_sub(r->s, from, r->at);
	out->text = slice_of(arena_str(r->arena, word), word.n);
	if (slice_eq(word, slice_str("true")) || slice_eq(word, slice_str("false"))) {
		out->kind = TOML_BOOL;
		out->truth = word.p[0] == 't';
	} else if (toml_is_date(word)) {
		out->kind = TOML_DATE;
	} else if (is_number(word)) {
		out->kind = TOML_NUMBER;
	} else {
		return toml_fail(
			r, word.n ? "a value that is no string, number, date, true or false" : "a value is expected");
	}
	return 0;
}
