/* UTF-16 inside other bytes: strings of programs, registry files, old documents, and texts without a byte order mark that begin with
 * characters beyond ASCII. What is looked for is ASCII, so a run is ASCII characters with a zero beside each, at odd places as well
 * as even ones. Texts that are UTF-16 as a whole are match.c's. */
#include "core/buf.h"
#include "rules/compiled.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define WIDE_MIN 20 /* shorter runs can't hold a keyword and a value */

static bool is_text(const struct pass *p, uint64_t at) {
	uint8_t c = pass_byte(p, at);

	return (c >= 0x20 && c < 0x7f) || c == '\t' || c == '\n' || c == '\r';
}

static bool is_zero(const struct pass *p, uint64_t at) {
	return pass_byte(p, at) == 0;
}

/* Every other byte of [lo, hi), from the first or the second on. */
static void scan_run(struct pass *p, const struct encoded *at, bool big_endian) {
	struct buf b = {0};

	rope_view_need(&p->view, at->lo, at->hi);
	buf_reserve(&b, (size_t)(at->hi - at->lo) / 2 + 1);
	for (uint64_t i = at->lo + big_endian; i < at->hi; i += 2)
		buf_add_byte(&b, p->bytes.p[i]);
	layer_scan(p, buf_slice(&b), at, big_endian ? "utf-16be" : "utf-16le");
	buf_free(&b);
}

/* Zeros stand at `first`, `first` + 2, … `last`, with text between. The byte before or behind belongs to it as well, which says the byte order;
 * when both may, both are tried. */
static void take_run(struct pass *p, uint64_t first, uint64_t last) {
	uint64_t n = p->bytes.n;
	bool before = first > 0 && is_text(p, first - 1), behind = last + 1 < n && is_text(p, last + 1);
	struct encoded at = {
		.stride = 2, .decided_lo = first > 2 ? first - 2 : 0, .decided_hi = last + 3 < n ? last + 3 : n};

	if (before) {
		at.lo = first - 1;
		at.hi = last + 1;
		scan_run(p, &at, false);
	}
	if (behind || !before) {
		at.lo = first;
		at.hi = last + (behind ? 2 : 0);
		scan_run(p, &at, true);
	}
}

#ifdef __SSE2__
static inline uint64_t zeros16(const uint8_t *p) {
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);

	return (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_setzero_si128()));
}
#else
static inline uint64_t zeros16(const uint8_t *p) {
	uint64_t mask = 0;

	for (unsigned i = 0; i < 16; i++)
		mask |= (uint64_t)(p[i] == 0) << i;
	return mask;
}
#endif

#define BLOCK 64
#define SEEN  8 /* zeros in a row, every other byte, that make a place worth a look */

/* A bit for each place of a block where SEEN zeros begin. A run that begins in its last 2 * SEEN bytes is left to the next block. */
static uint64_t begins(const uint8_t *p, uint64_t left) {
	uint8_t rest[BLOCK];
	uint64_t zeros;

	if (left < BLOCK) {
		memset(rest, 1, sizeof(rest));
		memcpy(rest, p, (size_t)left);
		p = rest;
	}
	zeros = zeros16(p) | zeros16(p + 16) << 16 | zeros16(p + 32) << 32 | zeros16(p + 48) << 48;
	zeros &= ~(zeros >> 1);
	zeros &= zeros >> 2;
	zeros &= zeros >> 4;
	return zeros & zeros >> 8;
}

void layer_wide_runs(struct pass *p, uint64_t from, uint64_t to) {
	if (to > p->bytes.n)
		to = p->bytes.n;
	rope_view_need(&p->view, from, to + BLOCK);
	for (uint64_t at = from; at < to;) {
		const uint8_t *zero = memchr(p->bytes.p + at, 0, (size_t)(to - at));
		uint64_t first, last, found;

		if (!zero)
			return;
		at = (uint64_t)(zero - p->bytes.p);
		found = begins(zero, p->bytes.n - at);
		if (!found) {
			at += BLOCK - 2 * SEEN;
			continue;
		}
		first = last = at + (unsigned)__builtin_ctzll(found);
		while (last + 2 < p->bytes.n && is_zero(p, last + 2) && is_text(p, last + 1))
			last += 2;
		if (last - first >= 2 * (uint64_t)(WIDE_MIN - 1))
			take_run(p, first, last);
		at = last + 1;
	}
}

uint64_t layer_wide_edge_left(const struct pass *p, uint64_t floor, uint64_t at) {
	uint64_t lo = at;

	/* A run across `at` has a zero here or right before. */
	for (uint64_t back = 0; back < 2; back++) {
		uint64_t zero = at - back;

		if (at < back || zero >= p->bytes.n || !is_zero(p, zero))
			continue;
		while (zero >= 2 && zero > floor && is_zero(p, zero - 2) && is_text(p, zero - 1))
			zero -= 2;
		lo = zero < lo ? zero : lo;
	}
	return lo > floor ? lo : floor;
}
