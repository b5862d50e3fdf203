/* The commits of a range, newest first through a heap of commit dates, as git's revision walk does it; what is excluded
 * is painted down to its ancestors. Names are resolved in revision.c. */
#include "scanners/git/revision.h"

#include "scanners/git/commit.h"

#include <stdlib.h>

#define EXCLUDED 1u
#define LISTED	 2u
#define LOADED	 4u

/* After the last interesting commit the walk goes on for so many, in case clocks were wrong (git's SLOP). */
#define SLOP 32

struct lister {
	const struct revision_source *src;
	const struct revision_range *range;
	struct revision_list *out;
	struct id_table ids;
	VEC(struct listed_commit) at; /* by number in `ids` */
	VEC(uint32_t) parents;	      /* numbers; first_parent and nparents point here until the end */
	VEC(uint32_t) heap;
	VEC(uint32_t) popped; /* newest first */
	size_t interesting;   /* in the heap */
	struct buf buf;
};

static bool comes_first(const struct lister *l, uint32_t a, uint32_t b) {
	const struct listed_commit *x = &l->at.at[a], *y = &l->at.at[b];
	return x->committed != y->committed ? x->committed > y->committed : object_id_cmp(&x->id, &y->id) < 0;
}

static void push(struct lister *l, uint32_t v) {
	VEC_PUSH(&l->heap, v);
	size_t i = l->heap.n - 1;
	for (; i > 0 && comes_first(l, v, l->heap.at[(i - 1) / 2]); i = (i - 1) / 2)
		l->heap.at[i] = l->heap.at[(i - 1) / 2];
	l->heap.at[i] = v;
	l->interesting += !(l->at.at[v].flags & EXCLUDED);
}

static uint32_t pop(struct lister *l) {
	uint32_t top = l->heap.at[0], last = l->heap.at[--l->heap.n];
	size_t i = 0;
	for (;;) {
		size_t child = 2 * i + 1;
		if (child >= l->heap.n)
			break;
		if (child + 1 < l->heap.n && comes_first(l, l->heap.at[child + 1], l->heap.at[child]))
			child++;
		if (!comes_first(l, l->heap.at[child], last))
			break;
		l->heap.at[i] = l->heap.at[child];
		i = child;
	}
	if (l->heap.n > 0)
		l->heap.at[i] = last;
	l->interesting -= !(l->at.at[top].flags & EXCLUDED);
	return top;
}

/* Reads the commit and queues it. Its parents are numbered but not read yet. */
static uint32_t discover(struct lister *l, const struct object_id *id, unsigned flags) {
	bool added;
	uint32_t n = id_table_add(&l->ids, id->id, id->n, &added);
	struct listed_commit c = {.id = *id, .flags = (uint8_t)flags};
	struct commit_view view;
	enum object_type type;
	if (!added)
		return n;
	enum trouble t = store_read(l->src->reader, id, &type, &l->buf, NULL);
	if (t == TROUBLE_NONE && type == OBJECT_COMMIT && commit_parse(buf_slice(&l->buf), id->n, &view, NULL) == 0) {
		c.tree = view.tree;
		c.authored = view.authored;
		c.committed = view.committed.at;
		c.is_merge = view.nparents > 1;
		c.flags |= LOADED;
	}
	VEC_PUSH(&l->at, c);
	if (c.flags & LOADED)
		push(l, n);
	else if (!(flags & EXCLUDED))
		VEC_PUSH(&l->out->missing, *id);
	return n;
}

/* Paints what is known below `n`; what is not known yet is painted when it is discovered. */
static void exclude(struct lister *l, uint32_t n) {
	VEC(uint32_t) todo = {0};
	VEC_PUSH(&todo, n);
	while (todo.n > 0) {
		struct listed_commit *c = &l->at.at[todo.at[--todo.n]];
		for (uint32_t i = 0; i < c->nparents; i++) {
			uint32_t p = l->parents.at[c->first_parent + i];
			struct listed_commit *parent = &l->at.at[p];
			if (parent->flags & EXCLUDED)
				continue;
			/* Still in the heap when it has been read but not been listed. */
			if ((parent->flags & LOADED) && !(parent->flags & LISTED))
				l->interesting--;
			parent->flags |= EXCLUDED;
			VEC_PUSH(&todo, p);
		}
	}
	VEC_FREE(&todo);
}

