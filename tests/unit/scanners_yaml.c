/* YAML into trees: kinds, exact spans in bytes, aliases and merge keys within bounds, clear errors with a place. */
#include "scanners/node.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

struct read {
	struct arena arena;
	struct node_documents docs;
	struct syntax_error err;
	struct slice bytes;
	int status;
};

static void read_text(struct read *r, const char *text) {
	const struct node_limits lim = {.max_depth = 30, .max_nodes = 1000};

	memset(r, 0, sizeof(*r));
	r->bytes = slice_str(text);
	r->status = yaml_read(&r->arena, r->bytes, &lim, &r->docs, &r->err);
}

static const struct node *root(const struct read *r) {
	assert_int_equal(r->status, 0);
	assert_true(r->docs.n >= 1);
	return r->docs.roots[0];
}

static void assert_source(const struct read *r, const struct node *n, const char *text) {
	const struct slice s = slice_sub(r->bytes, n->span.start, n->span.end);

	assert_int_equal(s.n, strlen(text));
	assert_memory_equal(s.p, text, s.n);
}

static void spans_are_the_bytes_of_values(void **state) {
	struct read r;

	(void)state;
	read_text(&r,
		"a: one\nb:\n  - 'two' # said\n  - {x: \"y\"}\nc: |\n  text\n  more\n\n# end\nd: &n !t  five\ne: *n\n");
	assert_source(&r, node_get(root(&r), "a"), "one");
	assert_source(&r, node_item(node_get(root(&r), "b"), 0), "'two'");
	assert_source(&r, node_item(node_get(root(&r), "b"), 1), "{x: \"y\"}");
	assert_source(&r, node_get(root(&r), "b"), "- 'two' # said\n  - {x: \"y\"}");
	assert_source(&r, node_get(root(&r), "c"), "|\n  text\n  more");
	assert_true(node_get(root(&r), "c")->block);
	assert_source(&r, node_get(root(&r), "d"), "five");
	assert_string_equal(node_get(root(&r), "d")->tag, "!t");
	assert_source(&r, node_get(root(&r), "e"), "*n");
	assert_true(node_text_is(node_get(root(&r), "e"), "five"));
	assert_int_equal(node_get(root(&r), "d")->span.line, 10);
	assert_int_equal(node_get(root(&r), "d")->span.column, 11);
	assert_int_equal(node_get(root(&r), "d")->span.end_column, 15);
	arena_free(&r.arena);
}

static void spans_count_bytes_behind_bom_crlf_and_wide_characters(void **state) {
	struct read r;
	const char *text =
		"\xEF\xBB\xBF"
		"a: 1\r\n\"\xC3\xA4\xE2\x82\xAC\": \xF0\x9F\x98\x80 x\r\nlong: "
		"\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3"
		"\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4"
		"\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3"
		"\xA4\xC3\xA4\xC3\xA4\xC3\xA4\r\nz: end\r\n";

	(void)state;
	read_text(&r, text);
	assert_source(&r, node_get(root(&r), "a"), "1");
	assert_source(&r, node_get(root(&r), "\xC3\xA4\xE2\x82\xAC"), "\xF0\x9F\x98\x80 x");
	assert_int_equal(node_get(root(&r), "\xC3\xA4\xE2\x82\xAC")->span.line, 2);
	assert_int_equal(node_get(root(&r), "\xC3\xA4\xE2\x82\xAC")->span.column, 10);
	assert_source(&r, node_get(root(&r), "z"), "end");
	assert_int_equal(node_get(root(&r), "z")->span.line, 4);
	arena_free(&r.arena);
}

static void scalars_have_the_kinds_of_yaml_1_2_and_keep_their_text(void **state) {
	static const struct {
		const char *text;
		enum node_kind kind;
	} rows[] = {{"~", NODE_NULL}, {"", NODE_NULL}, {"true", NODE_BOOL}, {"FALSE", NODE_BOOL}, {"on", NODE_STRING},
		{"yes", NODE_STRING}, {"1", NODE_NUMBER}, {"-1.5e3", NODE_NUMBER}, {".5", NODE_NUMBER},
		{"1.", NODE_NUMBER}, {".", NODE_STRING}, {"0x1F", NODE_NUMBER}, {"0x1G", NODE_STRING},
		{"1.2.3", NODE_STRING}, {"1e", NODE_STRING}, {"'1'", NODE_STRING}, {"!!str 1", NODE_STRING},
		{".inf", NODE_NUMBER}, {"[]", NODE_SEQUENCE}, {"{}", NODE_MAPPING}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct read r;
		char text[40];

		snprintf(text, sizeof(text), "k: %s\n", rows[i].text);
		read_text(&r, text);
		assert_int_equal(node_get(root(&r), "k")->kind, rows[i].kind);
		arena_free(&r.arena);
	}
	struct read r;

	read_text(&r, "on: push\nx: off\ny: 'yes'\n");
	assert_true(node_text_is(node_get(root(&r), "on"), "push"));
	assert_false(node_truth(node_get(root(&r), "x"), true));
	assert_true(node_truth(node_get(root(&r), "y"), false));
	assert_true(node_truth(node_get(root(&r), "nothing"), true));
	assert_true(node_get(root(&r), "y")->quoted);
	arena_free(&r.arena);
}

