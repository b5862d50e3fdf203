/* No input makes a rule slower than linear: every rule by itself is fed its keywords again and again, and behind each of them runs of what
 * its pattern may swallow, in two sizes. Counted, not timed: windows grow no faster than the text, and none of them comes near the step
 * limit, so that steps are at most windows times a constant. */
#include "core/buf.h"
#include "rules/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SMALL = 2048, TIMES = 4, MARGIN = 10 };

/* Characters and joints that classes, separators and boundaries of patterns are made of. */
static const char *const fillers[] = {"", "a", "A", "0", "-", "_", ".", "=", ":", " ", "\n", "/", "+", "\\", "\"", "'",
	"aA0", "a ", "= ", ": \"", "\" ", "a.", "a-", "a:", "a@", "://a:", ",", "(", "<", ">", "{", "%41", "\\n",
	"\xc3\xa9"};

/* The keyword, then a run of `filler` of `run` bytes, again and again up to `size`. */
static void fill(struct buf *out, const char *keyword, const char *filler, size_t run, size_t size) {
	size_t n = strlen(filler);

	buf_clear(out);
	while (out->n < size) {
		buf_add_byte(out, ' ');
		buf_add_str(out, keyword);
		for (size_t i = 0; n && i < run; i += n)
			buf_add_str(out, filler);
	}
	out->n = size;
}

static uint64_t windows_for(struct matcher *m, const struct buf *text, unsigned *hit) {
	candidate_vec found = {0};
	uint64_t before = matcher_stats(m).windows;

	*hit |= matcher_scan(m, &(struct match_input){.bytes = buf_slice(text)}, &found);
	VEC_FREE(&found);
	return matcher_stats(m).windows - before;
}

static size_t try_keyword(struct matcher *m, const struct rule *r, const char *keyword, struct buf *text) {
	static const size_t runs[] = {24, SIZE_MAX / 2};
	size_t wrong = 0;

	for (size_t f = 0; f < sizeof(fillers) / sizeof(*fillers); f++)
		for (size_t k = 0; k < 2; k++) {
			size_t run = runs[k] > SMALL * TIMES ? SMALL * TIMES : runs[k];
			unsigned hit = 0;
			uint64_t few, many;

			fill(text, keyword, fillers[f], run, SMALL);
			few = windows_for(m, text, &hit);
			fill(text, keyword, fillers[f], run, SMALL * TIMES);
			many = windows_for(m, text, &hit);
			if (many > few * TIMES + TIMES * 4 || hit & MATCH_LIMIT_PATTERN) {
				print_error("%s, '%s' and runs of '%s': %llu windows in %d bytes, %llu in %d%s\n",
					r->id, keyword, fillers[f], (unsigned long long)few, SMALL,
					(unsigned long long)many, SMALL * TIMES,
					hit & MATCH_LIMIT_PATTERN ? ", and the step limit" : "");
				wrong++;
			}
		}
	return wrong;
}

static size_t try_rule(const struct rule *r, const char *keyword, const struct limits *lim, struct buf *text) {
	struct rule alone = *r;
	struct catalogue one = {.rules = &alone, .n = 1};
	struct error err = {0};
	struct engine *e;
	struct matcher *m;
	size_t wrong;

	alone.keywords = &keyword;
	alone.nkeywords = 1;
	e = engine_open(&one, lim, 1700000000, &err);
	assert_non_null(e);
	m = matcher_open(e, &err);
	assert_non_null(m);
	wrong = try_keyword(m, r, keyword, text);
	matcher_close(m);
	engine_close(e);
	return wrong;
}

static void rules_are_linear(void **unused) {
	struct limits lim = limits_default();
	struct buf text = {0};
	size_t wrong = 0;

	(void)unused;
	lim.pattern_match_limit /= MARGIN;
	for (size_t i = 0; i < builtin_catalogue.n; i++) {
		const struct rule *r = &builtin_catalogue.rules[i];

		/* The first and the last keyword: the others differ in nothing but their spelling. */
		if (r->nkeywords)
			wrong += try_rule(r, r->keywords[0], &lim, &text);
		if (r->nkeywords > 1)
			wrong += try_rule(r, r->keywords[r->nkeywords - 1], &lim, &text);
	}
	buf_free(&text);
	assert_int_equal(wrong, 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {cmocka_unit_test(rules_are_linear)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
