/* Loose objects from anybody: the file as it comes, and a header as it comes. */
#include "scanners/git/loose.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct inflater *z = inflater_new();
	struct buf out = {0};
	enum object_type type;
	uint64_t length;
	size_t body;
	const char *why;
	if (loose_header_parse(slice_of(data, size), &type, &length, &body) && (body > size || body > 32))
		abort();
	if (loose_decode(z, slice_of(data, size), 1 << 20, OBJECT_ALL_TYPES, &out, &type, &length, &why) ==
			TROUBLE_NONE &&
		out.n != length)
		abort();
	buf_free(&out);
	inflater_free(z);
	return 0;
}
