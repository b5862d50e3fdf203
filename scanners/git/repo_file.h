/* Small files of a repository's own folder, read without following links: the folder is as hostile as the rest.
 * What is in them is parsed elsewhere. */
#ifndef NHISCAN_SCANNERS_GIT_REPO_FILE_H
#define NHISCAN_SCANNERS_GIT_REPO_FILE_H

#include "core/buf.h"

/* The whole regular file `folder`/`name`, at most `max` bytes. False when it is not there, no regular file (errno 0)
 * or larger (errno EFBIG). `out` is cleared first. */
bool repo_file_read(const char *folder, const char *name, size_t max, struct buf *out);

/* Calls `file` for each regular file below `folder`/`sub` (which need not exist), sorted by name in each folder.
 * `name` starts with `sub`. Files over `max` bytes come with their first `max` bytes. Returns what was not looked at:
 * too deep, or beyond a million files. */
unsigned repo_files_walk(const char *folder, const char *sub, size_t max,
	void (*file)(void *ctx, struct slice name, struct slice bytes), void *ctx);

/* Names of the folders directly in `folder`/`sub`, sorted; for each calls `entry` with "sub/name". */
void repo_folders(const char *folder, const char *sub, void (*entry)(void *ctx, const char *name), void *ctx);

/* The repository's folder: a linked worktree's own folder names it in `commondir` (gitrepository-layout(5)). Free with free(). */
char *repo_common_dir(const char *git_dir);

#endif
