/* What a 7z archive will take of memory, told by its header before anything is unpacked: libarchive takes what the header asks for. */
#ifndef NHISCAN_SCANNERS_ARCHIVE_SEVENZIP_H
#define NHISCAN_SCANNERS_ARCHIVE_SEVENZIP_H

#include "scanners/archive/archive.h"

struct sevenzip_need {
	uint64_t bytes; /* for the windows of its largest folder and for the list of its files */
	bool at_once;	/* they may be touched before as many came out: PPMd */
};

/* `src` is bytes or a file, `most` what may be taken. -1 and `err`:
 * ERR_LIMIT when it is more, ERR_FORMAT when the header can't be read. A header that is encrypted asks for nothing: nobody reads it. */
int sevenzip_memory(const struct source *src, uint64_t most, struct sevenzip_need *out, struct error *err);

#endif
