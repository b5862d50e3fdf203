/* One list of bytes a worker, and a table of ids over all of them. Which commits there are is not asked here. */
#include "scanners/git/commit_notes.h"

#include "core/vec.h"
#include "scanners/git/id_table.h"

#include <stdlib.h>

/* Of all workers together: some 600,000 commits. */
#define NOTES_BYTES ((size_t)64 << 20)

/* In front of each commit's id, tree and lines of parents. */
struct head {
	struct when authored, committed;
	size_t nparents, lines;
};

struct commit_notes {
	unsigned id_bytes, threads;
	size_t room; /* of one worker */
	struct buf *lists;
	struct id_table ids;
	VEC(const uint8_t *) at; /* by number in ids: its head */
};

struct commit_notes *commit_notes_new(unsigned id_bytes, unsigned threads) {
	struct commit_notes *n = mem_alloc(sizeof(*n));
	n->id_bytes = id_bytes;
	n->threads = threads;
	n->room = NOTES_BYTES / threads;
	n->lists = mem_alloc_n(threads, sizeof(*n->lists));
	return n;
}

void commit_notes_free(struct commit_notes *n) {
	if (!n)
		return;
	for (unsigned i = 0; i < n->threads; i++)
		buf_free(&n->lists[i]);
	free(n->lists);
	id_table_free(&n->ids);
	VEC_FREE(&n->at);
	free(n);
}

void commit_notes_add(
	struct commit_notes *n, unsigned worker, const struct object_id *id, const struct commit_view *c) {
	struct buf *list = &n->lists[worker];
	struct head h = {c->authored, c->committed, c->nparents, c->parents.n};
	if (h.lines > n->room || list->n + sizeof(h) + 2 * n->id_bytes > n->room - h.lines)
		return;
	buf_add(list, &h, sizeof(h));
	buf_add(list, id->id, n->id_bytes);
	buf_add(list, c->tree.id, n->id_bytes);
	buf_add_slice(list, c->parents);
}

void commit_notes_settle(struct commit_notes *n) {
	for (unsigned i = 0; i < n->threads; i++) {
		const uint8_t *p = n->lists[i].p, *end = p + n->lists[i].n;
		while (p != end) {
			struct head h;
			bool added;
			memcpy(&h, p, sizeof(h));
			id_table_add(&n->ids, p + sizeof(h), n->id_bytes, &added);
			if (added)
				VEC_PUSH(&n->at, p);
			p += sizeof(h) + 2 * (size_t)n->id_bytes + h.lines;
		}
	}
}

bool commit_notes_find(const struct commit_notes *n, const uint8_t *id, struct commit_view *out) {
	uint32_t number = id_table_find(&n->ids, id);
	struct head h;
	if (number == ID_NONE)
		return false;
	const uint8_t *p = n->at.at[number];
	memcpy(&h, p, sizeof(h));
	p += sizeof(h) + n->id_bytes;
	*out = (struct commit_view){.authored = h.authored, .committed = h.committed, .nparents = h.nparents};
	out->tree.n = (uint8_t)n->id_bytes;
	memcpy(out->tree.id, p, n->id_bytes);
	out->parents = slice_of(p + n->id_bytes, h.lines);
	return true;
}
