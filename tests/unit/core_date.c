/* Dates: text to number and back, relative forms, refusals.
 * Age conditions are tested with the rules. */
#include "core/date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <time.h>

#define NOW INT64_C(1769853600) /* 2026-01-31T10:00:00Z */

static void date_parse_reads_absolute_and_relative(void **state) {
	static const struct {
		const char *text;
		int64_t at;
	} rows[] = {
		{"1970-01-01", 0},
		{"2026-01-31", 1769817600},
		{"2026-01-31T10:00:00", NOW},
		{"2026-01-31T10:00:00Z", NOW},
		{"2026-01-31 10:00:00Z", NOW},
		{"2026-01-31t10:00:00z", NOW},
		{"2026-01-31T11:30:00+01:30", NOW},
		{"2026-01-31T08:00:00-02:00", NOW},
		{"2026-01-31T10:00:00.123Z", NOW},
		{"2024-02-29", 1709164800},
		{"2000-02-29", 951782400},
		{"1969-12-31T23:59:59Z", -1},
		{"2016-12-31T23:59:60Z", 1483228800},
		{"90d", NOW - 90 * 86400},
		{"2w", NOW - 14 * 86400},
		{"12h", NOW - 12 * 3600},
		{"30m", NOW - 1800},
		{"1y", NOW - 365 * 86400},
		{"0d", NOW},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t at = 42;

		if (!date_parse(slice_str(rows[i].text), NOW, &at) || at != rows[i].at)
			fail_msg("%s gave %lld", rows[i].text, (long long)at);
	}
}

static void date_parse_refuses_what_is_no_date(void **state) {
	static const char *const rows[] = {"", "x", "2026", "2026-1-31", "2026-13-01", "2026-00-01", "2026-02-29",
		"1900-02-29", "2026-04-31", "2026-01-31T", "2026-01-31T10:00", "2026-01-31T24:00:00",
		"2026-01-31T10:60:00", "2026-01-31T10:00:00+1", "2026-01-31T10:00:00.Z", "2026-01-31T10:00:00Zx",
		"2026-01-31x", "d", "-1d", "1s", "99999999d", "1 d", "2026-01-31T10:00:00+24:00"};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t at;

		if (date_parse(slice_str(rows[i]), NOW, &at))
			fail_msg("%s was taken", rows[i]);
	}
}

static void date_format_and_parse_are_inverse(void **state) {
	char text[DATE_TEXT_MAX];

	(void)state;
	for (int64_t t = -62167219200; t < 253402300800; t += 86400 * 3 + 12345) {
		int64_t back;
		time_t libc = (time_t)t;
		struct tm tm;
		char expected[64];

		date_format(t, text);
		assert_true(date_parse(slice_str(text), 0, &back));
		assert_int_equal(back, t);
		gmtime_r(&libc, &tm); /* the oracle */
		if (tm.tm_year + 1900 >= 1000) {
			strftime(expected, sizeof(expected), "%Y-%m-%dT%H:%M:%SZ", &tm);
			assert_string_equal(text, expected);
		}
	}
	date_format(INT64_MAX, text);
	assert_string_equal(text, "9999-12-31T23:59:59Z");
	date_format(INT64_MIN, text);
	assert_string_equal(text, "0000-01-01T00:00:00Z");
}

static void date_now_respects_source_date_epoch(void **state) {
	(void)state;
	setenv("SOURCE_DATE_EPOCH", "1234", 1);
	assert_int_equal(date_now(), 1234);
	setenv("SOURCE_DATE_EPOCH", "soon", 1);
	assert_true(date_now() > 1234);
	unsetenv("SOURCE_DATE_EPOCH");
	assert_true(date_now() > 1234);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(date_parse_reads_absolute_and_relative),
		cmocka_unit_test(date_parse_refuses_what_is_no_date),
		cmocka_unit_test(date_format_and_parse_are_inverse),
		cmocka_unit_test(date_now_respects_source_date_epoch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
