/* Trust anchors, profiles and subjects of Roles Anywhere; identity providers. */
#include "tests/fuzz/aws_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	return fuzz_reader(aws_shapes_anywhere, data, size);
}
