/* Where history starts: refs of all kinds, HEADs (other worktrees' too) and reflogs. Files only; following what they
 * name through the object store is history.h. Formats: gitrepository-layout(5), git-pack-refs(1). */
#ifndef NHISCAN_SCANNERS_GIT_REFS_H
#define NHISCAN_SCANNERS_GIT_REFS_H

#include "core/arena.h"
#include "core/error.h"
#include "core/vec.h"
#include "scanners/document.h"

/* In the order in which a blob's place is decided: what a branch or tag reaches is history, whatever else reaches it. */
enum root_class { ROOT_REF, ROOT_NOTE, ROOT_STASH, ROOT_REFLOG, ROOT_CLASSES };

struct ref {
	struct slice name; /* "refs/heads/main", "HEAD", "worktrees/x/HEAD"; for reflog entries the ref's name */
	struct object_id id;
	enum root_class class;
	bool in_reflog; /* an entry of a reflog: its object may be gone, which is no damage */
	unsigned order; /* of reading */
};

struct refs {
	VEC(struct ref)
	at; /* sorted by class, then name, then the entries of its reflog; loose refs win over packed ones */
	struct object_id head; /* n == 0: unborn or unreadable */
	struct arena arena;
	unsigned refused; /* files that are no refs, or more than the limit allows */
};

/* `git_dir` is the worktree's own folder, `common_dir` the repository's; they may be the same. Never fails: what can't
 * be read is counted in `refused`. */
void refs_read(struct refs *out, const char *git_dir, const char *common_dir, unsigned id_bytes);
void refs_free(struct refs *r);

/* The id of the ref with exactly this name. */
bool refs_find(const struct refs *r, struct slice name, struct object_id *out);

#endif
