/* Names of places and object ids: part of the report schema.
 * Which place a document gets is tested with its scanner. */
#include "scanners/document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void places_have_distinct_names(void **state) {
	(void)state;
	for (int p = 0; p < PLACE_COUNT; p++) {
		assert_non_null(place_name((enum place)p));
		for (int q = 0; q < p; q++)
			assert_string_not_equal(place_name((enum place)p), place_name((enum place)q));
	}
	assert_string_equal(place_name(PLACE_COMMIT_MESSAGE), "commit-message");
}

static void object_ids_of_both_lengths(void **state) {
	struct object_id o = {.n = 20};
	char hex[OBJECT_ID_HEX_MAX];

	(void)state;
	memset(o.id, 0xa5, sizeof(o.id));
	object_id_hex(&o, hex);
	assert_string_equal(hex, "a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5");
	assert_int_equal(object_id_slice(&o).n, 20);
	o.n = 32;
	object_id_hex(&o, hex);
	assert_int_equal(strlen(hex), 64);
	o.n = 0;
	object_id_hex(&o, hex);
	assert_string_equal(hex, "");
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_have_distinct_names),
		cmocka_unit_test(object_ids_of_both_lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
