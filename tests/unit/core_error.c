/* Errors: layers of context, and texts that never overrun.
 * Exit statuses are tested with the door. */
#include "core/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

static void context_goes_in_front_and_keeps_the_kind(void **state) {
	struct error e = {0};

	(void)state;
	assert_int_equal(error_set(&e, ERR_FORMAT, "entry %d is cut", 7), -1);
	assert_int_equal(error_context(&e, "reading %s", "x.pack"), -1);
	assert_string_equal(e.text, "reading x.pack: entry 7 is cut");
	assert_int_equal(e.kind, ERR_FORMAT);
	error_set(&e, ERR_LIMIT, "again: %s", e.text);
	assert_string_equal(e.text, "again: reading x.pack: entry 7 is cut");
	assert_int_equal(e.kind, ERR_LIMIT);
}

static void errno_is_told_and_kept(void **state) {
	struct error e = {0};

	(void)state;
	errno = ENOENT;
	assert_int_equal(error_errno(&e, "opening %s", "x"), -1);
	assert_string_equal(e.text, "opening x: No such file or directory");
	assert_int_equal(e.kind, ERR_IO);
	assert_int_equal(errno, ENOENT);
}

static void long_texts_are_cut(void **state) {
	struct error e = {0};
	char text[3000];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[2999] = 0;
	error_set(&e, ERR_IO, "%s", text);
	assert_int_equal(strlen(e.text), ERROR_TEXT_MAX - 1);
	error_context(&e, "%s", "context");
	assert_int_equal(strlen(e.text), ERROR_TEXT_MAX - 1);
	assert_int_equal(strncmp(e.text, "context: xxx", 12), 0);
	error_context(&e, "%s", text);
	error_errno(&e, "%s", text);
	assert_int_equal(strlen(e.text), ERROR_TEXT_MAX - 1);
}

static void no_error_wanted_is_fine(void **state) {
	(void)state;
	assert_int_equal(error_set(NULL, ERR_IO, "x"), -1);
	assert_int_equal(error_errno(NULL, "x"), -1);
	assert_int_equal(error_context(NULL, "x"), -1);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(context_goes_in_front_and_keeps_the_kind),
		cmocka_unit_test(errno_is_told_and_kept),
		cmocka_unit_test(long_texts_are_cut),
		cmocka_unit_test(no_error_wanted_is_fine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
