/* TOML as nodes: where everything stands, what is kept of a broken file, the bounds. TOML_TEST names a checkout of
 * https://github.com/toml-lang/toml-test: then its cases for TOML 1.0 are run too, values compared. */
#include "scanners/node.h"

#include "core/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>
#include <math.h>

static const struct node_limits bounds = {.max_depth = 64, .max_nodes = 100000};

static const struct node *read_whole(struct arena *a, const char *text) {
	struct node_documents docs;
	struct syntax_error err = {0};

	if (toml_read(a, slice_str(text), &bounds, &docs, &err) != 0)
		fail_msg("%s: %u:%u: %s", text, err.line, err.column, err.text);
	assert_int_equal(docs.n, 1);
	assert_false(docs.truncated);
	return docs.roots[0];
}

/* The last name of a dotted path, from a mapping; node.c's own are tested with it. */
static const struct node_member *member(const struct node *n, const char *key) {
	for (size_t i = 0; i < n->n; i++)
		if (slice_eq(n->members[i].key->text, slice_str(key)))
			return &n->members[i];
	fail_msg("no %s", key);
	return NULL;
}

static void assert_stands(const char *text, struct span s, const char *expected, unsigned line, unsigned column) {
	struct slice got = slice_sub(slice_str(text), s.start, s.end);

	if (!slice_eq(got, slice_str(expected)))
		fail_msg("'%.*s' instead of '%s'", (int)got.n, (const char *)got.p, expected);
	assert_int_equal(s.line, line);
	assert_int_equal(s.column, column);
}

static void every_key_and_value_knows_its_place(void **unused) {
	static const char text[] = "[mcp_servers.\"git hub\"]\n"
				   "command = \"npx\" # c\n"
				   "env = { TOKEN = 'abc', n = 1_0 }\r\n"
				   "args = [\n  \"-y\",\n  \"\"\"a\nb\"\"\",\n]\n"
				   "when = 1979-05-27 07:32:00\n"
				   "[[list]]\non = true\n";
	struct arena a = {0};
	const struct node *root = read_whole(&a, text), *server, *args, *env;
	const struct node_member *m;

	(void)unused;
	m = member(member(root, "mcp_servers")->value, "git hub");
	assert_stands(text, m->key->span, "\"git hub\"", 1, 14);
	assert_true(m->key->quoted);
	assert_stands(text, m->value->span, "[mcp_servers.\"git hub\"]", 1, 1);
	server = m->value;
	m = member(server, "command");
	assert_stands(text, m->key->span, "command", 2, 1);
	assert_stands(text, m->value->span, "\"npx\"", 2, 11);
	assert_true(m->value->quoted);
	env = member(server, "env")->value;
	assert_stands(text, env->span, "{ TOKEN = 'abc', n = 1_0 }", 3, 7);
	assert_stands(text, member(env, "TOKEN")->value->span, "'abc'", 3, 17);
	assert_stands(text, member(env, "n")->value->span, "1_0", 3, 28);
	args = member(server, "args")->value;
	assert_int_equal(args->kind, NODE_SEQUENCE);
	assert_int_equal(args->n, 2);
	assert_stands(text, args->items[1]->span, "\"\"\"a\nb\"\"\"", 6, 3);
	assert_int_equal(args->items[1]->span.end_line, 7);
	assert_int_equal(args->items[1]->span.end_column, 5);
	assert_stands(text, member(server, "when")->value->span, "1979-05-27 07:32:00", 9, 8);
	assert_false(member(server, "when")->value->quoted);
	assert_stands(text, member(root, "list")->value->items[0]->span, "[[list]]", 10, 1);
	assert_true(member(member(root, "list")->value->items[0], "on")->value->boolean);
	arena_free(&a);
}

static void what_came_before_an_error_is_kept(void **unused) {
	struct arena a = {0};
	struct node_documents docs;
	struct syntax_error err = {0};

	(void)unused;
	assert_int_equal(toml_read(&a, slice_str("a = 1\n[t]\nb = 'x'\nc = tru\n"), &bounds, &docs, &err), -1);
	assert_true(docs.truncated);
	assert_int_equal(err.line, 4);
	assert_int_equal(err.column, 8);
	assert_int_equal(docs.roots[0]->n, 2);
	assert_int_equal(member(docs.roots[0], "t")->value->n, 1);
	arena_free(&a);
}

static void bombs_end_in_an_error_that_names_the_bound(void **unused) {
	static const struct node_limits small = {.max_depth = 5, .max_nodes = 10};
	static const struct {
		const char *text, *bound;
	} cases[] = {
		{"a = [[[[[[1]]]]]]", "deeply"},
		{"a.b.c.d.e.f.g = 1", "deeply"},
		{"[a.b.c.d.e.f]", "deeply"},
		{"a = [1,2,3,4,5,6,7,8,9,10,11]", "many"},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct arena a = {0};
		struct node_documents docs;
		struct syntax_error err = {0};

		assert_int_equal(toml_read(&a, slice_str(cases[i].text), &small, &docs, &err), -1);
		assert_non_null(strstr(err.text, cases[i].bound));
		arena_free(&a);
	}
}

