/* The families of deltas in one pack: what stands on what, and which of it is to be read at all.
 * Reads entry headers only; decoding and order of visiting are worker.c's. */
#ifndef NHISCAN_SCANNERS_GIT_GRAPH_H
#define NHISCAN_SCANNERS_GIT_GRAPH_H

#include "scanners/git/store_parts.h"

#define NODE_NONE UINT32_MAX

/* Nodes 0 … listed-1 are the objects of the index, by offset; then come entries that no index row names but deltas stand on
 * (a multi-pack-index leaves duplicates out), by offset; then bases outside the pack. 25 bytes for each. */
struct graph {
	uint32_t pack; /* number in the store */
	uint32_t n, listed, inside;
	uint64_t *offset;	/* n; for bases outside the pack: number in outside */
	uint32_t *row;		/* listed; row in the pack's index */
	uint32_t *parent;	/* n; NODE_NONE for roots */
	uint32_t *first, *next; /* n; children that are needed, by offset */
	uint8_t *state;		/* n; NODE_ bits */
	uint32_t *roots;	/* needed ones, by offset */
	uint32_t nroots;
	VEC(struct object_id) outside;
};

#define NODE_TYPE   0x07 /* an object_type; OBJECT_NONE: not known, the root is missing or broken */
#define NODE_WANTED 0x08 /* is to be delivered or reported */
#define NODE_NEEDED 0x10 /* is wanted, or something wanted stands on it */
#define NODE_WALKED 0x20 /* used while the graph is made */
#define NODE_CYCLE  0x40 /* stands on itself */

/* One bit for each row of the pack's index: set when this copy of the object is the one to deliver. */
static inline bool row_bit(const uint64_t *bits, uint32_t row) {
	return bits[row / 64] >> (row % 64) & 1;
}

/* `types` as in walk_options. The reader looks at bases outside the pack. Free with graph_free(). */
void graph_build(struct graph *g, const struct store *s, uint32_t pack, const uint64_t *rows, unsigned types,
	struct store_reader *reader);
void graph_free(struct graph *g);

#endif
