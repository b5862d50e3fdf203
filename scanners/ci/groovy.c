/* Groovy's tokens (https://groovy-lang.org/syntax.html): comments and slashy strings are passed over. */
#include "scanners/ci/groovy.h"

#include "core/buf.h"
#include "core/vec.h"
#include "scanners/lines.h"

#include <stdlib.h>

struct lexer {
	struct arena *arena;
	struct slice s;
	uint64_t at;
	struct lines lines;
	VEC(struct groovy_token) tokens;
};

static bool is_name(uint8_t c) {
	return c == '_' || c == '$' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool looking_at(const struct lexer *l, const char *text) {
	return slice_has_prefix(slice_sub(l->s, l->at, l->s.n), text);
}

static void skip_past(struct lexer *l, const char *end) {
	ptrdiff_t at = slice_find(slice_sub(l->s, l->at, l->s.n), slice_str(end));

	l->at = at < 0 ? l->s.n : l->at + (uint64_t)at + strlen(end);
}

static void unescape(struct buf *out, uint8_t c) {
	switch (c) {
	case 'n':
		buf_add_byte(out, '\n');
		break;
	case 't':
		buf_add_byte(out, '\t');
		break;
	case '\n':
		break;
	default:
		buf_add_byte(out, c);
	}
}

static void read_string(struct lexer *l) {
	uint8_t quote = l->s.p[l->at];
	bool triple = looking_at(l, quote == '"' ? "\"\"\"" : "'''");
	uint64_t start = l->at + (triple ? 2 : 0), end;
	struct groovy_token t = {.kind = GROOVY_STRING, .interpolates = quote == '"'};
	struct buf text = {0};

	for (l->at = start + 1; l->at < l->s.n; l->at++) {
		uint8_t c = l->s.p[l->at];

		if (c == '\\' && l->at + 1 < l->s.n)
			unescape(&text, l->s.p[++l->at]);
		else if (triple ? looking_at(l, quote == '"' ? "\"\"\"" : "'''") : c == quote || c == '\n')
			break;
		else
			buf_add_byte(&text, c);
	}
	end = l->at < l->s.n ? l->at + 1 : l->at;
	l->at = triple && end + 2 <= l->s.n ? end + 2 : end;
	t.text = arena_copy(l->arena, buf_slice(&text));
	t.span = lines_span(&l->lines, start, end);
	buf_free(&text);
	VEC_PUSH(&l->tokens, t);
}

static void read_name(struct lexer *l) {
	uint64_t from = l->at;
	struct groovy_token t = {.kind = GROOVY_NAME};

	while (l->at < l->s.n && is_name(l->s.p[l->at]))
		l->at++;
	t.text = arena_copy(l->arena, slice_sub(l->s, from, l->at));
	t.span = lines_span(&l->lines, from, l->at);
	VEC_PUSH(&l->tokens, t);
}

struct groovy groovy_read(struct arena *a, struct slice text) {
	struct lexer l = {.arena = a, .s = text};
	struct groovy out = {0};
	struct groovy_token *at;

	lines_of(&l.lines, text);
	while (l.at < text.n && l.tokens.n < GROOVY_TOKENS_MAX) {
		uint8_t c = text.p[l.at];

		if (c <= ' ') {
			l.at++;
		} else if (looking_at(&l, "//")) {
			skip_past(&l, "\n");
		} else if (looking_at(&l, "/*")) {
			skip_past(&l, "*/");
		} else if (c == '"' || c == '\'') {
			read_string(&l);
		} else if (is_name(c)) {
			read_name(&l);
		} else {
			struct groovy_token t = {
				.kind = GROOVY_MARK, .mark = c, .span = lines_span(&l.lines, l.at, l.at + 1)};

			VEC_PUSH(&l.tokens, t);
			l.at++;
		}
	}
	out.cut = l.at < text.n;
	at = ARENA_NEW_N(a, struct groovy_token, l.tokens.n);
	if (l.tokens.n)
		memcpy(at, l.tokens.at, l.tokens.n * sizeof(*at));
	out.at = at;
	out.n = l.tokens.n;
	VEC_FREE(&l.tokens);
	lines_free(&l.lines);
	return out;
}