/* --- toml-test: each valid case has the same tree in JSON, {"type": …, "value": …} for a scalar. --- */

static void slurp(const char *path, struct buf *out) {
	char block[4096];
	size_t n;
	FILE *f = fopen(path, "rb");

	assert_non_null(f);
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		buf_add(out, block, n);
	fclose(f);
}

static double number_of(const char *s) {
	char digits[64];
	size_t n = 0;

	for (; *s && n + 1 < sizeof(digits); s++)
		if (*s != '_')
			digits[n++] = *s;
	digits[n] = 0;
	if (digits[0] == '0' && (digits[1] == 'o' || digits[1] == 'b'))
		return (double)strtoll(digits + 2, NULL, digits[1] == 'o' ? 8 : 2);
	return strtod(digits, NULL);
}

static bool scalar_is(const struct node *n, const char *type, json_t *expected) {
	const char *text = (const char *)n->text.p, *value = json_string_value(expected);

	if (strcmp(type, "string") == 0)
		return n->kind == NODE_STRING && n->quoted &&
		       slice_eq(n->text, slice_of(value, json_string_length(expected)));
	if (strcmp(type, "bool") == 0)
		return n->kind == NODE_BOOL && n->boolean == (strcmp(value, "true") == 0);
	if (strcmp(type, "integer") == 0 || strcmp(type, "float") == 0) {
		double a = number_of(text), b = number_of(value);

		return n->kind == NODE_NUMBER && ((isnan(a) && isnan(b)) || a == b);
	}
	return n->kind == NODE_STRING && !n->quoted && strncmp(text, value, 4) == 0; /* dates: as written */
}

static bool same(const struct node *n, json_t *j) {
	json_t *type = json_object_get(j, "type"), *value = json_object_get(j, "value");

	if (json_is_array(j)) {
		bool all = n->kind == NODE_SEQUENCE && n->n == json_array_size(j);

		for (size_t i = 0; all && i < n->n; i++)
			all = same(n->items[i], json_array_get(j, i));
		return all;
	}
	if (json_is_string(type) && json_is_string(value) && json_object_size(j) == 2)
		return scalar_is(n, json_string_value(type), value);
	if (n->kind != NODE_MAPPING || n->n != json_object_size(j))
		return false;
	for (size_t i = 0; i < n->n; i++) {
		struct slice key = n->members[i].key->text;
		json_t *its = json_object_getn(j, (const char *)key.p, key.n);

		if (!its || !same(n->members[i].value, its))
			return false;
	}
	return true;
}

/* One "valid/….toml" or "invalid/….toml"; other names pass. */
static bool case_holds(const char *root, const char *name) {
	struct arena a = {0};
	struct buf text = {0}, expected = {0};
	struct node_documents docs;
	struct syntax_error err = {0};
	char path[1000];
	size_t n = strlen(name);
	bool valid = strncmp(name, "valid/", 6) == 0, good = true;

	if (n < 5 || strcmp(name + n - 5, ".toml") != 0)
		return true;
	snprintf(path, sizeof(path), "%s/tests/%s", root, name);
	slurp(path, &text);
	good = (toml_read(&a, buf_slice(&text), &bounds, &docs, &err) == 0) == valid && (valid || err.line);
	if (good && valid) {
		json_error_t why;
		json_t *j;

		snprintf(path, sizeof(path), "%s/tests/%.*s.json", root, (int)n - 5, name);
		slurp(path, &expected);
		j = json_loadb((const char *)expected.p, expected.n, JSON_ALLOW_NUL, &why);
		/* jansson has no keys with a NUL: those are read, not compared */
		good = j ? same(docs.roots[0], j) : json_error_code(&why) == json_error_null_byte_in_key;
		json_decref(j);
	}
	if (!good)
		print_message("%s: %u:%u %s\n", name, err.line, err.column, err.text ? err.text : "read otherwise");
	buf_free(&text);
	buf_free(&expected);
	arena_free(&a);
	return good;
}

static void the_public_conformance_cases_hold(void **unused) {
	const char *root = getenv("TOML_TEST");
	char list[1000], name[500];
	unsigned failed = 0, all = 0;
	FILE *f;

	(void)unused;
	if (!root)
		skip();
	snprintf(list, sizeof(list), "%s/tests/files-toml-1.0.0", root);
	f = fopen(list, "r");
	assert_non_null(f);
	while (fgets(name, sizeof(name), f)) {
		name[strcspn(name, "\n")] = 0;
		failed += !case_holds(root, name);
		all++;
	}
	fclose(f);
	print_message("%u names, %u failed\n", all, failed);
	assert_int_equal(failed, 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_and_value_knows_its_place),
		cmocka_unit_test(what_came_before_an_error_is_kept),
		cmocka_unit_test(bombs_end_in_an_error_that_names_the_bound),
		cmocka_unit_test(the_public_conformance_cases_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
