/* UTF-8 and UTF-16, escaping for people and JSON, positions and spelling distance.
 * Format-specific escaping (SARIF, HTML, …) lives with its report. */
#include "core/text.h"

#define REPLACEMENT 0xfffdu

size_t utf8_sequence(struct slice s) {
	if (s.n == 0)
		return 0;

	uint8_t b = s.p[0];
	size_t n = b < 0x80		    ? 1
		   : b >= 0xc2 && b <= 0xdf ? 2
		   : b >= 0xe0 && b <= 0xef ? 3
		   : b >= 0xf0 && b <= 0xf4 ? 4
					    : 0;

	if (n < 2 || n > s.n)
		return n == 1;
	for (size_t i = 1; i < n; i++)
		if ((s.p[i] & 0xc0) != 0x80)
			return 0;
	/* The second byte excludes overlong forms, surrogates and code points above U+10FFFF: RFC 3629, section 4. */
	if ((b == 0xe0 && s.p[1] < 0xa0) || (b == 0xed && s.p[1] > 0x9f) || (b == 0xf0 && s.p[1] < 0x90) ||
		(b == 0xf4 && s.p[1] > 0x8f))
		return 0;
	return n;
}

bool utf8_is_valid(struct slice s) {
	while (s.n > 0) {
		uint64_t eight;
		size_t n;

		if (s.n >= 8 && (memcpy(&eight, s.p, 8), (eight & UINT64_C(0x8080808080808080)) == 0))
			n = 8; /* ASCII, the common case */
		else
			n = utf8_sequence(s);
		if (n == 0)
			return false;
		s = slice_sub(s, n, s.n);
	}
	return true;
}

