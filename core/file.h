/* Reading a small file whole, and replacing one. Documents to be scanned are read by scanners, not here. */
#ifndef NHISCAN_CORE_FILE_H
#define NHISCAN_CORE_FILE_H

#include "core/buf.h"
#include "core/error.h"

/* FILE_OF_TARGET: whoever wrote what is scanned chose it: a regular file only, through no link. */
enum file_trust { FILE_OF_TARGET, FILE_OF_USER };

/* Appends the bytes of `path`, at most `most`. ERR_USAGE when it is longer or not a file, ERR_IO when it can't be read; both name it. */
int file_read(const char *path, enum file_trust trust, uint64_t most, struct buf *out, struct error *err);

/* Writes `bytes` to a file of another name in `folder`, mode 0600, which then takes the place of `path` there: whoever reads that, or is
 * interrupted, sees the old or the new. ERR_IO, and nothing has changed. */
int file_replace(const char *folder, const char *path, struct slice bytes, struct error *err);

/* Is there anything of that name in `folder`? */
bool file_is_in(const char *folder, const char *name);

#endif
