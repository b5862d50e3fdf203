/* Which commits of a pack hold a blob: the first and the last by their dates, and its path in the first. Nothing is known of refs: those lie
 * elsewhere in the archive, if at all. */
#ifndef NHISCAN_SCANNERS_ARCHIVE_GIT_ORIGIN_H
#define NHISCAN_SCANNERS_ARCHIVE_GIT_ORIGIN_H

#include "core/map.h"
#include "core/vec.h"
#include "scanners/document.h"

struct held_commit {
	struct object_id id, tree;
	struct when authored;
	struct object_id *parents;
	size_t nparents;
	int64_t order; /* committer date; when settled, never before a parent's */
	bool settled;
};

struct git_origins {
	unsigned id_bytes;
	size_t most; /* bytes of trees that may be held */
	unsigned depth_most;
	bool too_large;
	struct arena arena;
	VEC(struct held_commit) commits;
	struct map trees; /* id: struct held_tree * */
	struct map blobs; /* id: struct held_blob * */
	size_t bytes;
};

/* To be told of every commit and tree, zeroed but for the first three; then git_origins_settle(). */
void git_origins_commit(struct git_origins *o, const struct object_id *id, struct slice bytes);
void git_origins_tree(struct git_origins *o, const struct object_id *id, struct slice bytes);
void git_origins_settle(struct git_origins *o);

/* False: no commit of the pack holds it. Texts are the origins'. */
struct git_origin {
	const struct held_commit *first, *last;
	struct slice path;
};
bool git_origins_of(const struct git_origins *o, const struct object_id *blob, struct git_origin *out);

void git_origins_free(struct git_origins *o);

#endif
