/* Looking things up in a tree of nodes: keys, paths, items, the texts and the truth of scalars.
 * Reading bytes into trees is in yaml.c, json.c and toml.c. */
#include "scanners/node.h"

/* Deep enough for every format read here, and no stack is spent on what is deeper. A million nodes are some 150 MB of arena. */
#define DEFAULT_MAX_DEPTH 200
#define DEFAULT_MAX_NODES 1000000

struct node_limits node_limits_default(void) {
	return (struct node_limits){.max_depth = DEFAULT_MAX_DEPTH, .max_nodes = DEFAULT_MAX_NODES};
}

static const struct node_member *member_of(const struct node *n, struct slice key) {
	if (!n || n->kind != NODE_MAPPING)
		return NULL;
	for (size_t i = n->n; i-- > 0;)
		if (slice_eq(n->members[i].key->text, key))
			return &n->members[i];
	return NULL;
}

const struct node_member *node_member(const struct node *n, const char *key) {
	return member_of(n, slice_str(key));
}

const struct node *node_get_text(const struct node *n, struct slice key) {
	const struct node_member *m = member_of(n, key);

	return m ? m->value : NULL;
}

const struct node *node_at(const struct node *n, const char *path) {
	while (n && *path) {
		const size_t len = strcspn(path, ".");
		n = node_get_text(n, slice_of(path, len));
		path += len + (path[len] == '.');
	}
	return n;
}

const struct node *node_item(const struct node *n, size_t i) {
	return n && n->kind == NODE_SEQUENCE && i < n->n ? n->items[i] : NULL;
}

size_t node_many(const struct node *n) {
	if (!n || n->kind == NODE_NULL)
		return 0;
	return n->kind == NODE_SEQUENCE ? n->n : 1;
}

const struct node *node_many_item(const struct node *n, size_t i) {
	if (node_is(n, NODE_SEQUENCE))
		return node_item(n, i);
	return i == 0 && node_many(n) ? n : NULL;
}

bool node_truth(const struct node *n, bool fallback) {
	static const struct {
		const char *text;
		bool truth;
	} words[] = {{"true", true}, {"yes", true}, {"on", true}, {"y", true}, {"1", true}, {"false", false},
		{"no", false}, {"off", false}, {"n", false}, {"0", false}};
	const struct slice text = node_text(n);

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (slice_eq_nocase(text, slice_str(words[i].text)))
			return words[i].truth;
	return fallback;
}
