/* The multi-pack-index: one table of objects for many packs. Format: gitformat-pack(5), "multi-pack-index (MIDX) files".
 * Used for packs that have no index of their own; otherwise the packs' indexes are the authority. */
#ifndef NHISCAN_SCANNERS_GIT_MIDX_H
#define NHISCAN_SCANNERS_GIT_MIDX_H

#include "core/error.h"
#include "scanners/git/object.h"

struct midx {
	uint8_t id_bytes;
	uint32_t count;
	uint32_t npacks;
	const uint8_t *fanout;
	const uint8_t *ids;
	const uint8_t *offsets;	 /* pack number and 32-bit offset for each object */
	const uint8_t *offsets8; /* 64-bit offsets; NULL when there are none */
	uint32_t count8;
	struct slice names; /* NUL-terminated index names, npacks of them (checked) */
};

/* Reads a multi-pack-index in memory, which must outlive `out`. Checked: chunk table, sizes, fan-out, order of ids,
 * pack numbers, names (no `/`, not empty). `id_bytes` must be what the file says. Fails with ERR_FORMAT. */
int midx_parse(struct slice bytes, uint8_t id_bytes, struct midx *out, struct error *err);

/* The name of pack `i` < npacks: "pack-….idx" (or .pack), borrowed. */
const char *midx_name(const struct midx *m, uint32_t i);

/* Row i < count. The offset is UINT64_MAX when the row points outside the table of 64-bit offsets. */
const uint8_t *midx_id(const struct midx *m, uint32_t i);
uint32_t midx_pack(const struct midx *m, uint32_t i);
uint64_t midx_offset(const struct midx *m, uint32_t i);

#endif
