/* Mail in parts (RFC 2045, 2046): each part decoded, under its file name; parts may be archives, documents, or mail again. */
#include "scanners/archive/paper.h"

#include <stdio.h>

struct header {
	struct slice text; /* all header lines */
	struct slice body;
};

/* Headers end at the first empty line. */
static struct header split(struct slice s) {
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\n' && (i + 1 == s.n || s.p[i + 1] == '\n' ||
					      (s.p[i + 1] == '\r' && i + 2 < s.n && s.p[i + 2] == '\n')))
			return (struct header){slice_sub(s, 0, i + 1),
				slice_sub(s, i + 1 + (i + 1 < s.n && s.p[i + 1] == '\r') + 1, s.n)};
	return (struct header){s, slice_of(NULL, 0)};
}

/* The value of a header, over its folded lines; empty when it is not there. */
static struct slice value_of(struct slice headers, const char *name) {
	size_t n = strlen(name);

	for (size_t at = 0; at < headers.n;) {
		const uint8_t *nl = memchr(headers.p + at, '\n', headers.n - at);
		size_t end = nl ? (size_t)(nl - headers.p) + 1 : headers.n;

		while (end < headers.n && (headers.p[end] == ' ' || headers.p[end] == '\t')) {
			nl = memchr(headers.p + end, '\n', headers.n - end);
			end = nl ? (size_t)(nl - headers.p) + 1 : headers.n;
		}
		if (end - at > n && slice_eq_nocase(slice_sub(headers, at, at + n), slice_str(name)))
			return slice_trim(slice_sub(headers, at + n, end));
		at = end;
	}
	return slice_of(NULL, 0);
}

/* name="…" or name=… in a value. */
static struct slice parameter(struct slice value, const char *name) {
	ptrdiff_t at = slice_find_nocase(value, slice_str(name));
	size_t from, to;

	if (at < 0)
		return slice_of(NULL, 0);
	from = (size_t)at + strlen(name);
	if (from < value.n && value.p[from] == '"') {
		const uint8_t *quote = memchr(value.p + from + 1, '"', value.n - from - 1);

		return slice_sub(value, from + 1, quote ? (size_t)(quote - value.p) : value.n);
	}
	for (to = from; to < value.n && value.p[to] != ';' && value.p[to] > ' '; to++)
		;
	return slice_sub(value, from, to);
}

static int base64_digit(uint8_t c) {
	return c >= 'A' && c <= 'Z'   ? c - 'A'
	       : c >= 'a' && c <= 'z' ? c - 'a' + 26
	       : c >= '0' && c <= '9' ? c - '0' + 52
	       : c == '+'	      ? 62
	       : c == '/'	      ? 63
				      : -1;
}

static void decode_base64(struct buf *out, struct slice s) {
	uint32_t acc = 0;
	unsigned bits = 0;

	for (size_t i = 0; i < s.n; i++) {
		int v = base64_digit(s.p[i]);

		if (v < 0)
			continue;
		acc = acc << 6 | (uint32_t)v;
		bits += 6;
		if (bits >= 8)
			buf_add_byte(out, (uint8_t)(acc >> (bits -= 8)));
	}
}

static void decode_quoted(struct buf *out, struct slice s) {
	for (size_t i = 0; i < s.n; i++) {
		int byte = s.p[i] == '=' ? slice_hex_byte(s, i + 1) : -1;

		if (s.p[i] != '=' || i + 1 >= s.n) {
			buf_add_byte(out, s.p[i]);
		} else if (s.p[i + 1] == '\n') {
			i++;
		} else if (s.p[i + 1] == '\r') {
			i += 2;
		} else if (byte >= 0) {
			buf_add_byte(out, (uint8_t)byte);
			i += 2;
		} else {
			buf_add_byte(out, '=');
		}
	}
}

struct mail {
	const struct paper *paper;
	unsigned parts;
};

static void give_part(struct mail *m, struct slice part, unsigned depth);

/* What stands between two lines of "--boundary". */
static void give_parts(struct mail *m, struct slice body, struct slice boundary, unsigned depth) {
	struct buf mark = {0};
	size_t from = SIZE_MAX;

	buf_add_str(&mark, "--");
	buf_add_slice(&mark, boundary);
	for (size_t at = 0; at < body.n;) {
		ptrdiff_t found = slice_find(slice_sub(body, at, body.n), buf_slice(&mark));
		size_t here = found < 0 ? body.n : at + (size_t)found;
		const uint8_t *nl;

		if (from != SIZE_MAX && from < here)
			give_part(m, slice_sub(body, from, here), depth + 1);
		if (found < 0)
			break;
		at = here + mark.n;
		if (slice_has_prefix(slice_sub(body, at, body.n), "--"))
			break;
		nl = at < body.n ? memchr(body.p + at, '\n', body.n - at) : NULL;
		from = at = nl ? (size_t)(nl - body.p) + 1 : body.n;
	}
	buf_free(&mark);
}

static void give_part(struct mail *m, struct slice part, unsigned depth) {
	struct header h = split(part);
	struct slice type = value_of(h.text, "content-type:"), coding = value_of(h.text, "content-transfer-encoding:");
	struct slice boundary = parameter(type, "boundary="),
		     name = parameter(value_of(h.text, "content-disposition:"), "filename=");
	struct buf decoded = {0};
	char shown[256];

	if (boundary.n && depth < 16) {
		give_parts(m, h.body, boundary, depth);
		return;
	}
	m->parts++;
	if (!name.n)
		name = parameter(type, "name=");
	if (name.n)
		snprintf(shown, sizeof(shown), "%.*s", (int)(name.n < 200 ? name.n : 200), (const char *)name.p);
	else
		snprintf(shown, sizeof(shown), "part %u", m->parts);
	if (slice_find_nocase(coding, slice_str("base64")) >= 0)
		decode_base64(&decoded, h.body);
	else if (slice_find_nocase(coding, slice_str("quoted-printable")) >= 0)
		decode_quoted(&decoded, h.body);
	/* What is not encoded stands in the mail's own bytes already. */
	if (decoded.n)
		paper_give_bytes(m->paper, shown, buf_slice(&decoded));
	buf_free(&decoded);
}

bool mail_give(const struct paper *p) {
	struct mail m = {.paper = p};

	give_part(&m, p->doc->bytes, 0);
	return false;
}
