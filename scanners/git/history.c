/* The commits that refs, stash and reflogs reach. Each commit is read once; of several classes that reach it the
 * lowest wins because classes are walked in order. Blobs and trees are in attribute.c. */
#include "scanners/git/history.h"

#include "scanners/git/commit.h"

#include <stdlib.h>

#define MAX_TAG_CHAIN 64 /* tags of tags; git has no limit, nobody has more than two */

struct loader {
	struct history *h;
	const struct history_options *o;
	struct store_reader *reader;
	struct buf buf;
	VEC(uint32_t) todo;
};

static void trouble(struct loader *l, const struct object_id *id, enum trouble why, const char *detail, bool shallow) {
	struct history_trouble t = {*id, why, arena_str(&l->h->arena, slice_str(detail)), shallow};
	VEC_PUSH(&l->h->troubles, t);
}

static uint32_t discover(struct loader *l, const struct object_id *id, enum root_class class) {
	bool added;
	uint32_t n = id_table_add(&l->h->ids, id->id, l->h->id_bytes, &added);
	if (added) {
		struct history_commit c = {.class = (uint8_t) class};
		VEC_PUSH(&l->h->at, c);
		VEC_PUSH(&l->todo, n);
	}
	return n;
}

/* A parent that a shallow clone left out is no commit of this history. */
static void add_parents(struct loader *l, uint32_t n, const struct commit_view *view, bool is_shallow) {
	struct history *h = l->h;
	enum root_class class = h->at.at[n].class;
	uint32_t first = (uint32_t)h->parents.n, count = 0;
	for (size_t i = 0; i < view->nparents; i++) {
		struct object_id parent = commit_parent(view, h->id_bytes, i);
		if (is_shallow && !store_has(l->o->store, &parent)) {
			trouble(l, &parent, TROUBLE_MISSING, "parent left out of a shallow clone", true);
			continue;
		}
		uint32_t p = discover(l, &parent, class);
		VEC_PUSH(&h->parents, p);
		count++;
	}
	h->at.at[n].first_parent = first;
	h->at.at[n].nparents = count;
	/* With a parent left out nobody can tell what the merge itself brought in. */
	h->at.at[n].is_merge = count > 1 && count == view->nparents;
}

static enum trouble read_commit(
	struct loader *l, const struct object_id *id, struct commit_view *view, struct error *err) {
	enum object_type type;
	if (l->o->notes && commit_notes_find(l->o->notes, id->id, view))
		return TROUBLE_NONE;
	enum trouble t = store_read(l->reader, id, &type, &l->buf, err);
	if (t == TROUBLE_NONE && type != OBJECT_COMMIT) {
		t = TROUBLE_CORRUPT;
		error_set(err, ERR_FORMAT, "a parent is no commit");
	}
	if (t == TROUBLE_NONE && commit_parse(buf_slice(&l->buf), l->h->id_bytes, view, err) != 0)
		t = TROUBLE_CORRUPT;
	return t;
}

static void load_commit(struct loader *l, uint32_t n) {
	struct object_id id = id_table_at(&l->h->ids, n);
	struct error err = {0};
	struct commit_view view;
	enum trouble t = read_commit(l, &id, &view, &err);
	if (t != TROUBLE_NONE) {
		trouble(l, &id, t, err.text, false);
		return;
	}
	struct history_commit *c = &l->h->at.at[n];
	memcpy(c->tree, view.tree.id, view.tree.n);
	c->authored = view.authored;
	c->committed = view.committed.at;
	c->is_present = true;
	add_parents(l, n, &view, l->o->shallow && id_table_find(l->o->shallow, id.id) != ID_NONE);
}

static void add_tip(struct loader *l, const struct ref *ref, uint32_t commit) {
	struct history_tip t = {ref->name, commit};
	if (!ref->in_reflog && slice_has_prefix(ref->name, "refs/"))
		VEC_PUSH(&l->h->tips, t);
}

