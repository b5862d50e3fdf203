/* Maps: put, get, insertion order, keys of any bytes.
 * Memory under them is tested in core_arena.c. */
#include "core/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#define MANY 20000

static struct slice key_of(char out[32], int i) {
	return slice_of(out, (size_t)snprintf(out, 32, "%x/%0*d", i, i % 17, i));
}

static void entries_are_found_and_keep_their_order(void **state) {
	struct map m = {0};
	char text[32];
	bool added;

	(void)state;
	assert_null(map_get(&m, slice_str("absent")));
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < MANY; i++) {
			struct map_entry *e = map_put(&m, key_of(text, i), &added);

			assert_int_equal(added, round == 0);
			assert_int_equal(e->value.num, round ? i : 0);
			e->value.num = (uint64_t)i;
		}
	assert_int_equal(m.n, MANY);
	for (int i = 0; i < MANY; i++) {
		struct slice key = key_of(text, i);

		assert_true(slice_eq(m.entries[i].key, key));
		assert_ptr_equal(map_get(&m, key), &m.entries[i]);
	}
	assert_null(map_get(&m, slice_str("absent")));
	map_free(&m);
	assert_int_equal(m.n, 0);
	map_free(&m);
}

static void keys_are_bytes(void **state) {
	struct map m = {0};
	uint8_t zeros[20] = {0};
	bool added;

	(void)state;
	for (size_t n = 0; n <= sizeof(zeros); n++) { /* differ in length only */
		map_put(&m, slice_of(zeros, n), &added)->value.num = n;
		assert_true(added);
	}
	for (size_t n = 0; n <= sizeof(zeros); n++)
		assert_int_equal(map_get(&m, slice_of(zeros, n))->value.num, n);
	map_put(&m, slice_str("x"), NULL)->value.ptr = &m;
	assert_ptr_equal(map_get(&m, slice_str("x"))->value.ptr, &m);
	map_free(&m);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_are_found_and_keep_their_order),
		cmocka_unit_test(keys_are_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
