/* Fuzzes the JSON reader and the policy documents made of what it reads: spans nest and stay inside, and nothing crashes. */
#include "scanners/iam/aws/model.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct node *n, struct span around) {
	if (n->span.start < around.start || n->span.end > around.end || n->span.start >= n->span.end || !n->span.line)
		abort();
	for (size_t i = 0; i < n->n; i++)
		check(n->kind == NODE_MAPPING ? n->members[i].value : n->items[i], n->span);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct node_limits lim = {.max_depth = 100, .max_nodes = 10000};
	struct node_documents docs = {0};
	struct syntax_error err = {0};
	struct arena a = {0};
	struct aws_estate e = {0};
	int r = json_read(&a, slice_of(data, size), size & 1, &lim, &docs, &err);

	if ((r < 0) != (err.text != NULL) || (r < 0) != docs.truncated)
		abort();
	for (size_t i = 0; i < docs.n; i++) {
		check(docs.roots[i], (struct span){.end = size});
		aws_policy_read(&e, docs.roots[i], NULL, (struct slice){0});
	}
	aws_policy_parse(&e, slice_of(data, size), NULL);
	aws_estate_free(&e);
	arena_free(&a);
	return 0;
}
