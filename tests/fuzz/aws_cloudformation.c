/* Templates of CloudFormation in JSON. In YAML they are aws_exports.c's. */
#include "tests/fuzz/aws_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	return fuzz_reader(aws_shapes_cloudformation, data, size);
}
