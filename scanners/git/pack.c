/* Parses packs: file header and entry headers, every bound checked. No inflating, no files. */
#include "scanners/git/pack.h"

#include "scanners/git/idx.h"

int pack_parse(struct slice bytes, uint8_t id_bytes, struct pack *out, struct error *err) {
	memset(out, 0, sizeof(*out));
	if (bytes.n < PACK_HEADER_BYTES + (size_t)id_bytes)
		return error_set(err, ERR_FORMAT, "pack is only %zu bytes long", bytes.n);
	if (memcmp(bytes.p, "PACK", 4) != 0)
		return error_set(err, ERR_FORMAT, "not a pack");
	uint32_t version = be32(bytes.p + 4);
	if (version != 2 && version != 3)
		return error_set(err, ERR_FORMAT, "pack version %u is unknown", version);
	out->bytes = bytes;
	out->id_bytes = id_bytes;
	out->count = be32(bytes.p + 8);
	out->data_end = bytes.n - id_bytes;
	out->trailer = slice_of(bytes.p + out->data_end, id_bytes);
	return 0;
}

/* Type in 3 bits, size in 4 and then groups of 7 bits, least first. */
static const uint8_t *head_parse(const uint8_t *p, const uint8_t *end, struct pack_entry *e) {
	if (p >= end)
		return NULL;
	uint8_t c = *p++;
	e->kind = (c >> 4) & 7;
	e->size = c & 15;
	for (unsigned shift = 4; c & 0x80; shift += 7) {
		if (p >= end || shift > 60)
			return NULL;
		c = *p++;
		if (shift == 60 && (c & 0x7f) > 15)
			return NULL;
		e->size |= (uint64_t)(c & 0x7f) << shift;
	}
	return p;
}

/* Distance back to the base: groups of 7 bits, most first, each further group one more than its bits say. */
static const uint8_t *distance_parse(const uint8_t *p, const uint8_t *end, uint64_t *out) {
	if (p >= end)
		return NULL;
	uint8_t c = *p++;
	uint64_t v = c & 0x7f;
	while (c & 0x80) {
		if (p >= end || v + 1 > UINT64_MAX >> 7)
			return NULL;
		c = *p++;
		v = ((v + 1) << 7) | (c & 0x7f);
	}
	*out = v;
	return p;
}

const char *pack_entry_parse(const struct pack *pk, uint64_t offset, struct pack_entry *out) {
	if (offset < PACK_HEADER_BYTES || offset >= pk->data_end)
		return "offset is beyond the pack";
	const uint8_t *end = pk->bytes.p + pk->data_end;
	const uint8_t *p = head_parse(pk->bytes.p + offset, end, out);
	if (!p)
		return "entry header is damaged";
	out->base_offset = 0;
	out->base_id = NULL;
	if (out->kind == PACK_OFS_DELTA) {
		uint64_t distance;
		p = distance_parse(p, end, &distance);
		if (!p)
			return "delta header is damaged";
		if (distance == 0 || distance > offset - PACK_HEADER_BYTES)
			return "delta base is outside the pack";
		out->base_offset = offset - distance;
	} else if (out->kind == PACK_REF_DELTA) {
		if ((size_t)(end - p) < pk->id_bytes)
			return "entry header is damaged";
		out->base_id = p;
		p += pk->id_bytes;
	} else if (out->kind < OBJECT_COMMIT || out->kind > OBJECT_TAG) {
		return "entry type is unknown";
	}
	out->data = slice_of(p, (size_t)(end - p));
	return NULL;
}
