/* Fuzzes what lies under the seal of remembered findings: what is read can be recalled and written again. */
#include "rules/remembered_parts.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct remembered *r = remembered_new(size > 0 ? data[0] : 0);
	struct harvest h = {0};
	struct buf out = {0};

	if (remembered_read(r, slice_of(data, size)) == 0) {
		for (size_t i = 0; i < r->objects.n; i++) {
			struct harvested where = {.object.n = 20};

			if (r->objects.entries[i].key.n != 20)
				continue;
			memcpy(where.object.id, r->objects.entries[i].key.p, 20);
			h.all.n = 0;
			remembered_recall(r, &where, &h);
			for (size_t k = 0; k < h.all.n; k++)
				if (h.all.at[k].what->rule >= r->nrules)
					abort();
		}
		remembered_write(r, &out);
		if (out.n > size)
			abort();
	}
	VEC_FREE(&h.all);
	buf_free(&out);
	remembered_free(r);
	return 0;
}
