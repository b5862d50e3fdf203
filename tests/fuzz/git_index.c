/* Fuzzes the index parser: entries and folders it returns must be readable and consistent. */
#include <stdlib.h>

#include "scanners/git/index.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct index x;
	volatile uint8_t sum = 0;
	unsigned id_bytes = size & 1 ? 20 : 32;
	if (index_parse(slice_of(data, size), id_bytes, &x, NULL) == 0) {
		for (size_t i = 0; i < x.entries.n; i++) {
			sum ^= x.entries.at[i].id[id_bytes - 1];
			sum ^= x.entries.at[i].path.p[x.entries.at[i].path.n - 1];
		}
		for (size_t i = 0; i < x.folders.n; i++) {
			const struct index_folder *f = &x.folders.at[i];
			if (f->next <= i || f->next > x.folders.n || (f->id && f->entries > x.entries.n))
				abort();
			sum ^= f->id ? f->id[id_bytes - 1] : 0;
		}
	}
	index_free(&x);
	(void)sum;
	return 0;
}
