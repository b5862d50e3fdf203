/* Pack indexes and multi-pack-indexes in memory: good ones, and every check of the parsers. Files are in git_pack.c. */
#include "scanners/git/idx.h"
#include "scanners/git/midx.h"
#include "scanners/git/rows.h"
#include "tests/unit/git_craft.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define OBJECTS 1000

static struct object_id id_of(uint32_t i) {
	char text[32];
	int n = snprintf(text, sizeof(text), "object %u", i);
	return craft_id("blob", slice_of(text, (size_t)n));
}

/* Ids of OBJECTS objects, sorted, with their numbers as offsets. */
static void craft_some(struct craft *c) {
	craft_begin(c);
	for (uint32_t i = 0; i < OBJECTS; i++) {
		struct object_id id = id_of(i);
		struct craft_row row = {.offset = 100 + i};
		memcpy(row.id, id.id, 20);
		VEC_PUSH(&c->rows, row);
	}
	buf_add(&c->pack, "trailertrailertraile", 20);
}

static void craft_drop(struct craft *c, struct buf *b) {
	buf_free(&c->pack);
	VEC_FREE(&c->rows);
	buf_free(b);
}

static void v1_make(struct craft *c, struct buf *out) {
	struct buf v2 = {0};
	craft_idx(c, &v2); /* sorts */
	buf_add(out, v2.p + 8, 1024);
	for (size_t i = 0; i < c->rows.n; i++) {
		put32(out, (uint32_t)c->rows.at[i].offset);
		buf_add(out, c->rows.at[i].id, 20);
	}
	buf_add(out, "trailertrailertraile12345678901234567890", 40);
	buf_free(&v2);
}

static void all_are_found(const struct idx *x) {
	assert_int_equal(x->count, OBJECTS);
	for (uint32_t i = 0; i < OBJECTS; i++) {
		struct object_id id = id_of(i);
		uint32_t row;
		assert_true(idx_find(x, id.id, &row));
		assert_memory_equal(idx_id(x, row), id.id, 20);
		assert_int_equal(idx_offset(x, row), 100 + i);
		id.id[19] ^= 1;
		assert_false(idx_find(x, id.id, &row));
	}
	uint64_t *offsets;
	uint32_t *rows;
	rows_by_offset(x, &offsets, &rows);
	for (uint32_t i = 0; i < OBJECTS; i++) {
		assert_int_equal(offsets[i], 100 + i);
		assert_int_equal(idx_offset(x, rows[i]), 100 + i);
	}
	free(offsets);
	free(rows);
}

static void version_2_is_read(void **state) {
	(void)state;
	struct craft c;
	struct buf b = {0};
	struct idx x;
	struct error e = {0};
	craft_some(&c);
	craft_idx(&c, &b);
	assert_int_equal(idx_parse(buf_slice(&b), 20, &x, &e), 0);
	assert_int_equal(x.version, 2);
	all_are_found(&x);
	idx_free(&x);
	craft_drop(&c, &b);
}

static void version_1_is_read(void **state) {
	(void)state;
	struct craft c;
	struct buf b = {0};
	struct idx x;
	craft_some(&c);
	v1_make(&c, &b);
	assert_int_equal(idx_parse(buf_slice(&b), 20, &x, NULL), 0);
	assert_int_equal(x.version, 1);
	all_are_found(&x);
	idx_free(&x);
	craft_drop(&c, &b);
}

static void offsets_of_64_bits_are_read_and_bounded(void **state) {
	(void)state;
	struct craft c;
	struct buf b = {0};
	struct idx x;
	static const uint8_t big[8] = {0, 0, 0, 0x12, 0x34, 0x56, 0x78, 0x9a};
	static const uint8_t number[2][4] = {{0x80, 0, 0, 0}, {0x80, 0, 0, 1}}; /* the second is not there */
	craft_some(&c);
	craft_idx(&c, &b);
	size_t table = 8 + 1024 + (size_t)OBJECTS * 24;
	uint8_t *with = malloc(b.n + 8);
	memcpy(with, b.p, b.n - 40);
	memcpy(with + b.n - 40, big, 8);
	memcpy(with + b.n - 32, b.p + b.n - 40, 40);
	memcpy(with + table, number, sizeof(number));
	assert_int_equal(idx_parse(slice_of(with, b.n + 8), 20, &x, NULL), 0);
	assert_true(idx_offset(&x, 0) == 0x123456789a);
	assert_true(idx_offset(&x, 1) == UINT64_MAX);
	uint64_t *offsets;
	uint32_t *rows;
	rows_by_offset(&x, &offsets, &rows);
	assert_true(offsets[OBJECTS - 1] == UINT64_MAX && rows[OBJECTS - 1] == 1 && rows[OBJECTS - 2] == 0);
	free(offsets);
	free(rows);
	idx_free(&x);
	free(with);
	craft_drop(&c, &b);
}

static void refused(struct slice s, const char *what) {
	struct idx x;
	struct error e = {0};
	uint8_t *exact = malloc(s.n ? s.n : 1);
	if (s.n)
		memcpy(exact, s.p, s.n);
	if (idx_parse(slice_of(exact, s.n), 20, &x, &e) == 0)
		fail_msg("accepted: %s", what);
	assert_int_equal(e.kind, ERR_FORMAT);
	free(exact);
}

