/* Patterns compiled into an arena. Their syntax is turned in re2.c. */
#include "rules/regex.h"

#include "rules/re2.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define STEPS_MAX 100000 /* as in a rule's window, see core/limits.h */

struct regex {
	const char *source;
	const pcre2_code *code;
};

static void *arena_take(PCRE2_SIZE n, void *arena) {
	return arena_alloc(arena, n);
}

static void arena_leave(void *p, void *arena) {
	(void)p;
	(void)arena;
}

const struct regex *regex_of_re2(struct arena *a, struct slice source, struct error *err) {
	pcre2_general_context *g = pcre2_general_context_create(arena_take, arena_leave, a);
	pcre2_compile_context *c = g ? pcre2_compile_context_create(g) : NULL;
	const struct re2_request ask = {.use = RE2_WHOLE};
	struct regex *r = ARENA_NEW(a, struct regex);
	struct re2 t;
	int number;
	PCRE2_SIZE at;

	if (!c || re2_translate(a, source, &ask, &t, err) != 0)
		return NULL;
	r->source = arena_str(a, source);
	r->code = pcre2_compile((PCRE2_SPTR)t.pattern, PCRE2_ZERO_TERMINATED,
		PCRE2_NEVER_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY | PCRE2_NO_AUTO_CAPTURE, &number, &at,
		c);
	if (!r->code) {
		PCRE2_UCHAR why[160] = {0};

		pcre2_get_error_message(number, why, sizeof(why));
		error_set(err, ERR_USAGE, "%s", (const char *)why);
		return NULL;
	}
	return r;
}

const char *regex_source(const struct regex *r) {
	return r->source;
}

bool regex_found(const struct regex *r, struct slice s) {
	pcre2_match_data *data = pcre2_match_data_create(1, NULL);
	pcre2_match_context *context = pcre2_match_context_create(NULL);
	bool found = false;

	if (data && context) {
		pcre2_set_match_limit(context, STEPS_MAX);
		found = pcre2_match(r->code, s.p ? s.p : (const uint8_t *)"", s.n, 0, 0, data, context) >= 0;
	}
	pcre2_match_context_free(context);
	pcre2_match_data_free(data);
	return found;
}
