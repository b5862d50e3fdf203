/* Any bytes as an expression and as a text with expressions: every part stands inside the text, and walking ends. */
#include "scanners/ci/expression.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void inside(void *ctx, const struct expression *part) {
	const size_t *size = ctx;

	if (part->start > part->end || part->end > *size)
		__builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct arena a = {0};
	const struct embedded *all;
	uint64_t at = 0;
	const struct expression *e = expression_parse(&a, slice_of(data, size), &at);

	if (at > size)
		__builtin_trap();
	expression_parts(e, inside, &size);
	if (e)
		expression_path(&a, e);

	const size_t n = expressions_find(&a, slice_of(data, size), &all);

	for (size_t i = 0; i < n; i++) {
		if (all[i].end > size || all[i].start + 5 > all[i].end)
			__builtin_trap();
		expression_parts(all[i].expression, inside, &size);
		expression_carries(all[i].expression, inside, &size);
	}
	arena_free(&a);
	return 0;
}
