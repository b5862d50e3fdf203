/* HCL as nodes: SPIRE's and Vault's forms, places, and what is refused. */
#include "scanners/node.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static const struct node_limits bounds = {.max_depth = 20, .max_nodes = 1000};

static void show(const struct node *n, char *out, size_t room) {
	size_t len = strlen(out);

	if (n->kind == NODE_MAPPING || n->kind == NODE_SEQUENCE) {
		snprintf(out + len, room - len, n->kind == NODE_MAPPING ? "{" : "[");
		for (size_t i = 0; i < n->n; i++) {
			len = strlen(out);
			if (n->kind == NODE_MAPPING)
				snprintf(out + len, room - len, "%s%s=", i ? " " : "",
					(const char *)n->members[i].key->text.p);
			else
				snprintf(out + len, room - len, "%s", i ? " " : "");
			show(n->kind == NODE_MAPPING ? n->members[i].value : n->items[i], out, room);
		}
		len = strlen(out);
		snprintf(out + len, room - len, n->kind == NODE_MAPPING ? "}" : "]");
		return;
	}
	snprintf(out + len, room - len, n->quoted ? "'%s'" : "%s", (const char *)n->text.p);
}

static const struct {
	const char *text, *tree;
} good[] = {
	{"", "{}"},
	{"# c\n// d\n/* e\n */ a = 1", "{a=1}"},
	{"server {\n  trust_domain = \"x.org\"\n  ca_ttl = \"24h\"\n}\n",
		"{server={trust_domain='x.org' ca_ttl='24h'}}"},
	{"plugins {\n  NodeAttestor \"join_token\" {\n    plugin_data {}\n  }\n  KeyManager \"disk\" { plugin_data { d "
	 "= [1, \"b\",] } }\n}",
		"{plugins={NodeAttestor={join_token={plugin_data={}}} KeyManager={disk={plugin_data={d=[1 'b']}}}}}"},
	{"path \"secret/*\" { capabilities = [\"read\", \"list\"] }",
		"{path={secret/*={capabilities=['read' 'list']}}}"},
	{"a = { b = 1, c: true }", "{a={b=1 c=true}}"},
	{"a = <<EOF\nx\ny\nEOF\nb = 2", "{a='x\ny\n' b=2}"},
	{"a = var.x[0] # c\nb = f(\"}\", {x = 1})\n", "{a=var.x[0] b=f(\"}\", {x = 1})}"},
	{"a = \"x ${f(\"y\")} z\"", "{a='x ${f(\"y\")} z'}"},
	{"a = \"x\" == y ? 1 : 2\n", "{a=\"x\" == y ? 1 : 2}"},
	{"a = \"q\\\"n\\n\"", "{a='q\"n\n'}"},
	{"a {}\na {}", "{a={} a={}}"},
	{"a = jsonencode({ b = [\"c\"], (local.d) = 1 })\n", "{a={b=['c'] (local.d)=1}}"},
	{"a = jsonencode(\n  {\n    \"b:c\" : x\n  },\n)\n", "{a={b:c=x}}"},
	{"a = jsonencode({ b = 1 }).x\n", "{a=jsonencode({ b = 1 }).x}"},
	{"a = { for k, v in var.x : k => v }\nb = 1", "{a={ for k, v in var.x : k => v } b=1}"},
	{"a = { b = 1 }[var.c]\nb = [1, 2][0]", "{a={ b = 1 }[var.c] b=[1, 2][0]}"},
};

static void texts_become_trees(void **unused) {
	(void)unused;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		struct arena a = {0};
		struct node_documents docs;
		struct syntax_error err = {0};
		char tree[500] = "";

		if (hcl_read(&a, slice_str(good[i].text), &bounds, &docs, &err) != 0)
			fail_msg("%s: %u:%u: %s", good[i].text, err.line, err.column, err.text);
		show(docs.roots[0], tree, sizeof(tree));
		assert_string_equal(tree, good[i].tree);
		arena_free(&a);
	}
}

static void what_is_no_hcl_is_refused_with_its_place(void **unused) {
	static const char *const bad[] = {"a = \"x", "a {", "a = [1", "= 1", "a b c d e f {}", "a = <<X\ny\n", "\xff",
		"a = ", "a{a{a{a{a{a{a{a{a{a{a{a{a{a{a{a{a{a{a{a{a{a{a{}}}}}}}}}}}}}}}}}}}}}}}"};

	(void)unused;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct arena a = {0};
		struct node_documents docs;
		struct syntax_error err = {0};

		if (hcl_read(&a, slice_str(bad[i]), &bounds, &docs, &err) == 0)
			fail_msg("%s is taken", bad[i]);
		assert_true(err.text && err.line && err.column && docs.truncated);
		arena_free(&a);
	}
}

static void values_know_their_place(void **unused) {
	static const char text[] = "a {\n  b = \"xy\"\n  c = z\n}\n";
	struct arena a = {0};
	struct node_documents docs;
	struct syntax_error err = {0};
	const struct node *b, *c;

	(void)unused;
	assert_int_equal(hcl_read(&a, slice_str(text), &bounds, &docs, &err), 0);
	b = node_at(docs.roots[0], "a.b");
	c = node_at(docs.roots[0], "a.c");
	assert_int_equal(b->span.line, 2);
	assert_int_equal(b->span.column, 7);
	assert_true(slice_eq(slice_sub(slice_str(text), b->span.start, b->span.end), slice_str("\"xy\"")));
	assert_true(slice_eq(slice_sub(slice_str(text), c->span.start, c->span.end), slice_str("z")));
	arena_free(&a);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_become_trees),
		cmocka_unit_test(what_is_no_hcl_is_refused_with_its_place),
		cmocka_unit_test(values_know_their_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
