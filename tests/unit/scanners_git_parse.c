/* The parsers of scanners/git that take bytes: commits, tags, trees, configuration, id tables.
 * Repositories are in scanners_git.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "scanners/git/commit.h"
#include "scanners/git/config.h"
#include "scanners/git/id_table.h"
#include "scanners/git/index.h"
#include "scanners/git/tree.h"

#define T "tree 0123456789abcdef0123456789abcdef01234567\n"
#define P "parent 89abcdef0123456789abcdef0123456789abcdef\n"

static void commits_are_taken_apart_or_refused(void **state) {
	static const struct {
		const char *text;
		int rc;
		size_t parents;
		enum when_state authored;
		int64_t at;
		const char *message;
	} rows[] = {
		{T "author A <a> 12 +0100\ncommitter C <c> 13 +0000\n\nhello\n", 0, 0, WHEN_AT, 12, "hello\n"},
		{T P P "author A <a> -7 +0100\n\n", 0, 2, WHEN_AT, -7, ""},
		{T P "author 5 > 6 <a> 12 +0100\n\nx", 0, 1, WHEN_AT, 12, "x"},
		{T "author A <a>\n\nx", 0, 0, WHEN_UNKNOWN, 0, "x"},
		{T "author A <a> 99999999999999999999 +0000\n\nx", 0, 0, WHEN_UNKNOWN, 0, "x"},
		{T "author A <a> 12x +0000\n\nx", 0, 0, WHEN_UNKNOWN, 0, "x"},
		{T "gpgsig -----BEGIN\n one\n \n two\nencoding x\n\nauthor not\n", 0, 0, WHEN_UNKNOWN, 0,
			"author not\n"},
		{T, 0, 0, WHEN_UNKNOWN, 0, ""},
		{T "author A <a> 1 +0000", 0, 0, WHEN_AT, 1, ""},
		{"", -1, 0, 0, 0, ""},
		{"tree 0123\n", -1, 0, 0, 0, ""},
		{"tree 0123456789abcdef0123456789abcdef0123456g\n", -1, 0, 0, 0, ""},
		{T "parent 12\n", -1, 0, 0, 0, ""},
		{T "parent 89abcdef0123456789abcdef0123456789abcdef", -1, 0, 0, 0, ""},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct commit_view c;
		struct error err = {0};
		int rc = commit_parse(slice_str(rows[i].text), 20, &c, &err);
		assert_int_equal(rc, rows[i].rc);
		if (rc != 0) {
			assert_int_equal(err.kind, ERR_FORMAT);
			continue;
		}
		assert_int_equal(c.nparents, rows[i].parents);
		assert_int_equal(c.authored.state, rows[i].authored);
		if (c.authored.state == WHEN_AT)
			assert_int_equal(c.authored.at, rows[i].at);
		assert_true(slice_eq(c.message, slice_str(rows[i].message)));
		for (size_t p = 0; p < c.nparents; p++)
			assert_int_equal(commit_parent(&c, 20, p).id[0], 0x89);
		assert_int_equal(commit_parent(&c, 20, c.nparents).n, 0);
	}
}

static void tags_are_taken_apart(void **state) {
	struct tag_view t;
	(void)state;
	assert_int_equal(tag_parse(slice_str("object 0123456789abcdef0123456789abcdef01234567\ntype commit\ntag "
					     "v\ntagger A <a> 9 +0\n\nm"),
				 20, &t, NULL),
		0);
	assert_true(slice_eq(t.type, slice_str("commit")));
	assert_true(slice_eq(t.message, slice_str("m")));
	assert_int_equal(t.tagged.at, 9);
	assert_int_equal(tag_parse(slice_str("object 01\ntype commit\n"), 20, &t, NULL), -1);
	assert_int_equal(tag_parse(slice_str("object 0123456789abcdef0123456789abcdef01234567\n"), 20, &t, NULL), -1);
}

static void trees_end_where_they_are_damaged(void **state) {
	static const struct {
		const char *bytes;
		size_t n;
		int entries, last; /* what tree_next returns in the end */
	} rows[] = {
		{"100644 a\0ABCD40000 d\0EFGH", 25, 2, 0},
		{"", 0, 0, 0},
		{"100644 a\0ABC", 12, 0, -1},
		{"100644 a", 8, 0, -1},
		{"100644 \0ABCD", 12, 0, -1},
		{"x00644 a\0ABCD", 13, 0, -1},
		{"77777777 a\0ABCD", 15, 0, -1},
		{"100644a\0ABCD", 12, 0, -1},
		{"100644 a\0ABCD1", 14, 1, -1},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct tree_iter it = tree_iter(slice_of(rows[i].bytes, rows[i].n), 4);
		struct tree_entry e;
		int n = 0, rc;
		while ((rc = tree_next(&it, &e)) == 1)
			n++;
		assert_int_equal(n, rows[i].entries);
		assert_int_equal(rc, rows[i].last);
	}
}

static void tree_list_finds_all_of_a_name(void **state) {
	static const char one[] = "100644 b\0AAAA100644 a\0BBBB", two[] = "100644 b\0CCCC";
	struct tree_list l = {0};
	size_t n;
	(void)state;
	assert_null(tree_list_find(&l, slice_str("a"), &n));
	tree_list_add(&l, slice_of(one, sizeof(one) - 1), 4);
	tree_list_add(&l, slice_of(two, sizeof(two) - 1), 4);
	tree_list_sort(&l);
	assert_non_null(tree_list_find(&l, slice_str("b"), &n));
	assert_int_equal(n, 2);
	assert_int_equal(tree_list_find(&l, slice_str("a"), &n)->id[0], 'B');
	assert_null(tree_list_find(&l, slice_str("ab"), &n));
	VEC_FREE(&l.at);
}

