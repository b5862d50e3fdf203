/* Any bytes through every offline check, and as a case template: total, bounded, nothing read past the end.
 * The first byte picks one check or all. */
#include "rules/wellformed.h"
#include "core/memory.h"
#include "rules/template.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void run_one(const struct wellformed_check *c, struct slice secret) {
	struct arena a = {0};
	struct judgement j = {0};
	c->run(secret, 1767225600, &a, &j);
	if ((unsigned)j.verdict >= VERDICT_COUNT || j.nreasons > REASONS_MAX || (j.rejected && j.nreasons == 0))
		abort();
	for (size_t i = 0; i < j.nreasons; i++) {
		if (!j.reasons[i].code || strlen(j.reasons[i].text) > 2000)
			abort();
	}
	arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	size_t n;
	const struct wellformed_check *all = wellformed_all(&n);
	struct buf out = {0};
	if (size == 0)
		return 0;
	struct slice secret = slice_of(data + 1, size - 1);
	for (size_t i = 0; i < n; i++) {
		if (data[0] >= n || data[0] == i)
			run_one(&all[i], secret);
	}
	if (data[0] >= n && size < 256)
		template_expand(&out, secret, 1, NULL);
	buf_free(&out);
	return 0;
}
