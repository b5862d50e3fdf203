/* Any bytes as an AWS export of any kind, JSON, CSV or YAML: read, joined, made into facts. Every place lies in the text. */
#include "scanners/iam/aws/collect.h"
#include "scanners/iam/aws/facts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct aws_place *p, size_t size) {
	if (p->span.start > p->span.end || p->span.end > size)
		__builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct aws_inventory inv = {0};
	struct aws_collect how = aws_collect_default();
	struct fact_source source = {.path = slice_str("export.json")};
	struct fact_set set = {0};
	struct coverage *c = coverage_new();
	/* UTF-16 becomes UTF-8 before anything is read: places are those of that. */
	bool utf8 = size < 2 || (data[0] && data[1] && data[0] != 0xff && data[0] != 0xfe);

	how.account = "111122223333";
	aws_collect_bytes(&inv, &how, slice_of(data, size), &source, c);
	for (size_t i = 0; utf8 && i < inv.credentials.n; i++)
		check(&inv.credentials.at[i]->place, size * 2);
	aws_inventory_settle(&inv);
	aws_facts(&inv, 1767225600, &set);
	fact_set_free(&set);
	aws_inventory_free(&inv);
	coverage_free(c);
	return 0;
}
