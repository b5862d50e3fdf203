/* What packed bytes are, told by the bytes alone: names lie. Nothing is unpacked here. */
#ifndef NHISCAN_SCANNERS_ARCHIVE_KIND_H
#define NHISCAN_SCANNERS_ARCHIVE_KIND_H

#include "core/slice.h"

/* How a kind is read. */
enum kind_class {
	CLASS_NONE,
	CLASS_FILTER, /* one stream inside another: gzip, xz, … */
	CLASS_SERIAL, /* members one after the other, readable from a pipe: tar, cpio, … */
	CLASS_RANDOM, /* needs to be read at any place: zip, 7z, … */
	CLASS_PAPER   /* a document that hides its text: a database, a PDF, … */
};

enum packed_kind {
	KIND_NONE,
	KIND_GZIP,
	KIND_BZIP2,
	KIND_XZ,
	KIND_LZMA,
	KIND_LZIP,
	KIND_ZSTD,
	KIND_LZ4,
	KIND_COMPRESS,
	KIND_BROTLI, /* no mark tells it: packed_kind_named() */
	KIND_RPM,
	KIND_TAR,
	KIND_CPIO,
	KIND_AR,
	KIND_ZIP,
	KIND_7Z,
	KIND_RAR,
	KIND_RAR5,
	KIND_CAB,
	KIND_LHA,
	KIND_ISO,
	KIND_COUNT
};

const char *packed_kind_name(enum packed_kind k); /* "gzip", "tar", …: part of the report schema */
enum kind_class packed_kind_class(enum packed_kind k);
/* Told by so few bytes that other files begin like it: such a file is no damaged container. */
bool packed_kind_is_weak(enum packed_kind k);

/* Enough of the start of a document to tell: the mark of ISO 9660 is the furthest, in its 17th sector. */
#define KIND_HEAD ((size_t)(33 << 10))
/* All but that mark lie in the first KIND_NEAR bytes; the mark itself lies in [KIND_MARK, KIND_HEAD). */
#define KIND_NEAR ((size_t)(5 << 10))
#define KIND_MARK ((size_t)(32 << 10))

/* `head` is the start of a document, its first KIND_HEAD bytes or all of it. */
enum packed_kind packed_kind_of(struct slice head);

/* The same, and what no mark tells but a name does: brotli (RFC 7932), ".br", if the bytes are no text. */
enum packed_kind packed_kind_named(struct slice name, struct slice head);

/* Packed, but nothing here reads it: what it is called, or NULL. */
const char *unread_kind_of(struct slice head);

/* Does a program or a script at `head` carry a zip at its end? `tail` are the last bytes of the file, at most 65,557. */
bool carries_zip(struct slice head, struct slice tail);
/* Is it a program or a script? Only then does the tail matter. */
bool may_carry_zip(struct slice head);

#endif
