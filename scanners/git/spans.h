/* From which commit to which each of some blobs is held, over the whole history at once. What that means for a report is
 * attribute.c's business. */
#ifndef NHISCAN_SCANNERS_GIT_SPANS_H
#define NHISCAN_SCANNERS_GIT_SPANS_H

#include "core/arena.h"
#include "scanners/git/history.h"
#include "scanners/git/tree_edges.h"

#define SPAN_NONE UINT32_MAX

/* Commits by their position in the order. */
struct span {
	uint32_t first;	    /* SPAN_NONE: no commit holds the blob */
	uint32_t last;	    /* of the class of the first */
	uint32_t last_head; /* of those that HEAD reaches; SPAN_NONE: none of them does */
};

struct spans_options {
	const struct store *store;
	struct store_reader *reader;	/* of that store */
	const struct tree_edges *edges; /* remembered as it was read, or NULL */
	const struct history *history;
	const uint32_t *order; /* of history_order() */
	size_t norder;
	const uint8_t *head_marks; /* by commit number: not 0 when HEAD reaches it; or NULL */
	const struct id_table *wanted;
	unsigned max_depth;
	const struct stop_flag *stop;
};

struct spans;

/* Looks at every distinct tree of the commits once, whatever the number of blobs, and reads those that are not remembered. Memory: 4 bytes
 * an object, and for trees on the way to a wanted blob 40 bytes and 8 for each entry that leads there. Trees that can't be read are passed over: the reading of the store
 * tells them. `o` must outlive the spans. */
struct spans *spans_find(const struct spans_options *o);
void spans_free(struct spans *x);

struct span spans_of(const struct spans *x, uint32_t wanted);

/* True when nothing was deeper than max_depth and the limit of memory (64 million entries that lead to blobs) held. */
bool spans_are_whole(const struct spans *x);

/* Fills paths[n] for the wanted blobs whose first commit is at `position`: the first path by bytes, in `a`. Others are left alone. */
void spans_paths(struct spans *x, uint32_t position, struct arena *a, struct slice *paths);

#endif
