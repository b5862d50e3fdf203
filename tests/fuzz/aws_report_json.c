/* Credential reports as the command line answers them: base64 in JSON. The CSV itself is aws_report.c's. */
#include "tests/fuzz/aws_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	return fuzz_reader(aws_shapes_report, data, size);
}
