/* Finding, copying and counting in texts of many parts. Making such texts is the business of whoever has versions. */
#include "core/rope.h"

#include "core/text.h"

size_t rope_find(const struct rope *r, size_t at) {
	size_t lo = 0, hi = r->nparts;

	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (r->parts[mid].at <= at)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

static size_t part_end(const struct rope *r, size_t i) {
	return i + 1 < r->nparts ? r->parts[i + 1].at : r->n;
}

void rope_copy(const struct rope *r, size_t lo, size_t hi, uint8_t *out) {
	if (lo >= hi)
		return;
	for (size_t i = rope_find(r, lo); lo < hi; i++) {
		const struct rope_part *p = &r->parts[i];
		size_t end = part_end(r, i) < hi ? part_end(r, i) : hi;

		memcpy(out, p->p + (lo - p->at), end - lo);
		out += end - lo;
		lo = end;
	}
}

size_t rope_count_lf(const struct rope *r, size_t lo, size_t hi) {
	size_t n = 0;

	if (lo >= hi)
		return 0;
	for (size_t i = rope_find(r, lo); lo < hi; i++) {
		const struct rope_part *p = &r->parts[i];
		size_t end = part_end(r, i) < hi ? part_end(r, i) : hi;

		n += text_count_lf(slice_of(p->p + (lo - p->at), end - lo));
		lo = end;
	}
	return n;
}

size_t rope_line_start(const struct rope *r, size_t at) {
	if (at == 0)
		return 0;
	for (size_t i = rope_find(r, at - 1) + 1; i-- > 0;) {
		const struct rope_part *p = &r->parts[i];
		size_t end = part_end(r, i) < at ? part_end(r, i) : at;
		const uint8_t *lf = memrchr(p->p, '\n', end - p->at);

		if (lf)
			return p->at + (size_t)(lf - p->p) + 1;
	}
	return 0;
}

void rope_view_fill(const struct rope_view *v, size_t block) {
	size_t lo = block << ROPE_BLOCK_SHIFT, hi = v->rope->n - lo > ROPE_BLOCK ? lo + ROPE_BLOCK : v->rope->n;

	v->have[block / 64] |= (uint64_t)1 << (block % 64);
	rope_copy(v->rope, lo, hi, v->bytes + lo);
}

void rope_view_need(const struct rope_view *v, size_t lo, size_t hi) {
	if (!v->rope)
		return;
	if (hi > v->rope->n)
		hi = v->rope->n;
	for (size_t block = lo >> ROPE_BLOCK_SHIFT; block << ROPE_BLOCK_SHIFT < hi; block++)
		if (!(v->have[block / 64] >> (block % 64) & 1))
			rope_view_fill(v, block);
}