static int tip_rank(struct slice name) {
	static const char *const kinds[] = {"refs/heads/", "refs/remotes/", "refs/tags/"};
	int i = 0;
	while (i < 3 && !slice_has_prefix(name, kinds[i]))
		i++;
	return i;
}

static int compare_tips(const void *a, const void *b) {
	const struct history_tip *x = a, *y = b;
	int d = tip_rank(x->name) - tip_rank(y->name);
	return d ? d : slice_cmp(x->name, y->name);
}

/* Follows a ref through tags to what it names. */
static void add_ref(struct loader *l, const struct ref *ref) {
	struct object_id id = ref->id;
	for (int hop = 0; hop < MAX_TAG_CHAIN; hop++) {
		struct error err = {0};
		enum object_type type;
		struct tag_view tag;
		struct commit_view noted;
		uint32_t known = id_table_find(&l->h->ids, id.id);
		if (known == ID_NONE && l->o->notes && commit_notes_find(l->o->notes, id.id, &noted))
			known = discover(l, &id, ref->class);
		if (known != ID_NONE) {
			add_tip(l, ref, known);
			return;
		}
		enum trouble t = store_header(l->reader, &id, &type, NULL, &err);
		if (t == TROUBLE_NONE && type == OBJECT_TAG)
			t = store_read(l->reader, &id, &type, &l->buf, &err);
		if (t == TROUBLE_NONE && type == OBJECT_TAG &&
			tag_parse(buf_slice(&l->buf), l->h->id_bytes, &tag, &err) != 0)
			t = TROUBLE_CORRUPT;
		if (t != TROUBLE_NONE) {
			/* Reflogs outlive what they name: git gc expires unreachable entries' objects earlier. */
			if (!(ref->in_reflog && t == TROUBLE_MISSING))
				trouble(l, &id, t, err.text, false);
			return;
		}
		if (type == OBJECT_COMMIT) {
			add_tip(l, ref, discover(l, &id, ref->class));
			return;
		}
		if (type != OBJECT_TAG) {
			struct history_object o = {id, type, ref->class};
			VEC_PUSH(&l->h->objects, o);
			return;
		}
		id = tag.object;
	}
	trouble(l, &ref->id, TROUBLE_CORRUPT, "a chain of tags does not end", false);
}

int history_load(struct history *h, const struct history_options *o, struct error *err) {
	struct loader l = {.h = h, .o = o, .reader = store_reader_new(o->store)};
	const struct refs *refs = o->refs;
	int rc = 0;
	*h = (struct history){.id_bytes = store_id_bytes(o->store)};
	for (size_t i = 0; i < refs->at.n && rc == 0; i++) {
		/* The list is sorted by class: what a class reaches is complete before the next begins. */
		bool class_ends = i + 1 == refs->at.n || refs->at.at[i + 1].class != refs->at.at[i].class;
		add_ref(&l, &refs->at.at[i]);
		while (class_ends && l.todo.n > 0) {
			if (o->stop && stop_requested(o->stop)) {
				rc = error_set(err, ERR_STOPPED, "interrupted while reading commits");
				break;
			}
			load_commit(&l, l.todo.at[--l.todo.n]);
		}
	}
	if (h->tips.n)
		qsort(h->tips.at, h->tips.n, sizeof(*h->tips.at), compare_tips);
	store_reader_free(l.reader);
	buf_free(&l.buf);
	VEC_FREE(&l.todo);
	return rc;
}

void history_free(struct history *h) {
	id_table_free(&h->ids);
	VEC_FREE(&h->at);
	VEC_FREE(&h->parents);
	VEC_FREE(&h->objects);
	VEC_FREE(&h->troubles);
	VEC_FREE(&h->tips);
	arena_free(&h->arena);
}

/* --- order: Kahn's algorithm with a heap of what is ready --- */

struct heap {
	const struct history *h;
	uint32_t *at;
	size_t n;
};

