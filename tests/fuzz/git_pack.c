/* Packs from anybody: every offset is taken for an entry, inflated, and applied to what was there before. */
#include "scanners/git/decode.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct pack p;
	struct decoder d;
	uint8_t *last = NULL, *bytes;
	size_t last_n = 0, last_cap = 0, n, cap;
	if (size > 1500 || pack_parse(slice_of(data, size), 20, &p, NULL) != 0)
		return 0;
	delta_ops ops = {0};
	decoder_open(&d);
	for (uint64_t at = 0; at <= size; at++) {
		struct pack_entry e;
		const char *why;
		if (pack_entry_parse(&p, at, &e))
			continue;
		if (e.data.p > data + size || (e.kind == PACK_OFS_DELTA && e.base_offset >= at))
			abort();
		enum trouble t = pack_entry_is_delta(&e) ? decode_delta(&d, &e, slice_of(last, last_n), 1 << 20, &ops,
								   &bytes, &n, &cap, &why)
							 : decode_whole(&d, &e, 1 << 20, &bytes, &n, &cap, &why);
		if (t == TROUBLE_NONE) {
			buffers_put(&d.pool, last, last_cap);
			last = bytes;
			last_n = n;
			last_cap = cap;
		}
	}
	buffers_put(&d.pool, last, last_cap);
	VEC_FREE(&ops);
	decoder_close(&d);
	return 0;
}