static void doubles_are_kept_and_the_last_counts(void **state) {
	struct read r;

	(void)state;
	read_text(&r, "a: 1\na: 2\n");
	assert_int_equal(root(&r)->n, 2);
	assert_true(node_text_is(node_get(root(&r), "a"), "2"));
	arena_free(&r.arena);
}

static void merge_keys_come_first_and_own_keys_win(void **state) {
	struct read r;

	(void)state;
	read_text(&r,
		"a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  <<: [*a, *b]\n  z: 3\nd:\n  z: 4\n  <<: *a\n  x: 4\n"
		"e: {'<<': *a}\n");
	assert_true(node_text_is(node_at(root(&r), "c.x"), "1"));
	assert_true(node_text_is(node_at(root(&r), "c.y"), "1"));
	assert_true(node_text_is(node_at(root(&r), "c.z"), "3"));
	assert_true(node_text_is(node_at(root(&r), "d.x"), "4"));
	assert_true(node_text_is(node_at(root(&r), "d.y"), "1"));
	assert_null(node_at(root(&r), "e.x"));
	arena_free(&r.arena);
}

static void several_documents_are_several_roots(void **state) {
	struct read r;

	(void)state;
	read_text(&r, "spec: 1\n---\n? [a, b]\n: x\n...\n---\nlast\n");
	assert_int_equal(r.status, 0);
	assert_int_equal(r.docs.n, 3);
	assert_true(node_text_is(node_get(r.docs.roots[1], "[a, b]"), "x"));
	arena_free(&r.arena);
	read_text(&r, "# nothing\n");
	assert_int_equal(r.docs.n, 0);
	arena_free(&r.arena);
}

static void errors_say_what_and_where(void **state) {
	static const struct {
		const char *text, *said;
		unsigned line, column;
	} rows[] = {{"a: 1\nb:\n\t- x\n", "a tab where YAML allows blanks only", 3, 1},
		{"a: *x\n", "an alias whose anchor was not met before", 1, 4},
		{"a: &x [*x]\n", "an alias inside its own anchor", 1, 8},
		{"a: [1\nb: 2\n", "did not find expected ',' or ']' while parsing a flow sequence", 2, 2},
		{"a: \"x\n", "found unexpected end of stream while scanning a quoted scalar", 2, 1},
		{"a: \xFF\n", "invalid leading UTF-8 octet", 1, 4},
		{"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "nested deeper than 30", 1, 31}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct read r;

		read_text(&r, rows[i].text);
		assert_int_equal(r.status, -1);
		assert_string_equal(r.err.text, rows[i].said);
		assert_int_equal(r.err.line, rows[i].line);
		assert_int_equal(r.err.column, rows[i].column);
		assert_true(r.docs.truncated);
		arena_free(&r.arena);
	}
}

static void what_was_whole_before_an_error_is_kept(void **state) {
	struct read r;

	(void)state;
	read_text(&r, "a: 1\n---\nb: [\n");
	assert_int_equal(r.status, -1);
	assert_int_equal(r.docs.n, 1);
	assert_true(node_text_is(node_get(r.docs.roots[0], "a"), "1"));
	arena_free(&r.arena);
}

static void alias_bombs_end_at_the_bound(void **state) {
	struct read r;

	(void)state;
	read_text(&r,
		"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
		"d: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n");
	assert_int_equal(r.status, -1);
	assert_string_equal(r.err.text, "more than 1000 nodes, aliases followed");
	assert_int_equal(r.err.line, 4);
	arena_free(&r.arena);
	read_text(&r,
		"a: &a [[[[[[[[[[x]]]]]]]]]]\nb: &b [[[[[[[[[*a]]]]]]]]]\nc: &c [[[[[[[[[*b]]]]]]]]]\nd: [[[*c]]]\n");
	assert_int_equal(r.status, -1);
	assert_string_equal(r.err.text, "nested deeper than 30");
	arena_free(&r.arena);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spans_are_the_bytes_of_values),
		cmocka_unit_test(spans_count_bytes_behind_bom_crlf_and_wide_characters),
		cmocka_unit_test(scalars_have_the_kinds_of_yaml_1_2_and_keep_their_text),
		cmocka_unit_test(doubles_are_kept_and_the_last_counts),
		cmocka_unit_test(merge_keys_come_first_and_own_keys_win),
		cmocka_unit_test(several_documents_are_several_roots),
		cmocka_unit_test(errors_say_what_and_where),
		cmocka_unit_test(what_was_whole_before_an_error_is_kept),
		cmocka_unit_test(alias_bombs_end_at_the_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