static bool comes_before(const struct history *h, uint32_t a, uint32_t b) {
	const struct history_commit *x = &h->at.at[a], *y = &h->at.at[b];
	if (x->class != y->class)
		return x->class < y->class;
	if (x->authored.at != y->authored.at)
		return x->authored.at < y->authored.at;
	if (x->committed != y->committed)
		return x->committed < y->committed;
	return memcmp(h->ids.ids + (size_t)a * h->id_bytes, h->ids.ids + (size_t)b * h->id_bytes, h->id_bytes) < 0;
}

static void heap_push(struct heap *q, uint32_t v) {
	size_t i = q->n++;
	while (i > 0 && comes_before(q->h, v, q->at[(i - 1) / 2])) {
		q->at[i] = q->at[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	q->at[i] = v;
}

static uint32_t heap_pop(struct heap *q) {
	uint32_t top = q->at[0], last = q->at[--q->n];
	size_t i = 0;
	for (;;) {
		size_t child = 2 * i + 1;
		if (child >= q->n)
			break;
		if (child + 1 < q->n && comes_before(q->h, q->at[child + 1], q->at[child]))
			child++;
		if (!comes_before(q->h, q->at[child], last))
			break;
		q->at[i] = q->at[child];
		i = child;
	}
	if (q->n > 0)
		q->at[i] = last;
	return top;
}

/* Children of each commit, as positions in one array: child[start[p] .. start[p + 1]). */
struct children {
	uint32_t *start, *child;
};

static struct children children_of(const struct history *h) {
	struct children c = {
		mem_alloc_n(h->at.n + 2, sizeof(uint32_t)), mem_alloc_n(h->parents.n + 1, sizeof(uint32_t))};
	for (size_t i = 0; i < h->parents.n; i++)
		c.start[h->parents.at[i] + 2]++;
	for (size_t i = 2; i < h->at.n + 2; i++)
		c.start[i] += c.start[i - 1];
	for (uint32_t i = 0; i < h->at.n; i++)
		for (uint32_t p = 0; p < h->at.at[i].nparents; p++)
			c.child[c.start[h->parents.at[h->at.at[i].first_parent + p] + 1]++] = i;
	return c;
}

size_t history_order(const struct history *h, uint32_t *out) {
	struct children c = children_of(h);
	struct heap q = {h, mem_alloc_n(h->at.n + 1, sizeof(uint32_t)), 0};
	uint32_t *waits = mem_alloc_n(h->at.n + 1, sizeof(*waits));
	size_t n = 0;
	for (uint32_t i = 0; i < h->at.n; i++) {
		waits[i] = h->at.at[i].nparents;
		if (waits[i] == 0)
			heap_push(&q, i);
	}
	while (q.n > 0) {
		uint32_t this = heap_pop(&q);
		if (h->at.at[this].is_present)
			out[n++] = this;
		for (uint32_t i = c.start[this]; i < c.start[this + 1]; i++)
			if (--waits[c.child[i]] == 0)
				heap_push(&q, c.child[i]);
	}
	/* Ids are not verified here, so a damaged store can hold a ring of commits. They come last. */
	for (uint32_t i = 0; i < h->at.n; i++)
		if (waits[i] > 0 && h->at.at[i].is_present)
			out[n++] = i;
	free(c.start);
	free(c.child);
	free(q.at);
	free(waits);
	return n;
}

void history_mark(const struct history *h, uint32_t commit, uint8_t *mark, uint8_t bit) {
	VEC(uint32_t) todo = {0};
	if (!(mark[commit] & bit))
		VEC_PUSH(&todo, commit);
	mark[commit] |= bit;
	while (todo.n > 0) {
		const struct history_commit *c = &h->at.at[todo.at[--todo.n]];
		for (uint32_t i = 0; i < c->nparents; i++) {
			uint32_t p = h->parents.at[c->first_parent + i];
			if (!(mark[p] & bit)) {
				mark[p] |= bit;
				VEC_PUSH(&todo, p);
			}
		}
	}
	VEC_FREE(&todo);
}
