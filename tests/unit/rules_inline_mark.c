/* Marks that accept a finding: each row is a text with the value between «», the rule that found it, and what the mark says. */
#include "rules/engine.h"
#include "rules/inline_mark.h"

#include "core/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

struct row {
	const char *text, *rule, *says;
};

static const struct row rows[] = {
	{"key = <V> # nhiscan:allow acme-key made for tests\n", "acme-key", "nhiscan:allow: made for tests"},
	{"key = <V> # nhiscan:allow acme-key made for tests\n", "jwt", NULL},
	{"key = <V> # nhiscan:allow jwt,acme-key both\n", "acme-key", "nhiscan:allow: both"},
	{"key = <V> /* nhiscan:allow * */\n", "jwt", "nhiscan:allow: no reason given"},
	{"key = <V> // nhiscan:allow\n", "jwt", NULL},
	{"# nhiscan:allow * the line above\nkey = <V>\n", "jwt", "nhiscan:allow: the line above"},
	{"  <!-- nhiscan:allow jwt sample -->\n<a><V></a>\n", "jwt", "nhiscan:allow: sample"},
	{"a = other # nhiscan:allow * only for that line\nkey = <V>\n", "jwt", NULL},
	{"# nhiscan:allow * two lines up\n\nkey = <V>\n", "jwt", NULL},
	{"key = <V>\n# nhiscan:allow * the line below\n", "jwt", NULL},
	{"key = <V> # gitleaks:allow\n", "x", "gitleaks:allow: no reason given"},
	{"key = <V> # GitLeaks:Allow -- fixture\n", "x", "gitleaks:allow: fixture"},
	{"key = <V> # notgitleaks:allow\n", "x", NULL}, {"key = <V> # gitleaks:allowed\n", "x", NULL},
	{"key = <V> // betterleaks:allow\n", "x", "betterleaks:allow: no reason given"},
	{"key = <V> # trufflehog:ignore", "x", "trufflehog:ignore: no reason given"},
	{"key = <V> # kingfisher:ignore", "x", "kingfisher:ignore: no reason given"},
	{"key = <V> # pragma: allowlist secret\r\n", "x", "pragma: allowlist secret: no reason given"},
	{"# pragma: allowlist nextline secret\nkey = <V>\n", "x", "pragma: allowlist nextline secret: no reason given"},
	{"key = <V> # pragma: allowlist nextline secret\n", "x", NULL},
	{"key = <V> # ggignore\n", "x", "ggignore: no reason given"}, {"ggignore = 1; key = <V>\n", "x", NULL},
	{"key = <V> # nosecret\n", "x", "nosecret: no reason given"}, {"if (nosecret) key = <V>\n", "x", NULL},
	{"key = <V> # noqa: S105\n", "x", "noqa: S105"}, {"key = <V> # noqa: E501, S106\n", "x", "noqa: E501, S106"},
	{"key = <V> # noqa: E501\n", "x", NULL}, {"key = <V> # noqa\n", "x", NULL},
	{"key := <V> // #nosec G101 -- test key\n", "x", "nosec: G101 -- test key"},
	{"key := <V> // #nosec G404\n", "x", NULL}, {"key = <V> # nosec\n", "x", NULL},
	{"key = <V> // secretlint-disable-line\n", "x", "secretlint-disable-line: no reason given"},
	{"// secretlint-disable-next-line\nkey = <V>\n", "x", "secretlint-disable-next-line: no reason given"},
	{"/* gitleaks:allow */ key = <V>\n", "x", "gitleaks:allow: no reason given"},
	{"key = <gitleaks:allow>\n", "x", NULL}, /* never inside the value */
};

static const char *ask(struct arena *a, const char *text, const char *rule) {
	struct slice s = slice_str(text);
	ptrdiff_t from = slice_find(s, slice_str("<V>")), to;

	if (from < 0)
		from = slice_find(s, slice_str("<"));
	to = slice_find(slice_sub(s, (size_t)from, s.n), slice_str(">")) + from + 1;
	return inline_mark_find(a, s, (size_t)from, (size_t)to, rule);
}

static void marks_say_what_they_accept(void **unused) {
	struct arena a = {0};

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *told = ask(&a, rows[i].text, rows[i].rule);

		if (!told != !rows[i].says || (told && strcmp(told, rows[i].says) != 0))
			fail_msg("%s: '%s', not '%s'", rows[i].text, told ? told : "nothing",
				rows[i].says ? rows[i].says : "nothing");
	}
	arena_free(&a);
}

/* What stands farther away than judging may look must not change the answer, or versions would be judged otherwise than wholes. */
static void only_what_is_near_is_looked_at(void **unused) {
	struct arena a = {0};

	(void)unused;
	for (size_t gap = JUDGE_CONTEXT - 40; gap < JUDGE_CONTEXT + 40; gap++) {
		for (int above = 0; above < 2; above++) {
			struct buf b = {0};
			size_t start, lo, hi;
			const char *whole, *cut;

			buf_add_str(&b, above ? "first\n# nhiscan:allow * reason of some words\n" : "first\n");
			start = b.n + (above ? gap : 3);
			while (b.n < start)
				buf_add_byte(&b, '.');
			buf_add_str(&b, "VALUE");
			for (size_t i = 0; !above && i < gap; i++)
				buf_add_byte(&b, '.');
			buf_add_str(&b, " # nhiscan:allow * reason of some words\nlast");
			lo = start > JUDGE_CONTEXT ? start - JUDGE_CONTEXT : 0;
			hi = start + 5 + JUDGE_CONTEXT < b.n ? start + 5 + JUDGE_CONTEXT : b.n;
			whole = inline_mark_find(&a, buf_slice(&b), start, start + 5, "jwt");
			for (size_t i = 0; i < b.n; i++)
				if (i < lo || i >= hi)
					b.p[i] = '\n';
			cut = inline_mark_find(&a, buf_slice(&b), start, start + 5, "jwt");
			assert_int_equal(!whole, !cut);
			if (whole)
				assert_string_equal(whole, cut);
			buf_free(&b);
		}
	}
	arena_free(&a);
}

static void a_reason_is_short_and_never_torn(void **unused) {
	struct arena a = {0};
	struct buf b = {0};
	const char *told;

	(void)unused;
	buf_add_str(&b, "key = <V> # gitleaks:allow ");
	for (int i = 0; i < 40; i++)
		buf_add_str(&b, "word1234 ");
	told = ask(&a, buf_cstr(&b), "x");
	assert_non_null(told);
	assert_true(strlen(told) < 150);
	assert_true(slice_has_suffix(slice_str(told), "word1234"));
	buf_free(&b);
	arena_free(&a);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marks_say_what_they_accept),
		cmocka_unit_test(only_what_is_near_is_looked_at),
		cmocka_unit_test(a_reason_is_short_and_never_torn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
