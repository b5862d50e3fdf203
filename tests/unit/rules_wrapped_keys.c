/* Key blocks as they stand in other texts: each line with something ahead of it and behind it, joined by something else. */
#include "core/text.h"
#include "rules/engine.h"
#include "rules/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>

static const struct wrapping {
	const char *name, *open, *ahead, *behind, *close;
} wrappings[] = {
	{"as it is", "", "", "\n", ""},
	{"CRLF", "", "", "\r\n", ""},
	{"list of YAML", "lines:\n", "  - \"", "\"\n", ""},
	{"block of YAML", "key: |\n", "    ", "\n", ""},
	{"one string", "k = \"", "", "\\n", "\"\n"},
	{"escaped twice", "{\"a\":\"{\\\"k\\\":\\\"", "", "\\\\n", "\\\"}\"}\n"},
	{"octal", "char k[] = \"", "", "\\012", "\";\n"},
	{"hexadecimal", "char k[] = \"", "", "\\x0a", "\";\n"},
	{"Unicode", "{\"k\":\"", "", "\\u000a", "\"}\n"},
	{"entities", "<k v=\"", "", "&#10;", "\"/>\n"},
	{"hexadecimal entities", "<k v=\"", "", "&#xA;", "\"/>\n"},
	{"joined by +", "k = \"\" +\n", "\"", "\\n\" +\n", "\"\";\n"},
	{"joined in Visual Basic", "k = \"\" & _\n", "\"", "\" & vbCrLf & _\n", "\"\"\n"},
	{"array of C", "char *k[] = {\n", "  \"", "\",\n", "};\n"},
	{"comments", "", "// ", "\n", ""},
	{"quoted mail", "", "> ", "\n", ""},
	{"added lines of a diff", "", "+", "\n", ""},
	{"log", "", "2026-01-01 10:00:00 INFO ", "\n", ""},
	{"blanks", "key=", "", " ", "\n"},
};

static void wrap(struct buf *out, const struct wrapping *w, struct slice key, bool end) {
	buf_add_str(out, w->open);
	for (size_t at = 0; at < key.n;) {
		ptrdiff_t newline = slice_find(slice_sub(key, at, key.n), slice_str("\n"));
		size_t to = newline < 0 ? key.n : at + (size_t)newline;
		struct slice line = slice_sub(key, at, to);

		if (line.n && (end || !slice_has_prefix(line, "-----END"))) {
			buf_add_str(out, w->ahead);
			buf_add_slice(out, line);
			buf_add_str(out, w->behind);
		}
		at = to + 1;
	}
	buf_add_str(out, w->close);
}

static void look(void *ctx, const struct explained *e) {
	bool *found = ctx;

	*found |= e->rule->kind == KIND_PRIVATE_KEY && !e->judgement->rejected && e->confidence == CONFIDENCE_HIGH;
}

static bool is_found(struct matcher *m, struct slice text) {
	bool found = false;

	matcher_explain(m, &(struct match_input){.bytes = text, .path = slice_str("srv/key.txt")}, look, &found);
	return found;
}

static void keys_are_found_however_wrapped(void **state) {
	static const char *const kinds[] = {"{{pem:rsa}}", "{{pem:pkcs8}}", "{{pem:ec}}", "{{pem:openssh}}"};
	struct error err = {0};
	struct limits lim = limits_default();
	struct engine *e = engine_open(&builtin_catalogue, &lim, 1700000000, &err);
	struct matcher *m = matcher_open(e, &err);
	size_t wrong = 0;

	(void)state;
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		struct buf key = {0};

		assert_int_equal(template_expand(&key, slice_str(kinds[k]), 5, &err), 0);
		for (size_t i = 0; i < sizeof(wrappings) / sizeof(wrappings[0]); i++) {
			struct buf text = {0};

			wrap(&text, &wrappings[i], buf_slice(&key), true);
			if (!is_found(m, buf_slice(&text))) {
				print_error("%s: %s is not found\n", kinds[k], wrappings[i].name);
				wrong++;
			}
			buf_free(&text);
		}
		buf_free(&key);
	}
	matcher_close(m);
	engine_close(e);
	assert_int_equal(wrong, 0);
}

static void no_end_and_no_body(void **state) {
	struct error err = {0};
	struct limits lim = limits_default();
	struct engine *e = engine_open(&builtin_catalogue, &lim, 1700000000, &err);
	struct matcher *m = matcher_open(e, &err);
	struct buf key = {0}, text = {0};

	(void)state;
	assert_int_equal(template_expand(&key, slice_str("{{pem:pkcs8}}"), 5, &err), 0);
	wrap(&text, &wrappings[0], buf_slice(&key), false);
	assert_true(is_found(m, buf_slice(&text)));
	assert_false(is_found(m, slice_str("f(\"-----BEGIN PRIVATE KEY-----\", \"-----END PRIVATE KEY-----\")\n")));
	assert_false(is_found(m, slice_str("-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\n")));
	assert_false(
		is_found(m, slice_str("k = `-----BEGIN PRIVATE KEY-----\\n${body}\\n-----END PRIVATE KEY-----`\n")));
	buf_free(&key);
	buf_free(&text);
	matcher_close(m);
	engine_close(e);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_found_however_wrapped),
		cmocka_unit_test(no_end_and_no_body),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
