/* Archives and their like in encoded text: found by layer.c, set aside here, opened by whoever takes them. What is packed is told by the
 * engine's is_packed(): formats are nothing that rules know. */
#include "core/memory.h"
#include "rules/compiled.h"

#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

void engine_set_packed(struct engine *e, bool (*is_packed)(struct slice head)) {
	e->is_packed = is_packed;
}

bool carry_wants(const struct pass *p, struct slice head) {
	return p->m->engine->is_packed && p->m->engine->is_packed(head);
}

/* Most gzip in base64 is one text, a layer like others. */
bool carry_wants_gzip(const struct pass *p, struct slice packed) {
	uint8_t out[PACKED_HEAD];
	z_stream z = {.next_in = (Bytef *)(uintptr_t)packed.p,
		.avail_in = (uInt)packed.n,
		.next_out = out,
		.avail_out = sizeof(out)};

	if (!p->m->engine->is_packed || inflateInit2(&z, 15 + 16) != Z_OK) /* zlib.h: 16 more takes a gzip header */
		return false;
	inflate(&z, Z_SYNC_FLUSH);
	inflateEnd(&z);
	return carry_wants(p, slice_of(out, sizeof(out) - z.avail_out));
}

/* Two changes of a version may touch the same text. */
static bool is_known(const struct carried_list *l, const struct carried *c) {
	for (size_t i = 0; i < l->n; i++)
		if (l->at[i].start == c->start && l->at[i].end == c->end && slice_eq(l->at[i].bytes, c->bytes))
			return true;
	return false;
}

void carry_add(struct pass *p, struct buf *bytes, uint64_t lo, uint64_t hi, const char *kind) {
	struct matcher *m = p->m;
	struct carried c = {
		.bytes = buf_slice(bytes), .start = p->depth ? p->outer_lo : lo, .end = p->depth ? p->outer_hi : hi};

	if (is_known(&m->carried, &c))
		return;
	if (m->decoded_bytes + bytes->n > m->engine->limits->max_decoded_bytes ||
		m->carried.n >= m->engine->limits->max_matches_per_document) {
		m->limits_hit |= MATCH_LIMIT_DECODED;
		return;
	}
	m->decoded_bytes += bytes->n;
	m->stats.layers++;
	snprintf(c.layers, sizeof(c.layers), "%s%s%s", p->layers ? p->layers : "", p->layers ? " > " : "", kind);
	*bytes = (struct buf){0};
	VEC_PUSH(&m->carried, c);
}

void matcher_carried(struct matcher *m, struct carried_list *out) {
	*out = m->carried;
	m->carried = (struct carried_list){0};
}
