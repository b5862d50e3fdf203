/* Deltas from anybody: two bytes say how long the base is, then the base, then the delta. */
#include "scanners/git/delta.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	if (size < 2)
		return 0;
	struct slice in = slice_of(data + 2, size - 2);
	struct slice base = slice_sub(in, 0, (size_t)data[0] << 8 | data[1]), delta = slice_sub(in, base.n, in.n);
	uint64_t base_size, result;
	size_t body;
	if (!delta_sizes(delta, &base_size, &result, &body) || result > 1 << 20)
		return 0;
	delta_ops ops = {0};
	uint8_t *out = malloc(result ? (size_t)result : 1);
	if (!delta_apply(base, delta, out, (size_t)result, &ops)) {
		size_t at = 0;
		for (size_t i = 0; i < ops.n; at += ops.at[i++].len)
			if (ops.at[i].dst != at || ops.at[i].len == 0 ||
				(ops.at[i].kind == DELTA_COPY &&
					memcmp(out + at, base.p + ops.at[i].src, ops.at[i].len) != 0))
				abort();
		if (at != result)
			abort();
	}
	free(out);
	VEC_FREE(&ops);
	return 0;
}
