/* Fuzzes dates: whatever parses must format and parse back to itself within the years that have a text. */
#include "core/date.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	char text[DATE_TEXT_MAX];
	int64_t t, back;

	if (!date_parse(slice_of(data, size), INT64_C(1700000000), &t))
		return 0;
	date_format(t, text);
	if (!date_parse(slice_str(text), 0, &back))
		abort();
	if (t >= -INT64_C(62167219200) && t < INT64_C(253402300800) && back != t)
		abort();
	return 0;
}
