/* A document: bytes to judge, with where they came from. Scanners make them, rules read them. */
#ifndef NHISCAN_SCANNERS_DOCUMENT_H
#define NHISCAN_SCANNERS_DOCUMENT_H

#include "core/date.h"
#include "core/rope.h"
#include "core/slice.h"

/* Where in a target a document lives. Names in place.c: part of the report schema. */
enum place {
	PLACE_FILE, /* a file outside any repository, or named on the command line */
	PLACE_STDIN,
	PLACE_WORKTREE, /* tracked, or in a repository whose index could not be read */
	PLACE_UNTRACKED,
	PLACE_INDEX,
	PLACE_HEAD, /* a blob of history that HEAD still holds; delivered with a path: its configuration, for facts alone */
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

/* A document too long to be held whole comes in parts that overlap. Where the bytes of one begin, and which values it tells: those that
 * start in its bytes [from, to), so that each is told once, by a part that holds what stands around it. */
struct part {
	uint64_t offset;       /* bytes ahead of it */
	unsigned line, column; /* lines ahead of it, and bytes ahead of it in its first line */
	size_t from, to;
};

struct document {
	struct slice bytes; /* borrowed: valid during the call that delivers the document */
	enum place place;
	/* Relative to the target, or inside `container` to that; `/` between names; empty for a blob, whose path is worked out
	 * afterwards. May hold any byte but NUL. */
	struct slice path;
	struct object_id object; /* the blob, commit, tag or note read; none for plain files */
	struct object_id commit; /* known at once for messages; worked out afterwards for blobs */
	struct when authored;	 /* author date of `commit` */
	bool at_head;
	bool only_facts; /* its secrets are found elsewhere: it is delivered for what readers of configuration understand of it */
	bool cut;	 /* bytes end at a limit, not at the document's end */
	bool is_link;	 /* a symbolic link, never followed: bytes are where it leads; for facts alone */
	bool leads_out;	 /* … and that is outside of the target */
	unsigned target; /* index of the target it belongs to */
	/* The archive around it, or NULL. Place, object, commit and target are those of the outermost one. The bytes of a container
	 * may be gone. */
	const struct document *container;
	const struct part *part; /* NULL: the bytes are all of it */
	const struct lifetime
		*life; /* of an object of a history inside an archive, borrowed as the bytes are; or NULL */
};

/* What is known of a file in a layer of a container image. Texts are NULL when not known. */
struct layer_note {
	const char *image;	/* "app:latest" */
	unsigned layer, layers; /* from 1, lowest first; how many the image has */
	const char *digest;	/* of the layer, unpacked: "sha256:…" */
	const char *command;	/* that made the layer */
	const char *fate;	/* what a later layer did to the file: "deleted", "replaced"; NULL: it is still there */
	unsigned fate_layer;
};

/* Path of the outermost container, and of what lies in it, as "app.jar!/lib/b.zip!/c.env". Without a container its own path. */
struct buf;
void document_whole_path(struct buf *out, const struct document *doc);

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
	const struct rope *base; /* the other's bytes */
	/* NULL: the document's bytes are all there. Otherwise none of them is: whoever takes the document copies what it looks at from this
	 * to `into`, which is where the document's bytes are. */
	const struct rope *rope;
	uint8_t *into;
};

/* Puts bytes [lo, hi) of a version together, as far as there are so many. */
static inline void version_need(const struct version *v, size_t lo, size_t hi) {
	if (v && v->rope && lo < v->rope->n)
		rope_copy(v->rope, lo, hi < v->rope->n ? hi : v->rope->n, v->into + lo);
}

/* Packed bytes that stand in a document as encoded text, decoded: an archive in base64 in a manifest. */
struct carried {
	struct slice bytes;    /* allocated: carried_free() */
	char layers[48];       /* "base64" */
	uint64_t start, end;   /* the encoded text in the document */
	unsigned line, column; /* where that begins, in the whole document; 1-based, columns in bytes */
};

struct carried_list {
	struct carried *at;
	size_t n, cap;
};

void carried_free(struct carried_list *l); /* wipes and frees all; valid and empty afterwards */

/* Where documents go. `worker` is below scan_scope.threads; calls of one worker never overlap. */
struct document_sink {
	void *ctx;
	void (*take)(void *ctx, unsigned worker, const struct document *doc);
	/* Takes a document, whole (`v` NULL) or as a version, and returns a state for the versions made of it, to be given to
	 * release() when there will be no more. Finds exactly what take() finds, but matches only what is new. */
	void *(*take_version)(
		void *ctx, unsigned worker, const struct document *doc, const struct version *v, bool keep_state);
	void (*release)(void *ctx, unsigned worker, void *state);
	/* True when the last document of this worker left nothing behind, no candidate and no notice: taking it again would change
	 * nothing. May be NULL: never. */
	bool (*left_nothing)(void *ctx, unsigned worker);
	/* Moves out what the last document of this worker carries; `out` is empty before. May be NULL: never anything. */
	void (*carried)(void *ctx, unsigned worker, struct carried_list *out);
	/* Remembers, for later scans, what the last document of this worker left behind: object `id` is all that it was. May be NULL. */
	void (*remember)(void *ctx, unsigned worker, const struct object_id *id);
	/* True: what an earlier scan remembered of this object (`doc` has no bytes) was taken, as by take(). No worker may be under way.
	 * May be NULL: nothing is remembered. */
	bool (*recall)(void *ctx, const struct document *doc);
	/* Offers an open file too large to be read for nothing: `doc->bytes` are its first bytes, already read when `seekable` is
	 * false. True: it was taken, as by take(), and read from `fd` (*bytes of it) without being held whole. False: it is to be read and
	 * given to take(). May be NULL: never. */
	bool (*take_file)(void *ctx, unsigned worker, const struct document *doc, int fd, bool seekable, uint64_t size,
		uint64_t *bytes);
};

#endif
