/* Streams of a PDF (ISO 32000-1, 7.3.8): those packed with Flate are unpacked and given, and of pages the text that they show, strings of one
 * line joined. Fonts with an encoding of their own are not read: their text is numbers of glyphs. Encrypted files are told. */
#include "core/memory.h"
#include "core/text.h"
#include "scanners/archive/paper.h"

#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#define STREAM_MOST ((size_t)16 << 20) /* of one stream, unpacked */
#define DICT_MOST   ((size_t)4 << 10)  /* looked at before the word "stream" */

/* Unpacks what begins a zlib stream; damaged ones give what they have. */
static void unpack(struct account *a, struct slice packed, struct buf *out) {
	z_stream z = {0};
	int rc = Z_OK;

	if (inflateInit(&z) != Z_OK)
		return;
	z.next_in = (Bytef *)(uintptr_t)packed.p;
	z.avail_in = packed.n < UINT32_MAX ? (uInt)packed.n : UINT32_MAX;
	while (rc == Z_OK && out->n < STREAM_MOST) {
		size_t before;

		buf_reserve(out, 64 << 10);
		z.next_out = out->p + out->n;
		z.avail_out = 64 << 10;
		before = z.avail_out;
		rc = inflate(&z, Z_NO_FLUSH);
		out->n += before - z.avail_out;
		if (before == z.avail_out || !account_bytes(a, before - z.avail_out))
			break;
	}
	inflateEnd(&z);
}

/* A string in brackets at s.p[at]; 7.3.4.2: escapes, and brackets that pair. Returns where it ends. */
static size_t add_string(struct buf *out, struct slice s, size_t at) {
	unsigned depth = 1;

	for (at++; at < s.n && depth; at++) {
		uint8_t c = s.p[at];

		if (c == '\\' && at + 1 < s.n) {
			c = s.p[++at];
			if (c >= '0' && c <= '7') {
				unsigned v = 0;

				for (int i = 0; i < 3 && at < s.n && s.p[at] >= '0' && s.p[at] <= '7'; i++)
					v = v * 8 + (unsigned)(s.p[at++] - '0');
				at--;
				c = (uint8_t)v;
			} else if (c == '\n' || c == '\r') {
				continue;
			} else {
				c = c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c;
			}
			buf_add_byte(out, c);
			continue;
		}
		depth += c == '(';
		depth -= c == ')';
		if (depth)
			buf_add_byte(out, c);
	}
	return at;
}

static size_t add_hex(struct buf *out, struct slice s, size_t at) {
	int high = -1;

	for (at++; at < s.n && s.p[at] != '>'; at++) {
		int v = hex_value(s.p[at]);

		if (v >= 0 && high >= 0)
			buf_add_byte(out, (uint8_t)(high << 4 | v));
		high = v < 0 ? high : high >= 0 ? -1 : v;
	}
	return at + 1;
}

static void end_line(struct buf *out) {
	if (out->n && out->p[out->n - 1] != '\n')
		buf_add_byte(out, '\n');
}

/* Text-showing operators (9.4.3) show strings; those that position (9.4.2) begin a new line, except along the same one. */
static void add_shown(struct buf *out, struct slice s) {
	for (size_t at = 0; at < s.n;) {
		uint8_t c = s.p[at];

		if (c == '(') {
			at = add_string(out, s, at);
		} else if (c == '<' && at + 1 < s.n && s.p[at + 1] != '<') {
			at = add_hex(out, s, at);
		} else if (c == 'T' && at + 1 < s.n &&
			   (s.p[at + 1] == 'd' || s.p[at + 1] == 'D' || s.p[at + 1] == '*' || s.p[at + 1] == 'm')) {
			end_line(out);
			at += 2;
		} else if (c == 'E' && at + 1 < s.n && s.p[at + 1] == 'T') {
			end_line(out);
			at += 2;
		} else {
			at++;
		}
	}
}

static bool is_page(struct slice s) {
	return (slice_find(s, slice_str("BT")) >= 0 && slice_find(s, slice_str("ET")) >= 0) &&
	       (slice_find(s, slice_str("Tj")) >= 0 || slice_find(s, slice_str("TJ")) >= 0 ||
		       slice_find(s, slice_str("'")) >= 0);
}

/* What the filters of a stream are, in the order in which they are undone (7.4). */
static struct slice filters_of(struct slice dict) {
	ptrdiff_t at, from = -1;

	while ((at = slice_find(slice_sub(dict, from < 0 ? 0 : (size_t)from, dict.n), slice_str("/Filter"))) >= 0)
		from = (from < 0 ? 0 : from) + at + 7;
	return from < 0 ? slice_of(NULL, 0) : slice_sub(dict, (size_t)from, (size_t)from + 80);
}

static ptrdiff_t named(struct slice filters, const char *name, const char *brief) {
	ptrdiff_t at = slice_find(filters, slice_str(name));

	return at >= 0 ? at : slice_find(filters, slice_str(brief));
}

