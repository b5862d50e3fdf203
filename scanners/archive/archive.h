/* The members of one archive, through libarchive. Only formats that kind.h names are enabled; no filter of libarchive that would start
 * a program, and nothing that opens a file. */
#ifndef NHISCAN_SCANNERS_ARCHIVE_ARCHIVE_H
#define NHISCAN_SCANNERS_ARCHIVE_ARCHIVE_H

#include "scanners/archive/account.h"
#include "scanners/archive/budget.h"
#include "scanners/archive/kind.h"
#include "scanners/archive/stream.h"

/* Where an archive's own bytes are. */
struct source {
	struct slice bytes;    /* all of them in memory; or p is NULL */
	int fd;		       /* a file that can be read at any place, when `stream` is NULL */
	uint64_t size;	       /* of the file */
	struct stream *stream; /* or one after the other */
	struct stream *pipe;   /* what that comes from, when nobody knows how long it is; or NULL */
};

/* Fills `out` with bytes [at, at + n) of bytes or a file; false when they are not all there. */
bool source_read(const struct source *src, uint64_t at, void *out, size_t n);

enum member_type { MEMBER_FILE, MEMBER_FOLDER, MEMBER_LINK, MEMBER_SPECIAL };

struct member {
	struct slice name; /* any bytes but NUL; valid until the next member */
	enum member_type type;
	bool encrypted;
	uint64_t size; /* UINT64_MAX: not known ahead */
};

struct members;

/* The source, the account and the chain must outlive it; they stay the caller's. NULL and `err` when it is no such archive, or when it wants more
 * memory than is left (ERR_LIMIT). */
struct members *members_open(
	enum packed_kind k, const struct source *src, struct account *account, struct chain *chain, struct error *err);
/* 1: the next member, 0: there is none, -1: the rest can't be read. A member whose own data is beyond reading is given all the same. */
int members_next(struct members *m, struct member *out, struct error *err);
/* The bytes of the member at hand, until the next one is asked for. */
struct stream *members_data(struct members *m);
/* True when the archive said that what it did not give is encrypted. */
bool members_encrypted(const struct members *m);
void members_close(struct members *m);

/* For filter.c: kinds of CLASS_FILTER that only libarchive decodes. */
struct stream *archive_filter_open(enum packed_kind k, struct stream *from, struct error *err);

#endif
