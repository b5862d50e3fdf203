/* Blobs of one tree that none of some other trees holds at the same path: what a commit brought in.
 * Trees are read through a store reader; equal subtrees are never opened. */
#ifndef NHISCAN_SCANNERS_GIT_TREE_DIFF_H
#define NHISCAN_SCANNERS_GIT_TREE_DIFF_H

#include "scanners/git/store.h"

struct tree_diff {
	struct store_reader *reader;
	unsigned id_bytes;
	unsigned max_depth;
	void *ctx;
	void (*blob)(void *ctx, const struct object_id *id, struct slice path);
	/* A tree that can't be read, or is beyond max_depth (TROUBLE_NONE). */
	void (*trouble)(void *ctx, const struct object_id *id, enum trouble why, const char *detail);
};

/* `olds` has `nolds` tree ids; with none of them everything below `tree` is new. `path` is put in front of names. */
void tree_diff(const struct tree_diff *d, const struct object_id *tree, const struct object_id *olds, size_t nolds,
	struct slice path);

#endif
