/* Text: UTF-8 validity by exhaustion, escaping, UTF-16 against iconv(3), positions, distance.
 * Masking is tested with the report. */
#include "core/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <iconv.h>
#include <stdlib.h>

/* The oracle: encodes every code point and looks for the bytes. */
static size_t encode(uint32_t c, uint8_t out[4]) {
	if (c < 0x80)
		return out[0] = (uint8_t)c, 1;
	if (c < 0x800)
		return out[0] = (uint8_t)(0xc0 | c >> 6), out[1] = (uint8_t)(0x80 | (c & 63)), 2;
	if (c < 0x10000)
		return out[0] = (uint8_t)(0xe0 | c >> 12), out[1] = (uint8_t)(0x80 | (c >> 6 & 63)),
		       out[2] = (uint8_t)(0x80 | (c & 63)), 3;
	return out[0] = (uint8_t)(0xf0 | c >> 18), out[1] = (uint8_t)(0x80 | (c >> 12 & 63)),
	       out[2] = (uint8_t)(0x80 | (c >> 6 & 63)), out[3] = (uint8_t)(0x80 | (c & 63)), 4;
}

static void utf8_accepts_exactly_the_code_points(void **state) {
	uint8_t b[4];
	size_t valid[5] = {0};

	(void)state;
	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		size_t n = encode(c, b);
		bool surrogate = c >= 0xd800 && c <= 0xdfff;

		assert_int_equal(utf8_sequence(slice_of(b, n)), surrogate ? 0 : n);
		if (n > 1)
			assert_int_equal(utf8_sequence(slice_of(b, n - 1)), 0);
	}
	/* As many sequences of each length as there are code points: nothing else is accepted. */
	for (uint32_t v = 0; v < 1u << 24; v++) {
		b[0] = (uint8_t)(v >> 16), b[1] = (uint8_t)(v >> 8), b[2] = (uint8_t)v, b[3] = 0x80;
		size_t n = utf8_sequence(slice_of(b, 4));
		if (n == 3 || n == 4 || (n == 2 && b[2] == 0) || (n == 1 && b[1] == 0 && b[2] == 0))
			valid[n]++;
	}
	assert_int_equal(valid[1], 0x80);
	assert_int_equal(valid[2], 0x800 - 0x80);
	assert_int_equal(valid[3], 0x10000 - 0x800 - 0x800);
	assert_int_equal(valid[4], 0x100000 / 64);
	assert_int_equal(utf8_sequence((struct slice){0}), 0);
}

static void validity_of_whole_texts(void **state) {
	(void)state;
	assert_true(utf8_is_valid(slice_str("")));
	assert_true(utf8_is_valid(slice_str("plain ASCII text, long enough for the fast way")));
	assert_true(utf8_is_valid(slice_str("na\xc3\xafve \xf0\x9f\x94\x91 key")));
	assert_false(utf8_is_valid(slice_str("12345678\xff")));
	assert_false(utf8_is_valid(slice_str("1234567\xff")));
	assert_false(utf8_is_valid(slice_str("cut \xe2\x82")));
}

