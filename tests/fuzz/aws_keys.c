/* Access keys, their last use, service-specific credentials, SSH keys and certificates. */
#include "tests/fuzz/aws_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	return fuzz_reader(aws_shapes_key, data, size);
}
