/* Texts in parts: copying, counting and finding lines equal the same on the bytes put together; a view fills what is asked for. */
#include "core/memory.h"
#include "core/rope.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define SIZE 5000

struct text {
	uint8_t bytes[SIZE];
	struct rope_part parts[SIZE];
	struct rope rope;
};

/* Letters with LF here and there, in parts whose memory is apart: in another order than the text's. */
static void make(struct text *t, uint8_t *memory, unsigned seed, size_t n) {
	size_t used = SIZE;

	srand(seed);
	t->rope = (struct rope){t->parts, 0, n};
	for (size_t i = 0; i < n; i++)
		t->bytes[i] = rand() % 20 ? (uint8_t)('a' + rand() % 26) : '\n';
	for (size_t at = 0; at < n;) {
		size_t len = (size_t)rand() % (seed % 2 ? 7 : 900) + 1;

		if (len > n - at)
			len = n - at;
		used -= len;
		memcpy(memory + used, t->bytes + at, len);
		t->parts[t->rope.nparts++] = (struct rope_part){at, memory + used};
		at += len;
	}
}

static size_t count(const uint8_t *p, size_t lo, size_t hi) {
	size_t n = 0;

	for (; lo < hi; lo++)
		n += p[lo] == '\n';
	return n;
}

static size_t line_start(const uint8_t *p, size_t at) {
	while (at > 0 && p[at - 1] != '\n')
		at--;
	return at;
}

static void parts_are_what_they_make_together(void **unused) {
	struct text *t = mem_alloc(sizeof(*t));
	uint8_t memory[SIZE], out[SIZE];

	(void)unused;
	for (unsigned seed = 1; seed < 40; seed++) {
		make(t, memory, seed, seed < 3 ? seed : SIZE);
		for (unsigned i = 0; i < 200; i++) {
			size_t a = (size_t)rand() % (t->rope.n + 1), b = (size_t)rand() % (t->rope.n + 1);
			size_t lo = a < b ? a : b, hi = a < b ? b : a;

			rope_copy(&t->rope, lo, hi, out);
			assert_memory_equal(out, t->bytes + lo, hi - lo);
			assert_int_equal(rope_count_lf(&t->rope, lo, hi), count(t->bytes, lo, hi));
			assert_int_equal(rope_line_start(&t->rope, hi), line_start(t->bytes, hi));
			if (lo < t->rope.n) {
				size_t k = rope_find(&t->rope, lo);

				assert_true(t->parts[k].at <= lo);
				assert_true(k + 1 == t->rope.nparts || t->parts[k + 1].at > lo);
			}
		}
	}
	free(t);
}

static void a_view_fills_blocks_that_are_asked_for(void **unused) {
	struct text *t = mem_alloc(sizeof(*t));
	uint8_t memory[SIZE], into[SIZE];
	uint64_t have[SIZE / ROPE_BLOCK / 64 + 1] = {0};
	struct rope_view v = {&t->rope, into, have};

	(void)unused;
	make(t, memory, 7, SIZE);
	assert_true(rope_view_words(SIZE) <= sizeof(have) / sizeof(*have));
	memset(into, 0, SIZE);
	rope_view_need(&v, ROPE_BLOCK + 1, ROPE_BLOCK + 2);
	assert_memory_equal(into + ROPE_BLOCK, t->bytes + ROPE_BLOCK, ROPE_BLOCK);
	assert_int_equal(into[ROPE_BLOCK - 1], 0);
	assert_int_equal(into[2 * ROPE_BLOCK], 0);
	rope_view_need_byte(&v, SIZE - 1);
	assert_int_equal(into[SIZE - 1], t->bytes[SIZE - 1]);
	rope_view_need(&v, 0, SIZE + 100); /* beyond the end is nothing */
	assert_memory_equal(into, t->bytes, SIZE);
	free(t);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_are_what_they_make_together),
		cmocka_unit_test(a_view_fills_blocks_that_are_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
