/* Multi-pack-indexes from anybody: parsed, every row and name read, and split into the packs' indexes. */
#include "scanners/git/idx.h"
#include "scanners/git/midx.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	for (unsigned id_bytes = 20; id_bytes <= 32; id_bytes += 12) {
		struct midx m;
		if (midx_parse(slice_of(data, size), (uint8_t)id_bytes, &m, NULL) != 0)
			continue;
		uint32_t rows = 0;
		for (uint32_t p = 0; p < m.npacks && p < 300; p++) {
			struct idx x;
			uint32_t row;
			idx_from_midx(&m, p, &x);
			for (uint32_t i = 0; i < x.count; i++) {
				if (!idx_find(&x, idx_id(&x, i), &row) || row != i)
					abort();
				(void)idx_offset(&x, i);
			}
			rows += x.count;
			if (strlen(midx_name(&m, p)) == 0)
				abort();
			idx_free(&x);
		}
		if (m.npacks <= 300 && rows != m.count)
			abort();
	}
	return 0;
}
