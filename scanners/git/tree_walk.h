/* Looks for blobs below a tree: every tree once, paths put together only for what is found.
 * What a find means is the caller's business. */
#ifndef NHISCAN_SCANNERS_GIT_TREE_WALK_H
#define NHISCAN_SCANNERS_GIT_TREE_WALK_H

#include "core/arena.h"
#include "scanners/git/id_table.h"
#include "scanners/git/store.h"

struct tree_walk;

/* A place in a walk: what the path is made of when somebody asks. */
struct tree_spot {
	const struct tree_walk *walk;
	uint32_t node;
	struct slice name;
};

struct tree_walk_options {
	struct store_reader *reader;
	unsigned id_bytes;
	unsigned max_depth;
	const struct id_table *wanted; /* blobs looked for */
	void *ctx;
	void (*found)(void *ctx, uint32_t wanted, const struct tree_spot *at); /* number in `wanted` */
};

struct tree_walk *tree_walk_new(const struct tree_walk_options *o);
void tree_walk_free(struct tree_walk *w);

/* Reads `root` and the trees below it that are not in `seen`, and adds them to it. Trees that can't be read are passed
 * over: the reading of the store tells them. False when some were deeper than max_depth. */
bool tree_walk_run(struct tree_walk *w, const uint8_t *root, struct id_table *seen);

struct slice tree_spot_path(const struct tree_spot *s, struct arena *a);

#endif
