/* Untrusted text made inert for XML, HTML, Markdown, CSV and workflow commands. Terminals and logs, whose escapes they build on: text_style.c. */
#include "report/inert.h"

#include "core/text.h"
#include "report/text_style.h"

static void add_entity(struct buf *out, uint8_t c) {
	buf_printf(out, "&#%u;", c);
}

/* XML 1.0, section 2.2, leaves U+FFFE and U+FFFF out; other noncharacters are discouraged there. */
static bool is_noncharacter(uint32_t c) {
	return (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
}

void inert_markup_escaped(struct buf *out, struct slice safe) {
	for (size_t i = 0; i < safe.n;) {
		uint8_t c = safe.p[i];
		if (c < 0x80) {
			/* "##name[" is a command of a CI runner anywhere in a line of its log. */
			bool hash = c == '#' && i + 1 < safe.n && safe.p[i + 1] == '#';
			if (hash || c == '<' || c == '>' || c == '&' || c == '"' || c == '\'')
				add_entity(out, c);
			else
				buf_add_byte(out, c);
			i++;
			continue;
		}
		size_t n = utf8_sequence(slice_sub(safe, i, safe.n));
		uint32_t u = utf8_decode(slice_sub(safe, i, safe.n), n);
		if (is_noncharacter(u))
			buf_printf(out, "\\u{%X}", (unsigned)u);
		else
			buf_add(out, safe.p + i, n);
		i += n ? n : 1;
	}
}

void inert_markup(struct buf *out, struct slice s) {
	struct buf safe = {0};

	text_escape(&safe, s);
	inert_markup_escaped(out, buf_slice(&safe));
	buf_free(&safe);
}

void inert_markdown(struct buf *out, struct slice s) {
	struct buf safe = {0};

	text_escape(&safe, s);
	for (size_t i = 0; i < safe.n; i++) {
		uint8_t c = safe.p[i];
		bool plain = c >= 0x80 || c == ' ' || c == '/' || c == '-' || c == ',' || (c >= '0' && c <= '9') ||
			     ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
		if (plain)
			buf_add_byte(out, c);
		else
			add_entity(out, c);
	}
	buf_free(&safe);
}

/* What begins a formula in Excel, LibreOffice Calc and Google Sheets (OWASP, CSV Injection); tab, CR and LF are escaped already. The last four are
 * the full-width forms of the first four. */
static bool begins_formula(struct slice s) {
	static const char *const starts[] = {
		"=", "+", "-", "@", "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"};

	/* Blanks ahead do not save it everywhere. */
	s = slice_trim(s);
	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++)
		if (slice_has_prefix(s, starts[i]))
			return true;
	return false;
}

void inert_cell(struct buf *out, struct slice s) {
	struct buf safe = {0};
	bool quoted = false;

	if (begins_formula(s))
		buf_add_byte(&safe, '\'');
	inert_add(&safe, s);
	for (size_t i = 0; i < safe.n && !quoted; i++)
		/* Semicolons part cells too where the comma is the decimal sign. */
		quoted = safe.p[i] == '"' || safe.p[i] == ',' || safe.p[i] == ';' || safe.p[i] == '\'' ||
			 safe.p[i] == ' ';
	if (!quoted) {
		buf_add_slice(out, buf_slice(&safe));
	} else {
		buf_add_byte(out, '"');
		for (size_t i = 0; i < safe.n; i++) {
			if (safe.p[i] == '"')
				buf_add_byte(out, '"');
			buf_add_byte(out, safe.p[i]);
		}
		buf_add_byte(out, '"');
	}
	buf_free(&safe);
}

/* As actions/toolkit's command.ts escapes data and properties. */
void inert_command(struct buf *out, struct slice s, bool property) {
	struct buf safe = {0};

	inert_add(&safe, s);
	for (size_t i = 0; i < safe.n; i++) {
		uint8_t c = safe.p[i];
		if (c == '%' || (property && (c == ':' || c == ',')))
			buf_printf(out, "%%%02X", c);
		else
			buf_add_byte(out, c);
	}
	buf_free(&safe);
}
