/* What the parts of the tree scanner share: one scan of one target. */
#ifndef NHISCAN_SCANNERS_TREE_SESSION_H
#define NHISCAN_SCANNERS_TREE_SESSION_H

#include "core/buf.h"
#include "scanners/git/tracked.h"
#include "scanners/scanner.h"
#include "scanners/tree/beneath.h"
#include "scanners/tree/read.h"

struct tree {
	const struct target *target;
	const struct scan_env *env;
	enum place place;
	struct tracked *tracked; /* NULL: not a repository's folder, or its index can't be read */
	int root;		 /* the folder, or -1 */
	char *root_path;	 /* its real absolute path */
	struct beneath beneath;
	struct read_buffer *buffers; /* one for each worker */
	struct read_budget budget;
};

/* tree.c: counts a skip; for reasons worth a notice give a detail, else NULL. `path` is relative to the target. */
void tree_skip(struct tree *t, enum skip why, struct slice path, const char *detail);
void tree_note(struct tree *t, const char *code, bool incomplete, struct slice path, const char *detail);

/* tree.c: reads an open file and delivers it; counts it as read or skipped. Closes `fd`. `path` as in the document. */
void tree_take(struct tree *t, unsigned worker, int fd, struct slice path);

/* tree.c: delivers where a symbolic link leads, as a document for facts alone. It was counted as skipped and stays unread. */
void tree_take_link(struct tree *t, unsigned worker, struct slice path, struct slice to, bool leads_out);

/* walk.c: walks the folder and reads every file in it. */
void tree_walk(struct tree *t);

#endif