size_t utf8_bytes(uint32_t c, uint8_t out[4]) {
	if (c < 0x80) {
		out[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (uint8_t)(0xc0 | c >> 6);
		out[1] = (uint8_t)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (uint8_t)(0xe0 | c >> 12);
		out[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		out[2] = (uint8_t)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (uint8_t)(0xf0 | c >> 18);
	out[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
	out[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	out[3] = (uint8_t)(0x80 | (c & 0x3f));
	return 4;
}

uint32_t utf8_decode(struct slice s, size_t n) {
	static const uint8_t mask[5] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	uint32_t c = s.p[0] & mask[n];

	for (size_t i = 1; i < n; i++)
		c = c << 6 | (s.p[i] & 0x3f);
	return c;
}

/* Code points above ASCII that a terminal would obey, hide, or use to reorder or break the line. */
static bool is_deceptive(uint32_t c) {
	static const struct {
		uint32_t from, to;
	} ranges[] = {
		{0x80, 0x9f},	    /* C1 controls */
		{0xad, 0xad},	    /* soft hyphen */
		{0x61c, 0x61c},	    /* Arabic letter mark */
		{0x180e, 0x180e},   /* Mongolian vowel separator */
		{0x200b, 0x200f},   /* zero-width space and joiners, direction marks */
		{0x2028, 0x202e},   /* line and paragraph separator, embeddings and overrides */
		{0x2060, 0x2064},   /* word joiner, invisible operators */
		{0x2066, 0x206f},   /* isolates, deprecated format characters */
		{0xfeff, 0xfeff},   /* zero-width no-break space */
		{0xfff9, 0xfffb},   /* interlinear annotation */
		{0xe0000, 0xe007f}, /* tag characters */
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (c >= ranges[i].from && c <= ranges[i].to)
			return true;
	return false;
}

static void escape_ascii(struct buf *out, uint8_t c) {
	if (c == '\n')
		buf_add_str(out, "\\n");
	else if (c == '\t')
		buf_add_str(out, "\\t");
	else if (c == '\\')
		buf_add_str(out, "\\\\");
	else if (c < 0x20 || c == 0x7f)
		buf_printf(out, "\\x%02x", c);
	else
		buf_add_byte(out, c);
}

void text_escape(struct buf *out, struct slice s) {
	while (s.n > 0) {
		size_t n = utf8_sequence(s);

		if (n == 1)
			escape_ascii(out, s.p[0]);
		else if (n == 0)
			buf_printf(out, "\\x%02x", s.p[0]);
		else if (is_deceptive(utf8_decode(s, n)))
			buf_printf(out, "\\u{%04x}", utf8_decode(s, n));
		else
			buf_add(out, s.p, n);
		s = slice_sub(s, n ? n : 1, s.n);
	}
}

void text_to_utf8(struct buf *out, struct slice s) {
	while (s.n > 0) {
		size_t n = utf8_sequence(s);

		if (n == 0)
			buf_printf(out, "\\x%02x", s.p[0]);
		else
			buf_add(out, s.p, n);
		s = slice_sub(s, n ? n : 1, s.n);
	}
}

#define SNIFF_LEAST 8 /* fewer bytes with zeros between them are more likely a number than text */

enum text_coding text_sniff(struct slice s) {
	if (s.n >= 2 && s.p[0] == 0xfe && s.p[1] == 0xff)
		return TEXT_UTF16BE;
	if (s.n >= 2 && s.p[0] == 0xff && s.p[1] == 0xfe)
		return s.n >= 4 && s.p[2] == 0 && s.p[3] == 0 ? TEXT_BYTES /* UTF-32 */ : TEXT_UTF16LE;
	if (s.n < SNIFF_LEAST)
		return TEXT_BYTES;

	size_t pairs = (s.n < TEXT_SNIFF_BYTES ? s.n : TEXT_SNIFF_BYTES) / 2, le = 0, be = 0;

	for (size_t i = 0; i < pairs; i++) {
		le += s.p[2 * i] != 0 && s.p[2 * i + 1] == 0;
		be += s.p[2 * i] == 0 && s.p[2 * i + 1] != 0;
	}
	return le == pairs ? TEXT_UTF16LE : be == pairs ? TEXT_UTF16BE : TEXT_BYTES;
}

static uint32_t unit_at(struct slice s, size_t at, bool big_endian) {
	return big_endian ? (uint32_t)(s.p[at] << 8 | s.p[at + 1]) : (uint32_t)(s.p[at + 1] << 8 | s.p[at]);
}

/* The character at *at, which moves behind it; false at the end. An odd last byte is no character. */
static bool next_utf16(struct slice s, size_t *at, bool big_endian, uint32_t *out) {
	if (s.n - *at < 2)
		return false;

	uint32_t c = unit_at(s, *at, big_endian);

	*at += 2;
	if (c >= 0xd800 && c <= 0xdbff && s.n - *at >= 2) {
		uint32_t low = unit_at(s, *at, big_endian);

		if (low >= 0xdc00 && low <= 0xdfff) {
			*at += 2;
			*out = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
			return true;
		}
	}
	*out = c >= 0xd800 && c <= 0xdfff ? REPLACEMENT : c;
	return true;
}

/* Where the characters begin: behind a byte order mark, which is not part of the text. */
static size_t utf16_start(struct slice s, bool big_endian) {
	return s.n >= 2 && unit_at(s, 0, big_endian) == 0xfeff ? 2 : 0;
}

static size_t utf8_length(uint32_t c) {
	return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

void text_from_utf16(struct buf *out, struct slice s, bool big_endian) {
	static const uint8_t lead[5] = {0, 0, 0xc0, 0xe0, 0xf0};
	size_t at = utf16_start(s, big_endian);
	uint32_t c;

	while (next_utf16(s, &at, big_endian, &c)) {
		size_t n = utf8_length(c);

		buf_reserve(out, 4);
		for (size_t i = n; i-- > 1; c >>= 6)
			out->p[out->n + i] = (uint8_t)(0x80 | (c & 0x3f));
		out->p[out->n] = (uint8_t)(lead[n] | c);
		out->n += n;
	}
}

size_t text_utf16_offset(struct slice s, bool big_endian, size_t at) {
	size_t in = utf16_start(s, big_endian), out = 0, before = in;
	uint32_t c;

	while (next_utf16(s, &in, big_endian, &c)) {
		out += utf8_length(c);
		if (out > at)
			return before;
		before = in;
	}
	return before;
}

void text_position(struct slice s, size_t at, unsigned *line, unsigned *column) {
	size_t start = 0;
	const uint8_t *lf;

	if (at > s.n)
		at = s.n;
	*line = 1;
	while (start < at && (lf = memchr(s.p + start, '\n', at - start))) {
		start = (size_t)(lf - s.p) + 1;
		++*line;
	}
	*column = (unsigned)(at - start) + 1;
}

#define DISTANCE_MAX 64

unsigned text_distance(const char *a, const char *b) {
	size_t na = strlen(a), nb = strlen(b);
	unsigned row[DISTANCE_MAX + 1];

	if (na > DISTANCE_MAX || nb > DISTANCE_MAX)
		return DISTANCE_MAX;
	for (size_t j = 0; j <= nb; j++)
		row[j] = (unsigned)j;
	for (size_t i = 1; i <= na; i++) {
		unsigned corner = row[0];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= nb; j++) {
			unsigned least = corner + (a[i - 1] != b[j - 1]);

			corner = row[j];
			if (row[j] + 1 < least)
				least = row[j] + 1;
			if (row[j - 1] + 1 < least)
				least = row[j - 1] + 1;
			row[j] = least;
		}
	}
	return row[nb];
}

/* 16 bytes at once, with counts in bytes, which hold 255 rounds. The vector type is the compilers' own and works on any processor. */
typedef uint8_t lanes __attribute__((vector_size(16)));

static size_t lanes_sum(lanes v) {
	const uint64_t even = UINT64_C(0x00ff00ff00ff00ff);
	uint64_t half[2], pairs;

	memcpy(half, &v, sizeof(half));
	pairs = (half[0] & even) + (half[0] >> 8 & even) + (half[1] & even) + (half[1] >> 8 & even);
	return (size_t)(pairs * UINT64_C(0x0001000100010001) >> 48);
}

size_t text_count_lf(struct slice s) {
	/* Texts in parts are counted part by part, most of them short: the rest of one is a vector of which some bytes do not count. */
	static const uint8_t counts[2 * sizeof(lanes)] = {
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
	size_t n = 0, i = 0;
	lanes v, mask;

	while (s.n - i >= sizeof(lanes)) {
		size_t rounds = (s.n - i) / sizeof(lanes) < 255 ? (s.n - i) / sizeof(lanes) : 255;
		lanes sum = {0};

		for (size_t r = 0; r < rounds; r++, i += sizeof(lanes)) {
			memcpy(&v, s.p + i, sizeof(v));
			sum -= (lanes)(v == (uint8_t)'\n');
		}
		n += lanes_sum(sum);
	}
	if (i > 0 && i < s.n) {
		memcpy(&v, s.p + s.n - sizeof(v), sizeof(v));
		memcpy(&mask, counts + (s.n - i), sizeof(mask));
		return n + lanes_sum((lanes)(v == (uint8_t)'\n') & mask);
	}
	for (; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}
