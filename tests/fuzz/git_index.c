/* Fuzzes the index parser, and joining the first part of the bytes, when it is a split index, with the rest: entries and folders
 * must be readable and consistent. */
#include <stdlib.h>
#include <string.h>

#include "scanners/git/index_split.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look(const struct index *x, unsigned id_bytes) {
	volatile uint8_t sum = 0;
	for (size_t i = 0; i < x->entries.n; i++) {
		sum ^= x->entries.at[i].id[id_bytes - 1];
		sum ^= x->entries.at[i].path.p[x->entries.at[i].path.n - 1];
	}
	for (size_t i = 0; i < x->folders.n; i++) {
		const struct index_folder *f = &x->folders.at[i];
		if (f->next <= i || f->next > x->folders.n || (f->id && f->entries > x->entries.n))
			abort();
		sum ^= f->id ? f->id[id_bytes - 1] : 0;
	}
	(void)sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct index x, shared = {0};
	unsigned id_bytes = size & 1 ? 20 : 32;
	const uint8_t *second = size > 4 ? memmem(data + 4, size - 4, "DIRC", 4) : NULL;
	size_t n = second ? (size_t)(second - data) : size;
	if (index_parse(slice_of(data, n), id_bytes, &x, NULL) == 0) {
		if (!x.shared_id)
			look(&x, id_bytes);
		else if (second && index_parse(slice_of(second, size - n), id_bytes, &shared, NULL) == 0 &&
			 index_join(&x, &shared, NULL) == 0)
			look(&x, id_bytes);
	}
	index_free(&x);
	index_free(&shared);
	return 0;
}
