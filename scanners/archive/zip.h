/* Zips by their directory: members are read at their places, by several threads when there are some with nothing to do. */
#ifndef NHISCAN_SCANNERS_ARCHIVE_ZIP_H
#define NHISCAN_SCANNERS_ARCHIVE_ZIP_H

#include "scanners/archive/job.h"

/* Gives all members of a zip whose directory is whole and asks for nothing but the methods of zip_data.h. False: it was not read, and
 * libarchive is to try. `src` is bytes or a file. */
bool zip_read(struct reading *r, const struct document *container, unsigned depth, const struct source *src);

#endif
