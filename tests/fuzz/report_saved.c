/* Saved reports, whatever is in them, are read or refused, and what was read can be written in every format. */
#include "report/saved.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static const struct report_style plain = {0};
	FILE *in = size ? fmemopen((void *)(uintptr_t)data, size, "r") : NULL, *out = fopen("/dev/null", "w");
	struct saved s;
	struct error err = {0};

	if (in && out && saved_read(&s, in, "report", &err) == 0)
		for (size_t i = 0; report_formats[i]; i++)
			report_formats[i]->write(&s.report, &plain, out, &err);
	if (in)
		saved_close(&s);
	if (in)
		fclose(in);
	if (out)
		fclose(out);
	return 0;
}
