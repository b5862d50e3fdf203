/* Tree objects, entry by entry. A view into the object's bytes; nothing is copied.
 * Format: "<octal mode> <name>\0<id>" repeated (git's Documentation/user-manual). Walking trees is not here. */
#ifndef NHISCAN_SCANNERS_GIT_TREE_H
#define NHISCAN_SCANNERS_GIT_TREE_H

#include "core/slice.h"
#include "core/vec.h"

#define TREE_MODE_TYPE	  0170000u
#define TREE_MODE_TREE	  0040000u
#define TREE_MODE_LINK	  0120000u
#define TREE_MODE_GITLINK 0160000u

struct tree_iter {
	struct slice rest;
	unsigned id_bytes;
};

struct tree_entry {
	uint32_t mode;
	struct slice name;
	const uint8_t *id;
};

static inline struct tree_iter tree_iter(struct slice bytes, unsigned id_bytes) {
	return (struct tree_iter){bytes, id_bytes};
}

/* 1 with the next entry, 0 at the end, -1 when the rest is malformed. */
int tree_next(struct tree_iter *it, struct tree_entry *out);

static inline bool tree_entry_is_tree(const struct tree_entry *e) {
	return (e->mode & TREE_MODE_TYPE) == TREE_MODE_TREE;
}

/* Files and symbolic links; a gitlink names a commit of another repository. */
static inline bool tree_entry_is_blob(const struct tree_entry *e) {
	return !tree_entry_is_tree(e) && (e->mode & TREE_MODE_TYPE) != TREE_MODE_GITLINK;
}

/* Entries of one tree or several, found by name. The trees' bytes must outlive the list. Zeroed is empty. */
struct tree_list {
	unsigned id_bytes;
	VEC(struct tree_entry) at; /* sorted by the bytes of the name, then by id, after tree_list_sort() */
};

void tree_list_add(struct tree_list *l, struct slice bytes, unsigned id_bytes);
void tree_list_sort(struct tree_list *l);
/* The first of the entries with this name and, in *n, how many there are; NULL when there is none. */
const struct tree_entry *tree_list_find(const struct tree_list *l, struct slice name, size_t *n);

#endif
