/* TOML: what is read from a text, and what is refused. Texts after the specification's own examples of each form. */
#include "rules/toml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

/* The tree as one line. */
static void show(const struct toml *t, char *out, size_t room) {
	size_t n = strlen(out);

	switch (t->kind) {
	case TOML_TABLE:
	case TOML_ARRAY:
		snprintf(out + n, room - n, t->kind == TOML_TABLE ? "{" : "[");
		for (const struct toml *m = t->first; m; m = m->next) {
			n = strlen(out);
			if (m->key.p)
				snprintf(out + n, room - n, "%s=", (const char *)m->key.p);
			show(m, out, room);
			n = strlen(out);
			if (m->next)
				snprintf(out + n, room - n, " ");
		}
		n = strlen(out);
		snprintf(out + n, room - n, t->kind == TOML_TABLE ? "}" : "]");
		break;
	case TOML_TEXT:
		snprintf(out + n, room - n, "'%s'", (const char *)t->text.p);
		break;
	case TOML_NUMBER:
		snprintf(out + n, room - n, "%g", t->number);
		break;
	case TOML_BOOL:
		snprintf(out + n, room - n, t->truth ? "true" : "false");
		break;
	case TOML_DATE:
		snprintf(out + n, room - n, "<%s>", (const char *)t->text.p);
		break;
	}
}

static const struct {
	const char *text, *tree;
} good[] = {
	{"", "{}"},
	{"# only a comment", "{}"},
	{"\xef\xbb\xbf"
	 "a = 1\r\n",
		"{a=1}"},
	{"a = \"x\\ty\\u00e9\\\"\"", "{a='x\ty\xc3\xa9\"'}"},
	{"a = 'C:\\x'", "{a='C:\\x'}"},
	{"a = '''\nx'y''z\n'''", "{a='x'y''z\n'}"},
	{"a = '''it''''", "{a='it''}"},
	{"a = \"\"\"x \\\n   y\"\"\"", "{a='x y'}"},
	{"a = \"\"\"\"q\"\"\"\"\"", "{a='\"q\"\"'}"},
	{"a.b.c = 1\na.d = 2", "{a={b={c=1} d=2}}"},
	{"\"a b\" = 1\n'' = 2", "{a b=1 =2}"},
	{"a = [1, 2, # c\n 3,\n]", "{a=[1 2 3]}"},
	{"a = { b = 1, c.d = [ 'x' ] }", "{a={b=1 c={d=['x']}}}"},
	{"a = 1_000\nb = 0xff\nc = -2.5e3\nd = +0\ne = 0b11\nf = 0o17", "{a=1000 b=255 c=-2500 d=0 e=3 f=15}"},
	{"a = true\nb = false", "{a=true b=false}"},
	{"a = 1979-05-27T07:32:00Z\nb = 1979-05-27 07:32:00\nc = 07:32:00\nd = 1979-05-27",
		"{a=<1979-05-27T07:32:00Z> b=<1979-05-27 07:32:00> c=<07:32:00> d=<1979-05-27>}"},
	{"[a.b]\nx = 1\n[a]\ny = 2", "{a={b={x=1} y=2}}"},
	{"[[r]]\nid = 1\n[[r.list]]\nx = 1\n[[r]]\nid = 2", "{r=[{id=1 list=[{x=1}]} {id=2}]}"},
	{"[ a . 'b' ]\nx=1", "{a={b={x=1}}}"},
};

static const char *const bad[] = {"a", "a =", "= 1", "a = 1 b = 2", "a = 1\na = 2", "[a]\n[a]", "a = 1\n[a]",
	"a = 1\na.b = 2", "[a]\nb = 1\n[[a]]", "[[a]]\n[a]", "a = { b = 1 }\n[a.c]", "a = {b = 1,}", "a = [1",
	"a = \"x", "a = 'x\n'", "a = \"\\q\"", "a = \"\\ud800\"", "a = 01", "a = 1__0", "a = _1", "a = 1.", "a = 0x",
	"a = tru", "[a", "[a]]", "[[a]", "[]", "a.b.c", "[a.b]\nc.d = 1\n[a.b.c]", "a = \xff", "a = \"\x01\"", "# \x01",
	"[a] x = 1", "a = '''x", "a..b = 1"};

static void texts_become_trees(void **unused) {
	(void)unused;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		struct arena a = {0};
		struct error err = {0};
		char tree[1000] = "";
		const struct toml *t = toml_parse(&a, "f", slice_str(good[i].text), &err);

		if (!t)
			fail_msg("%s: %s", good[i].text, err.text);
		show(t, tree, sizeof(tree));
		assert_string_equal(tree, good[i].tree);
		arena_free(&a);
	}
}

static void what_is_not_toml_is_refused_with_its_line(void **unused) {
	(void)unused;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct arena a = {0};
		struct error err = {0};

		if (toml_parse(&a, "f", slice_str(bad[i]), &err))
			fail_msg("%s is taken", bad[i]);
		assert_int_equal(err.kind, ERR_USAGE);
		assert_true(strncmp(err.text, "f:", 2) == 0);
		arena_free(&a);
	}
}

static void lines_are_counted_through_strings(void **unused) {
	struct arena a = {0};
	struct error err = {0};
	const struct toml *t = toml_parse(
		&a, "f", slice_str("a = '''\n1\n2\n'''\nb = \"\"\"\\\n\n x\"\"\"\nc = [\n1,\n2]\nd = 1"), &err);

	(void)unused;
	assert_non_null(t);
	assert_int_equal(toml_get(t, "b")->line, 5);
	assert_int_equal(toml_get(t, "c")->line, 8);
	assert_int_equal(toml_get(t, "c")->last->line, 10);
	assert_int_equal(toml_get(t, "d")->line, 11);
	arena_free(&a);
}

static void depth_is_bounded(void **unused) {
	struct arena a = {0};
	struct error err = {0};
	char text[4000] = "a = ";

	(void)unused;
	memset(text + 4, '[', 3000);
	assert_null(toml_parse(&a, "f", slice_str(text), &err));
	assert_non_null(strstr(err.text, "deeply"));
	arena_free(&a);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_become_trees),
		cmocka_unit_test(what_is_not_toml_is_refused_with_its_line),
		cmocka_unit_test(lines_are_counted_through_strings),
		cmocka_unit_test(depth_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
