/* Expressions: their shape, the places of their parts, and which values they hand on. */
#include "scanners/ci/expression.h"

#include "core/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void add_shape(struct buf *b, const struct expression *e) {
	switch (e->kind) {
	case EXPRESSION_STRING:
		buf_printf(b, "'%.*s'", (int)e->text.n, (const char *)e->text.p);
		break;
	case EXPRESSION_PROPERTY:
		add_shape(b, e->left);
		buf_printf(b, ".%.*s", (int)e->text.n, (const char *)e->text.p);
		break;
	case EXPRESSION_ALL:
		add_shape(b, e->left);
		buf_add_str(b, ".*");
		break;
	case EXPRESSION_INDEX:
		add_shape(b, e->left);
		buf_add_byte(b, '[');
		add_shape(b, e->right);
		buf_add_byte(b, ']');
		break;
	case EXPRESSION_NOT:
		buf_add_str(b, "(! ");
		add_shape(b, e->left);
		buf_add_byte(b, ')');
		break;
	case EXPRESSION_BINARY:
		buf_printf(b, "(%.*s ", (int)e->text.n, (const char *)e->text.p);
		add_shape(b, e->left);
		buf_add_byte(b, ' ');
		add_shape(b, e->right);
		buf_add_byte(b, ')');
		break;
	case EXPRESSION_CALL:
		buf_printf(b, "(%.*s", (int)e->text.n, (const char *)e->text.p);
		for (size_t i = 0; i < e->nargs; i++) {
			buf_add_byte(b, ' ');
			add_shape(b, e->args[i]);
		}
		buf_add_byte(b, ')');
		break;
	default:
		buf_add_slice(b, e->text);
		break;
	}
}

static void expressions_have_their_shape(void **state) {
	static const struct {
		const char *text, *shape;
	} rows[] = {
		{"github.event_name == 'push'", "(== github.event_name 'push')"},
		{"a || b && !c == d", "(|| a (&& b (== (! c) d)))"},
		{"secrets['it''s']", "secrets['it's']"},
		{"contains(github.event.issue.labels.*.name, 'x')", "(contains github.event.issue.labels.*.name 'x')"},
		{"fromJSON(inputs.x)[0].y", "(fromJSON inputs.x)[0].y"},
		{"always()", "(always)"},
		{"1.5e3 >= -2", "(>= 1.5e3 -2)"},
		{"true && null", "(&& true null)"},
		{"github.event.pull_request.head.ref", "github.event.pull_request.head.ref"},
		{"matrix.a-b", "matrix.a-b"},
	};
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf b = {0};
		uint64_t at;
		const struct expression *e = expression_parse(&a, slice_str(rows[i].text), &at);

		if (!e)
			fail_msg("%s: stops at %u", rows[i].text, (unsigned)at);
		add_shape(&b, e);
		assert_string_equal(buf_cstr(&b), rows[i].shape);
		buf_free(&b);
	}
	arena_free(&a);
}

static void what_is_none_is_refused(void **state) {
	static const char *const texts[] = {"", "a ==", "'x", "f(", "a b", "a..b", "a[", "==", "$x", "f(a,)", "\"x\""};
	struct arena a = {0};
	uint64_t at;
	struct buf deep = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (expression_parse(&a, slice_str(texts[i]), &at))
			fail_msg("taken: %s", texts[i]);
	for (int i = 0; i < 100000; i++)
		buf_add_str(&deep, "(!");
	assert_null(expression_parse(&a, buf_slice(&deep), &at));
	buf_free(&deep);
	arena_free(&a);
}

static void embedded_ones_are_found_with_their_places(void **state) {
	const char *text = "x ${{ a.b }} ${{ format('}} {0}', c) }} ${{ ] }} ${{ d";
	struct arena a = {0};
	const struct embedded *all;

	(void)state;
	assert_int_equal(expressions_find(&a, slice_str(text), &all), 3);
	assert_int_equal(all[0].start, 2);
	assert_int_equal(all[0].end, 12);
	assert_int_equal(all[0].expression->start, 6);
	assert_int_equal(all[0].expression->end, 9);
	assert_int_equal(all[1].expression->kind, EXPRESSION_CALL);
	assert_int_equal(all[1].expression->args[1]->start, 34);
	assert_null(all[2].expression);
	arena_free(&a);
}

static void add_carried(void *ctx, const struct expression *part) {
	struct arena a = {0};
	const struct slice path = expression_path(&a, part);

	if (path.n) {
		buf_add_slice(ctx, path);
		buf_add_byte(ctx, ' ');
	}
	arena_free(&a);
}

static void values_are_handed_on_by_some_operations_only(void **state) {
	static const struct {
		const char *text, *carried;
	} rows[] = {
		{"secrets.A", "secrets.a "},
		{"secrets.A != ''", ""},
		{"!secrets.A", ""},
		{"contains(secrets.A, 'x')", ""},
		{"format('{0}', toJSON(secrets))", "secrets "},
		{"github.event_name == 'push' && secrets.A || secrets.B", "secrets.a secrets.b "},
		{"secrets[matrix.x]", "secrets.* "},
		{"fromJSON(secrets.A).password", "secrets.a "},
		{"GitHub.Head_Ref", "github.head_ref "},
	};
	struct arena a = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf b = {0};
		uint64_t at;

		expression_carries(expression_parse(&a, slice_str(rows[i].text), &at), add_carried, &b);
		assert_string_equal(buf_cstr(&b), rows[i].carried);
		buf_free(&b);
	}
	arena_free(&a);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(expressions_have_their_shape),
		cmocka_unit_test(what_is_none_is_refused),
		cmocka_unit_test(embedded_ones_are_found_with_their_places),
		cmocka_unit_test(values_are_handed_on_by_some_operations_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
