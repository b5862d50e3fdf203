/* An object store: an objects folder with its packs, its loose objects and its alternates, open for reading.
 * Format: gitrepository-layout(5), gitformat-pack(5). Refs and what objects mean are not its business. */
#ifndef NHISCAN_SCANNERS_GIT_STORE_H
#define NHISCAN_SCANNERS_GIT_STORE_H

#include "core/buf.h"
#include "core/error.h"
#include "scanners/git/object.h"

struct store;

struct store_options {
	uint8_t id_bytes; /* 20 (SHA-1) or 32 (SHA-256, extensions.objectFormat); 0 means 20 */
	uint64_t
		max_object_bytes; /* larger objects are TROUBLE_TOO_LARGE, nothing is allocated for them; 0 means 1 GiB */
	bool skip_alternates;	  /* do not follow objects/info/alternates */
	const char *quarantine;	  /* a further folder of objects, that of a push which is being received; or NULL */
};

/* Opens the folder `objects` (".git/objects"): lists loose objects, then maps packs and their indexes.
 * What can't be used (a pack without an index, a damaged index, an alternate that is not there) is a problem of the
 * store, see store_problems(), and the rest is read. Fails (NULL) with ERR_IO when the folder can't be read.
 * Ownership: freed with store_close(). Read-only and immutable afterwards: all functions that take a
 * `const struct store *` may be called from any thread. Objects that git adds later are not seen. */
struct store *store_open(const char *objects, const struct store_options *opt, struct error *err);
void store_close(struct store *s);

/* Sentences about what could not be opened; owned by the store. `texts` may be NULL: only how many. */
size_t store_problems(const struct store *s, const char *const **texts);

/* Many objects will be looked up: where there are more than a few packs, a table of all objects is made (8 bytes each). Before any
 * other thread knows of the store. */
void store_expect_many(struct store *s);

bool store_has(const struct store *s, const struct object_id *id);
/* A number for each object: the same for all its copies, below store_numbers(); not every number is an object's. */
#define NUMBER_NONE UINT32_MAX
uint64_t store_numbers(const struct store *s);
uint32_t store_number(const struct store *s, const uint8_t *id); /* NUMBER_NONE: it is not there */
struct object_id store_numbered(const struct store *s, uint32_t number);
uint64_t store_count(const struct store *s); /* distinct objects, alternates included */
/* A digest of which objects the store has: of its packs' checksums and its loose ids. */
#define STORE_STATE_BYTES 32
void store_state(const struct store *s, uint8_t out[STORE_STATE_BYTES]);
uint8_t store_id_bytes(const struct store *s);

/* Calls fn for every distinct object in the order of ids, until it returns false. */
void store_each(const struct store *s, bool (*fn)(void *ctx, const struct object_id *id), void *ctx);

/* What one thread needs to read single objects: an inflater, scratch memory and a bounded cache of delta bases
 * (16 MiB). Made for walking commits and trees; to read many blobs use walk.h. The store outlives its readers. */
struct store_reader;
struct store_reader *store_reader_new(const struct store *s);
void store_reader_free(struct store_reader *r);

/* Reads one object: `out` is cleared and holds its bytes, owned by the caller (reuse it: no allocation then).
 * `type` may be NULL. When one copy is damaged the other copies are tried. On trouble `out` is empty and `err`
 * (may be NULL) says what is wrong, with pack and offset. */
enum trouble store_read(
	struct store_reader *r, const struct object_id *id, enum object_type *type, struct buf *out, struct error *err);

/* Type and size without the bytes. Either pointer may be NULL. */
enum trouble store_header(
	struct store_reader *r, const struct object_id *id, enum object_type *type, uint64_t *size, struct error *err);

#endif
