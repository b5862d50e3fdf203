/* Account authorization details and the answers about single users, roles, groups and policies. */
#include "tests/fuzz/aws_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	return fuzz_reader(aws_shapes_principal, data, size);
}
