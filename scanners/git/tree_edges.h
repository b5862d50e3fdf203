/* Where folders lead, remembered while the store is read: the folders in them, and those of their blobs that something was found in.
 * Attribution then need not read a single tree again. What it makes of that is in spans.c. */
#ifndef NHISCAN_SCANNERS_GIT_TREE_EDGES_H
#define NHISCAN_SCANNERS_GIT_TREE_EDGES_H

#include "scanners/git/id_table.h"
#include "scanners/git/store.h"

/* In an edge: the number of a blob in the table; otherwise it is store_number() of a folder. */
#define EDGE_BLOB 0x80000000u

struct tree_edges;

/* `blobs` (borrowed): what something was found in. NULL when the store has too many objects to be numbered so. */
struct tree_edges *tree_edges_new(const struct store *s, const struct id_table *blobs, unsigned threads);
void tree_edges_free(struct tree_edges *t);

/* The edge to a blob, or ID_NONE when nothing was found in it. Thread-safe, and quick for nearly all blobs. */
uint32_t tree_edges_blob(const struct tree_edges *t, const uint8_t *id);
const struct id_table *tree_edges_blobs(const struct tree_edges *t);

/* Remembers one tree, once. One thread a worker. Beyond a limit of memory (128 MiB) nothing more is remembered. */
void tree_edges_add(struct tree_edges *t, unsigned worker, uint32_t tree, const uint32_t *edges, size_t n);

/* After all were added. False: this tree is not remembered, it has to be read. */
bool tree_edges_of(const struct tree_edges *t, uint32_t tree, const uint32_t **edges, size_t *n);

#endif
