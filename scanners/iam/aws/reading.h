/* What the readers of AWS exports share: where they are in a file, and how they take times and texts out of it. Internal to this folder. */
#ifndef NHISCAN_SCANNERS_IAM_AWS_READING_H
#define NHISCAN_SCANNERS_IAM_AWS_READING_H

#include "scanners/iam/aws/collect.h"
#include "scanners/json_walk.h"

#define AWS_HINTS_MAX 32

/* A scalar beside or around what is read: {"AccessKeyId": "AKIA…", "AccessKeyLastUsed": {…}}, or the key that leads to it. */
struct aws_hint {
	struct slice key, value;
};

struct aws_reading {
	struct aws_inventory *inv;
	const struct aws_collect *options;
	const struct fact_source *source;
	struct coverage *coverage;
	struct arena *scratch; /* of the element being read */
	struct arena *element; /* for one that is parsed whole; its blocks are used again */
	struct aws_hint hints[AWS_HINTS_MAX];
	size_t nhints;
	struct slice name;    /* of the file, without folders */
	struct slice account; /* --account, or that of the export, or empty */
	uint64_t recognised;  /* elements that a reader took */
	bool partial;	      /* a pagination token was seen */
	bool counted;	      /* the reader counted the element itself, as part of a larger export */
};

/* One kind of element, recognised by its keys. `read` may still say no. */
struct aws_shape {
	const char *name;
	enum aws_export export;
	const char *need[4]; /* all of them are there */
	bool (*read)(struct aws_reading *r, const struct node *n, struct slice pointer);
};
/* Lists that end with a NULL name, in the order in which they are asked. */
extern const struct aws_shape aws_shapes_principal[], aws_shapes_key[], aws_shapes_organization[], aws_shapes_report[],
	aws_shapes_usage[], aws_shapes_secret[], aws_shapes_anywhere[], aws_shapes_workload[], aws_shapes_terraform[],
	aws_shapes_cloudformation[];

/* Descends into a value that is already parsed. */
void aws_read_node(struct aws_reading *r, const struct node *n, struct slice pointer, unsigned depth);

struct slice aws_keep(struct aws_reading *r, struct slice s); /* a copy in the estate's arena */
struct slice aws_keep_text(struct aws_reading *r, const struct node *object, const char *key);
struct slice aws_text(const struct node *object, const char *key); /* of a scalar string; empty otherwise */
struct aws_place aws_place_of(struct aws_reading *r, const struct node *n, struct slice pointer);
struct slice aws_pointer(struct arena *a, struct slice base, const char *key);
struct slice aws_pointer_at(struct arena *a, struct slice base, size_t index);
struct slice aws_hint(const struct aws_reading *r, const char *key);
/* `true`, "true", "Active", …; AWS_UNKNOWN when it is not there. */
enum aws_known aws_known_of(const struct node *n);
void aws_tags(struct aws_reading *r, const struct node *list, struct aws_tag **at, size_t *n, size_t *cap);
#define AWS_TAGS(r, list, v) aws_tags((r), (list), &(v)->at, &(v)->n, &(v)->cap)

/* A time as exports write it: RFC 3339 and its neighbours, seconds or milliseconds since 1970, and the words for nothing. `absent` is what null,
 * an empty text and a missing member mean there. */
struct when aws_when(const struct node *n, struct when absent);
struct when aws_when_text(struct slice s, struct when absent);
#define AWS_NEVER  ((struct when){WHEN_NEVER, 0})
#define AWS_UNTOLD ((struct when){WHEN_UNKNOWN, 0})
/* The later of two; a time wins over never, never over unknown. */
struct when aws_later(struct when a, struct when b);
struct when aws_either(struct when a, struct when b); /* `a` when known, else `b` */

void aws_trouble(struct aws_reading *r, const char *code, bool incomplete, unsigned line, const char *detail);

/* What belongs to a principal, once. Names of places are those of the document. */
void aws_inline_set(struct aws_reading *r, struct aws_principal *p, struct slice name, const struct node *document,
	struct slice pointer);
void aws_attach(struct aws_reading *r, struct aws_principal *p, struct slice arn, struct slice name,
	const struct node *at, struct slice pointer);
void aws_group_join(struct aws_reading *r, struct aws_principal *p, struct slice name);
void aws_instance_profile(struct aws_reading *r, struct aws_principal *p, struct slice arn);
/* The one principal of this kind and name in the account at hand, made with an ARN without a path when there is none. A name may be an ARN. */
struct aws_principal *aws_principal_named(struct aws_reading *r, enum aws_kind kind, struct slice name);
struct slice aws_account_at_hand(const struct aws_reading *r);

/* A credential report: CSV text whose first line names the columns. Place of the whole text. */
bool aws_report_is(struct slice csv);
void aws_report_read(struct aws_reading *r, struct slice csv, struct aws_place place, bool own_lines);

#endif
