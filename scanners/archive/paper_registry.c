/* Exports of the Windows registry: strings that stand there in hex, in UTF-16 and over several lines ("hex(1):", "hex(2):", "hex(7):"), as regedit(1)
 * writes those that quotes can't hold. Format: Microsoft, "How to add, modify, or delete registry subkeys and values by using a .reg file".
 * Strings in quotes are seen in the file's own bytes. */
#include "core/text.h"
#include "scanners/archive/paper.h"

#define KEY_MOST 1024

struct registry {
	const struct paper *paper;
	bool wide;	    /* strings in hex are UTF-16; in REGEDIT4 they are not */
	char key[KEY_MOST]; /* the last "[…]" */
	struct buf text;    /* what stands under it */
};

static void give_key(struct registry *g) {
	if (g->text.n)
		paper_give_text(g->paper, g->key[0] ? g->key : "registry", buf_slice(&g->text));
	buf_clear(&g->text);
}

static void begin_key(struct registry *g, struct slice line) {
	size_t n = line.n > 0 && line.p[line.n - 1] == ']' ? line.n - 1 : line.n;

	give_key(g);
	n = n > KEY_MOST ? KEY_MOST - 1 : n - 1;
	memcpy(g->key, line.p + 1, n);
	g->key[n] = 0;
}

/* "hex(7):61,00,\" and what follows; false: it is none of the kinds that hold strings. *at moves behind it. */
static bool read_hex(struct slice s, size_t *at, struct buf *out) {
	static const char *const kinds[] = {"hex(1):", "hex(2):", "hex(7):", NULL};
	const char *const *k;
	size_t i;

	for (k = kinds; *k && !slice_has_prefix(slice_sub(s, *at, s.n), *k); k++)
		;
	if (!*k)
		return false;
	for (i = *at + strlen(*k); i < s.n;) {
		int byte = slice_hex_byte(s, i);

		if (byte >= 0) {
			buf_add_byte(out, (uint8_t)byte);
			i += 2;
		} else if (s.p[i] == ',' || s.p[i] == ' ' || s.p[i] == '\t') {
			i++;
		} else if (s.p[i] == '\\') { /* goes on in the next line */
			while (i < s.n && s.p[i] != '\n')
				i++;
			i++;
		} else {
			break;
		}
	}
	*at = i < s.n ? i : s.n;
	return out->n > 0;
}

/* One line a string; those of a list (REG_MULTI_SZ) end with a NUL each. */
static void add_strings(struct registry *g, struct slice name, struct slice bytes) {
	struct buf plain = {0};

	if (g->wide)
		text_from_utf16(&plain, slice_sub(bytes, 0, bytes.n & ~(size_t)1), false);
	else
		buf_add_slice(&plain, bytes);
	for (size_t at = 0; at < plain.n;) {
		const uint8_t *nul = memchr(plain.p + at, 0, plain.n - at);
		size_t end = nul ? (size_t)(nul - plain.p) : plain.n;

		if (end > at) {
			buf_add_slice(&g->text, name);
			buf_add_str(&g->text, "=\"");
			buf_add_slice(&g->text, slice_sub(buf_slice(&plain), at, end));
			buf_add_str(&g->text, "\"\n");
		}
		at = end + 1;
	}
	buf_free(&plain);
}

/* "Name"=hex(1):… at *at, the start of a line; *at moves to its end, or that of its last line. */
static void read_value(struct registry *g, struct slice s, size_t *at) {
	const uint8_t *nl = memchr(s.p + *at, '\n', s.n - *at);
	struct slice line = slice_sub(s, *at, nl ? (size_t)(nl - s.p) : s.n);
	ptrdiff_t mark = slice_find(line, slice_str("=hex("));
	struct buf bytes = {0};
	size_t from = *at + (mark < 0 ? 0 : (size_t)mark + 1);

	*at += line.n;
	if (mark >= 0 && read_hex(s, &from, &bytes)) {
		add_strings(g, slice_sub(line, 0, (size_t)mark), buf_slice(&bytes));
		*at = from;
	}
	buf_free(&bytes);
}

bool registry_give(const struct paper *p) {
	struct registry g = {.paper = p};
	struct slice s = p->doc->bytes;
	struct buf plain = {0};

	if (s.n > 2 && s.p[0] == 0xff && s.p[1] == 0xfe) { /* as regedit writes it */
		text_from_utf16(&plain, slice_sub(s, 2, s.n), false);
		s = buf_slice(&plain);
	}
	g.wide = !slice_has_prefix(s, "REGEDIT4");
	for (size_t at = 0; at < s.n && account_goes_on(&p->r->job->account); at++) {
		if (s.p[at] == '[') {
			const uint8_t *nl = memchr(s.p + at, '\n', s.n - at);
			struct slice line = slice_trim(slice_sub(s, at, nl ? (size_t)(nl - s.p) : s.n));

			begin_key(&g, line);
			at += line.n;
		} else if (s.p[at] != '\n' && s.p[at] != '\r') {
			read_value(&g, s, &at);
		}
		while (at < s.n && s.p[at] != '\n')
			at++;
	}
	give_key(&g);
	buf_free(&g.text);
	buf_free(&plain);
	return false;
}
