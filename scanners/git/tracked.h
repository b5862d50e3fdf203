/* Which files of a worktree its index knows. For scanners/tree, which labels what it reads; nothing else of git is told. */
#ifndef NHISCAN_SCANNERS_GIT_TRACKED_H
#define NHISCAN_SCANNERS_GIT_TRACKED_H

#include "scanners/scanner.h"

struct tracked;

/* Reads the index once. NULL when it can't be read (damaged, no permission): then nobody can tell. A repository
 * without an index tracks nothing. Owned by the caller; `t` must outlive it. */
struct tracked *tracked_load(const struct target *t);
void tracked_free(struct tracked *x);

/* `path` is relative to the target. Files of a submodule and below a folder that a sparse index stands for count as tracked.
 * Thread-safe. */
bool tracked_has(const struct tracked *x, struct slice path);

/* Tells the coverage, as notices, which submodules below the target the index names and the worktree does not hold. */
void tracked_note_absent(const struct tracked *x, const struct target *t, struct coverage *c);

#endif
