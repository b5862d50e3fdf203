/* Any bytes as HCL: no crash, spans inside the text and in order, a reason and a line for what is refused. */
#include "scanners/node.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct node *n, size_t size) {
	if (n->span.start > n->span.end || n->span.end > size || !n->span.line || !n->span.column)
		__builtin_trap();
	for (size_t i = 0; i < n->n; i++) {
		if (n->kind == NODE_MAPPING)
			check(n->members[i].key, size);
		check(n->kind == NODE_MAPPING ? n->members[i].value : n->items[i], size);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	const struct node_limits lim = {.max_depth = 64, .max_nodes = 10000};
	struct arena a = {0};
	struct node_documents docs = {0};
	struct syntax_error err = {0};

	if (hcl_read(&a, slice_of(data, size), &lim, &docs, &err) != 0 && (!err.text || !err.line || !err.column))
		__builtin_trap();
	for (size_t i = 0; i < docs.n; i++)
		check(docs.roots[i], size);
	arena_free(&a);
	return 0;
}
