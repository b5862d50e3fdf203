/* Inside of conditions: the tree that condition_parse.c builds and condition.c evaluates. Nobody else includes this. */
#ifndef NHISCAN_RULES_CONDITION_TREE_H
#define NHISCAN_RULES_CONDITION_TREE_H

#include "rules/condition.h"
#include "rules/regex.h"

/* One step of a path. */
enum hop_kind {
	HOP_ATTRIBUTE,
	HOP_NAME,     /* the fact's name */
	HOP_PATH,     /* of the document it was read from */
	HOP_READER,   /* which reader read it */
	HOP_ANCESTOR, /* the nearest fact above of a kind: `job` of a step, `pipeline` of either */
	HOP_OUTER,    /* from an element of a list to the fact whose list it is */
	HOP_IT	      /* the element of a list of texts */
};

struct hop {
	enum hop_kind kind;
	const struct attribute *attribute;
	enum fact_kind ancestor;
};

#define HOPS_MAX 8

struct attribute_path {
	struct hop hops[HOPS_MAX];
	size_t n;
	enum value_type type; /* of the last */
	enum fact_kind of;    /* of VALUE_FACT and VALUE_FACTS */
};

enum operation {
	OP_OR,
	OP_AND,
	OP_NOT,
	OP_EQ,
	OP_NE,
	OP_LT,
	OP_LE,
	OP_GT,
	OP_GE,
	OP_IN,
	OP_MATCHES,
	OP_PATH,    /* operand: a value of a fact */
	OP_LITERAL, /* operand: bool, number, text or list of them */
	OP_NONE,    /* operand: nothing */
	OP_COUNT,   /* number of elements of `path` that meet `left`, or of all */
	OP_ANY,
	OP_ALL,
	OP_HAS,
	OP_KNOWN,
	OP_NEVER,
	OP_AGE /* seconds since a time */
};

struct condition {
	enum operation op;
	enum value_type type; /* of the result */
	const struct condition *left, *right;
	const struct attribute_path *path;
	struct value literal;  /* bool, number, text, texts */
	const double *numbers; /* of a list of numbers */
	size_t nnumbers;
	const struct regex *regex; /* OP_MATCHES with "/…/"; otherwise the literal is a glob */
};

/* The values an evaluation can see: the element of a list and the fact whose list it is. */
struct scope {
	const struct fact *fact;
	struct slice it;
	const struct scope *outer;
};

#endif
