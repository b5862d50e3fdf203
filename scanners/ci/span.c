/* Where a part of a scalar's text stands in the document: the text and its source are walked side by side, over indentation, folded lines and
 * the escapes of quoted strings. */
#include "scanners/ci/ci.h"

struct side {
	struct slice raw;
	uint64_t at;
	unsigned line, column;
};

static void step(struct side *s) {
	if (s->raw.p[s->at++] == '\n') {
		s->line++;
		s->column = 1;
	} else {
		s->column++;
	}
}

static bool is_blank(uint8_t c) {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Length in the source of the escape at `raw`, YAML's and JSON's alike. */
static size_t escape_length(struct slice raw) {
	size_t n = raw.n < 2 ? 1 : raw.p[1] == 'x' ? 4 : raw.p[1] == 'u' ? 6 : raw.p[1] == 'U' ? 10 : 2;

	return n < raw.n ? n : raw.n;
}

/* Moves over the source of one byte of text; false when the two do not go together. */
static bool follow(struct side *s, uint8_t text, uint8_t quote) {
	while (s->at < s->raw.n) {
		uint8_t c = s->raw.p[s->at];

		if (quote == '"' && c == '\\') {
			size_t n = escape_length(slice_sub(s->raw, s->at, s->raw.n));
			bool joins = n == 2 && s->raw.p[s->at + 1] == '\n';

			while (n--)
				step(s);
			if (!joins)
				return true;
		} else if (quote == '\'' && c == '\'' && text == '\'') {
			step(s);
			step(s);
			return s->at <= s->raw.n;
		} else if (c == text || (is_blank(c) && is_blank(text))) {
			step(s);
			return true;
		} else if (is_blank(c)) {
			step(s);
		} else {
			return false;
		}
	}
	return false;
}

static void skip_blanks(struct side *s, uint8_t next) {
	while (s->at < s->raw.n && is_blank(s->raw.p[s->at]) && !is_blank(next))
		step(s);
}

struct span ci_span_within(const struct reader_input *in, const struct node *scalar, uint64_t from, uint64_t to) {
	struct slice text = node_text(scalar);
	struct side s = {slice_sub(in->doc->bytes, scalar->span.start, scalar->span.end), 0, scalar->span.line,
		scalar->span.column};
	struct span out = {0};
	uint8_t quote = s.raw.n && (s.raw.p[0] == '"' || s.raw.p[0] == '\'') ? s.raw.p[0] : 0;

	if (!text.n || from >= text.n || to > text.n || from >= to || !s.raw.n || s.raw.p[0] == '*')
		return scalar->span;
	if (scalar->block)
		while (s.at < s.raw.n && s.line == scalar->span.line)
			step(&s);
	else if (quote)
		step(&s);
	for (uint64_t i = 0; i < to; i++) {
		if (i == from) {
			skip_blanks(&s, text.p[i]);
			out = (struct span){.start = scalar->span.start + s.at, .line = s.line, .column = s.column};
		}
		if (!follow(&s, text.p[i], quote))
			return scalar->span;
	}
	out.end = scalar->span.start + s.at;
	out.end_line = s.line;
	out.end_column = s.column;
	return out;
}
