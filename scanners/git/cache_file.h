/* The file of a cache. Only for cache.c and cache_file.c. */
#ifndef NHISCAN_SCANNERS_GIT_CACHE_FILE_H
#define NHISCAN_SCANNERS_GIT_CACHE_FILE_H

#include "core/buf.h"
#include "core/memory.h"
#include "scanners/git/cache.h"

#include <string.h>

struct cache {
	char *dir, *name; /* the folder, and the file with it */
	uint8_t key[32];
	unsigned id_bytes;
	struct buf file; /* as read; what follows points into it */
	const uint8_t *states, *entries;
	size_t nstates, nentries;
	struct buf *added; /* entries, one list a worker */
	unsigned nadded;
	struct buf added_states;
};

/* Fills in all but the lists. False when the folder can't be used. */
bool cache_file_open(struct cache *c, const char *dir, const char *key, struct coverage *coverage);

/* Takes a file's bytes apart: false when they are damaged or of another key. Pure; for fuzzing. */
bool cache_file_parse(struct cache *c, struct slice bytes);

/* Writes the file anew with these entries, sorted, and all states. */
int cache_file_write(struct cache *c, struct slice entries, struct error *err);

#endif