static void bad_indexes_are_refused(void **state) {
	(void)state;
	struct craft c;
	struct buf b = {0}, v1 = {0};
	craft_some(&c);
	craft_idx(&c, &b);
	v1_make(&c, &v1);
	for (size_t n = 0; n < b.n; n += n < 1200 ? 1 : 997)
		refused(slice_of(b.p, n), "cut version 2");
	for (size_t n = 0; n < v1.n; n += n < 1200 ? 1 : 997)
		refused(slice_of(v1.p, n), "cut version 1");
	refused(slice_of(b.p, b.n - 1), "one byte short");
	b.p[7] = 3;
	refused(buf_slice(&b), "version 3");
	b.p[7] = 2;
	b.p[8] = 0x7f;
	refused(buf_slice(&b), "fan-out not monotonic");
	b.p[8] = 0;
	uint8_t keep = b.p[8 + 1024];
	b.p[8 + 1024] = 0xff;
	refused(buf_slice(&b), "wrong bucket");
	b.p[8 + 1024] = keep;
	b.p[8 + 1024 + 1] = 0xff; /* second byte of the first id: above the second id of its bucket */
	refused(buf_slice(&b), "ids not sorted");
	buf_free(&v1);
	craft_drop(&c, &b);
}

/* A multi-pack-index over two packs: even objects in the first, odd ones in the second. */
static void midx_make(struct craft *c, struct buf *out) {
	struct buf v2 = {0};
	static const char names[] = "pack-a.idx\0pack-b.idx\0\0"; /* padded to 24 */
	static const char *const ids[] = {"PNAM", "OIDF", "OIDL", "OOFF"};
	size_t sizes[] = {24, 1024, (size_t)OBJECTS * 20, (size_t)OBJECTS * 8}, at = 12 + 5 * 12;
	craft_idx(c, &v2);
	buf_add(out, "MIDX\1\1\4\0\0\0\0\2", 12);
	for (unsigned i = 0; i < 4; i++) {
		buf_add(out, ids[i], 4);
		put64(out, at);
		at += sizes[i];
	}
	put32(out, 0);
	put64(out, at);
	buf_add(out, names, 24);
	buf_add(out, v2.p + 8, 1024 + (size_t)OBJECTS * 20);
	for (size_t i = 0; i < OBJECTS; i++) {
		put32(out, (uint32_t)c->rows.at[i].offset & 1);
		put32(out, (uint32_t)c->rows.at[i].offset);
	}
	buf_add(out, "12345678901234567890", 20);
	buf_free(&v2);
}

/* What git writes by default since 2.54 differs in nothing but the order that names may have. */
static void check_multi_pack_index(uint8_t version) {
	struct craft c;
	struct buf b = {0};
	struct midx m;
	struct error e = {0};
	craft_some(&c);
	midx_make(&c, &b);
	b.p[4] = version;
	if (midx_parse(buf_slice(&b), 20, &m, &e) != 0)
		fail_msg("%s", e.text);
	assert_int_equal(m.count, OBJECTS);
	assert_string_equal(midx_name(&m, 0), "pack-a.idx");
	assert_string_equal(midx_name(&m, 1), "pack-b.idx");
	for (uint32_t pack = 0; pack < 2; pack++) {
		struct idx x;
		idx_from_midx(&m, pack, &x);
		assert_int_equal(x.count, OBJECTS / 2);
		for (uint32_t i = 0; i < OBJECTS; i++) {
			struct object_id id = id_of(i);
			uint32_t row;
			assert_int_equal(idx_find(&x, id.id, &row), i % 2 == pack);
			if (i % 2 == pack)
				assert_int_equal(idx_offset(&x, row), 100 + i);
		}
		idx_free(&x);
	}
	craft_drop(&c, &b);
}

static void multi_pack_index_is_read(void **state) {
	(void)state;
	check_multi_pack_index(1);
	check_multi_pack_index(2);
}

static void bad_multi_pack_indexes_are_refused(void **state) {
	(void)state;
	struct craft c;
	struct buf b = {0};
	struct midx m;
	craft_some(&c);
	midx_make(&c, &b);
	for (size_t n = 0; n < b.n; n += n < 1300 ? 1 : 997) {
		uint8_t *cut = malloc(n ? n : 1);
		memcpy(cut, b.p, n);
		assert_int_equal(midx_parse(slice_of(cut, n), 20, &m, NULL), -1);
		free(cut);
	}
	assert_int_equal(midx_parse(buf_slice(&b), 32, &m, NULL), -1);
	static const struct {
		size_t at;
		uint8_t value;
		const char *what;
	} rows[] = {
		{0, 'm', "magic"},
		{4, 3, "version"},
		{5, 2, "hash"},
		{6, 3, "number of chunks"},
		{7, 1, "base files"},
		{11, 3, "more packs than names"},
		{12, 'X', "a chunk without the required id"},
		{12 + 4, 0x80, "chunk beyond the file"},
		{72 + 3, '/', "name with a slash"},
		{72, 0, "empty name"},
		{96, 0xff, "fan-out"},
		{96 + 1024 + 1, 0xff, "ids not sorted"},
		{96 + 1024 + OBJECTS * 20 + 3, 7, "pack out of range"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t keep = b.p[rows[i].at];
		b.p[rows[i].at] = rows[i].value;
		if (midx_parse(buf_slice(&b), 20, &m, NULL) == 0)
			fail_msg("accepted: %s", rows[i].what);
		b.p[rows[i].at] = keep;
	}
	craft_drop(&c, &b);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(version_2_is_read),
		cmocka_unit_test(version_1_is_read),
		cmocka_unit_test(offsets_of_64_bits_are_read_and_bounded),
		cmocka_unit_test(bad_indexes_are_refused),
		cmocka_unit_test(multi_pack_index_is_read),
		cmocka_unit_test(bad_multi_pack_indexes_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
