/* A k-way merge over the indexes with a binary heap. Reads no objects. */
#include "scanners/git/merge.h"

#include "core/memory.h"

#include <stdlib.h>

static const uint8_t *source_id(const struct store *s, uint32_t source, uint32_t row) {
	if (source == s->packs.n)
		return row < s->loose.n ? s->loose.at[row].id.id : NULL;
	const struct idx *x = &s->packs.at[source].idx;
	return row < x->count ? idx_id(x, row) : NULL;
}

static bool before(const struct merge *m, const struct merge_source *a, const struct merge_source *b) {
	int c = memcmp(a->id, b->id, m->store->opt.id_bytes);
	return c ? c < 0 : a->source < b->source;
}

static void sift_down(struct merge *m, size_t i) {
	struct merge_source x = m->heap[i];
	for (;;) {
		size_t c = 2 * i + 1;
		if (c >= m->n)
			break;
		if (c + 1 < m->n && before(m, &m->heap[c + 1], &m->heap[c]))
			c++;
		if (!before(m, &m->heap[c], &x))
			break;
		m->heap[i] = m->heap[c];
		i = c;
	}
	m->heap[i] = x;
}

void merge_begin(struct merge *m, const struct store *s) {
	memset(m, 0, sizeof(*m));
	m->store = s;
	m->heap = mem_alloc_n(s->packs.n + 1, sizeof(*m->heap));
	for (uint32_t i = 0; i <= s->packs.n; i++) {
		const uint8_t *id = source_id(s, i, 0);
		if (id)
			m->heap[m->n++] = (struct merge_source){id, i, 0};
	}
	for (size_t i = m->n / 2; i-- > 0;)
		sift_down(m, i);
}

bool merge_next(struct merge *m, struct merge_row *out) {
	size_t id_bytes = m->store->opt.id_bytes;
	if (m->n == 0)
		return false;
	struct merge_source *top = &m->heap[0];
	*out = (struct merge_row){top->id, top->source, top->row, false};
	out->is_duplicate = m->any && memcmp(m->last, top->id, id_bytes) == 0;
	memcpy(m->last, top->id, id_bytes);
	m->any = true;
	top->id = source_id(m->store, top->source, ++top->row);
	if (!top->id)
		*top = m->heap[--m->n];
	if (m->n > 1)
		sift_down(m, 0);
	return true;
}

void merge_end(struct merge *m) {
	free(m->heap);
	memset(m, 0, sizeof(*m));
}
