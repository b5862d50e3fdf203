/* Pack indexes from anybody: parsed, every row read, every id found again. */
#include "scanners/git/idx.h"
#include "scanners/git/rows.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	for (unsigned id_bytes = 20; id_bytes <= 32; id_bytes += 12) {
		struct idx x;
		if (idx_parse(slice_of(data, size), (uint8_t)id_bytes, &x, NULL) != 0)
			continue;
		for (uint32_t i = 0; i < x.count; i++) {
			uint32_t row;
			if (!idx_find(&x, idx_id(&x, i), &row) || memcmp(idx_id(&x, i), idx_id(&x, row), id_bytes) != 0)
				abort();
		}
		uint64_t *offsets;
		uint32_t *rows;
		rows_by_offset(&x, &offsets, &rows);
		for (uint32_t i = 0; i < x.count; i++)
			if (idx_offset(&x, rows[i]) != offsets[i] || (i && offsets[i - 1] > offsets[i]))
				abort();
		free(offsets);
		free(rows);
		idx_free(&x);
	}
	return 0;
}