static void expand(struct lister *l, uint32_t n) {
	struct object_id id = l->at.at[n].id;
	unsigned flags = l->at.at[n].flags & EXCLUDED;
	struct commit_view view = {0};
	struct buf commit = {0};
	enum object_type type;
	bool cut = l->src->shallow && id_table_find(l->src->shallow, id.id) != ID_NONE;
	uint32_t first = (uint32_t)l->parents.n, count = 0;
	if (store_read(l->src->reader, &id, &type, &commit, NULL) == TROUBLE_NONE &&
		commit_parse(buf_slice(&commit), id.n, &view, NULL) == 0) {
		for (size_t i = 0; i < view.nparents; i++) {
			struct object_id parent = commit_parent(&view, id.n, i);
			if (cut && !store_has(l->src->store, &parent)) {
				l->out->is_shallow |= !flags;
				if (!flags)
					VEC_PUSH(&l->out->missing, parent);
				continue;
			}
			uint32_t p = discover(l, &parent, flags);
			VEC_PUSH(&l->parents, p);
			count++;
		}
	}
	l->at.at[n].first_parent = first;
	l->at.at[n].nparents = count;
	if (count < 2 || count < view.nparents)
		l->at.at[n].is_merge = false;
	if (flags)
		exclude(l, n);
	buf_free(&commit);
}

static int run(struct lister *l, struct error *err) {
	unsigned slop = SLOP;
	while (l->heap.n > 0) {
		if (l->src->stop && stop_requested(l->src->stop))
			return error_set(err, ERR_STOPPED, "interrupted while listing commits");
		if (l->interesting > 0)
			slop = SLOP;
		else if (slop-- == 0)
			break;
		uint32_t n = pop(l);
		l->at.at[n].flags |= LISTED;
		VEC_PUSH(&l->popped, n);
		if (!(l->at.at[n].flags & EXCLUDED) && l->at.at[n].committed < l->range->since)
			l->at.at[n].flags |= EXCLUDED; /* too old, and so is what is below */
		else
			expand(l, n);
	}
	return 0;
}

/* What was listed and never painted, oldest first, with the trees of its parents. */
static void collect(struct lister *l) {
	for (size_t i = l->popped.n; i-- > 0;) {
		struct listed_commit c = l->at.at[l->popped.at[i]];
		uint32_t first = (uint32_t)l->out->parent_trees.n;
		if (c.flags & EXCLUDED)
			continue;
		for (uint32_t k = 0; k < c.nparents; k++) {
			const struct listed_commit *parent = &l->at.at[l->parents.at[c.first_parent + k]];
			if (parent->flags & LOADED)
				VEC_PUSH(&l->out->parent_trees, parent->tree);
		}
		c.first_parent = first;
		c.nparents = (uint32_t)l->out->parent_trees.n - first;
		VEC_PUSH(&l->out->at, c);
	}
}

int revision_list(const struct revision_source *src, const struct revision_range *range, struct revision_list *out,
	struct error *err) {
	struct lister l = {.src = src, .range = range, .out = out};
	*out = (struct revision_list){0};
	for (size_t i = 0; i < range->nexclude; i++)
		discover(&l, &range->exclude[i], EXCLUDED);
	for (size_t i = 0; i < range->ninclude; i++)
		discover(&l, &range->include[i], 0);
	int rc = run(&l, err);
	collect(&l);
	id_table_free(&l.ids);
	VEC_FREE(&l.at);
	VEC_FREE(&l.parents);
	VEC_FREE(&l.heap);
	VEC_FREE(&l.popped);
	buf_free(&l.buf);
	return rc;
}

void revision_list_free(struct revision_list *l) {
	VEC_FREE(&l->at);
	VEC_FREE(&l->parent_trees);
	VEC_FREE(&l->missing);
}
