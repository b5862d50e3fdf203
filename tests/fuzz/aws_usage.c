/* Service last accessed details and findings of Access Analyzer. */
#include "tests/fuzz/aws_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	return fuzz_reader(aws_shapes_usage, data, size);
}
