/* One scan of one repository: what its files say, its object store, and what was worked out on the way.
 * Private to scanners/git. */
#ifndef NHISCAN_SCANNERS_GIT_SESSION_H
#define NHISCAN_SCANNERS_GIT_SESSION_H

#include "scanners/git/config.h"
#include "scanners/git/history.h"
#include "scanners/git/tree_edges.h"
#include "scanners/scanner.h"

/* Where a range brought in a blob first. Kept so that attribution needs no walk of the whole history. */
struct range_blob {
	struct slice path; /* in the session's arena */
	struct object_id commit;
	struct when authored;
	bool in_merge;
	bool at_head; /* `path` is HEAD's then */
};

/* A repository inside the target's: a submodule's. Texts are borrowed for as long as the session lives. */
struct git_module {
	const char *git_dir;
	const char *prefix; /* in front of the paths of its blobs: "libs/x/" */
	const char *meta;   /* in front of its own files: ".git/modules/x/" */
	const char *root;   /* its worktree, absolute, or NULL */
	unsigned nested;    /* submodules it is inside of */
};

struct git_session {
	const struct target *target;
	const struct scan_env *env;
	const char *prefix, *meta, *root; /* as in git_module; "", ".git/" or "" when bare, and the target's */
	unsigned nested;
	VEC(struct git_session *) modules; /* those that were read */
	char *git_dir;			   /* of this worktree */
	char *common_dir;		   /* of the repository */
	struct repo_settings settings;
	struct store *store;
	struct refs refs;
	struct id_table shallow;
	struct commit_notes *notes; /* kept while the whole store is read, until the history is loaded; or NULL */
	struct history history;
	bool has_history;
	struct id_table left;	   /* objects of the store that left something behind; only when all of it was read */
	struct tree_edges *edges;  /* what its trees lead to, or NULL */
	struct id_table range_ids; /* numbers index range_blobs */
	VEC(struct range_blob) range_blobs;
	struct arena arena;
};

/* A session of the target, or with `m` of a submodule in it. NULL on failure. */
struct git_session *git_session_open(
	const struct target *t, const struct scan_env *env, const struct git_module *m, struct error *err);
void git_session_close(struct git_session *s);

/* Reads what the scope asks for. ERR_STOPPED when interrupted. */
int git_session_read(struct git_session *s, struct error *err);

/* Loads session->history once. -1 only with ERR_STOPPED. */
int session_history(struct git_session *s, struct error *err);

/* Tells the coverage which commits of the history are missing. Not for ranges: they tell what they lack themselves. */
void session_report_history(struct git_session *s);

/* The path of a file of the repository's own folder as documents show it: ".git/config", or "config" when bare. */
struct slice session_path(struct git_session *s, struct slice name);

/* Counts a document of `bytes` as read. */
void session_count(struct git_session *s, enum unit unit, size_t bytes);

/* Hands one document over and counts it; one without bytes is counted only. */
void session_deliver(struct git_session *s, unsigned worker, enum unit unit, const struct document *doc);

/* Counts one object as seen and not read. */
void session_trouble(
	struct git_session *s, enum unit unit, const struct object_id *id, enum trouble why, const char *detail);

/* Delivers the message of a commit or tag, and those of tags merged with it. Returns how many documents that were; 0 when the object is
 * damaged (counted). *left_nothing: none of them left anything behind; may be NULL. */
unsigned session_message(struct git_session *s, unsigned worker, enum object_type type, const struct object_id *id,
	struct slice bytes, bool *left_nothing);

/* What the sink says of the last document of the worker. */
bool session_left_nothing(const struct git_session *s, unsigned worker);

/* The ways to read, each in its own file. They return -1 only when nothing can be read or the scan was stopped. */
int read_meta(struct git_session *s, struct error *err);       /* ref names and configuration */
int read_everything(struct git_session *s, struct error *err); /* every object of the store */
int read_range(struct git_session *s, struct error *err);      /* scope->since or scope->range */
int read_staged(struct git_session *s, struct error *err);

/* HEAD, its branch and origin's URL, for reports. */
void session_describe(void *session, struct arena *a, struct description *out);

int attribute_origins(struct git_session *s, struct arena *a, struct origin *origins, size_t n, struct error *err);

#endif