static void settings_are_read_from_configuration(void **state) {
	static const struct {
		const char *text;
		struct repo_settings want;
	} rows[] = {
		{"", {20, false, false}},
		{"[extensions]\n\tobjectFormat = sha256\n", {32, false, false}},
		{"[Extensions] OBJECTFORMAT=\"SHA1\" ; x\n", {20, false, false}},
		{"[extensions]\nobjectformat = new # y\n", {0, false, false}},
		{"[extensions]\nrefStorage = reftable\n", {20, true, false}},
		{"[extensions]\npartialclone = origin\n", {20, false, true}},
		{"[remote \"a]b\\\"c\"]\npromisor\n", {20, false, true}},
		{"[remote \"o\"]\npromisor = false\n[core]\npartialclonefilter = x\n", {20, false, false}},
		{"# [extensions]\n[core]\nobjectformat = sha256\n[", {20, false, false}},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct repo_settings got = repo_settings_parse(slice_str(rows[i].text));
		assert_int_equal(got.id_bytes, rows[i].want.id_bytes);
		assert_int_equal(got.is_reftable, rows[i].want.is_reftable);
		assert_int_equal(got.is_partial, rows[i].want.is_partial);
	}
}

static void id_table_remembers(void **state) {
	struct id_table t = {0};
	uint8_t id[20] = {0};
	bool added;
	(void)state;
	assert_int_equal(id_table_find(&t, id), ID_NONE);
	for (uint32_t round = 0; round < 2; round++)
		for (uint32_t i = 0; i < 5000; i++) {
			memcpy(id, &i, sizeof(i));
			assert_int_equal(id_table_add(&t, id, 20, &added), i);
			assert_int_equal(added, round == 0);
		}
	assert_int_equal(t.n, 5000);
	assert_memory_equal(id_table_at(&t, 4999).id, id, 20);
	id[19] = 1;
	assert_int_equal(id_table_find(&t, id), ID_NONE);
	id_table_free(&t);
}

/* Every prefix of an index, and every byte of it changed: taken or refused, never read beyond its end. */
static void indexes_cut_or_changed_are_survived(void **state) {
	uint8_t bytes[12 + 2 * 72 + 8 + 12 + 20] = "DIRC\0\0\0\2\0\0\0\2";
	size_t n = sizeof(bytes);
	struct index x;
	(void)state;
	for (int i = 0; i < 2; i++) {
		uint8_t *e = bytes + 12 + i * 72;
		e[25] = 0x81; /* mode */
		e[61] = 2;
		memcpy(e + 62, i ? "d/b" : "d/a", 3);
	}
	memcpy(bytes + 156,
		"TREE\0\0\0\x0c\0"
		"-1 1\nd\0002 0\n",
		20);
	assert_int_equal(index_parse(slice_of(bytes, n), 20, &x, NULL), 0);
	assert_int_equal(x.entries.n, 2);
	assert_true(slice_eq(x.entries.at[1].path, slice_str("d/b")));
	index_free(&x);
	for (size_t i = 0; i < n; i++) {
		uint8_t *cut = malloc(i + 1);
		memcpy(cut, bytes, i);
		index_parse(slice_of(cut, i), 20, &x, NULL);
		index_free(&x);
		free(cut);
		for (int bit = 0; bit < 8; bit++) {
			bytes[i] ^= (uint8_t)(1 << bit);
			index_parse(slice_of(bytes, n), 20, &x, NULL);
			index_free(&x);
			bytes[i] ^= (uint8_t)(1 << bit);
		}
	}
}

static void merged_tags_are_unfolded(void **state) {
	(void)state;
	static const char zeros[] = "0000000000000000000000000000000000000000";
	char text[1024];
	struct commit_view c;
	struct buf out = {0};
	snprintf(text, sizeof(text),
		"tree %s\nparent %s\nparent %s\nauthor A <a> 1 +0000\ncommitter A <a> 1 +0000\n"
		"mergetag object %s\n type commit\n tag v1\n tagger A <a> 1 +0000\n \n first line\n \n third line\n"
		"mergetag object %s\n type commit\n \n another\ngpgsig x\n y\n\nmessage\n",
		zeros, zeros, zeros, zeros, zeros);
	assert_int_equal(commit_parse(slice_str(text), 20, &c, NULL), 0);
	commit_merged_tags(&c, &out);
	assert_string_equal(buf_cstr(&out), "first line\n\nthird line\nanother\n");
	assert_true(slice_eq(c.message, slice_str("message\n")));
	buf_free(&out);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(merged_tags_are_unfolded),
		cmocka_unit_test(commits_are_taken_apart_or_refused),
		cmocka_unit_test(tags_are_taken_apart),
		cmocka_unit_test(trees_end_where_they_are_damaged),
		cmocka_unit_test(tree_list_finds_all_of_a_name),
		cmocka_unit_test(settings_are_read_from_configuration),
		cmocka_unit_test(id_table_remembers),
		cmocka_unit_test(indexes_cut_or_changed_are_survived),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
