/* How the text format looks: colours, columns, wrapping, untrusted text made inert.
 * What it says is in text.c, text_finding.c and text_summary.c. */
#include "report/text_style.h"

#include "core/text.h"

#include <inttypes.h>
#include <stdio.h>

enum ink ink_of(enum severity severity) {
	return (enum ink)(INK_INFO + (int)severity);
}

void ink_add(struct buf *out, const struct report_style *style, enum ink ink, const char *text) {
	/* ECMA-48, select graphic rendition. */
	static const char *const codes[] = {
		[INK_BOLD] = "1",
		[INK_DIM] = "2",
		[INK_INFO] = "2",
		[INK_LOW] = "36",
		[INK_MEDIUM] = "33",
		[INK_HIGH] = "31",
		[INK_CRITICAL] = "1;31",
	};
	if (style->color && ink != INK_NONE)
		buf_printf(out, "\033[%sm%s\033[0m", codes[ink], text);
	else
		buf_add_str(out, text);
}

/* Is `s` at the start of "##", any word, "["? Azure Pipelines: ##vso[, ##[; TeamCity: ##teamcity[; GitHub: ##[. */
static bool starts_command(struct slice s) {
	size_t i = 2;
	if (!s.p || s.n < 3 || s.p[0] != '#' || s.p[1] != '#')
		return false;
	while (i < s.n && i < 32 && ((s.p[i] | 0x20) >= 'a' && (s.p[i] | 0x20) <= 'z'))
		i++;
	return i < s.n && s.p[i] == '[';
}

void inert_add_escaped(struct buf *out, struct slice s, size_t *at) {
	size_t asked = at ? *at : 0;
	bool told = false;

	for (size_t i = 0; i < s.n; i++) {
		if (at && i == asked) {
			*at = out->n;
			told = true;
		}
		if (starts_command(slice_sub(s, i, s.n)))
			buf_add_str(out, "\\x23");
		else
			buf_add_byte(out, s.p[i]);
	}
	if (at && !told)
		*at = out->n;
}

void inert_add(struct buf *out, struct slice s) {
	struct buf escaped = {0};
	text_escape(&escaped, s);
	inert_add_escaped(out, buf_slice(&escaped), NULL);
	buf_free(&escaped);
}

/* The wide and fullwidth blocks of Unicode's EastAsianWidth and the usual combining marks: enough to set a caret. */
static size_t columns_of(uint32_t c) {
	static const struct {
		uint32_t from, to;
		uint8_t columns;
	} blocks[] = {
		{0x0300, 0x036f, 0},
		{0x1100, 0x115f, 2},
		{0x20d0, 0x20ff, 0},
		{0x2e80, 0xa4cf, 2},
		{0xac00, 0xd7a3, 2},
		{0xf900, 0xfaff, 2},
		{0xfe00, 0xfe0f, 0},
		{0xfe30, 0xfe6f, 2},
		{0xff00, 0xff60, 2},
		{0xffe0, 0xffe6, 2},
		{0x1f300, 0x1f64f, 2},
		{0x1f900, 0x1f9ff, 2},
		{0x20000, 0x3fffd, 2},
	};
	for (size_t i = 0; i < sizeof(blocks) / sizeof(*blocks) && c >= blocks[i].from; i++)
		if (c <= blocks[i].to)
			return blocks[i].columns;
	return 1;
}

size_t text_columns(struct slice s) {
	size_t columns = 0;
	for (size_t i = 0; i < s.n;) {
		size_t n = s.p[i] < 0x80 ? 1 : utf8_sequence(slice_sub(s, i, s.n));
		columns += n > 1 ? columns_of(utf8_decode(slice_sub(s, i, s.n), n)) : 1;
		i += n ? n : 1;
	}
	return columns;
}

void spaces_add(struct buf *out, size_t n) {
	while (n--)
		buf_add_byte(out, ' ');
}

void wrap_from(struct buf *out, const struct report_style *style, unsigned start, unsigned indent, struct slice text) {
	/* Below this a column of words is unreadable: the terminal wraps by itself. */
	enum { NARROWEST = 20 };
	size_t column = start;

	if (style->width < indent + NARROWEST) {
		buf_add_slice(out, text);
		return;
	}
	for (size_t at = 0; at < text.n;) {
		size_t end = at;
		while (end < text.n && text.p[end] != ' ')
			end++;
		struct slice word = slice_sub(text, at, end);
		size_t columns = text_columns(word);
		bool command = slice_has_prefix(word, "::") || slice_has_prefix(word, "##");
		if (at && column + 1 + columns > style->width && !command) {
			buf_add_byte(out, '\n');
			spaces_add(out, indent);
			column = indent;
		} else if (at) {
			buf_add_byte(out, ' ');
			column++;
		}
		buf_add_slice(out, word);
		column += columns;
		at = end + 1;
	}
}

void wrap_add(struct buf *out, const struct report_style *style, unsigned indent, struct slice text) {
	wrap_from(out, style, indent, indent, text);
}

bool style_is_narrow(const struct report_style *style) {
	enum { NARROW = 60 };
	return style->width > 0 && style->width < NARROW;
}

void labelled_add(struct buf *out, const struct report_style *style, unsigned at, unsigned indent, enum ink ink,
	const char *label, struct slice text) {
	unsigned behind = at + (unsigned)strlen(label);

	spaces_add(out, at);
	ink_add(out, style, ink, label);
	if (style_is_narrow(style) || behind >= indent) {
		spaces_add(out, 2);
		wrap_from(out, style, behind + 2, at + 2, text);
	} else {
		spaces_add(out, indent - behind);
		wrap_add(out, style, indent, text);
	}
	buf_add_byte(out, '\n');
}

void grouped_add(struct buf *out, uint64_t n) {
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%" PRIu64, n);
	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			buf_add_byte(out, ',');
		buf_add_byte(out, (uint8_t)digits[i]);
	}
}
