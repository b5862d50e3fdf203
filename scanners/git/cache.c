/* The cache in memory: sorted entries, and lists of new ones for each worker. Reading and writing its file is in
 * cache_file.c; which objects may be remembered is decided in read_everything.c. */
#include "scanners/git/cache.h"

#include "scanners/git/cache_file.h"

#include <stdlib.h>

struct cache *cache_open(
	const char *dir, const char *key, unsigned id_bytes, unsigned threads, struct coverage *coverage) {
	struct cache *c = mem_alloc(sizeof(*c));
	c->id_bytes = id_bytes;
	c->nadded = threads;
	c->added = mem_alloc_n(threads, sizeof(*c->added));
	if (!cache_file_open(c, dir, key, coverage)) {
		cache_close(c);
		return NULL;
	}
	return c;
}

void cache_close(struct cache *c) {
	if (!c)
		return;
	for (unsigned i = 0; i < c->nadded; i++)
		buf_free(&c->added[i]);
	free(c->added);
	buf_free(&c->file);
	buf_free(&c->added_states);
	free(c->dir);
	free(c->name);
	free(c);
}

/* The first entry at or behind `id`. */
static size_t lower_bound(const struct cache *c, const uint8_t *id) {
	size_t width = c->id_bytes + 1, lo = 0, hi = c->nentries;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (memcmp(c->entries + mid * width, id, c->id_bytes) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

enum cache_kind cache_find(const struct cache *c, const uint8_t *id) {
	size_t width = c->id_bytes + 1, at = lower_bound(c, id);
	if (at == c->nentries || memcmp(c->entries + at * width, id, c->id_bytes) != 0)
		return CACHE_UNKNOWN;
	return (enum cache_kind)c->entries[at * width + c->id_bytes];
}

bool cache_knows_store(const struct cache *c, const uint8_t state[CACHE_STATE_BYTES]) {
	for (size_t i = 0; i < c->nstates; i++)
		if (memcmp(c->states + i * CACHE_STATE_BYTES, state, CACHE_STATE_BYTES) == 0)
			return true;
	return false;
}

void cache_add(struct cache *c, unsigned worker, const struct object_id *id, enum cache_kind kind) {
	buf_add(&c->added[worker], id->id, c->id_bytes);
	buf_add_byte(&c->added[worker], (uint8_t)kind);
}

void cache_add_store(struct cache *c, const uint8_t state[CACHE_STATE_BYTES]) {
	if (!cache_knows_store(c, state))
		buf_add(&c->added_states, state, CACHE_STATE_BYTES);
}

static int compare_entries(const void *a, const void *b, void *id_bytes) {
	return memcmp(a, b, *(const unsigned *)id_bytes);
}

int cache_save(struct cache *c, struct error *err) {
	size_t width = c->id_bytes + 1;
	struct buf all = {0}, entries = {0};
	int rc = 0;
	for (unsigned i = 0; i < c->nadded; i++)
		buf_add(&all, c->added[i].p, c->added[i].n);
	if (all.n == 0 && c->added_states.n == 0)
		return 0;
	buf_add(&all, c->entries, c->nentries * width);
	if (all.n)
		qsort_r(all.p, all.n / width, width, compare_entries, &c->id_bytes);
	buf_reserve(&entries, all.n);
	for (size_t i = 0; i < all.n; i += width)
		if (entries.n == 0 || memcmp(entries.p + entries.n - width, all.p + i, c->id_bytes) != 0)
			buf_add(&entries, all.p + i, width);
	rc = cache_file_write(c, buf_slice(&entries), err);
	buf_free(&all);
	buf_free(&entries);
	return rc;
}
