/* The git scanner: everything a repository's object store, refs, index and configuration hold, read without git
 * and without running anything. The working tree is not here: scanners/tree reads it. */
#ifndef NHISCAN_SCANNERS_GIT_GIT_H
#define NHISCAN_SCANNERS_GIT_GIT_H

#include "scanners/scanner.h"

/* Accepts repositories (bare too) when history or staged entries are asked for.
 * scope->since REV: commits that REV does not reach, from every ref and HEAD; DATE: commits committed since then. */
extern const struct scanner git_scanner;

/* Where the repository's origin is, without credentials, in `a`; NULL for a local path or none. Needs no session. */
const char *git_origin(struct arena *a, const char *git_dir);

#endif
