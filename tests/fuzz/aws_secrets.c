/* Secrets of Secrets Manager and parameters of SSM. */
#include "tests/fuzz/aws_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	return fuzz_reader(aws_shapes_secret, data, size);
}
