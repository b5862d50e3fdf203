/* Revisions: names to commits, and the commits of a range. Only the commits that decide are read, so a short range
 * costs little in a long history. Names: gitrevisions(7), without `@{…}` and `:/`. */
#ifndef NHISCAN_SCANNERS_GIT_REVISION_H
#define NHISCAN_SCANNERS_GIT_REVISION_H

#include "core/pool.h"
#include "scanners/git/id_table.h"
#include "scanners/git/refs.h"
#include "scanners/git/store.h"

struct revision_source {
	const struct store *store;
	struct store_reader *reader;
	const struct refs *refs;
	const struct id_table *shallow;
	const struct stop_flag *stop;
};

/* A ref's name, its last part, HEAD, `@` or at least 4 hex digits, then any of ~N ^N ^{} ^{commit}.
 * ERR_USAGE with what is wrong with the name. */
int revision_resolve(const struct revision_source *src, struct slice name, struct object_id *out, struct error *err);

/* Follows tags from *id to the commit they name. False when there is none, or it can't be read. */
bool revision_peel(const struct revision_source *src, struct object_id *id);

/* The object that a plain name, without ~ or ^, stands for: a tag is not followed. False when there is none. */
bool revision_object(const struct revision_source *src, struct slice name, struct object_id *out);

/* Hands out every tag object from *id on to what they name in the end, the outermost first. The bytes live until `tag` returns. */
typedef void revision_tag_fn(void *ctx, const struct object_id *id, struct slice bytes);
void revision_each_tag(const struct revision_source *src, struct object_id id, revision_tag_fn *tag, void *ctx);

/* True when a ref has this very name, whole or as git would complete it. */
bool revision_is_ref(const struct revision_source *src, struct slice name);

struct listed_commit {
	struct object_id id, tree;
	struct when authored;
	int64_t committed;
	uint32_t first_parent, nparents; /* in revision_list.parents: trees of parents that are here */
	bool is_merge;
	uint8_t flags; /* private */
};

struct revision_list {
	VEC(struct listed_commit) at; /* oldest first */
	VEC(struct object_id) parent_trees;
	VEC(struct object_id) missing; /* commits that are not in this clone */
	bool is_shallow;	       /* some of them because of a shallow clone */
};

struct revision_range {
	const struct object_id *include;
	size_t ninclude;
	const struct object_id *exclude;
	size_t nexclude;
	int64_t since; /* commits committed before are left out; INT64_MIN: none */
};

/* Commits that `include` reaches and `exclude` does not. Where clocks went backwards by days, a commit that `exclude`
 * reaches can be listed: more is read then, never less. -1 only with ERR_STOPPED. */
int revision_list(const struct revision_source *src, const struct revision_range *range, struct revision_list *out,
	struct error *err);
void revision_list_free(struct revision_list *l);

#endif
