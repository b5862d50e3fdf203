/* Arenas and buffers: memory that is zeroed, aligned, wiped and bounded.
 * Maps, which stand on arenas, are tested in core_map.c. */
#include "core/arena.h"
#include "core/buf.h"
#include "core/memory.h"
#include "core/vec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdalign.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void arena_memory_is_zeroed_aligned_and_apart(void **state) {
	struct arena a = {0};
	VEC(struct slice) given = {0};

	(void)state;
	srand(3);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 3000; i++) {
			size_t n = i % 500 == 0 ? 100000 : (size_t)rand() % 200;
			uint8_t *p = arena_alloc(&a, n);

			assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
			for (size_t k = 0; k < n; k++)
				assert_int_equal(p[k], 0);
			memset(p, 1 + i % 255, n);
			VEC_PUSH(&given, slice_of(p, n));
		}
		for (size_t i = 0; i < given.n; i++)
			for (size_t k = 0; k < given.at[i].n; k++)
				assert_int_equal(given.at[i].p[k], 1 + i % 255);
		given.n = 0;
		arena_reset(&a);
		assert_int_equal(a.used, 0);
	}
	arena_free(&a);
	assert_null(a.head);
	VEC_FREE(&given);
}

static void arena_text_has_its_nul(void **state) {
	struct arena a = {0};

	(void)state;
	assert_string_equal(arena_str(&a, slice_of("abc", 2)), "ab");
	assert_string_equal(arena_str(&a, (struct slice){0}), "");
	assert_string_equal(arena_printf(&a, "%s-%d", "x", 7), "x-7");
	assert_true(slice_eq(arena_copy(&a, slice_str("xyz")), slice_str("xyz")));
	assert_ptr_not_equal(arena_alloc(&a, 0), arena_alloc(&a, 0));
	arena_reset(&a);
	arena_free(&a);
	arena_free(&a);
}

/* Runs `f` in a child and gives its exit status. */
static int status_of(void (*f)(void)) {
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		close(STDERR_FILENO);
		f();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void ask_overflowing_arena(void) {
	struct arena a = {0};

	arena_alloc_n(&a, SIZE_MAX / 2, 4);
}

static void ask_overflowing_grow(void) {
	free(mem_grow(NULL, SIZE_MAX / 2, 4));
}

static void ask_overflowing_buf(void) {
	struct buf b = {0};

	buf_add_byte(&b, 1);
	buf_reserve(&b, SIZE_MAX);
}

static void sizes_that_overflow_end_the_process(void **state) {
	(void)state;
	assert_int_equal(status_of(ask_overflowing_grow), 3);
	assert_int_equal(status_of(ask_overflowing_arena), 3);
	assert_int_equal(status_of(ask_overflowing_buf), 3);
}

static void buf_grows_and_formats(void **state) {
	struct buf b = {0};

	(void)state;
	assert_string_equal(buf_cstr(&b), "");
	for (int i = 0; i < 1000; i++) {
		buf_add_byte(&b, 'a');
		buf_add_str(&b, "bc");
		buf_add(&b, NULL, 0);
		buf_add_slice(&b, slice_str("d"));
		buf_printf(&b, "%d", i % 10);
	}
	assert_int_equal(b.n, 5000);
	assert_memory_equal(b.p + 4995, "abcd9", 5);
	assert_int_equal(strlen(buf_cstr(&b)), 5000);
	assert_int_equal(buf_slice(&b).n, 5000);
	buf_clear(&b);
	assert_int_equal(b.n, 0);
	assert_true(b.cap >= 5000);
	buf_free(&b);
	assert_null(b.p);
	buf_free(&b);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arena_memory_is_zeroed_aligned_and_apart),
		cmocka_unit_test(arena_text_has_its_nul),
		cmocka_unit_test(sizes_that_overflow_end_the_process),
		cmocka_unit_test(buf_grows_and_formats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
