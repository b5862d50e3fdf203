/* Any bytes as a container: everything in them is delivered or told, within small limits. */
#include "core/coverage.h"
#include "scanners/archive/expand.h"

static void take(void *ctx, unsigned worker, const struct document *doc) {
	static volatile uint8_t sum; /* so that no read is left out */

	(void)ctx;
	(void)worker;
	for (size_t i = 0; i < doc->bytes.n; i++) /* every byte must be readable */
		sum = sum ^ doc->bytes.p[i];
	for (const struct document *d = doc; d; d = d->container)
		for (size_t i = 0; i < d->path.n; i++)
			sum = sum ^ d->path.p[i];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct limits limits = limits_default();
	struct stop_flag stop = {0};
	struct coverage *cov = coverage_new();
	struct document_sink sink = {.take = take};
	struct document doc = {.bytes = slice_of(data, size), .path = slice_str("x"), .place = PLACE_FILE};
	struct expander *x;

	limits.max_archive_bytes = 16 << 20;
	limits.max_archive_members = 1000;
	limits.max_archive_memory = 4 << 20;
	limits.max_archive_depth = 3;
	x = expand_open(&(struct expand_options){&limits, cov, &stop, 1, &sink});
	expand_sink(x)->take(expand_sink(x)->ctx, 0, &doc);
	expand_settle(x);
	expand_close(x);
	if (!coverage_reconciles(cov))
		__builtin_trap();
	coverage_free(cov);
	return 0;
}
