/* Files of an object store as bytes in memory: mapped whole, read-only, regular files only.
 * Not for files of the working tree. */
#ifndef NHISCAN_SCANNERS_GIT_FILE_H
#define NHISCAN_SCANNERS_GIT_FILE_H

#include "core/error.h"
#include "core/slice.h"

struct file_map {
	struct slice bytes; /* p is NULL when the file is empty */
};

/* Maps `path`. Fails with ERR_IO; a FIFO, device or folder is refused without being waited for.
 * A file that is cut short by somebody else while it is mapped ends the process (SIGBUS), as it does git's;
 * git itself never changes packs and indexes in place. Ownership: file_unmap(). */
int file_map(const char *path, struct file_map *m, struct error *err);
void file_unmap(struct file_map *m);

/* Bytes of mapped files that a process may hold before it lets some go. */
#define FILE_RESIDENT_MAX ((uint64_t)48 << 20)

/* Lets the pages of mapped bytes go when the process holds more than FILE_RESIDENT_MAX of files. They stay valid and in the system's
 * cache, but no longer count as this process's memory. To be called now and then; safe while other threads read. */
void file_rest(struct slice mapped);

/* Opens a regular file for reading and gives its size: a descriptor, or -1 with ERR_IO and errno. */
int file_open(const char *path, uint64_t *size, struct error *err);

#endif
