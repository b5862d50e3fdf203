/* Deflate in pieces: what zlib packs comes out the same, cut anywhere; damage is told, and what stands before it is given. The fuzz target
 * archive_inflate compares it with zlib's inflate() on any bytes. */
#include "core/buf.h"
#include "scanners/archive/gzip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>
#include <zlib.h>

#define ROOM ((size_t)100 << 10)

static uint32_t random_next(uint32_t *seed) {
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* Bytes that pack a little, a lot, or not at all, and that come again from far away. */
static void make_text(struct buf *out, size_t n, unsigned letters, uint32_t seed) {
	buf_clear(out);
	while (out->n < n) {
		if (out->n > 40000 && random_next(&seed) % 8 == 0) {
			size_t from = out->n - 1 - random_next(&seed) % 32768, some = 3 + random_next(&seed) % 300;

			buf_reserve(out, some);
			for (size_t i = 0; i < some; i++)
				buf_add_byte(out, out->p[from + i]);
		} else {
			buf_add_byte(out, (uint8_t)(random_next(&seed) % letters));
		}
	}
}

static void pack(struct buf *out, struct slice text, int level, int strategy, int window) {
	z_stream z = {0};

	assert_int_equal(deflateInit2(&z, level, Z_DEFLATED, window, 8, strategy), Z_OK);
	buf_clear(out);
	buf_reserve(out, deflateBound(&z, text.n) + 64);
	z.next_in = (Bytef *)(uintptr_t)text.p;
	z.avail_in = (uInt)text.n;
	z.next_out = out->p;
	z.avail_out = (uInt)(deflateBound(&z, text.n) + 64);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	out->n = z.total_out;
	deflateEnd(&z);
}

/* Unpacks `packed` in pieces of `piece` bytes, `room` bytes at a time at most; *left: what follows the stream. */
static enum inflate_result unpack(struct slice packed, size_t piece, size_t room, struct buf *out, struct slice *left) {
	struct gzip *g = calloc(1, sizeof(*g));
	uint8_t *b = malloc(INFLATE_HISTORY + ROOM);
	enum inflate_result rc = INFLATE_MORE;
	size_t n = 0;
	bool moved = true;

	buf_clear(out);
	while (rc == INFLATE_MORE && (packed.n || moved)) {
		struct slice part = slice_sub(packed, 0, piece);
		size_t given = part.n, from;

		if (n > INFLATE_HISTORY) {
			memmove(b, b + n - INFLATE_HISTORY, INFLATE_HISTORY);
			n = INFLATE_HISTORY;
		}
		from = n;
		rc = gzip_run(g, &part, b, &n, from + room);
		buf_add_slice(out, slice_of(b + from, n - from));
		packed = slice_sub(packed, given - part.n, packed.n);
		moved = n > from || part.n < given;
	}
	*left = packed;
	free(b);
	free(g);
	return rc;
}

static const struct {
	unsigned letters;
	int level, strategy, window;
} packings[] = {
	{40, 6, Z_DEFAULT_STRATEGY, 31}, {3, 9, Z_DEFAULT_STRATEGY, 31}, {1, 9, Z_DEFAULT_STRATEGY, 31},
	{256, 0, Z_DEFAULT_STRATEGY, 31}, {256, 6, Z_DEFAULT_STRATEGY, 31}, {90, 1, Z_FIXED, 31},
	{90, 6, Z_HUFFMAN_ONLY, 31}, {2, 6, Z_RLE, 31}, {40, 6, Z_DEFAULT_STRATEGY, 15}, /* zlib's own header */
};

static void what_zlib_packs_comes_out_however_it_is_cut(void **state) {
	static const struct {
		size_t piece, room;
	} cuts[] = {{SIZE_MAX, ROOM}, {1, ROOM}, {7, 1}, {4096, 300}, {17, 259}};
	struct buf text = {0}, packed = {0}, out = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(packings) / sizeof(*packings); i++)
		for (size_t c = 0; c < sizeof(cuts) / sizeof(*cuts); c++) {
			struct slice left;

			make_text(&text, 90000 + i, packings[i].letters, (uint32_t)i);
			pack(&packed, buf_slice(&text), packings[i].level, packings[i].strategy, packings[i].window);
			buf_add_str(&packed, "behind");
			assert_int_equal(
				unpack(buf_slice(&packed), cuts[c].piece, cuts[c].room, &out, &left), INFLATE_END);
			assert_true(slice_eq(buf_slice(&out), buf_slice(&text)));
			if (packings[i].window == 31)
				assert_true(slice_eq(left, slice_str("behind")));
		}
	buf_free(&text);
	buf_free(&packed);
	buf_free(&out);
}

