/* Files of a repository's own folder, read without following links: the folder is as hostile as the rest.
 * What is in them is parsed elsewhere. */
#ifndef NHISCAN_SCANNERS_GIT_REPO_FILE_H
#define NHISCAN_SCANNERS_GIT_REPO_FILE_H

#include "core/buf.h"

/* The whole regular file `folder`/`name`, at most `max` bytes. False when it is not there, no regular file (errno 0)
 * or larger (errno EFBIG). `out` is cleared first. */
bool repo_file_read(const char *folder, const char *name, size_t max, struct buf *out);

/* Calls `file` for each regular file below `folder`/`sub` (which need not exist), sorted by name in each folder.
 * `name` starts with `sub`. Files over `max` bytes come with their first `max` bytes. Returns what was not looked at, or not
 * to its end: too large, unreadable, too deep, or beyond a million files. */
unsigned repo_files_walk(const char *folder, const char *sub, size_t max,
	void (*file)(void *ctx, struct slice name, struct slice bytes), void *ctx);

/* The same over all of a folder, but for what `wanted` does not want. */
struct repo_files {
	size_t max;
	/* Files and folders, these before they are gone into. */
	bool (*wanted)(void *ctx, struct slice name, bool is_folder);
	void (*file)(void *ctx, struct slice name, struct slice bytes);
	/* A file that was not read: EFBIG for one over `max` bytes, or why it could not be. */
	void (*unread)(void *ctx, struct slice name, int why);
	void *ctx;
};
unsigned repo_files_all(const char *folder, const struct repo_files *f);

/* Names of the folders directly in `folder`/`sub`, sorted; for each calls `entry` with "sub/name". */
void repo_folders(const char *folder, const char *sub, void (*entry)(void *ctx, const char *name), void *ctx);

/* The repository's folder: a linked worktree's own folder names it in `commondir` (gitrepository-layout(5)). Free with free(). */
char *repo_common_dir(const char *git_dir);

#endif
