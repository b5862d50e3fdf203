/* JSON as a stream (RFC 8259), in plain ASCII.
 * Which members make up a report is in the json_*.c and sarif_*.c files. */
#include "report/emit.h"

#include "core/text.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdlib.h>

enum { FLUSH_AT = 1 << 16 };

static void flush(struct emitter *e) {
	e->given += e->b.n;
	if (e->b.n && e->out && !e->failed) {
		errno = 0;
		if (fwrite(e->b.p, 1, e->b.n, e->out) != e->b.n)
			e->failed = errno ? errno : EIO;
	}
	buf_clear(&e->b);
}

static void raw_byte(struct emitter *e, char c) {
	buf_add_byte(&e->b, (uint8_t)c);
	e->last = (uint8_t)c;
}

static void raw(struct emitter *e, const char *s, size_t n) {
	buf_add(&e->b, s, n);
	e->last = n ? (uint8_t)s[n - 1] : e->last;
}

/* Everything ahead of a value: comma, line break, key. */
static void begin(struct emitter *e, const char *key) {
	if (e->b.n > FLUSH_AT)
		flush(e);
	if (e->last && e->last != '{' && e->last != '[')
		raw_byte(e, ',');
	if (e->newline)
		raw_byte(e, '\n');
	e->newline = false;
	if (key) {
		raw_byte(e, '"');
		raw(e, key, strlen(key));
		raw(e, "\":", 2);
	}
}

void emit_open(struct emitter *e, const char *key, char bracket) {
	begin(e, key);
	raw_byte(e, bracket);
}

void emit_close(struct emitter *e, char bracket) {
	e->newline = false;
	raw_byte(e, bracket);
}

static void add_escape(struct buf *b, uint32_t c) {
	switch (c) {
	case '"':
	case '\\':
		buf_add_byte(b, '\\');
		buf_add_byte(b, (uint8_t)c);
		return;
	case '\n':
		buf_add_str(b, "\\n");
		return;
	case '\t':
		buf_add_str(b, "\\t");
		return;
	case '\r':
		buf_add_str(b, "\\r");
		return;
	default:
		break;
	}
	if (c > 0xffff) /* RFC 8259, section 7: as a pair of surrogates */
		buf_printf(b, "\\u%04x\\u%04x", (unsigned)(0xd800 + ((c - 0x10000) >> 10)),
			(unsigned)(0xdc00 + ((c - 0x10000) & 0x3ff)));
	else
		buf_printf(b, "\\u%04x", (unsigned)c);
}

/* Fit to stand as it is? "##name[" is not: CI runners take it for a command anywhere in a line of their log. */
static bool is_plain(struct slice s, size_t at) {
	uint8_t c = s.p[at];
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\' && !(c == '#' && at + 1 < s.n && s.p[at + 1] == '#');
}

/* `s` is valid UTF-8. Runs of plain bytes are added at once. */
static void add_string(struct emitter *e, struct slice s) {
	raw_byte(e, '"');
	for (size_t at = 0; at < s.n;) {
		size_t end = at;
		while (end < s.n && is_plain(s, end))
			end++;
		buf_add(&e->b, s.p + at, end - at);
		if (end == s.n)
			break;
		size_t n = s.p[end] < 0x80 ? 1 : utf8_sequence(slice_sub(s, end, s.n));
		add_escape(&e->b, utf8_decode(slice_sub(s, end, s.n), n));
		at = end + n;
	}
	raw_byte(e, '"');
}

void emit_bytes(struct emitter *e, const char *key, struct slice s) {
	begin(e, key);
	if (utf8_is_valid(s)) {
		add_string(e, s);
		return;
	}
	struct buf valid = {0};
	text_to_utf8(&valid, s);
	add_string(e, buf_slice(&valid));
	buf_free(&valid);
}

void emit_text(struct emitter *e, const char *key, const char *s) {
	if (s)
		emit_bytes(e, key, slice_str(s));
	else
		emit_literal(e, key, "null");
}

void emit_literal(struct emitter *e, const char *key, const char *json) {
	begin(e, key);
	raw(e, json, strlen(json));
}

void emit_number(struct emitter *e, const char *key, uint64_t n) {
	char text[24];
	size_t at = sizeof(text);

	text[--at] = '\0';
	do
		text[--at] = (char)('0' + n % 10);
	while (n /= 10);
	emit_literal(e, key, text + at);
}

void emit_boolean(struct emitter *e, const char *key, bool v) {
	emit_literal(e, key, v ? "true" : "false");
}

void emit_time(struct emitter *e, const char *key, int64_t t) {
	char text[DATE_TEXT_MAX];
	date_format(t, text);
	emit_text(e, key, text);
}

void emit_when(struct emitter *e, const char *key, struct when w) {
	if (w.state == WHEN_AT)
		emit_time(e, key, w.at);
	else
		emit_text(e, key, w.state == WHEN_NEVER ? "never" : NULL);
}

void emit_base64(struct emitter *e, const char *key, struct slice s) {
	enum { CHUNK = 3 * 1024 }; /* a multiple of three: chunks join without padding */
	uint8_t text[CHUNK / 3 * 4 + 1];

	begin(e, key);
	raw_byte(e, '"');
	for (size_t at = 0; at < s.n; at += CHUNK) {
		struct slice part = slice_sub(s, at, at + CHUNK);
		buf_add(&e->b, text, (size_t)EVP_EncodeBlock(text, part.p, (int)part.n));
	}
	raw_byte(e, '"');
}

void emit_printf(struct emitter *e, const char *key, const char *fmt, ...) {
	char text[256];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	emit_text(e, key, text);
}

void emit_line(struct emitter *e) {
	e->newline = true;
}

void emit_end_line(struct emitter *e) {
	raw_byte(e, '\n');
	e->last = 0;
}

uint64_t emit_measured(struct emitter *e) {
	flush(e);
	buf_free(&e->b);
	return e->given;
}

int emit_finish(struct emitter *e, struct error *err) {
	flush(e);
	buf_free(&e->b);
	if (!e->failed) {
		errno = 0;
		if (fflush(e->out) || ferror(e->out))
			e->failed = errno ? errno : EIO;
	}
	errno = e->failed;
	return e->failed ? error_errno(err, "writing the report") : 0;
}
