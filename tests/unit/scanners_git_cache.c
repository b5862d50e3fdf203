/* The cache's file: what was added is found again, and a file that is damaged in any byte, cut anywhere, of another key or writable by
 * others is not believed. */
#include "scanners/git/cache_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct object_id id_of(unsigned i) {
	struct object_id id = {.n = 20};

	for (unsigned k = 0; k < 20; k++)
		id.id[k] = (uint8_t)((i + 1) * (k + 3) * 2654435761u >> 24);
	return id;
}

static const uint8_t state_a[CACHE_STATE_BYTES] = {1}, state_b[CACHE_STATE_BYTES] = {2};

struct spot {
	char dir[32];
	struct coverage *coverage;
};

static struct spot spot_new(void) {
	struct spot p = {"/tmp/nhiscan-cache-XXXXXX", coverage_new()};

	assert_non_null(mkdtemp(p.dir));
	return p;
}

static void spot_remove(struct spot *p) {
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", p->dir);
	assert_int_equal(system(command), 0);
	coverage_free(p->coverage);
}

static struct cache *filled(struct spot *p, const char *key, unsigned n) {
	struct cache *c = cache_open(p->dir, key, 20, 2, p->coverage);
	struct error err = {0};

	assert_non_null(c);
	for (unsigned i = 0; i < n; i++) {
		struct object_id id = id_of(i);

		cache_add(c, i % 2, &id, i % 3 ? CACHE_BLOB : CACHE_TREE);
	}
	cache_add_store(c, state_a);
	assert_int_equal(cache_save(c, &err), 0);
	return c;
}

static void what_was_added_is_found_again(void **unused) {
	struct spot p = spot_new();
	struct cache *c = filled(&p, "key", 500);
	struct object_id stranger = id_of(100000);

	(void)unused;
	cache_close(c);
	c = cache_open(p.dir, "key", 20, 1, p.coverage);
	for (unsigned i = 0; i < 500; i++)
		assert_int_equal(cache_find(c, id_of(i).id), i % 3 ? CACHE_BLOB : CACHE_TREE);
	assert_int_equal(cache_find(c, stranger.id), CACHE_UNKNOWN);
	assert_true(cache_knows_store(c, state_a));
	assert_false(cache_knows_store(c, state_b));
	cache_close(c);
	c = cache_open(p.dir, "another key", 20, 1, p.coverage);
	assert_int_equal(cache_find(c, id_of(1).id), CACHE_UNKNOWN);
	cache_close(c);
	spot_remove(&p);
}

static void what_was_there_stays_when_more_is_added(void **unused) {
	struct spot p = spot_new();
	struct error err = {0};
	struct object_id id = id_of(7000);
	struct cache *c = filled(&p, "key", 50);

	(void)unused;
	cache_close(c);
	c = cache_open(p.dir, "key", 20, 1, p.coverage);
	cache_add(c, 0, &id, CACHE_MESSAGE);
	cache_add_store(c, state_b);
	assert_int_equal(cache_save(c, &err), 0);
	cache_close(c);
	c = cache_open(p.dir, "key", 20, 1, p.coverage);
	assert_int_equal(cache_find(c, id.id), CACHE_MESSAGE);
	assert_int_equal(cache_find(c, id_of(49).id), CACHE_BLOB);
	assert_true(cache_knows_store(c, state_a) && cache_knows_store(c, state_b));
	cache_close(c);
	spot_remove(&p);
}

static void damaged_bytes_are_refused(void **unused) {
	struct spot p = spot_new();
	struct cache *c = filled(&p, "key", 20), copy;
	struct buf file = {0};

	(void)unused;
	cache_close(c);
	c = cache_open(p.dir, "key", 20, 1, p.coverage);
	buf_add_slice(&file, buf_slice(&c->file));
	copy = *c;
	assert_true(file.n > 100);
	assert_true(cache_file_parse(&copy, buf_slice(&file)));
	for (size_t i = 0; i < file.n; i++) {
		file.p[i] ^= 0x40;
		assert_false(cache_file_parse(&copy, buf_slice(&file)));
		file.p[i] ^= 0x40;
		assert_false(cache_file_parse(&copy, slice_of(file.p, i)));
	}
	buf_free(&file);
	cache_close(c);
	spot_remove(&p);
}

static void a_file_that_others_can_write_is_not_believed(void **unused) {
	struct spot p = spot_new();
	struct cache *c = filled(&p, "key", 20);

	(void)unused;
	assert_int_equal(chmod(c->name, 0622), 0);
	cache_close(c);
	c = cache_open(p.dir, "key", 20, 1, p.coverage);
	assert_non_null(c);
	assert_int_equal(cache_find(c, id_of(1).id), CACHE_UNKNOWN);
	cache_close(c);
	assert_int_equal(chmod(p.dir, 0777), 0);
	assert_null(cache_open(p.dir, "key", 20, 1, p.coverage));
	spot_remove(&p);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_added_is_found_again),
		cmocka_unit_test(what_was_there_stays_when_more_is_added),
		cmocka_unit_test(damaged_bytes_are_refused),
		cmocka_unit_test(a_file_that_others_can_write_is_not_believed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
