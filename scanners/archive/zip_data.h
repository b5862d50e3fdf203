/* The bytes of a zip's members. Only for zip.c. */
#ifndef NHISCAN_SCANNERS_ARCHIVE_ZIP_DATA_H
#define NHISCAN_SCANNERS_ARCHIVE_ZIP_DATA_H

#include "scanners/archive/archive.h"
#include "scanners/archive/budget.h"

#define ZIP_DEFLATED 8
#define ZIP_BZIP2    12
#define ZIP_LZMA     14
#define ZIP_ZSTD     93
#define ZIP_XZ	     95

struct zip_entry {
	struct slice name;
	uint64_t packed, size, offset; /* offset: of its own header, in the file */
	uint32_t crc;
	unsigned method;
	enum member_type type;
	bool encrypted;
};

/* What one thread needs to read them; zeroed but for the first four. */
struct zip_reader {
	const struct source *source;
	uint64_t size;
	struct account *account;
	struct chain *chain; /* for windows */
	struct buf packed, plain;
	struct libdeflate_decompressor *inflater;
};
void zip_reader_free(struct zip_reader *r);

/* Is it one of those that are read here? */
bool zip_method_is_known(unsigned method);

/* The bytes of `e`, valid until the next member of the same reader is opened. Trouble comes with the first bytes or the last. Charges the
 * account. */
struct stream *zip_data_open(struct zip_reader *r, const struct zip_entry *e);

#endif
