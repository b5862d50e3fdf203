/* Pack indexes: which objects a pack holds and where. Format: gitformat-pack(5), versions 1 and 2, and the rows of a
 * multi-pack-index that belong to one pack, for packs whose own index is gone. Not the packs themselves. */
#ifndef NHISCAN_SCANNERS_GIT_IDX_H
#define NHISCAN_SCANNERS_GIT_IDX_H

#include "core/error.h"
#include "core/numbers.h"
#include "scanners/git/object.h"

struct midx;

struct idx {
	uint8_t id_bytes;
	unsigned version; /* 1 or 2; 0 when the rows are a multi-pack-index's */
	uint32_t count;
	const uint8_t *fanout;	 /* 256 counts; NULL when the rows are a multi-pack-index's */
	const uint8_t *rows;	 /* version 1: offset and id; version 2: ids */
	const uint8_t *offsets;	 /* version 2: 32-bit offsets, or numbers of 64-bit ones */
	const uint8_t *offsets8; /* version 2: 64-bit offsets */
	uint32_t count8;
	struct slice pack_hash; /* the trailer that the pack must have; empty when not known */
	const struct midx *midx;
	uint32_t *midx_rows; /* owned */
};

/* Reads an index in memory, which must outlive `out`. Checked: sizes, the fan-out, and that ids are sorted.
 * Fails with ERR_FORMAT. Free with idx_free(). */
int idx_parse(struct slice bytes, uint8_t id_bytes, struct idx *out, struct error *err);

/* The rows of pack number `pack` in `m`, which must outlive `out`. Free with idx_free(). */
void idx_from_midx(const struct midx *m, uint32_t pack, struct idx *out);
void idx_free(struct idx *x);

/* i < count. The id is borrowed, id_bytes long. */
const uint8_t *idx_id(const struct idx *x, uint32_t i);

/* Where object i begins in the pack; UINT64_MAX (beyond any pack) when the index points outside its own table. */
uint64_t idx_offset(const struct idx *x, uint32_t i);

/* The first row with this id, or false. */
bool idx_find(const struct idx *x, const uint8_t *id, uint32_t *row);

#endif
