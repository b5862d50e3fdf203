/* Lists of edges, one after the other for each worker, and where the list of each tree is. */
#include "scanners/git/tree_edges.h"

#include "core/vec.h"
#include "scanners/git/id_filter.h"

#include <stdatomic.h>
#include <stdlib.h>

#define MAX_EDGES ((size_t)32 << 20)

typedef VEC(uint32_t) edge_vec;

struct tree_edges {
	const struct id_table *blobs;
	struct id_filter filter;
	unsigned threads;
	edge_vec *lists; /* one a worker: a count, then the edges */
	uint64_t *where; /* by number of a tree: worker << 40 | place in its lists + 1; 0: not remembered */
	uint32_t numbers;
	_Atomic size_t total;
};

#define PLACE_BITS 40

struct tree_edges *tree_edges_new(const struct store *s, const struct id_table *blobs, unsigned threads) {
	struct tree_edges *t;
	uint64_t numbers = store_numbers(s);

	if (numbers >= EDGE_BLOB || blobs->n >= EDGE_BLOB)
		return NULL;
	t = mem_alloc(sizeof(*t));
	t->blobs = blobs;
	t->threads = threads;
	t->numbers = (uint32_t)numbers;
	t->lists = mem_alloc_n(threads, sizeof(*t->lists));
	t->where = mem_alloc_n(numbers + 1, sizeof(*t->where));
	id_filter_of(&t->filter, blobs);
	return t;
}

void tree_edges_free(struct tree_edges *t) {
	if (!t)
		return;
	for (unsigned i = 0; i < t->threads; i++)
		VEC_FREE(&t->lists[i]);
	free(t->lists);
	free(t->where);
	free(t);
}

uint32_t tree_edges_blob(const struct tree_edges *t, const uint8_t *id) {
	uint32_t n = id_filter_passes(&t->filter, id) ? id_table_find(t->blobs, id) : ID_NONE;
	return n == ID_NONE ? ID_NONE : n | EDGE_BLOB;
}

const struct id_table *tree_edges_blobs(const struct tree_edges *t) {
	return t->blobs;
}

void tree_edges_add(struct tree_edges *t, unsigned worker, uint32_t tree, const uint32_t *edges, size_t n) {
	edge_vec *v = &t->lists[worker];
	if (tree >= t->numbers || n >= MAX_EDGES || atomic_fetch_add(&t->total, n + 1) > MAX_EDGES)
		return;
	t->where[tree] = (uint64_t)worker << PLACE_BITS | (v->n + 1);
	VEC_RESERVE(v, n + 1);
	v->at[v->n++] = (uint32_t)n;
	if (n)
		memcpy(v->at + v->n, edges, n * sizeof(*edges));
	v->n += n;
}

bool tree_edges_of(const struct tree_edges *t, uint32_t tree, const uint32_t **edges, size_t *n) {
	uint64_t where = tree < t->numbers ? t->where[tree] : 0;
	if (where == 0)
		return false;
	const edge_vec *v = &t->lists[where >> PLACE_BITS];
	size_t at = (size_t)(where & (((uint64_t)1 << PLACE_BITS) - 1)) - 1;
	*n = v->at[at];
	*edges = v->at + at + 1;
	return true;
}
