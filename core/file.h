/* Reading a small file whole. Documents to be scanned are read by scanners, not here. */
#ifndef NHISCAN_CORE_FILE_H
#define NHISCAN_CORE_FILE_H

#include "core/buf.h"
#include "core/error.h"

/* FILE_OF_TARGET: whoever wrote what is scanned chose it: a regular file only, through no link. */
enum file_trust { FILE_OF_TARGET, FILE_OF_USER };

/* Appends the bytes of `path`, at most `most`. ERR_USAGE when it is longer or not a file, ERR_IO when it can't be read; both name it. */
int file_read(const char *path, enum file_trust trust, uint64_t most, struct buf *out, struct error *err);

/* Is there anything of that name in `folder`? */
bool file_is_in(const char *folder, const char *name);

#endif
