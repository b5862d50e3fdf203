/* Walks the trees of all commits from the oldest to the newest, and back; a tree that was met before is passed over, so that each is read
 * twice whatever the length of the history. Objects are read in paper_git.c. */
#include "scanners/archive/git_origin.h"
#include "core/buf.h"
#include "scanners/git/commit.h"
#include "scanners/git/tree.h"

#include <stdlib.h>

#define NONE	     UINT32_MAX
#define PARENTS_MOST 64 /* of a merge; more are not followed */

struct held_tree {
	struct slice bytes;
	bool met[2]; /* from the oldest on, from the newest on */
};

struct held_blob {
	uint32_t commits[2]; /* the first and the last, as indices */
	struct slice path;
};

void git_origins_commit(struct git_origins *o, const struct object_id *id, struct slice bytes) {
	struct commit_view view;
	struct error err = {0};
	struct held_commit c = {.id = *id};

	if (commit_parse(bytes, o->id_bytes, &view, &err) < 0)
		return;
	c.tree = view.tree;
	c.authored = view.authored;
	c.order = view.committed.state == WHEN_AT ? view.committed.at : 0;
	c.nparents = view.nparents < PARENTS_MOST ? view.nparents : PARENTS_MOST;
	c.parents = ARENA_NEW_N(&o->arena, struct object_id, c.nparents);
	for (size_t i = 0; i < c.nparents; i++)
		c.parents[i] = commit_parent(&view, o->id_bytes, i);
	VEC_PUSH(&o->commits, c);
}

void git_origins_tree(struct git_origins *o, const struct object_id *id, struct slice bytes) {
	struct map_entry *e;
	bool added;

	if (o->too_large || o->bytes + bytes.n > o->most) {
		o->too_large = true;
		return;
	}
	e = map_put(&o->trees, object_id_slice(id), &added);
	if (added) {
		struct held_tree *t = ARENA_NEW(&o->arena, struct held_tree);

		t->bytes = arena_copy(&o->arena, bytes);
		e->value.ptr = t;
		o->bytes += bytes.n + sizeof(*t) + sizeof(*e) + 32;
	}
}

static int commit_cmp(const void *pa, const void *pb) {
	const struct held_commit *a = pa, *b = pb;

	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	return slice_cmp(object_id_slice(&a->id), object_id_slice(&b->id));
}

/* Clocks differ, and a rebase gives many commits one second: each is put behind its parents, as git's corrected commit dates do
 * (gitformat-commit-graph(5)). Depth first, without recursion; ids are digests, so there are no circles. */
static void correct_orders(struct git_origins *o) {
	struct map indices = {0};
	VEC(uint32_t) stack = {0};

	for (size_t i = 0; i < o->commits.n; i++)
		map_put(&indices, object_id_slice(&o->commits.at[i].id), NULL)->value.num = i;
	for (size_t i = 0; i < o->commits.n; i++) {
		VEC_PUSH(&stack, (uint32_t)i);
		while (stack.n) {
			struct held_commit *c = &o->commits.at[stack.at[stack.n - 1]];
			size_t before = stack.n;

			for (size_t k = 0; k < c->nparents && !c->settled; k++) {
				const struct map_entry *e = map_get(&indices, object_id_slice(&c->parents[k]));
				const struct held_commit *p = e ? &o->commits.at[e->value.num] : NULL;

				if (p && !p->settled)
					VEC_PUSH(&stack, (uint32_t)e->value.num);
				else if (p && p->order >= c->order && p->order < INT64_MAX)
					c->order = p->order + 1;
			}
			if (stack.n == before) {
				c->settled = true;
				stack.n--;
			}
		}
	}
	VEC_FREE(&stack);
	map_free(&indices);
}

struct level {
	struct tree_iter it;
	size_t path; /* bytes of the path to the tree */
};

struct walk {
	struct git_origins *o;
	unsigned way; /* 0: from the oldest on, 1: from the newest on */
	uint32_t commit;
	VEC(struct level) levels;
	struct buf path;
};

static void enter(struct walk *w, struct slice id) {
	const struct map_entry *e = map_get(&w->o->trees, id);
	struct held_tree *t = e ? e->value.ptr : NULL;

	if (!t || t->met[w->way] || w->levels.n >= w->o->depth_most)
		return;
	t->met[w->way] = true;
	VEC_PUSH(&w->levels, ((struct level){tree_iter(t->bytes, w->o->id_bytes), w->path.n}));
}

static void meet_blob(struct walk *w, struct slice id) {
	bool added;
	struct map_entry *e = map_put(&w->o->blobs, id, &added);
	struct held_blob *b = e->value.ptr;

	if (added) {
		b = ARENA_NEW(&w->o->arena, struct held_blob);
		*b = (struct held_blob){{NONE, NONE}, arena_copy(&w->o->arena, buf_slice(&w->path))};
		e->value.ptr = b;
		w->o->bytes += sizeof(*b) + sizeof(*e) + 32 + w->path.n;
	}
	if (b->commits[w->way] == NONE)
		b->commits[w->way] = w->commit;
}

static void walk_commit(struct walk *w) {
	buf_clear(&w->path);
	enter(w, object_id_slice(&w->o->commits.at[w->commit].tree));
	while (w->levels.n && w->o->bytes <= w->o->most) {
		struct level *top = &w->levels.at[w->levels.n - 1];
		struct tree_entry e;

		w->path.n = top->path;
		if (tree_next(&top->it, &e) != 1) {
			w->levels.n--;
			continue;
		}
		buf_add_str(&w->path, w->path.n ? "/" : "");
		buf_add_slice(&w->path, e.name);
		if (tree_entry_is_tree(&e))
			enter(w, slice_of(e.id, w->o->id_bytes));
		else if (tree_entry_is_blob(&e))
			meet_blob(w, slice_of(e.id, w->o->id_bytes));
	}
}

void git_origins_settle(struct git_origins *o) {
	struct walk w = {.o = o};

	correct_orders(o);
	if (o->commits.n)
		qsort(o->commits.at, o->commits.n, sizeof(*o->commits.at), commit_cmp);
	for (w.way = 0; w.way < 2; w.way++)
		for (size_t i = 0; i < o->commits.n && !o->too_large; i++) {
			w.commit = (uint32_t)(w.way ? o->commits.n - 1 - i : i);
			walk_commit(&w);
			o->too_large = o->bytes > o->most;
		}
	VEC_FREE(&w.levels);
	buf_free(&w.path);
}

bool git_origins_of(const struct git_origins *o, const struct object_id *blob, struct git_origin *out) {
	const struct map_entry *e = o->too_large ? NULL : map_get(&o->blobs, object_id_slice(blob));
	const struct held_blob *b = e ? e->value.ptr : NULL;

	if (!b || b->commits[0] == NONE || b->commits[1] == NONE)
		return false;
	*out = (struct git_origin){&o->commits.at[b->commits[0]], &o->commits.at[b->commits[1]], b->path};
	return true;
}

void git_origins_free(struct git_origins *o) {
	VEC_FREE(&o->commits);
	map_free(&o->trees);
	map_free(&o->blobs);
	arena_free(&o->arena);
}
