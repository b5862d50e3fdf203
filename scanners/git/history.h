/* The commits that refs, stash and reflogs reach, in one order that depends on nothing but them. Trees are not read.
 * Not thread-safe. */
#ifndef NHISCAN_SCANNERS_GIT_HISTORY_H
#define NHISCAN_SCANNERS_GIT_HISTORY_H

#include "core/pool.h"
#include "scanners/git/commit_notes.h"
#include "scanners/git/id_table.h"
#include "scanners/git/refs.h"
#include "scanners/git/store.h"

struct history_commit {
	uint8_t tree[32];
	struct when authored;
	int64_t committed;
	uint32_t first_parent, nparents; /* in history.parents */
	uint8_t class;			 /* enum root_class: the lowest that reaches it */
	bool is_merge;			 /* also when a parent is not here */
	bool is_present;		 /* false: missing or corrupt */
};

/* A ref that names a tree or a blob, directly or through a tag. */
struct history_object {
	struct object_id id;
	enum object_type type;
	enum root_class class;
};

/* A ref (no HEAD, no entry of a reflog) that names a commit, directly or through tags. */
struct history_tip {
	struct slice name; /* borrowed from the refs */
	uint32_t commit;
};

struct history_trouble {
	struct object_id id;
	enum trouble why;
	char *detail;		/* in the arena */
	bool is_beyond_shallow; /* a parent that a shallow clone left out */
};

struct history {
	unsigned id_bytes;
	struct id_table ids; /* commit number: index of `at` */
	VEC(struct history_commit) at;
	VEC(uint32_t) parents;
	VEC(struct history_object) objects;
	VEC(struct history_trouble) troubles;
	VEC(struct history_tip) tips; /* branches, remote branches, tags, others; each by name */
	struct arena arena;
};

struct history_options {
	const struct store *store;
	const struct refs *refs;
	const struct id_table *shallow;	  /* commits whose parents were left out on purpose; or NULL */
	const struct commit_notes *notes; /* what was kept of commits that were read; or NULL */
	const struct stop_flag *stop;	  /* or NULL */
};

/* Takes in every commit that the refs reach. What can't be read is in `troubles`. -1 only with ERR_STOPPED. */
int history_load(struct history *h, const struct history_options *o, struct error *err);
void history_free(struct history *h);

/* Numbers of all present commits: by class, parents before children, then by author date, commit date and id.
 * `out` has room for at.n; returns how many. */
size_t history_order(const struct history *h, uint32_t *out);

/* Marks what `id` reaches (itself too) in `mark`, which has at.n bytes: mark[i] |= bit. */
void history_mark(const struct history *h, uint32_t commit, uint8_t *mark, uint8_t bit);

#endif