static void escape_disarms_what_terminals_obey(void **state) {
	static const struct {
		const char *in, *escaped, *utf8;
	} rows[] = {
		{"", "", ""},
		{"a b~", "a b~", "a b~"},
		{"a\nb\tc\rd", "a\\nb\\tc\\x0dd", "a\nb\tc\rd"},
		{"\033[31m\x7f", "\\x1b[31m\\x7f", "\033[31m\x7f"},
		{"C:\\x", "C:\\\\x", "C:\\x"},
		{"na\xc3\xafve", "na\xc3\xafve", "na\xc3\xafve"},
		{"\xff\xc3", "\\xff\\xc3", "\\xff\\xc3"},
		{"\xc2\x9b", "\\u{009b}", "\xc2\x9b"},
		{"\xe2\x80\xae"
		 "x\xe2\x81\xa6",
			"\\u{202e}x\\u{2066}",
			"\xe2\x80\xae"
			"x\xe2\x81\xa6"},
		{"\xe2\x80\x8b\xef\xbb\xbf", "\\u{200b}\\u{feff}", "\xe2\x80\x8b\xef\xbb\xbf"},
		{"\xe2\x80\xa8", "\\u{2028}", "\xe2\x80\xa8"},
		{"\xf3\xa0\x81\x81", "\\u{e0041}", "\xf3\xa0\x81\x81"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf b = {0};

		text_escape(&b, slice_str(rows[i].in));
		assert_string_equal(buf_cstr(&b), rows[i].escaped);
		buf_clear(&b);
		text_to_utf8(&b, slice_str(rows[i].in));
		assert_string_equal(buf_cstr(&b), rows[i].utf8);
		buf_free(&b);
	}
}

static void sniff_knows_utf16(void **state) {
	static const struct {
		const char *bytes;
		size_t n;
		enum text_coding coding;
	} rows[] = {
		{"\xff\xfe"
		 "a\0",
			4, TEXT_UTF16LE},
		{"\xfe\xff\0a", 4, TEXT_UTF16BE},
		{"\xff\xfe\0\0a\0\0\0", 8, TEXT_BYTES},
		{"a\0b\0c\0d\0", 8, TEXT_UTF16LE},
		{"\0a\0b\0c\0d", 8, TEXT_UTF16BE},
		{"a\0b\0c\0", 6, TEXT_BYTES},
		{"a\0b\0cxd\0", 8, TEXT_BYTES},
		{"\0\0\0\0\0\0\0\0", 8, TEXT_BYTES},
		{"abcdefgh", 8, TEXT_BYTES},
		{"", 0, TEXT_BYTES},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(text_sniff(slice_of(rows[i].bytes, rows[i].n)), rows[i].coding);
}

static size_t random_utf16(uint16_t *out, size_t units) {
	size_t n = (size_t)rand() % units;

	for (size_t i = 0; i < n; i++) {
		out[i] = (uint16_t)(rand() % (i % 2 ? 0x80 : 0x10000));
		if (out[i] >= 0xd800 && out[i] <= 0xdfff) { /* a whole pair or none */
			out[i] = (uint16_t)(0xd800 | (rand() & 0x3ff));
			if (i + 1 == n)
				out[i] = 'x';
			else
				out[++i] = (uint16_t)(0xdc00 | (rand() & 0x3ff));
		}
	}
	if (n && out[0] == 0xfeff)
		out[0] = 'x';
	return n;
}

static void utf16_equals_iconv(void **state) {
	iconv_t cd = iconv_open("UTF-8", "UTF-16LE");
	uint16_t units[64];
	char expected[256], swapped[128];

	(void)state;
	assert_ptr_not_equal(cd, (iconv_t)-1);
	srand(11);
	for (int round = 0; round < 20000; round++) {
		size_t n = random_utf16(units, 64);
		char *in = (char *)units, *out = expected;
		size_t nin = n * 2, nout = sizeof(expected);
		struct buf b = {0};

		assert_int_equal(iconv(cd, &in, &nin, &out, &nout), 0);
		text_from_utf16(&b, slice_of(units, n * 2), false);
		assert_int_equal(b.n, sizeof(expected) - nout);
		if (b.n)
			assert_memory_equal(b.p, expected, b.n);
		for (size_t i = 0; i < n; i++)
			swapped[2 * i] = ((char *)units)[2 * i + 1], swapped[2 * i + 1] = ((char *)units)[2 * i];
		buf_clear(&b);
		text_from_utf16(&b, slice_of(swapped, n * 2), true);
		if (b.n)
			assert_memory_equal(b.p, expected, b.n);
		for (size_t at = 0, from; at < b.n; at++) { /* text in front of the mapped offset has the same length */
			struct buf front = {0};

			from = text_utf16_offset(slice_of(units, n * 2), false, at);
			text_from_utf16(&front, slice_of(units, from), false);
			assert_true(front.n <= at && at - front.n < 4);
			assert_true(front.n == at || (b.p[at] & 0xc0) == 0x80);
			buf_free(&front);
		}
		buf_free(&b);
	}
	iconv_close(cd);
}

static void utf16_marks_and_lone_surrogates(void **state) {
	struct buf b = {0};

	(void)state;
	text_from_utf16(&b,
		slice_of("\xff\xfe"
			 "a\0\0\xd8"
			 "b\0\0\xdc\x01",
			11),
		false);
	assert_string_equal(buf_cstr(&b), "a\xef\xbf\xbd"
					  "b\xef\xbf\xbd");
	assert_int_equal(text_utf16_offset(slice_of("\xff\xfe"
						    "a\0b\0",
						   6),
				 false, 1),
		4);
	assert_int_equal(text_utf16_offset(slice_of("\xff\xfe"
						    "a\0b\0",
						   6),
				 false, 0),
		2);
	assert_int_equal(text_utf16_offset(slice_of("a\0", 2), false, 99), 2);
	buf_free(&b);
}

static void positions_are_one_based(void **state) {
	static const struct {
		size_t at;
		unsigned line, column;
	} rows[] = {{0, 1, 1}, {1, 1, 2}, {2, 1, 3}, {3, 2, 1}, {4, 3, 1}, {5, 3, 2}, {99, 3, 3}};
	unsigned line, column;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		text_position(slice_str("ab\n\ncd"), rows[i].at, &line, &column);
		assert_int_equal(line, rows[i].line);
		assert_int_equal(column, rows[i].column);
	}
	text_position((struct slice){0}, 0, &line, &column);
	assert_int_equal(line, 1);
	assert_int_equal(column, 1);
}

static void distance_is_levenshtein(void **state) {
	char longer[66];

	(void)state;
	memset(longer, 'a', 65);
	longer[65] = 0;
	assert_int_equal(text_distance("", ""), 0);
	assert_int_equal(text_distance("kitten", "sitting"), 3);
	assert_int_equal(text_distance("abc", ""), 3);
	assert_int_equal(text_distance("flaw", "lawn"), 2);
	assert_int_equal(text_distance(longer, "a"), 64);
	assert_int_equal(text_distance(longer + 1, ""), 64);
}

/* Held against the obvious count, at every alignment and over the 255 rounds that one vector can count. */
static void line_feeds_are_counted(void **unused) {
	static uint8_t bytes[40000];

	(void)unused;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = i % 3 && i < 30000 ? '\n' : 'x';
	for (size_t from = 0; from < 40; from++)
		for (size_t to = from; to <= sizeof(bytes); to += to < 300 ? 1 : 9731) {
			size_t n = 0;

			for (size_t i = from; i < to; i++)
				n += bytes[i] == '\n';
			assert_int_equal(text_count_lf(slice_of(bytes + from, to - from)), n);
		}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(line_feeds_are_counted),
		cmocka_unit_test(utf8_accepts_exactly_the_code_points),
		cmocka_unit_test(validity_of_whole_texts),
		cmocka_unit_test(escape_disarms_what_terminals_obey),
		cmocka_unit_test(sniff_knows_utf16),
		cmocka_unit_test(utf16_equals_iconv),
		cmocka_unit_test(utf16_marks_and_lone_surrogates),
		cmocka_unit_test(positions_are_one_based),
		cmocka_unit_test(distance_is_levenshtein),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
