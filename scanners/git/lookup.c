/* Places sorted by id, found by the first two bytes and then by halves. Ids stay where they are, in the indexes. */
#include "scanners/git/lookup.h"

#include "core/memory.h"
#include "scanners/git/merge.h"

#include <stdlib.h>

#define HEADS 65536 /* values of two bytes */

struct spot {
	uint32_t source, row; /* as in struct merge_row */
};

struct lookup {
	struct spot *at;
	uint32_t head[HEADS + 1]; /* where ids that begin so do */
};

static unsigned head_of(const uint8_t *id) {
	return (unsigned)id[0] << 8 | id[1];
}

struct lookup *lookup_new(const struct store *s) {
	uint64_t most = store_numbers(s);
	struct lookup *l;
	struct merge m;
	struct merge_row r;
	uint32_t n = 0;
	unsigned head = 0;
	if (most >= UINT32_MAX)
		return NULL;
	l = mem_alloc(sizeof(*l));
	l->at = mem_grow(NULL, (size_t)most + 1, sizeof(*l->at));
	merge_begin(&m, s);
	while (merge_next(&m, &r)) {
		if (r.is_duplicate)
			continue;
		for (; head <= head_of(r.id); head++)
			l->head[head] = n;
		l->at[n++] = (struct spot){r.source, r.row};
	}
	merge_end(&m);
	for (; head <= HEADS; head++)
		l->head[head] = n;
	return l;
}

void lookup_free(struct lookup *l) {
	if (!l)
		return;
	free(l->at);
	free(l);
}

static const uint8_t *id_of(const struct store *s, const struct spot *at) {
	return at->source == s->packs.n ? s->loose.at[at->row].id.id : idx_id(&s->packs.at[at->source].idx, at->row);
}

bool lookup_find(const struct lookup *l, const struct store *s, const uint8_t *id, struct store_copy *out) {
	uint32_t lo = l->head[head_of(id)], hi = l->head[head_of(id) + 1];
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		int c = memcmp(id_of(s, &l->at[mid]), id, s->opt.id_bytes);
		if (c == 0) {
			const struct spot *at = &l->at[mid];
			bool is_loose = at->source == s->packs.n;
			*out = (struct store_copy){is_loose, is_loose ? at->row : at->source, is_loose ? 0 : at->row};
			return true;
		}
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return false;
}
