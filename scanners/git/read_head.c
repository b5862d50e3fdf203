/* The configuration that HEAD holds, where no working tree shows it: blobs of HEAD's tree that a reader wants, delivered once more with their
 * path for what readers make of them. As bytes they are blobs of history like any other, counted and searched there. */
#include "scanners/git/head.h"

#include "scanners/git/tree.h"
#include "scanners/read_facts.h"

#include <stdlib.h>

/* A tree to read, and the path that leads to it. */
struct folder {
	struct object_id id;
	struct slice path; /* with a slash behind it, or empty */
	uint32_t depth;
};

/* More folders than this in one tree are an attack or no concern of pipelines. */
#define FOLDERS_MAX 1000000

struct head_reading {
	struct git_session *s;
	struct store_reader *reader;
	struct arena arena;
	VEC(struct folder) todo;
	struct buf blob;
	uint64_t folders;
	bool limited;
};

static struct slice joined(struct head_reading *h, struct slice folder, struct slice name, const char *end) {
	struct buf b = {0};
	struct slice path;

	buf_add_slice(&b, folder);
	buf_add_slice(&b, name);
	buf_add_str(&b, end);
	path = arena_copy(&h->arena, buf_slice(&b));
	buf_free(&b);
	return path;
}

/* Does a link's text lead above the folder that holds everything? By the text alone: nothing is looked at. */
static bool leads_out(struct slice path, struct slice to) {
	size_t depth = 0;

	for (size_t i = 0; i < path.n; i++)
		depth += path.p[i] == '/';
	if (to.n && to.p[0] == '/')
		return true;
	for (size_t i = 0, from = 0; i <= to.n; i++) {
		struct slice name = slice_sub(to, from, i);

		if (i < to.n && to.p[i] != '/')
			continue;
		from = i + 1;
		if (slice_eq(name, slice_str(".."))) {
			if (!depth)
				return true;
			depth--;
		} else if (name.n && !slice_eq(name, slice_str("."))) {
			depth++;
		}
	}
	return false;
}

static void deliver(struct head_reading *h, const struct object_id *id, struct slice path, bool is_link) {
	const struct git_session *s = h->s;
	enum object_type type;

	if (store_read(h->reader, id, &type, &h->blob, NULL) != TROUBLE_NONE || type != OBJECT_BLOB)
		return; /* told where it is read as a blob of history */

	const struct document doc = {
		.bytes = slice_sub(buf_slice(&h->blob), 0, s->env->scope->limits->max_document_bytes),
		.place = PLACE_HEAD,
		.only_facts = true,
		.is_link = is_link,
		.leads_out = is_link && leads_out(path, buf_slice(&h->blob)),
		.path = path,
		.object = *id,
		.at_head = true,
		.target = s->target->index};

	s->env->sink->take(s->env->sink->ctx, 0, &doc);
}

static void read_folder(struct head_reading *h, const struct folder *f) {
	const unsigned id_bytes = h->s->settings.id_bytes;
	enum object_type type;
	struct tree_entry e;
	struct buf bytes = {0};

	if (store_read(h->reader, &f->id, &type, &bytes, NULL) == TROUBLE_NONE && type == OBJECT_TREE) {
		struct tree_iter it = tree_iter(buf_slice(&bytes), id_bytes);

		while (tree_next(&it, &e) == 1) {
			struct object_id id = {.n = (uint8_t)id_bytes};

			memcpy(id.id, e.id, id_bytes);
			if (tree_entry_is_tree(&e)) {
				if (f->depth >= h->s->env->scope->limits->max_tree_depth ||
					++h->folders > FOLDERS_MAX) {
					h->limited = true;
					continue;
				}
				VEC_PUSH(
					&h->todo, ((struct folder){id, joined(h, f->path, e.name, "/"), f->depth + 1}));
			} else if (tree_entry_is_blob(&e)) {
				const struct slice path = joined(h, f->path, e.name, "");

				const bool link = (e.mode & TREE_MODE_TYPE) == TREE_MODE_LINK;

				if (link ? facts_wanted_of_link(path) : facts_wanted(path))
					deliver(h, &id, path, link);
			}
		}
	}
	buf_free(&bytes);
}

void read_head_configuration(struct git_session *s) {
	struct head_reading h = {.s = s, .reader = store_reader_new(s->store)};
	struct folder root = {0};
	struct when authored;

	if (head_tree(s, h.reader, &root.id, &authored, NULL) == TROUBLE_NONE) {
		VEC_PUSH(&h.todo, root);
		while (h.todo.n && !stop_requested(s->env->stop)) {
			const struct folder f = h.todo.at[--h.todo.n];

			read_folder(&h, &f);
		}
	}
	if (h.limited)
		coverage_note(s->env->coverage, "limit-tree-depth", true, s->target->name,
			"folders of HEAD deeper or more than the limit were not searched for configuration");
	VEC_FREE(&h.todo);
	buf_free(&h.blob);
	arena_free(&h.arena);
	store_reader_free(h.reader);
}
