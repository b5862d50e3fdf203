/* Submodules: each has a repository of its own below `modules` in the repository's folder (gitrepository-layout(5)), which stays
 * when the submodule is removed. They are read as sessions of their own; paths get the submodule's path in front.
 * Private to scanners/git. */
#ifndef NHISCAN_SCANNERS_GIT_MODULES_H
#define NHISCAN_SCANNERS_GIT_MODULES_H

#include "scanners/git/session.h"

/* Reads every submodule's repository, theirs too. One that can't be read is a notice. -1 only with ERR_STOPPED. */
int modules_read(struct git_session *s, struct error *err);

/* Answers what no object of the session's own repository knows. */
int modules_attribute(struct git_session *s, struct arena *a, struct origin *origins, size_t n, struct error *err);

#endif
