/* What an ISO 9660 image will take of memory, told by its directories: libarchive holds a list of all files in them. */
#ifndef NHISCAN_SCANNERS_ARCHIVE_ISO_H
#define NHISCAN_SCANNERS_ARCHIVE_ISO_H

#include "scanners/archive/archive.h"

/* `src` is bytes or a file, `most` what may be taken. Fills *need; -1 and ERR_LIMIT when it is more. What is damaged asks for what could be read. */
int iso_memory(const struct source *src, uint64_t most, uint64_t *need, struct error *err);

#endif
