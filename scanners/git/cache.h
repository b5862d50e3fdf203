/* What earlier scans have read to the end without finding anything: ids of objects, never their content, so that a later scan can
 * pass over them. Content decides an id, so one cache serves any repository.
 *
 * A file of a cache holds: the magic line, a digest of everything that decides what is found (rules, limits, version), the length of
 * ids, two counts, states of stores, sorted ids each with a kind, and a SHA-256 of all that. It is written to another name and moved into
 * place when a repository was read to its end: whatever ends a scan earlier leaves the old file. */
#ifndef NHISCAN_SCANNERS_GIT_CACHE_H
#define NHISCAN_SCANNERS_GIT_CACHE_H

#include "core/coverage.h"
#include "core/error.h"
#include "scanners/document.h"

#define CACHE_STATE_BYTES 32

enum cache_kind {
	CACHE_UNKNOWN = 0,
	CACHE_BLOB = 'b',
	CACHE_MESSAGE = 'm',	  /* a commit or tag with one message */
	CACHE_TWO_MESSAGES = 'n', /* a commit with tags merged into it */
	CACHE_TREE = 't',	  /* all it names was there; holds for a known store only */
};

struct cache;

/* Opens the cache in folder `dir`, which is made when it is not there. `key` names all that decides what is found. A file that is
 * damaged, belongs to somebody else or can be written by others counts as empty, with the notice "cache-ignored".
 * NULL, with that notice, when the folder itself can't be used. `threads`: workers of cache_add(). */
struct cache *cache_open(
	const char *dir, const char *key, unsigned id_bytes, unsigned threads, struct coverage *coverage);
void cache_close(struct cache *c);

/* Thread-safe. What is added in this scan is not found in it. */
enum cache_kind cache_find(const struct cache *c, const uint8_t *id);
bool cache_knows_store(const struct cache *c, const uint8_t state[CACHE_STATE_BYTES]);

/* One thread a worker. */
void cache_add(struct cache *c, unsigned worker, const struct object_id *id, enum cache_kind kind);
void cache_add_store(struct cache *c, const uint8_t state[CACHE_STATE_BYTES]);

/* Writes what was added with what was there, when anything was. Mode 0600. ERR_IO. */
int cache_save(struct cache *c, struct error *err);

#endif
