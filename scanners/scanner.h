/* What a scanner is: something that turns a target into documents. One folder each, one line in registry.c. */
#ifndef NHISCAN_SCANNERS_SCANNER_H
#define NHISCAN_SCANNERS_SCANNER_H

#include "core/coverage.h"
#include "core/error.h"
#include "core/glob.h"
#include "core/limits.h"
#include "core/pool.h"
#include "scanners/document.h"

enum target_kind { TARGET_STDIN, TARGET_FILE, TARGET_FOLDER };

struct target {
	const char *name; /* as the user wrote it */
	enum target_kind kind;
	bool is_repository; /* a folder that is a git worktree's top or a bare repository, or lies inside a worktree */
	bool is_bare;
	const char *git_dir; /* the repository's own folder, absolute; NULL when not a repository */
	const char *root;    /* top folder of the worktree, absolute, or NULL */
	const char *prefix;  /* "src/lib/": where the folder lies in that; "" for the top, and outside of any */
	unsigned index;	     /* position on the command line */
};

/* What the user asked to read. Filled at the door, immutable afterwards. */
struct scan_scope {
	bool worktree;
	bool history;
	bool staged;	   /* only what is staged: index entries that differ from HEAD */
	const char *since; /* revision or date, or NULL */
	const char *range; /* "A..B", or NULL */
	bool only_new; /* of a range: what refs of remotes, or in a bare repository any refs, reach is left out too; its start need not be here */
	const char *pushed_ref; /* the name that a push makes of a range's end, or NULL */
	const char *quarantine; /* a folder of objects that git set apart for a push being received, or NULL */
	const char *
		index_file; /* what is staged, where that is not the repository's index: `git commit -a` and `git commit PATH` make one of their own; or NULL */
	const struct glob_list *exclude; /* from configuration: counted as SKIP_CONFIG; or NULL */
	const char *cache_dir;		 /* where to remember objects read, or NULL */
	const char *cache_key;		 /* of all that decides what is found */
	bool authors;			 /* origins tell who wrote a commit */
	bool ci_history;		 /* of history, files that describe pipelines come with their paths too */
	unsigned threads;		 /* >= 1 */
	const struct limits *limits;
};

/* Counters a progress line reads; scanners add to them. */
struct progress {
	_Atomic uint64_t documents;
	_Atomic uint64_t bytes;
	_Atomic uint64_t expected_bytes; /* 0 = not known */
};

struct scan_env {
	const struct scan_scope *scope;
	struct coverage *coverage;
	struct stop_flag *stop;
	struct progress *progress;
	const struct document_sink *sink;
};

/* Where an object of a repository comes from. `object` is asked, the rest is answered; texts live in the arena. */
struct origin {
	struct object_id object;
	bool known;		 /* false: nothing reachable holds it */
	enum place place;	 /* PLACE_HEAD, PLACE_HISTORY, … */
	struct slice path;	 /* in the first commit that holds it */
	struct object_id commit; /* the first commit that holds it, by author date along history */
	struct when authored;
	struct lifetime life;
	bool at_head;
};

/* What a target is a version of. Texts live in the arena, NULL when not known; any bytes but NUL, no credentials in a URL. */
struct description {
	const char *head;   /* commit, hex */
	const char *branch; /* checked out; NULL when none is */
	const char *remote; /* URL of origin; NULL when it is a local path */
	const struct description_ref {
		struct slice name; /* "refs/heads/main", "HEAD" */
		const char *id;	   /* hex */
	} * refs;		   /* where history starts, sorted by name; at most DESCRIPTION_REFS */
	size_t nrefs, refs_total;
	uint64_t commits;	     /* that were walked; 0 when history was not read */
	bool is_shallow, is_partial; /* the clone leaves commits out, or objects */
};

#define DESCRIPTION_REFS 1000

struct scanner {
	const char *name;
	bool (*accepts)(const struct target *t, const struct scan_scope *s);
	/* Opens a session. The target and the env outlive it. */
	int (*open)(const struct target *t, const struct scan_env *env, void **session, struct error *err);
	/* Delivers every document to env->sink. Trouble with one document goes to coverage; -1 only when nothing can be read. */
	int (*read)(void *session, struct error *err);
	/* Fills `origins`, any order; NULL for scanners whose documents know where they are. */
	int (*attribute)(void *session, struct arena *a, struct origin *origins, size_t n, struct error *err);
	/* Fills in what it knows, leaves the rest; NULL for scanners that know nothing. */
	void (*describe)(void *session, struct arena *a, struct description *out);
	void (*close)(void *session);
};

/* NULL-terminated, in the order in which they run. */
extern const struct scanner *const scanners[];

/* Works out what `name` is. ERR_IO when it is not there or can't be looked at, with the remedy. Texts live in `a`. */
int target_resolve(struct arena *a, const char *name, unsigned index, struct target *out, struct error *err);

#endif
