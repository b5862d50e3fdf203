/* Opening paths below a folder without ever following a symbolic link, also when the tree changes meanwhile. */
#ifndef NHISCAN_SCANNERS_TREE_BENEATH_H
#define NHISCAN_SCANNERS_TREE_BENEATH_H

#include "core/slice.h"

struct beneath {
	int root;	  /* the folder */
	bool has_openat2; /* Linux 5.6 and not forbidden by a sandbox */
};

/* `root` stays the caller's. */
struct beneath beneath_at(int root);

/* Opens `path` (relative, no "..") as open(2) with O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC added. A symbolic
 * link in any place of the path fails with ELOOP or ENOTDIR. Any length and depth. -1 and errno. */
int beneath_open(const struct beneath *b, const char *path, int flags);

/* Does a link with text `to`, lying in `folder` (relative to the root, "" for the root itself), lead to a place inside
 * the root, whose real absolute path is `root_path`? Looks at nothing outside. A link to nothing is judged by its text. */
bool beneath_holds_link(const struct beneath *b, const char *root_path, struct slice folder, struct slice to);

#endif
