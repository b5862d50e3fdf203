/* Any bytes as YAML: what is read keeps to the bounds, and every span stands inside the document. */
#include "scanners/node.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void walk(const struct node *n, size_t size, unsigned depth) {
	if (n->span.line == 0 || n->span.start > n->span.end || n->span.end > size || depth > 40)
		__builtin_trap();
	for (size_t i = 0; n->kind == NODE_SEQUENCE && i < n->n; i++)
		walk(n->items[i], size, depth + 1);
	for (size_t i = 0; n->kind == NODE_MAPPING && i < n->n; i++) {
		walk(n->members[i].key, size, depth + 1);
		walk(n->members[i].value, size, depth + 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct arena a = {0};
	struct node_documents docs;
	struct syntax_error err;
	const struct node_limits lim = {.max_depth = 40, .max_nodes = 5000};
	const int status = yaml_read(&a, slice_of(data, size), &lim, &docs, &err);

	if ((status != 0) != (err.text != NULL) || (status != 0 && err.line == 0))
		__builtin_trap();
	for (size_t i = 0; i < docs.n; i++)
		walk(docs.roots[i], size, 1);
	arena_free(&a);
	return 0;
}
