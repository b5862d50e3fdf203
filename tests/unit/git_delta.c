/* Deltas: crafted ones, good and bad, against delta_apply(), and random ones against a slow obvious oracle.
 * Packs are in git_pack.c. */
#include "scanners/git/delta.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define BASE "0123456789abcdefghij"

static const char *apply(const uint8_t *d, size_t n, size_t out_size, char *out, delta_ops *ops) {
	/* On the heap and exactly as long, so that the address sanitizer sees every overrun. */
	uint8_t *delta = malloc(n ? n : 1), *result = malloc(out_size ? out_size : 1), *base = malloc(20);
	memcpy(delta, d, n);
	for (unsigned i = 0; i < 20; i++)
		base[i] = (uint8_t)BASE[i];
	const char *why = delta_apply(slice_of(base, 20), slice_of(delta, n), result, out_size, ops);
	if (!why && out)
		memcpy(out, result, out_size);
	free(delta);
	free(result);
	free(base);
	return why;
}

static void copies_and_inserts_make_the_result(void **state) {
	(void)state;
	const uint8_t d[] = {20, 9, 0x91, 10, 4, 3, 'X', 'Y', 'Z', 0x90, 2};
	char out[9];
	delta_ops ops = {0};
	assert_null(apply(d, sizeof(d), 9, out, &ops));
	assert_memory_equal(out, "abcdXYZ01", 9);
	assert_int_equal(ops.n, 3);
	assert_int_equal(ops.at[0].kind, DELTA_COPY);
	assert_int_equal(ops.at[0].src, 10);
	assert_int_equal(ops.at[0].len, 4);
	assert_int_equal(ops.at[1].kind, DELTA_INSERT);
	assert_int_equal(ops.at[1].dst, 4);
	assert_int_equal(ops.at[2].dst, 7);
	assert_int_equal(ops.at[2].src, 0);
	VEC_FREE(&ops);
}

static void neighbours_that_continue_are_joined(void **state) {
	(void)state;
	/* copy [0,4) copy [4,6) insert a, insert b, copy [8,9) copy [8,9) */
	const uint8_t d[] = {20, 10, 0x90, 4, 0x91, 4, 2, 1, 'a', 1, 'b', 0x91, 8, 1, 0x91, 8, 1};
	char out[10];
	delta_ops ops = {0};
	assert_null(apply(d, sizeof(d), 10, out, &ops));
	assert_memory_equal(out, "012345ab88", 10);
	assert_int_equal(ops.n, 4);
	assert_int_equal(ops.at[0].len, 6);
	assert_int_equal(ops.at[1].len, 2);
	VEC_FREE(&ops);
}

static void copy_of_size_zero_is_0x10000(void **state) {
	(void)state;
	uint8_t *base = malloc(0x10000 + 5), *out = malloc(0x10000);
	for (size_t i = 0; i < 0x10000 + 5; i++)
		base[i] = (uint8_t)(i * 7);
	const uint8_t d[] = {0x85, 0x80, 0x04, 0x80, 0x80, 0x04, 0x81, 5};
	assert_null(delta_apply(slice_of(base, 0x10005), slice_of(d, sizeof(d)), out, 0x10000, NULL));
	assert_memory_equal(out, base + 5, 0x10000);
	free(base);
	free(out);
}

static void bad_deltas_are_refused(void **state) {
	(void)state;
	static const struct {
		const char *name;
		size_t n, out;
		uint8_t d[16];
	} rows[] = {
		{"empty", 0, 0, {0}},
		{"only a base size", 1, 0, {20}},
		{"size cut", 1, 0, {0x80}},
		{"size over 64 bits", 12, 0, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02, 0, 0}},
		{"base of another size", 4, 2, {19, 2, 0x90, 2}},
		{"result of another size", 4, 2, {20, 3, 0x90, 3}},
		{"copy beyond base", 5, 4, {20, 4, 0x91, 17, 4}},
		{"copy starts beyond base", 5, 1, {20, 1, 0x91, 21, 1}},
		{"copy with a large offset", 8, 1, {20, 1, 0x9f, 0xff, 0xff, 0xff, 0xff, 1}},
		{"copy longer than result", 4, 2, {20, 2, 0x90, 3}},
		{"copy cut at offset", 3, 1, {20, 1, 0x91}},
		{"copy cut at size", 4, 1, {20, 1, 0x91, 0}},
		{"copy cut inside a long form", 6, 1, {20, 1, 0xff, 0, 0, 0}},
		{"insert cut", 4, 3, {20, 3, 3, 'a'}},
		{"insert longer than result", 5, 1, {20, 1, 2, 'a', 'b'}},
		{"reserved instruction", 3, 0, {20, 0, 0}},
		{"result too short", 4, 3, {20, 3, 0x90, 2}},
		{"nothing made", 2, 3, {20, 3}},
		{"bytes behind the end", 6, 2, {20, 2, 0x90, 2, 1, 'x'}},
		{"implicit 0x10000 beyond base", 3, 4, {20, 4, 0x80}},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		delta_ops ops = {0};
		if (!apply(rows[i].d, rows[i].n, rows[i].out, NULL, &ops))
			fail_msg("accepted: %s", rows[i].name);
		VEC_FREE(&ops);
	}
}

