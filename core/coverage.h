/* The account of a scan: what was seen, read and skipped, why, and which limits were hit.
 * Invariant, checked by coverage_reconciles(): for each unit, seen == read + the sum of skipped.
 * Thread-safe: all functions may be called from any worker. Not about findings. */
#ifndef NHISCAN_CORE_COVERAGE_H
#define NHISCAN_CORE_COVERAGE_H

#include "core/slice.h"

#include <stdio.h>

/* What is counted. One row of names each in coverage.c. */
enum unit {
	UNIT_FILE,    /* working tree files, named files, standard input */
	UNIT_BLOB,    /* unique blobs of history */
	UNIT_MESSAGE, /* commit and tag messages, notes */
	UNIT_INDEX,   /* staged entries */
	UNIT_META,    /* ref names, repository configuration */
	UNIT_MEMBER,  /* members of archives and other containers, at any depth */
	UNIT_COUNT
};

/* Why something was not read. `counts as incomplete` is a property of the reason (see skip_is_incomplete). */
enum skip {
	SKIP_UNREADABLE,   /* permission or I/O error: incomplete */
	SKIP_MISSING,	   /* object not in this clone (partial or shallow): incomplete */
	SKIP_CORRUPT,	   /* object or index damaged: incomplete */
	SKIP_TOO_LARGE,	   /* over max_document_bytes, or not whole: incomplete */
	SKIP_TOO_DEEP,	   /* folder depth limit: incomplete */
	SKIP_STOPPED,	   /* interrupted: incomplete */
	SKIP_ENCRYPTED,	   /* member of an archive under a password: incomplete */
	SKIP_LINK_OUTSIDE, /* symlink that leaves the target: by design */
	SKIP_LINK,	   /* symlink inside the target: its file is read where it is */
	SKIP_SPECIAL,	   /* FIFO, socket, device: by design */
	SKIP_GIT_DIR,	   /* repository internals, read as history instead */
	SKIP_CONFIG,	   /* .nhiscan.yaml or the command line narrowed the scan */
	SKIP_DUPLICATE,	   /* same object already read */
	SKIP_EMPTY,	   /* no bytes */
	SKIP_CACHED,	   /* an earlier scan read the same object to the end and found nothing in it */
	SKIP_COUNT
};

const char *unit_name(enum unit u); /* "files", "blobs", … */
const char *skip_name(enum skip s); /* kebab-case, stable: part of the JSON schema */
const char *skip_text(enum skip s); /* a clause for people */
bool skip_is_incomplete(enum skip s);

/* A note about one thing, kept for the report: at most NOTICE_MAX per code are kept, all are counted. */
#define NOTICE_MAX 100

struct notice {
	const char *code;   /* kebab-case, static: "unreadable", "limit-document-bytes", "corrupt-object", … */
	const char *where;  /* path, object id or file:line, unescaped; owned by the coverage */
	const char *detail; /* one sentence, unescaped; owned by the coverage */
	bool incomplete;    /* makes the scan incomplete */
};

struct coverage;

struct coverage *coverage_new(void);
void coverage_free(struct coverage *c);

void coverage_seen(struct coverage *c, enum unit u, uint64_t n);
void coverage_read(struct coverage *c, enum unit u, uint64_t n, uint64_t bytes);
/* Counts a skip and, when `where` is not NULL, keeps a notice with it. */
void coverage_skip(struct coverage *c, enum unit u, enum skip why, const char *where, const char *detail);
/* A notice apart from counts, such as a limit inside a document that was otherwise read. */
void coverage_note(struct coverage *c, const char *code, bool incomplete, const char *where, const char *detail);

/* Puts the account of a saved report, or of another scan, on top. */
struct unit_count;
void coverage_restore(struct coverage *c, enum unit u, const struct unit_count *n);
void coverage_restore_dropped(struct coverage *c, uint64_t n);

struct unit_count {
	uint64_t seen, read, bytes;
	uint64_t skipped[SKIP_COUNT];
};

/* Snapshots for the report; call when the workers are done. Notices are sorted by code, where, detail. */
struct unit_count coverage_unit(const struct coverage *c, enum unit u);
size_t coverage_notices(struct coverage *c, const struct notice **out);
/* Replaces every text of the notices by what `cover` makes of it (NUL-terminated, borrowed until the next call):
 * for masking, when the workers are done. */
void coverage_cover(struct coverage *c, const char *(*cover)(void *ctx, const char *text), void *ctx);
uint64_t coverage_notices_dropped(const struct coverage *c); /* beyond NOTICE_MAX */
bool coverage_is_incomplete(const struct coverage *c);
/* Nothing but names of refs and settings of repositories was read: for a scan of all there is, that is nothing too. */
bool coverage_read_settings_alone(const struct coverage *c);
bool coverage_read_nothing(
	const struct coverage *c); /* nothing read in any unit, and nothing passed over because it was read before */
bool coverage_reconciles(const struct coverage *c);

#endif
