/* What a store is made of, for the files that read it (store.c, reader.c, merge.c, graph.c, walk.c, worker.c). Everybody
 * else includes store.h. */
#ifndef NHISCAN_SCANNERS_GIT_STORE_PARTS_H
#define NHISCAN_SCANNERS_GIT_STORE_PARTS_H

#include "core/vec.h"
#include "scanners/git/file.h"
#include "scanners/git/idx.h"
#include "scanners/git/loose.h"
#include "scanners/git/midx.h"
#include "scanners/git/pack.h"
#include "scanners/git/store.h"

struct store_pack {
	char *path; /* of the .pack */
	struct file_map pack_file, idx_file;
	struct pack pack;
	struct idx idx;
	uint64_t first; /* number of its first row */
};

struct store_midx {
	struct file_map file;
	struct midx midx;
};

struct store_folder {
	char *path;
	uint64_t device, inode;	 /* who it is, so that no alternate is opened twice */
	struct store_midx *midx; /* or NULL; by pointer, since indexes of packs refer to it */
};

struct store {
	struct store_options opt;
	VEC(struct store_folder) folders;
	VEC(struct store_pack) packs; /* largest first, so that most objects are taken from few packs */
	loose_ids loose;	      /* sorted by id, folder; each id once */
	VEC(char *) problems;
	struct lookup *lookup; /* see store_expect_many(); or NULL */
};

/* One place where an object is. */
struct store_copy {
	bool is_loose;
	uint32_t at;  /* number of the pack, or of the loose object */
	uint32_t row; /* in the pack's index */
};

/* The copy number `nth` (from 0) of an object: packs in order, then loose. False: not so many. */
bool store_copy(const struct store *s, const struct object_id *id, unsigned nth, struct store_copy *out);

/* Loose object number `at` of the store; out, types, type and size as in loose_decode(). */
enum trouble store_read_loose(struct store_reader *r, uint32_t at, uint64_t limit, unsigned types, struct buf *out,
	enum object_type *type, uint64_t *size, struct error *err);

/* Name of a pack without its folder. */
const char *store_pack_name(const struct store_pack *p);

/* Objects this large are decoded when others are deltas of them, though they are not delivered. */
static inline uint64_t store_base_limit(uint64_t max_object_bytes) {
	return max_object_bytes > UINT64_MAX / 4 ? UINT64_MAX : max_object_bytes * 4;
}

#endif
