/* Loose objects: one zlib file each, "type size NUL bytes", below objects/xx/. Format: gitformat-loose(5) as far as it is
 * documented, git's loose.c for the rest. Packs are elsewhere. */
#ifndef NHISCAN_SCANNERS_GIT_LOOSE_H
#define NHISCAN_SCANNERS_GIT_LOOSE_H

#include "core/buf.h"
#include "core/error.h"
#include "core/vec.h"
#include "scanners/git/inflate.h"
#include "scanners/git/object.h"

struct loose_id {
	struct object_id id;
	uint32_t folder; /* the caller's number of the objects folder */
};

typedef VEC(struct loose_id) loose_ids;

/* Appends the ids of all files named like loose objects below the folder `objects`, in no order. Other names (temporary
 * files, "pack", "info") are passed over. ERR_IO when a folder is there but can't be read; the others are listed all the same. */
int loose_list(const char *objects, uint8_t id_bytes, uint32_t folder, loose_ids *out, struct error *err);

/* Reads "type size NUL" at the start of inflated bytes; *body is where the object's bytes begin. False: damaged,
 * nothing is set. */
bool loose_header_parse(struct slice bytes, enum object_type *type, uint64_t *size, size_t *body);

/* Inflates the file's bytes into `out` (cleared first), without the header. An object whose type is not in `types`
 * (OBJECT_BIT()s) is TROUBLE_NONE with an empty `out`. Larger than `limit`: TROUBLE_TOO_LARGE, nothing is allocated for it.
 * On trouble *why is a static sentence. *type and *size are set as soon as the header could be read. */
enum trouble loose_decode(struct inflater *z, struct slice file, uint64_t limit, unsigned types, struct buf *out,
	enum object_type *type, uint64_t *size, const char **why);

/* Reads the file of `id` below `objects` into `file` (cleared first). TROUBLE_MISSING when it is not there. */
enum trouble loose_file(
	const char *objects, const struct object_id *id, uint64_t limit, struct buf *file, struct error *err);

#endif
