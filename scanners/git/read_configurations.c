/* Pipelines as they were: every version of a file that describes one, with its path and the commit that brought it, delivered for what readers make
 * of it. As bytes these blobs are read in the walk like any other. What HEAD holds is read where it is in force. */
#include "scanners/git/head.h"

#include "scanners/git/tree_diff.h"
#include "scanners/read_facts.h"

#include "core/map.h"

#include <stdlib.h>

struct past {
	struct git_session *s;
	struct store_reader *reader;
	const struct history_commit *commit;
	struct object_id id; /* of it */
	struct map seen;     /* blob and path */
	struct buf key, blob;
	bool telling; /* false: HEAD's files are only noted */
};

static enum place place_of(const struct history_commit *c) {
	switch (c->class) {
	case ROOT_STASH:
		return PLACE_STASH;
	case ROOT_REFLOG:
		return PLACE_REFLOG;
	default:
		return c->is_merge ? PLACE_MERGE : PLACE_HISTORY;
	}
}

static void found(void *ctx, const struct object_id *id, struct slice path) {
	struct past *p = ctx;
	enum object_type type;
	bool added;

	if (!pipelines_wanted(path))
		return;
	buf_clear(&p->key);
	buf_add(&p->key, id->id, id->n);
	buf_add_slice(&p->key, path);
	map_put(&p->seen, buf_slice(&p->key), &added);
	if (!added || !p->telling || store_read(p->reader, id, &type, &p->blob, NULL) != TROUBLE_NONE ||
		type != OBJECT_BLOB)
		return; /* what can't be read is told where it is read as a blob */

	const struct document doc = {
		.bytes = slice_sub(buf_slice(&p->blob), 0, p->s->env->scope->limits->max_document_bytes),
		.place = place_of(p->commit),
		.only_facts = true,
		.path = path,
		.object = *id,
		.commit = p->id,
		.authored = p->commit->authored,
		.target = p->s->target->index};

	p->s->env->sink->take(p->s->env->sink->ctx, 0, &doc);
}

/* Damaged trees are told by the walk, which reads them all. */
static void trouble(void *ctx, const struct object_id *id, enum trouble why, const char *detail) {
	const struct past *p = ctx;

	(void)id;
	if (why == TROUBLE_NONE)
		coverage_note(p->s->env->coverage, "limit-tree-depth", true, p->s->target->name, detail);
}

/* What a commit brought: files that none of its parents holds. */
static void read_commit(struct past *p, const struct tree_diff *d, uint32_t n) {
	const struct history *h = &p->s->history;
	struct object_id *parents, tree = {.n = (uint8_t)h->id_bytes};
	size_t nparents = 0;

	p->commit = &h->at.at[n];
	p->id = id_table_at(&h->ids, n);
	memcpy(tree.id, p->commit->tree, tree.n);
	parents = mem_alloc_n((size_t)p->commit->nparents + 1, sizeof(*parents));
	for (uint32_t i = 0; i < p->commit->nparents; i++) {
		const struct history_commit *parent = &h->at.at[h->parents.at[p->commit->first_parent + i]];

		if (!parent->is_present)
			continue;
		parents[nparents].n = (uint8_t)h->id_bytes;
		memcpy(parents[nparents++].id, parent->tree, h->id_bytes);
	}
	tree_diff(d, &tree, parents, nparents, (struct slice){0});
	free(parents);
}

int read_past_configurations(struct git_session *s, struct error *err) {
	struct past p = {.s = s};
	struct object_id head;
	struct when authored;
	uint32_t *order;
	size_t n;

	if (session_history(s, err) != 0)
		return -1;
	p.reader = store_reader_new(s->store);

	const struct tree_diff d = {
		p.reader, s->settings.id_bytes, s->env->scope->limits->max_tree_depth, &p, found, trouble};

	if (head_tree(s, p.reader, &head, &authored, NULL) == TROUBLE_NONE)
		tree_diff(&d, &head, NULL, 0, (struct slice){0});
	p.telling = true;
	order = mem_alloc_n(s->history.at.n + 1, sizeof(*order));
	n = history_order(&s->history, order);
	for (size_t i = 0; i < n && !stop_requested(s->env->stop); i++)
		read_commit(&p, &d, order[i]);
	free(order);
	map_free(&p.seen);
	buf_free(&p.key);
	buf_free(&p.blob);
	store_reader_free(p.reader);
	return 0;
}
