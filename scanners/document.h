/* A document: bytes to judge, with where they came from. Scanners make them, rules read them. */
#ifndef NHISCAN_SCANNERS_DOCUMENT_H
#define NHISCAN_SCANNERS_DOCUMENT_H

#include "core/date.h"
#include "core/slice.h"

/* Where in a target a document lives. Names in place.c: part of the report schema. */
enum place {
	PLACE_FILE, /* a file outside any repository, or named on the command line */
	PLACE_STDIN,
	PLACE_WORKTREE, /* tracked, or in a repository whose index could not be read */
	PLACE_UNTRACKED,
	PLACE_INDEX,
	PLACE_HEAD,    /* a blob of history that HEAD still holds */
	PLACE_HISTORY, /* a blob that some ref reaches but HEAD's tree does not hold */
	PLACE_MERGE,   /* a blob that first appears in a merge commit */
	PLACE_STASH,
	PLACE_REFLOG,
	PLACE_UNREACHABLE,
	PLACE_COMMIT_MESSAGE,
	PLACE_TAG_MESSAGE,
	PLACE_NOTE,
	PLACE_REF_NAME,
	PLACE_CONFIG,
	PLACE_COUNT
};

const char *place_name(enum place p); /* "worktree", "commit-message", … */

/* An object id of a repository: 20 bytes (SHA-1) or 32 (SHA-256); n == 0 means none. */
struct object_id {
	uint8_t id[32];
	uint8_t n;
};

#define OBJECT_ID_HEX_MAX 65
void object_id_hex(const struct object_id *o, char out[OBJECT_ID_HEX_MAX]);
struct slice object_id_slice(const struct object_id *o); /* borrowed from `o` */

/* How long history holds an object, and through what. Zeroed: nothing is known. */
struct lifetime {
	struct object_id last_commit; /* the last that holds it; HEAD when that still does */
	struct when last_authored;
	/* When HEAD let go of it: author date of the first commit of HEAD's history without it. Never: HEAD still holds it, or for a
	 * message its history does. Unknown: HEAD's history never did, or only a range was read. */
	struct when left_head;
	const struct slice
		*refs; /* that reach the first commit: branches first; whole names, at most LIFETIME_REFS_MAX */
	size_t nrefs;
	size_t refs_total;   /* how many do */
	struct slice author; /* of the first commit, "A U Thor <author@example.org>"; only when asked for */
};

#define LIFETIME_REFS_MAX 10

struct document {
	struct slice bytes; /* borrowed: valid during the call that delivers the document */
	enum place place;
	/* Relative to the target, `/` between names; empty for a blob, whose path is worked out afterwards. May hold any byte but NUL. */
	struct slice path;
	struct object_id object; /* the blob, commit, tag or note read; none for plain files */
	struct object_id commit; /* known at once for messages; worked out afterwards for blobs */
	struct when authored;	 /* author date of `commit` */
	bool at_head;
	bool cut;			  /* bytes end at a limit, not at the document's end */
	unsigned target;		  /* index of the target it belongs to */
	const struct document *container; /* the archive or encoded text around it, or NULL */
};

/* How a version of a text came from another: bytes [dst, dst + len) are bytes [src, src + len) of the other, or new. Pieces come in
 * order of dst, without gaps. */
struct piece {
	size_t dst, src, len;
	bool copied;
};

/* A document that is a version of one delivered before. */
struct version {
	const struct piece *pieces;
	size_t n;
	const void *
		base_state; /* what take_version() returned for the other; read-only, may be seen by several workers at once */
};

/* Where documents go. `worker` is below scan_scope.threads; calls of one worker never overlap. */
struct document_sink {
	void *ctx;
	void (*take)(void *ctx, unsigned worker, const struct document *doc);
	/* Takes a document, whole (`v` NULL) or as a version, and returns a state for the versions made of it, to be given to
	 * release() when there will be no more. Finds exactly what take() finds, but matches only what is new. */
	void *(*take_version)(
		void *ctx, unsigned worker, const struct document *doc, const struct version *v, bool keep_state);
	void (*release)(void *ctx, unsigned worker, void *state);
};

#endif
