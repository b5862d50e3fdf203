/* A rule file as a small tree of nodes with lines, read with libyaml. Knows YAML, nothing of rules.
 * The subset is what rule files need: one document, no anchors, aliases or tags, each key once, bounded depth and count. */
#ifndef NHISCAN_RULES_RULE_TREE_H
#define NHISCAN_RULES_RULE_TREE_H

#include "core/arena.h"
#include "core/error.h"

#define RULE_TREE_DEPTH_MAX 16
#define RULE_TREE_NODES_MAX 1000000
#define RULE_TREE_BYTES_MAX (UINT64_C(64) << 20)

enum rule_node_kind { NODE_TEXT, NODE_LIST, NODE_MAP };

struct rule_node {
	enum rule_node_kind kind;
	unsigned line, column; /* 1-based; columns in characters */
	bool quoted;	       /* NODE_TEXT: written in quotes or as a block, so never a number or a boolean */
	bool block;	       /* NODE_TEXT: written as a block (| or >), which may end in a newline */
	/* NODE_TEXT: ends in NUL, which is not counted, and holds no other. */
	struct slice text;
	/* NODE_LIST: items. NODE_MAP: key, value, key, value, …; keys are NODE_TEXT and differ. */
	struct rule_node *first, *last;
	size_t n; /* children */
	struct rule_node *next;
};

/* Reads `yaml` into *out, NULL when it holds no document. Lives in `a`.
 * Fails with ERR_USAGE "FILE:LINE: reason"; `file` is used for that only. */
int rule_tree_read(struct arena *a, const char *file, struct slice yaml, struct rule_node **out, struct error *err);

#endif
