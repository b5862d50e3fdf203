/* A structured document as a tree: every key and every value with the exact place it stands at. YAML, JSON, JSON with comments and TOML
 * all read into it, so that readers of pipelines, agents and exports never see bytes. Trees live in the arena they were read into and
 * borrow nothing else. */
#ifndef NHISCAN_SCANNERS_NODE_H
#define NHISCAN_SCANNERS_NODE_H

#include "core/arena.h"
#include "core/slice.h"

/* Where something stands in its document: bytes [start, end), lines and columns from 1, columns in bytes, the end exclusive.
 * line 0: nowhere. */
struct span {
	uint64_t start, end;
	unsigned line, column, end_line, end_column;
};

enum node_kind { NODE_NULL, NODE_BOOL, NODE_NUMBER, NODE_STRING, NODE_SEQUENCE, NODE_MAPPING };

struct node;

struct node_member {
	const struct node *key; /* a scalar; YAML's complex keys are read as their source text */
	const struct node *value;
};

struct node {
	enum node_kind kind;
	bool quoted; /* a string written in quotes or as a block: never a boolean, a number or a reference by accident */
	bool block;  /* a YAML block scalar (| or >): columns inside count from the text's own lines */
	bool boolean;	   /* of NODE_BOOL: true and false only, YAML 1.1's other words are strings (node_truth) */
	struct span span;  /* with quotes and brackets; of an alias, where the alias stands */
	struct slice text; /* of scalars: decoded; of booleans, numbers and null as written ("on" stays "on") */
	const char *tag;   /* YAML's local tag, "!reference"; HCL's function around it, "jsonencode"; or NULL */
	size_t n;	   /* members or items */
	const struct node_member *
		members; /* in order, doubles kept; the last one counts. YAML's "<<" is replaced by what it brings, first */
	const struct node *const *items;
};

/* The value of `key` in a mapping, the last when it stands there twice; NULL when it is not there or `n` is NULL or no mapping. */
const struct node_member *node_member(const struct node *n, const char *key);
/* The same by a key that is a text of the document. */
const struct node *node_get_text(const struct node *n, struct slice key);
static inline const struct node *node_get(const struct node *n, const char *key) {
	const struct node_member *m = n ? node_member(n, key) : NULL;

	return m ? m->value : NULL;
}

/* Where it stands; nowhere for NULL. */
static inline struct span node_span(const struct node *n) {
	return n ? n->span : (struct span){0};
}

/* Down a path of keys, "metadata.name"; NULL as soon as one is missing. */
const struct node *node_at(const struct node *n, const char *path);
const struct node *node_item(const struct node *n, size_t i);
/* A list, or one value that stands for a list of one; nothing and null are the empty list. */
size_t node_many(const struct node *n);
const struct node *node_many_item(const struct node *n, size_t i);
/* Defined here, so that whoever reads the caller, compiler and analyzer too, sees that NULL is nothing. */
static inline bool node_is(const struct node *n, enum node_kind k) {
	return n && n->kind == k;
}

/* The text of a scalar, empty for anything else. */
static inline struct slice node_text(const struct node *n) {
	return n && n->kind != NODE_MAPPING && n->kind != NODE_SEQUENCE ? n->text : slice_of(NULL, 0);
}

static inline bool node_text_is(const struct node *n, const char *text) {
	return n && n->kind != NODE_MAPPING && n->kind != NODE_SEQUENCE && slice_eq(n->text, slice_str(text));
}

/* true, yes, on, 1 and their opposites in any case, as YAML 1.1 has them; `fallback` for anything else. */
bool node_truth(const struct node *n, bool fallback);

/* Why a document could not be read, and where; `text` is one static or arena clause for people without anything of the document. */
struct syntax_error {
	const char *text;
	unsigned line, column;
};

/* Bounds of one document: a bomb ends in a syntax error that names the bound. */
struct node_limits {
	uint32_t max_depth;
	uint64_t max_nodes; /* after aliases are followed */
};
struct node_limits node_limits_default(void);

struct node_documents {
	const struct node *const *roots; /* of a stream of several documents, one each */
	size_t n;
	bool truncated; /* the rest could not be read: the error says why, what came before is here */
};

/* Each reads all documents of `bytes`. -1 with `err` filled when something is wrong; what was whole before it is still in `out`. */
int yaml_read(struct arena *a, struct slice bytes, const struct node_limits *lim, struct node_documents *out,
	struct syntax_error *err);
/* JSON as RFC 8259, several values one after the other or one a line; `comments` also allows // and block comments and a comma too many. */
int json_read(struct arena *a, struct slice bytes, bool comments, const struct node_limits *lim,
	struct node_documents *out, struct syntax_error *err);
int toml_read(struct arena *a, struct slice bytes, const struct node_limits *lim, struct node_documents *out,
	struct syntax_error *err);
/* HCL without evaluation: an expression is its text, unquoted; a block `a "b" { … }` is a member a whose mapping has the member b. */
int hcl_read(struct arena *a, struct slice bytes, const struct node_limits *lim, struct node_documents *out,
	struct syntax_error *err);

#endif
