/* The header of a 7z archive on any bytes: what it says it needs never exceeds what it may. The first 32 bytes are made to fit, so that neither
 * offsets nor lengths are a wall. */
#include "scanners/archive/sevenzip.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	const uint64_t most = 8 << 20;
	struct sevenzip_need need;
	struct error err = {0};
	struct source src = {.fd = -1};
	uint8_t *file;
	size_t packed;

	if (size < 2 || size > UINT16_MAX)
		return 0;
	packed = data[0] % (size - 1); /* of what follows: the rest is the header */
	data++;
	size--;
	file = calloc(1, 32 + size);
	if (!file)
		return 0;
	memcpy(file, "7z\xbc\xaf\x27\x1c", 6);
	file[12] = (uint8_t)packed;
	file[20] = (uint8_t)(size - packed);
	file[21] = (uint8_t)((size - packed) >> 8);
	memcpy(file + 32, data, size);
	src.bytes = slice_of(file, 32 + size);
	if (sevenzip_memory(&src, most, &need, &err) == 0 && need.bytes > most)
		abort();
	free(file);
	return 0;
}
