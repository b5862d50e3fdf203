/* git's index file: the staged entries and the ids of unchanged folders. Parsed in memory; nothing is opened.
 * Format: gitformat-index(5), versions 2 to 4. */
#ifndef NHISCAN_SCANNERS_GIT_INDEX_H
#define NHISCAN_SCANNERS_GIT_INDEX_H

#include "core/arena.h"
#include "core/error.h"
#include "core/vec.h"
#include "scanners/document.h"

struct index_entry {
	struct slice path;
	const uint8_t *id; /* borrowed from the file's bytes */
	uint32_t mode;
	uint8_t stage; /* 0, or 1 to 3 in a conflict */
};

/* A node of the cache-tree extension: the tree id of a folder whose entries have not changed since it was written. */
struct index_folder {
	struct slice name;	 /* of the folder itself, empty for the root */
	const uint8_t *id;	 /* NULL: changed */
	uint32_t entries;	 /* index entries it covers, when id is not NULL */
	uint32_t children, next; /* child nodes begin behind this one; `next` is the node behind the last descendant */
};

typedef VEC(struct index_entry) index_entries;

struct index {
	index_entries entries;		  /* sorted by path, then stage */
	VEC(struct index_folder) folders; /* pre-order; empty when the extension is absent or damaged */
	struct arena arena;
	/* Of a split index that was not joined with its shared part yet: what that is called, its bitmaps, and how many entries at the front
	 * replace some of it; these have no path. */
	const uint8_t *shared_id;
	struct slice link;
	size_t replacing;
};

/* `bytes` must outlive the index. ERR_FORMAT when it is damaged. A split index is half of one: see index_file.h. */
int index_parse(struct slice bytes, unsigned id_bytes, struct index *out, struct error *err);
/* What holds for every whole index: each entry has a path. Folders that do not fit the entries are forgotten. */
int index_check(struct index *x, struct error *err);
/* Is the checksum at its end right? One of zeros was left out on purpose (git-config(1), index.skipHash). */
bool index_is_whole(struct slice bytes, unsigned id_bytes);
void index_free(struct index *x);

#endif
