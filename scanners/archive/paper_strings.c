/* Texts of compiled files, one a line: constant pools of Java classes, strings of Python bytecode, of binary property lists. In their own bytes a
 * length stands before each text, and where that is a letter or digit no rule sees the text begin. */
#include "core/numbers.h"
#include "core/text.h"
#include "scanners/archive/paper.h"

/* Appends a text as one line. */
static void add_line(struct buf *out, struct slice s) {
	size_t at = out->n;

	buf_add_slice(out, s);
	for (; at < out->n; at++)
		if (out->p[at] == '\n' || out->p[at] == '\r')
			out->p[at] = ' ';
	buf_add_byte(out, '\n');
}

/* Bytes of a constant by its tag, without it (JVM specification 4.4); 0: unknown. */
static size_t constant_size(uint8_t tag) {
	static const uint8_t sizes[21] = {[3] = 4,
		[4] = 4,
		[5] = 8,
		[6] = 8,
		[7] = 2,
		[8] = 2,
		[9] = 4,
		[10] = 4,
		[11] = 4,
		[12] = 4,
		[15] = 3,
		[16] = 2,
		[17] = 4,
		[18] = 4,
		[19] = 2,
		[20] = 2};

	return tag < sizeof(sizes) ? sizes[tag] : 0;
}

bool class_give(const struct paper *p) {
	struct slice s = p->doc->bytes;
	struct buf out = {0};
	size_t n = be16(s.p + 8), at = 10;
	bool whole = true;

	for (size_t i = 1; i < n && whole; i++) {
		uint8_t tag = at < s.n ? s.p[at] : 0;

		if (tag == 1 && at + 3 <= s.n && at + 3 + be16(s.p + at + 1) <= s.n) {
			size_t length = be16(s.p + at + 1);

			add_line(&out, slice_sub(s, at + 3, at + 3 + length));
			at += 3 + length;
			continue;
		}
		whole = constant_size(tag) > 0;
		at += 1 + constant_size(tag);
		i += tag == 5 || tag == 6; /* long and double take two places */
	}
	paper_give_text(p, "constants", buf_slice(&out));
	buf_free(&out);
	return whole;
}

static bool is_printable(struct slice s) {
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 0x20 && s.p[i] != '\n' && s.p[i] != '\t' && s.p[i] != '\r')
			return false;
	return true;
}

/* marshal's texts: type (the high bit marks a reference), length of one or four bytes, bytes. What is between is not read. */
bool pyc_give(const struct paper *p) {
	static const uint8_t heads[128] = {['z'] = 2, ['Z'] = 2, ['a'] = 5, ['A'] = 5, ['u'] = 5, ['t'] = 5, ['s'] = 5};
	struct slice s = p->doc->bytes;
	struct buf out = {0};

	for (size_t at = 8; at + 2 < s.n;) {
		size_t head = heads[s.p[at] & 0x7f], n = 0;

		if (head == 2)
			n = s.p[at + 1];
		else if (head == 5 && at + 5 <= s.n)
			n = s.p[at + 1] | (size_t)s.p[at + 2] << 8 | (size_t)s.p[at + 3] << 16 |
			    (size_t)s.p[at + 4] << 24;
		if (n > 3 && n <= s.n - at - head && is_printable(slice_sub(s, at + head, at + head + n))) {
			add_line(&out, slice_sub(s, at + head, at + head + n));
			at += head + n;
		} else {
			at++;
		}
	}
	paper_give_text(p, "strings", buf_slice(&out));
	buf_free(&out);
	return false; /* texts may have been passed over */
}

static uint64_t big_endian(const uint8_t *p, size_t n) {
	uint64_t v = 0;

	while (n--)
		v = v << 8 | *p++;
	return v;
}

/* The length of an object: in the low half of its marker, or, when that is 15, in the integer behind it. Moves *at to the content. */
static bool plist_length(struct slice s, size_t *at, uint64_t *n) {
	uint8_t low = s.p[*at] & 15;
	size_t bytes;

	++*at;
	*n = low;
	if (low != 15)
		return true;
	if (*at >= s.n || (s.p[*at] & 0xf0) != 0x10)
		return false;
	bytes = (size_t)1 << (s.p[*at] & 3);
	++*at;
	if (s.n - *at < bytes)
		return false;
	*n = big_endian(s.p + *at, bytes);
	*at += bytes;
	return true;
}

/* CFBinaryPList.c: the trailer's 32 bytes tell the table of offsets; objects 0x5n are ASCII, 0x6n UTF-16, 0x4n data. */
bool plist_give(const struct paper *p) {
	struct slice s = p->doc->bytes;
	struct buf out = {0};
	const uint8_t *trailer = s.p + s.n - 32;
	uint64_t count, table, size;

	if (s.n < 40)
		return false;
	size = trailer[6];
	count = big_endian(trailer + 8, 8);
	table = big_endian(trailer + 24, 8);
	if (size < 1 || size > 8 || table > s.n || count > (s.n - table) / size)
		return false;
	for (uint64_t i = 0; i < count; i++) {
		uint64_t offset = big_endian(s.p + table + i * size, size), n;
		size_t at = (size_t)offset;
		uint8_t kind = offset < s.n ? s.p[offset] & 0xf0 : 0;

		if ((kind != 0x40 && kind != 0x50 && kind != 0x60) || !plist_length(s, &at, &n) || n > s.n - at)
			continue;
		if (kind == 0x60 && n <= (s.n - at) / 2) {
			struct buf text = {0};

			text_from_utf16(&text, slice_sub(s, at, at + 2 * n), true);
			add_line(&out, buf_slice(&text));
			buf_free(&text);
		} else if (kind != 0x60) {
			add_line(&out, slice_sub(s, at, at + n));
		}
		if (!account_bytes(&p->r->job->account, n)) /* offsets may all name one object */
			break;
	}
	paper_give_text(p, "strings", buf_slice(&out));
	buf_free(&out);
	return false;
}
