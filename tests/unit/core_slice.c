/* Slices: comparing, searching, trimming.
 * Text-aware functions are tested in core_text.c. */
#include "core/slice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

static void sub_is_clipped_to_bounds(void **state) {
	struct slice s = slice_str("abc");

	(void)state;
	assert_true(slice_eq(slice_sub(s, 1, 2), slice_str("b")));
	assert_true(slice_eq(slice_sub(s, 1, 99), slice_str("bc")));
	assert_int_equal(slice_sub(s, 5, 9).n, 0);
	assert_int_equal(slice_sub(s, 2, 1).n, 0);
	assert_int_equal(slice_sub((struct slice){0}, 0, 4).n, 0);
}

static void find_agrees_with_every_offset(void **state) {
	static const struct {
		const char *s, *needle;
		ptrdiff_t at, at_nocase;
	} rows[] = {
		{"", "", 0, 0}, {"", "a", -1, -1}, {"abc", "", 0, 0}, {"abc", "abcd", -1, -1}, {"abcabc", "bc", 1, 1},
		{"xxABc", "abC", -1, 2}, {"aXa", "A", -1, 0},
		{"a[b", "A{", -1, -1}, /* [ and { differ by the case bit */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(slice_find(slice_str(rows[i].s), slice_str(rows[i].needle)), rows[i].at);
		assert_int_equal(slice_find_nocase(slice_str(rows[i].s), slice_str(rows[i].needle)), rows[i].at_nocase);
	}
}

static void prefixes_and_suffixes(void **state) {
	struct slice s = slice_str("Config.YAML"), none = {0};

	(void)state;
	assert_true(slice_has_prefix(s, "Conf"));
	assert_false(slice_has_prefix(s, "conf"));
	assert_false(slice_has_prefix(slice_str("a"), "ab"));
	assert_true(slice_has_suffix(s, ".YAML"));
	assert_false(slice_has_suffix(s, ".yaml"));
	assert_true(slice_has_suffix_nocase(s, ".yaml"));
	assert_true(slice_has_prefix(none, ""));
	assert_true(slice_has_suffix(none, ""));
	assert_false(slice_has_suffix_nocase(none, "a"));
	assert_true(slice_eq_nocase(slice_str("aZ"), slice_str("Az")));
	assert_false(slice_eq_nocase(slice_str("a@"), slice_str("a`")));
}

static void order_is_bytes_then_length(void **state) {
	static const char *const sorted[] = {"", "A", "AB", "B", "a", "\xff"};

	(void)state;
	for (size_t i = 0; i < 6; i++)
		for (size_t k = 0; k < 6; k++) {
			int c = slice_cmp(slice_str(sorted[i]), slice_str(sorted[k]));

			assert_int_equal((c > 0) - (c < 0), (i > k) - (i < k));
		}
}

static void trim_takes_white_space_off_both_ends(void **state) {
	(void)state;
	assert_true(slice_eq(slice_trim(slice_str(" \t\r\n a b \v\f")), slice_str("a b")));
	assert_int_equal(slice_trim(slice_str(" \n ")).n, 0);
	assert_int_equal(slice_trim((struct slice){0}).n, 0);
}

static void a_byte_is_looked_for_in_nothing_too(void **state) {
	struct slice s = slice_str("a=b=c");

	(void)state;
	assert_ptr_equal(slice_byte(s, '='), s.p + 1);
	assert_null(slice_byte(s, 'x'));
	assert_null(slice_byte((struct slice){0}, 0));
}

static void hex_bytes_need_two_digits(void **state) {
	(void)state;
	assert_int_equal(slice_hex_byte(slice_str("%fA!"), 1), 0xfa);
	assert_int_equal(slice_hex_byte(slice_str("00"), 0), 0);
	assert_int_equal(slice_hex_byte(slice_str("a"), 0), -1);
	assert_int_equal(slice_hex_byte(slice_str("ag"), 0), -1);
	assert_int_equal(slice_hex_byte(slice_str("aa"), 1), -1);
	assert_int_equal(slice_hex_byte((struct slice){0}, 7), -1);
}

static void numbers_are_taken_whole_or_not_at_all(void **state) {
	struct slice s = slice_str("65535 rest"), over = slice_str("65536"), none = slice_str("x1");
	struct slice longer = slice_str("99999999999999999999999999");
	uint32_t v = 7;

	(void)state;
	assert_false(slice_take_number(&over, UINT16_MAX, &v));
	assert_int_equal(over.n, 5);
	assert_false(slice_take_number(&none, 9, &v));
	assert_false(slice_take_number(&longer, UINT32_MAX, &v));
	assert_int_equal(v, 7);
	assert_true(slice_take_number(&s, UINT16_MAX, &v));
	assert_int_equal(v, 65535);
	assert_true(slice_eq(s, slice_str(" rest")));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sub_is_clipped_to_bounds),
		cmocka_unit_test(find_agrees_with_every_offset),
		cmocka_unit_test(prefixes_and_suffixes),
		cmocka_unit_test(order_is_bytes_then_length),
		cmocka_unit_test(trim_takes_white_space_off_both_ends),
		cmocka_unit_test(a_byte_is_looked_for_in_nothing_too),
		cmocka_unit_test(hex_bytes_need_two_digits),
		cmocka_unit_test(numbers_are_taken_whole_or_not_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