static void a_cut_stream_gives_what_it_can_and_never_ends(void **state) {
	struct buf text = {0}, packed = {0}, out = {0};
	struct slice left;

	(void)state;
	make_text(&text, 60000, 40, 5);
	pack(&packed, buf_slice(&text), 6, Z_DEFAULT_STRATEGY, 31);
	for (size_t n = 0; n < packed.n; n += 1 + packed.n / 400) {
		assert_int_equal(unpack(slice_of(packed.p, n), 1000, ROOM, &out, &left), INFLATE_MORE);
		assert_true(out.n <= text.n && memcmp(out.p ? out.p : text.p, text.p, out.n) == 0);
		if (n > packed.n - 20)
			assert_true(out.n > text.n - 200);
	}
	buf_free(&text);
	buf_free(&packed);
	buf_free(&out);
}

/* One bit at a time: damage is seen by the checksum at the latest, and what zlib gives before it, this does too. */
static void one_bit_that_flipped_is_damage(void **state) {
	struct buf text = {0}, packed = {0}, out = {0};
	struct slice left;

	(void)state;
	make_text(&text, 3000, 60, 9);
	pack(&packed, buf_slice(&text), 6, Z_DEFAULT_STRATEGY, 31);
	for (size_t bit = 80; bit < packed.n * 8; bit += 3) { /* 80: behind the header */
		packed.p[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		if (unpack(buf_slice(&packed), 997, ROOM, &out, &left) ==
			INFLATE_END) /* it stood between two bytes, unused */
			assert_true(slice_eq(buf_slice(&out), buf_slice(&text)) && bit / 8 == packed.n - 9);
		packed.p[bit / 8] ^= (uint8_t)(1u << (bit % 8));
	}
	buf_free(&text);
	buf_free(&packed);
	buf_free(&out);
}

static void codes_that_are_none_are_refused(void **state) {
	static const struct {
		uint8_t lengths[4];
		enum code_kind kind;
		bool fine;
	} rows[] = {
		{{1, 1, 0, 0}, CODE_DISTANCES, true},
		{{1, 0, 0, 0}, CODE_DISTANCES, true}, /* one alone, of one bit */
		{{0, 0, 0, 0}, CODE_DISTANCES, true}, /* a block without matches */
		{{2, 0, 0, 0}, CODE_DISTANCES, false},
		{{1, 1, 1, 0}, CODE_DISTANCES, false},
		{{1, 2, 3, 3}, CODE_DISTANCES, true},
		{{1, 2, 3, 0}, CODE_DISTANCES, false},
		{{1, 0, 0, 0}, CODE_LENGTHS, false},
	};
	uint32_t table[DISTANCE_ROOM];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_int_equal(
			code_build(table, DISTANCE_ROOM, LENGTHS_BITS, rows[i].kind, rows[i].lengths, 4), rows[i].fine);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_zlib_packs_comes_out_however_it_is_cut),
		cmocka_unit_test(a_cut_stream_gives_what_it_can_and_never_ends),
		cmocka_unit_test(one_bit_that_flipped_is_damage),
		cmocka_unit_test(codes_that_are_none_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
