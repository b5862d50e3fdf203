/* Any bytes as a list of accepted findings, then asked about a finding; and as a text with marks in it. */
#include "rules/accept.h"
#include "rules/inline_mark.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static const struct rule rule = {.id = "jwt"};
	struct slice text = slice_of(data, size);
	struct appraisal what = {.value = slice_str("abc")};
	struct harvested h = {.what = &what, .path = slice_str("a"), .line = 1, .commit = {.n = 20}};
	struct accept *l = accept_new();
	struct coverage *cov = coverage_new();
	struct arena a = {0};
	struct error err = {0};

	if (accept_parse(l, "L", text, ACCEPT_EVERYWHERE, cov, &err) != 0 &&
		(err.kind != ERR_USAGE || err.text[0] == 0))
		__builtin_trap();
	accept_ask(l, &a, &rule, &h);
	accept_tell_unused(l, true, cov);
	if (size > 2)
		inline_mark_find(&a, text, size / 2, size / 2 + 1, "jwt");
	coverage_free(cov);
	accept_free(l);
	arena_free(&a);
	return 0;
}
