/* Packs: the header of each entry and where its compressed bytes begin. Format: gitformat-pack(5), versions 2 and 3.
 * What ids the entries have is the index's business, what order to read them in the walk's. */
#ifndef NHISCAN_SCANNERS_GIT_PACK_H
#define NHISCAN_SCANNERS_GIT_PACK_H

#include "core/error.h"
#include "scanners/git/object.h"

/* Types of entries that are deltas, beside those of enum object_type. */
#define PACK_OFS_DELTA 6
#define PACK_REF_DELTA 7

#define PACK_HEADER_BYTES 12

struct pack {
	struct slice bytes;
	uint8_t id_bytes;
	uint32_t count;	      /* as the header says */
	uint64_t data_end;    /* where the trailer begins */
	struct slice trailer; /* the pack's hash, not checked */
};

/* Reads a pack in memory, which must outlive `out`. Only header and size are checked; ERR_FORMAT. */
int pack_parse(struct slice bytes, uint8_t id_bytes, struct pack *out, struct error *err);

struct pack_entry {
	unsigned kind;		/* an object_type, PACK_OFS_DELTA or PACK_REF_DELTA */
	uint64_t size;		/* of the inflated bytes: the object's, or the delta's */
	uint64_t base_offset;	/* PACK_OFS_DELTA: inside the pack and before this entry */
	const uint8_t *base_id; /* PACK_REF_DELTA */
	struct slice data;	/* the zlib stream begins here; ends with the pack's data */
};

static inline bool pack_entry_is_delta(const struct pack_entry *e) {
	return e->kind >= PACK_OFS_DELTA;
}

/* Reads the header of the entry at `offset`. NULL, or a static sentence that says what is wrong. */
const char *pack_entry_parse(const struct pack *p, uint64_t offset, struct pack_entry *out);

#endif
