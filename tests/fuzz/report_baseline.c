/* Baselines, whatever is in them, are read or refused. */
#include "report/baseline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct baseline b;
	struct error err = {0};

	baseline_parse(&b, "known", slice_of(data, size), &err);
	baseline_close(&b);
	return 0;
}
