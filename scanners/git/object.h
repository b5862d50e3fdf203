/* Words shared by all of the object-store reader: what an object is, and why one could not be read.
 * Not about refs, trees or commits as such: only about objects as bytes. */
#ifndef NHISCAN_SCANNERS_GIT_OBJECT_H
#define NHISCAN_SCANNERS_GIT_OBJECT_H

#include "scanners/document.h"

/* The numbers are those of gitformat-pack(5), "Object types". */
enum object_type {
	OBJECT_NONE = 0,
	OBJECT_COMMIT = 1,
	OBJECT_TREE = 2,
	OBJECT_BLOB = 3,
	OBJECT_TAG = 4,
};

const char *object_type_name(enum object_type t);      /* "commit", "tree", "blob", "tag"; "none" otherwise */
enum object_type object_type_parse(struct slice name); /* OBJECT_NONE when it is no type's name */

/* A set of types, for the walk. */
#define OBJECT_BIT(t) (1u << (unsigned)(t))
#define OBJECT_ALL_TYPES                                                                                               \
	(OBJECT_BIT(OBJECT_COMMIT) | OBJECT_BIT(OBJECT_TREE) | OBJECT_BIT(OBJECT_BLOB) | OBJECT_BIT(OBJECT_TAG))

enum trouble {
	TROUBLE_NONE = 0,
	TROUBLE_MISSING,   /* not in the store, or its delta base is not */
	TROUBLE_CORRUPT,   /* zlib, delta, header or (when verified) hash wrong; a cycle of deltas */
	TROUBLE_TOO_LARGE, /* over max_object_bytes */
	TROUBLE_IO,	   /* the system would not let us read it */
};

const char *trouble_name(enum trouble t); /* "missing", "corrupt", … */

/* Room for the sentence that says what is wrong with an object. */
#define TROUBLE_TEXT_MAX 320

/* <0, 0, >0: order of ids as in an index; ids of one store have one length. */
static inline int object_id_cmp(const struct object_id *a, const struct object_id *b) {
	return memcmp(a->id, b->id, a->n < b->n ? a->n : b->n);
}

#endif
