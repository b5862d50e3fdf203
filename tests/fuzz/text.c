/* Fuzzes UTF-8, UTF-16 and escaping, and holds their promises: output is valid UTF-8, escaped text is one line. */
#include "core/text.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool claim) {
	if (!claim)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct slice s = slice_of(data, size);
	struct buf b = {0};
	unsigned line, column;

	text_escape(&b, s);
	check(utf8_is_valid(buf_slice(&b)));
	for (size_t i = 0; i < b.n; i++)
		check(b.p[i] >= 0x20 && b.p[i] != 0x7f);
	buf_clear(&b);
	text_to_utf8(&b, s);
	check(utf8_is_valid(buf_slice(&b)));
	check(!utf8_is_valid(s) || slice_eq(buf_slice(&b), s));
	for (int big = 0; big < 2; big++) {
		buf_clear(&b);
		text_from_utf16(&b, s, big);
		check(utf8_is_valid(buf_slice(&b)));
		for (size_t at = 0; at <= b.n; at += 1 + b.n / 8)
			check(text_utf16_offset(s, big, at) <= size);
	}
	text_sniff(s);
	text_position(s, size ? data[0] : 0, &line, &column);
	check(line >= 1 && column >= 1);
	buf_free(&b);
	return 0;
}
