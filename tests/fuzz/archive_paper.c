/* Documents that hide their text, each reader on any bytes: the first byte picks the reader, so that magic numbers are no wall. */
#include "core/coverage.h"
#include "scanners/archive/paper.h"

static void take(void *ctx, unsigned worker, const struct document *doc) {
	static volatile uint8_t sum; /* so that no read is left out */

	(void)ctx;
	(void)worker;
	for (size_t i = 0; i < doc->bytes.n; i++)
		sum = sum ^ doc->bytes.p[i];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct limits limits = limits_default();
	struct stop_flag stop = {0};
	struct document_sink sink = {.take = take};
	struct document doc = {.path = slice_str("x"), .place = PLACE_FILE};
	struct job job = {0};
	struct reading r;
	enum paper_kind k;

	if (size < 17) /* what paper_kind_of() asks for */
		return 0;
	k = (enum paper_kind)(1 + data[0] % (PAPER_COUNT - 1));
	limits.max_archive_bytes = 16 << 20;
	limits.max_archive_members = 1000;
	limits.max_archive_depth = 2;
	doc.bytes = slice_of(data + 1, size - 1);
	job.x = expand_open(&(struct expand_options){&limits, coverage_new(), &stop, 1, &sink});
	account_open(&job.account, &limits, &stop, size);
	r = job_reading(&job, 0);
	helpers_open(&job.helpers);
	paper_read(&(struct paper){&r, &doc, 1}, k);
	helpers_close(&r);
	coverage_free(job.x->o.coverage);
	expand_close(job.x);
	return 0;
}