static void empty_result_is_fine(void **state) {
	(void)state;
	const uint8_t d[] = {20, 0};
	delta_ops ops = {0};
	assert_null(apply(d, sizeof(d), 0, NULL, &ops));
	assert_int_equal(ops.n, 0);
	VEC_FREE(&ops);
}

static void sizes_of_64_bits_are_read(void **state) {
	(void)state;
	const uint8_t d[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0x05};
	uint64_t a, b;
	size_t body;
	assert_true(delta_sizes(slice_of(d, sizeof(d)), &a, &b, &body));
	assert_true(a == UINT64_MAX && b == 5 && body == sizeof(d));
}

static uint64_t next_random(uint64_t *s) {
	*s ^= *s << 13;
	*s ^= *s >> 7;
	return *s ^= *s << 17;
}

static size_t put_size(uint8_t *p, size_t v) {
	size_t n = 0;
	for (; v > 0x7f; v >>= 7)
		p[n++] = (uint8_t)(v | 0x80);
	p[n++] = (uint8_t)v;
	return n;
}

/* Random instructions with every form of copy, applied byte by byte. */
static void random_deltas_equal_the_oracle(void **state) {
	(void)state;
	uint64_t seed = 88172645463325252u;
	static uint8_t base[70000], want[400000], got[400000], body[4000], delta[4020];
	for (size_t i = 0; i < sizeof(base); i++)
		base[i] = (uint8_t)next_random(&seed);
	for (unsigned round = 0; round < 3000; round++) {
		size_t n = 0, out = 0, count = next_random(&seed) % 30;
		for (size_t k = 0; k < count; k++) {
			if (next_random(&seed) & 1) {
				size_t off = next_random(&seed) % 65000, len = 1 + next_random(&seed) % 5000;
				uint8_t op = 0x80, *at = &body[n++];
				for (unsigned i = 0; i < 4; i++)
					if (off >> 8 * i & 0xff || next_random(&seed) % 8 == 0) {
						op |= (uint8_t)(1u << i);
						body[n++] = (uint8_t)(off >> 8 * i);
					}
				for (unsigned i = 0; i < 3; i++)
					if (len >> 8 * i & 0xff) {
						op |= (uint8_t)(0x10u << i);
						body[n++] = (uint8_t)(len >> 8 * i);
					}
				*at = op;
				for (size_t i = 0; i < len; i++)
					want[out++] = base[off + i];
			} else {
				size_t len = 1 + next_random(&seed) % 100;
				body[n++] = (uint8_t)len;
				for (size_t i = 0; i < len; i++)
					want[out++] = body[n++] = (uint8_t)next_random(&seed);
			}
		}
		size_t head = put_size(delta, sizeof(base));
		head += put_size(delta + head, out);
		memcpy(delta + head, body, n);
		delta_ops ops = {0};
		assert_null(delta_apply(slice_of(base, sizeof(base)), slice_of(delta, head + n), got, out, &ops));
		assert_memory_equal(got, want, out);
		size_t at = 0;
		for (size_t i = 0; i < ops.n; i++) {
			assert_int_equal(ops.at[i].dst, at);
			if (ops.at[i].kind == DELTA_COPY)
				assert_memory_equal(want + at, base + ops.at[i].src, ops.at[i].len);
			at += ops.at[i].len;
		}
		assert_int_equal(at, out);
		VEC_FREE(&ops);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_and_inserts_make_the_result),
		cmocka_unit_test(neighbours_that_continue_are_joined),
		cmocka_unit_test(copy_of_size_zero_is_0x10000),
		cmocka_unit_test(bad_deltas_are_refused),
		cmocka_unit_test(empty_result_is_fine),
		cmocka_unit_test(sizes_of_64_bits_are_read),
		cmocka_unit_test(random_deltas_equal_the_oracle),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
