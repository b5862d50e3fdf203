/* Single characters of RE2 patterns: literals, escapes, classes. Non-ASCII characters are their UTF-8 bytes.
 * Groups, alternatives and repetition are in re2.c. */
#include "rules/re2_parse.h"

#include "core/text.h"

static bool is_letter(uint8_t c) {
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool is_digit(uint8_t c) {
	return c >= '0' && c <= '9';
}

/* Appends a byte so that PCRE2 takes it for itself, in and outside classes. */
static void emit_byte(struct buf *out, uint8_t c) {
	if (is_letter(c) || is_digit(c) || c == '_' || c >= 0x80)
		buf_add_byte(out, c);
	else if (c < 0x20 || c == 0x7f)
		buf_printf(out, "\\x%02x", c);
	else
		buf_printf(out, "\\%c", c);
}

static void set_text(struct re2_reader *r, struct slice text, struct re2_part *out) {
	char *copy = arena_str(r->arena, text);

	out->longest = text.n;
	out->exact = !memchr(text.p, 0, text.n);
	out->texts = (struct re2_literals){.n = 1};
	out->texts.at[0] = copy;
	for (size_t i = 0; r->flags.i && i < text.n; i++)
		if (is_letter((uint8_t)copy[i])) {
			copy[i] = (char)(copy[i] | 0x20);
			out->texts.nocase = true;
		}
}

static void literal(struct re2_reader *r, struct slice text, struct re2_part *out) {
	if (text.n > 1)
		buf_add_str(&r->out, "(?:"); /* a repetition is of the character, not of its last byte */
	for (size_t i = 0; i < text.n; i++)
		emit_byte(&r->out, text.p[i]);
	if (text.n > 1)
		buf_add_byte(&r->out, ')');
	set_text(r, text, out);
}

/* Behind "\x": two digits, or any number in braces. */
static int read_hex(struct re2_reader *r, uint32_t *c) {
	bool braces = r->at < r->s.n && r->s.p[r->at] == '{';
	size_t from = r->at, digits = 0;

	*c = 0;
	r->at += braces;
	while (r->at < r->s.n && hex_value(r->s.p[r->at]) >= 0 && digits < (braces ? 6u : 2u)) {
		*c = *c << 4 | (uint32_t)hex_value(r->s.p[r->at++]);
		digits++;
	}
	if (braces && (digits == 0 || r->at >= r->s.n || r->s.p[r->at++] != '}'))
		return re2_fail(r, from, "bad \\x{…}");
	if (!braces && digits != 2)
		return re2_fail(r, from, "bad \\x…");
	return *c > 0x10ffff ? re2_fail(r, from, "no such character") : 0;
}

/* Up to three octal digits; one alone, other than 0, would be a reference back, which Go does not have. */
static int read_octal(struct re2_reader *r, uint32_t *c) {
	size_t from = r->at;

	*c = 0;
	while (r->at < r->s.n && r->at - from < 3 && r->s.p[r->at] >= '0' && r->s.p[r->at] <= '7')
		*c = *c << 3 | (uint32_t)(r->s.p[r->at++] - '0');
	if (r->at == from || (r->at - from == 1 && r->s.p[from] != '0'))
		return re2_fail(r, from, "references back are not part of RE2");
	return 0;
}

/* Behind a backslash: the character that the escape stands for, or 1 when it stands for none. */
static int read_char_escape(struct re2_reader *r, uint32_t *c) {
	static const char letters[] = "afnrtv", means[] = "\a\f\n\r\t\v";
	uint8_t e = r->s.p[r->at];
	const char *known = e ? strchr(letters, e) : NULL;

	if (is_digit(e))
		return read_octal(r, c);
	r->at++;
	if (e == 'x')
		return read_hex(r, c);
	if (known) {
		*c = (uint8_t)means[known - letters];
		return 0;
	}
	if (is_letter(e) || e >= 0x80 || e < 0x20) {
		r->at--;
		return 1;
	}
	*c = e;
	return 0;
}

/* The Perl classes as Go has them: ASCII, white space without VT. */
static const char *perl_class(uint8_t e, bool inside) {
	switch (e) {
	case 'd':
		return inside ? "0-9" : "[0-9]";
	case 'D':
		return inside ? "\\D" : "[^0-9]";
	case 'w':
		return inside ? "0-9A-Za-z_" : "[0-9A-Za-z_]";
	case 'W':
		return inside ? "\\W" : "[^0-9A-Za-z_]";
	case 's':
		return inside ? "\\t\\n\\f\\r\\x20" : "[\\t\\n\\f\\r\\x20]";
	case 'S':
		return inside ? "\\S" : "[^\\t\\n\\f\\r\\x20]";
	default:
		return NULL;
	}
}

static int quoted(struct re2_reader *r, struct re2_part *out) {
	struct slice rest = slice_sub(r->s, r->at, r->s.n);
	ptrdiff_t end = slice_find(rest, slice_str("\\E"));
	struct slice text = end < 0 ? rest : slice_sub(rest, 0, (size_t)end);

	r->at += text.n + (end < 0 ? 0 : 2);
	literal(r, text, out);
	return 0;
}

static int escape(struct re2_reader *r, struct re2_part *out) {
	size_t from = r->at++;
	uint8_t e = r->at < r->s.n ? r->s.p[r->at] : 0, utf8[4];
	const char *class = perl_class(e, false);
	uint32_t c = 0;
	int status;

	if (r->at >= r->s.n)
		return re2_fail(r, from, "a backslash ends the pattern");
	if (class) {
		r->at++;
		buf_add_str(&r->out, class);
		return 0;
	}
	if (e == 'Q') {
		r->at++;
		return quoted(r, out);
	}
	status = read_char_escape(r, &c);
	if (status > 0)
		return re2_fail(
			r, from, e == 'p' || e == 'P' ? "Unicode classes are not supported" : "unknown escape \\%c", e);
	if (status == 0)
		literal(r, slice_of(utf8, utf8_bytes(c, utf8)), out);
	return status;
}

/* The members of a class as far as they are few single characters: then the class is as good as alternatives. */
struct members {
	uint8_t at[4];
	size_t n;
	bool few;
};

static void add_member(struct members *m, uint8_t c) {
	if (m->n == sizeof(m->at))
		m->few = false;
	if (m->few)
		m->at[m->n++] = c;
}

static int class_char(struct re2_reader *r, uint32_t *c) {
	size_t from = r->at;
	int status = 0;

	if (r->s.p[r->at] != '\\') {
		*c = r->s.p[r->at++];
	} else {
		r->at++;
		if (r->at >= r->s.n)
			return re2_fail(r, from, "a backslash ends the pattern");
		status = read_char_escape(r, c);
	}
	if (status > 0)
		return re2_fail(r, from, "unknown escape in a class");
	if (status == 0 && *c >= 0x80)
		return re2_fail(r, from, "a class of other than ASCII characters is not supported");
	return status;
}

static int class_item(struct re2_reader *r, struct members *m) {
	size_t from = r->at;
	struct slice rest = slice_sub(r->s, r->at, r->s.n);
	const char *class = rest.n > 1 && rest.p[0] == '\\' ? perl_class(rest.p[1], true) : NULL;
	uint32_t lo = 0, hi = 0;

	if (class) {
		buf_add_str(&r->out, class);
		r->at += 2;
		m->few = false;
		return 0;
	}
	if (slice_has_prefix(rest, "[:")) {
		ptrdiff_t end = slice_find(rest, slice_str(":]"));

		if (end < 0 || end > 12)
			return re2_fail(r, from, "an unknown class name");
		buf_add_slice(&r->out, slice_sub(rest, 0, (size_t)end + 2));
		r->at += (size_t)end + 2;
		m->few = false;
		return 0;
	}
	if (class_char(r, &lo) != 0)
		return -1;
	emit_byte(&r->out, (uint8_t)lo);
	add_member(m, (uint8_t)lo);
	if (r->at + 1 >= r->s.n || r->s.p[r->at] != '-' || r->s.p[r->at + 1] == ']')
		return 0;
	r->at++;
	if (class_char(r, &hi) != 0)
		return -1;
	if (hi < lo)
		return re2_fail(r, from, "a range that ends before it begins");
	buf_add_byte(&r->out, '-');
	emit_byte(&r->out, (uint8_t)hi);
	m->few = m->few && hi == lo;
	return 0;
}

static int class(struct re2_reader *r, struct re2_part *out) {
	size_t from = r->at++, first;
	struct members m = {.few = true};

	buf_add_byte(&r->out, '[');
	if (r->at < r->s.n && r->s.p[r->at] == '^') {
		buf_add_byte(&r->out, '^');
		r->at++;
		m.few = false;
	}
	for (first = r->at; r->at < r->s.n && (r->s.p[r->at] != ']' || r->at == first);)
		if (class_item(r, &m) != 0)
			return -1;
	if (r->at >= r->s.n)
		return re2_fail(r, from, "a class without its ]");
	r->at++;
	buf_add_byte(&r->out, ']');
	for (size_t i = 0; m.few && i < m.n; i++) {
		struct re2_part one = {0};

		set_text(r, slice_of(&m.at[i], 1), &one);
		out->exact = one.exact && (i == 0 || out->exact);
		out->texts.nocase |= one.texts.nocase;
		out->texts.at[out->texts.n++] = one.texts.at[0];
	}
	return 0;
}

int re2_atom(struct re2_reader *r, struct re2_part *out) {
	struct slice rest = slice_sub(r->s, r->at, r->s.n);
	size_t n;

	memset(out, 0, sizeof(*out));
	out->longest = 1;
	switch (rest.p[0]) {
	case '\\':
		return escape(r, out);
	case '[':
		return class(r, out);
	case '.':
		buf_add_byte(&r->out, '.');
		r->at++;
		return 0;
	case '*':
	case '+':
	case '?':
		return re2_fail(r, r->at, "nothing to repeat");
	default:
		n = utf8_sequence(rest);
		n = n ? n : 1;
		r->at += n;
		literal(r, slice_sub(rest, 0, n), out);
		return 0;
	}
}