/* 7.4.3: five characters for four bytes, "z" for four zeros, "~>" at the end. */
static void from_base85(struct buf *out, struct slice s) {
	uint32_t v = 0;
	unsigned n = 0;

	for (size_t i = 0; i < s.n && s.p[i] != '~' && out->n < STREAM_MOST; i++) {
		if (s.p[i] == 'z' && n == 0) {
			buf_add_slice(out, slice_of("\0\0\0\0", 4));
		} else if (s.p[i] >= '!' && s.p[i] <= 'u') {
			v = v * 85 + (s.p[i] - '!');
			if (++n < 5)
				continue;
			for (int k = 24; k >= 0; k -= 8)
				buf_add_byte(out, (uint8_t)(v >> k));
			v = n = 0;
		}
	}
	if (n > 1) {
		for (unsigned k = n; k < 5; k++)
			v = v * 85 + 84;
		for (unsigned k = 0; k + 1 < n; k++)
			buf_add_byte(out, (uint8_t)(v >> (24 - 8 * k)));
	}
}

/* Strings in UTF-16 that are written in hexadecimal digits, as titles and fields of forms often are (7.9.2.2). */
static void give_marked(const struct paper *p, struct slice s, const char *name) {
	struct buf bytes = {0}, text = {0};

	for (size_t at = 0; at + 5 < s.n;) {
		const uint8_t *open = memchr(s.p + at, '<', s.n - at);

		if (!open)
			break;
		at = (size_t)(open - s.p);
		if (!slice_eq_nocase(slice_sub(s, at + 1, at + 5), slice_str("FEFF"))) {
			at++;
			continue;
		}
		buf_clear(&bytes);
		at = add_hex(&bytes, s, at);
		text_from_utf16(&text, slice_sub(buf_slice(&bytes), 2, bytes.n), true);
		end_line(&text);
	}
	paper_give_text(p, name, buf_slice(&text));
	buf_free(&bytes);
	buf_free(&text);
}

static void give_stream(const struct paper *p, struct slice dict, struct slice packed, unsigned number) {
	struct buf plain = {0}, text = {0}, written = {0};
	struct slice filters = filters_of(dict);
	bool flate = named(filters, "/FlateDecode", "/Fl") >= 0;
	bool base85 = named(filters, "/ASCII85Decode", "/A85") >= 0,
	     hex = named(filters, "/ASCIIHexDecode", "/AHx") >= 0;
	char name[48];

	if (slice_find(dict, slice_str("/Image")) >= 0 || (!flate && !base85 && !hex))
		return;
	if (base85)
		from_base85(&written, packed);
	else if (hex)
		add_hex(&written, slice_sub(packed, 0, STREAM_MOST), (size_t)-1); /* no bracket opens it */
	if (base85 || hex)
		packed = buf_slice(&written);
	if (flate)
		unpack(&p->r->job->account, packed, &plain);
	else
		buf_add_slice(&plain, packed);
	snprintf(name, sizeof(name), "stream %u", number);
	if (is_page(buf_slice(&plain))) {
		add_shown(&text, buf_slice(&plain));
		paper_give_text(p, name, buf_slice(&text));
	} else {
		give_marked(p, buf_slice(&plain), name);
		paper_give_bytes(p, name, buf_slice(&plain));
	}
	buf_free(&written);
	buf_free(&plain);
	buf_free(&text);
}

bool pdf_give(const struct paper *p) {
	struct slice s = p->doc->bytes;
	unsigned number = 0;

	if (slice_find(slice_sub(s, s.n > 4096 ? s.n - 4096 : 0, s.n), slice_str("/Encrypt")) >= 0) {
		job_note(p->r, p->doc, "archive-encrypted", true,
			"the PDF is under a password; its bytes were matched as they are");
		return false;
	}
	for (size_t at = 0; at < s.n && account_goes_on(&p->r->job->account);) {
		ptrdiff_t found = slice_find(slice_sub(s, at, s.n), slice_str("stream")), end;
		size_t from, dict;

		if (found < 0) {
			give_marked(p, slice_sub(s, at, s.n), "strings");
			break;
		}
		found += (ptrdiff_t)at;
		from = (size_t)found + 6;
		if (from < s.n && s.p[from] == '\r')
			from++;
		if (from < s.n && s.p[from] == '\n')
			from++;
		end = slice_find(slice_sub(s, from, s.n), slice_str("endstream"));
		if (end < 0)
			end = (ptrdiff_t)(s.n - from);
		give_marked(p, slice_sub(s, at, (size_t)found), "strings");
		dict = (size_t)found > at + DICT_MOST ? (size_t)found - DICT_MOST : at;
		give_stream(p, slice_sub(s, dict, (size_t)found), slice_sub(s, from, from + (size_t)end), ++number);
		at = from + (size_t)end + 9;
	}
	return false;
}
