/* Headers, trailers and checksums. What is between them is inflate.c's. */
#include "scanners/archive/gzip.h"

#include <libdeflate.h>

#define METHOD_DEFLATE	8
#define FLAG_HEADER_SUM 2
#define FLAG_EXTRA	4
#define FLAG_NAME	8
#define FLAG_COMMENT	16
#define FLAGS_UNKNOWN	0xe0
#define ZLIB_DICTIONARY 0x20

/* What comes behind `s`, when the flags say so. */
static enum gzip_state next_part(const struct gzip *g, enum gzip_state s) {
	static const struct {
		enum gzip_state state;
		uint8_t flag;
	} parts[] = {{GZIP_EXTRA_SIZE, FLAG_EXTRA}, {GZIP_NAME, FLAG_NAME}, {GZIP_COMMENT, FLAG_COMMENT},
		{GZIP_HEADER_SUM, FLAG_HEADER_SUM}};

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (parts[i].state > s && (g->flags & parts[i].flag))
			return parts[i].state;
	return GZIP_DATA;
}

/* One byte of a header. False: it is none. */
static bool header_byte(struct gzip *g, uint8_t byte) {
	static const uint8_t magic[3] = {0x1f, 0x8b, METHOD_DEFLATE};

	switch (g->state) {
	case GZIP_START:
		g->is_zlib = byte != magic[0];
		g->sum = g->is_zlib; /* Adler-32 begins with one */
		g->flags = byte;
		g->at = 1;
		g->state = g->is_zlib ? GZIP_ZLIB : GZIP_FIXED;
		return !g->is_zlib || (byte & 15) == METHOD_DEFLATE;
	case GZIP_ZLIB:
		g->state = GZIP_DATA;
		return (((unsigned)g->flags << 8) | byte) % 31 == 0 && !(byte & ZLIB_DICTIONARY);
	case GZIP_FIXED:
		if (g->at < sizeof(magic) && byte != magic[g->at])
			return false;
		if (g->at == sizeof(magic))
			g->flags = byte;
		if (++g->at == 10) /* a time, more flags and a system follow */
			g->state = next_part(g, GZIP_FIXED);
		return !(g->flags & FLAGS_UNKNOWN);
	case GZIP_NAME:
	case GZIP_COMMENT:
		if (byte == 0)
			g->state = next_part(g, g->state);
		return true;
	default:
		return false;
	}
}

/* Parts of known length. */
static void skip_part(struct gzip *g, uint32_t value) {
	if (g->state == GZIP_EXTRA_SIZE) {
		g->left = value;
		g->state = value ? GZIP_EXTRA : next_part(g, GZIP_EXTRA);
	} else {
		g->state = next_part(g, g->state);
	}
}

/* False: damaged. It ends in GZIP_DATA, or when `in` is used up. */
static bool header(struct gzip *g, struct slice *in) {
	uint32_t v;

	while (g->state < GZIP_DATA) {
		bool pair = g->state == GZIP_EXTRA_SIZE || g->state == GZIP_HEADER_SUM;

		if (!inflate_take(&g->inflate, in, pair ? 16 : 8, &v))
			return true;
		if (pair)
			skip_part(g, v);
		else if (g->state != GZIP_EXTRA) {
			if (!header_byte(g, (uint8_t)v))
				return false;
		} else if (--g->left == 0)
			g->state = next_part(g, GZIP_EXTRA);
	}
	return true;
}

static enum inflate_result trailer(struct gzip *g, struct slice *in) {
	for (; g->left; g->left--, g->at++)
		if (!inflate_take(&g->inflate, in, 32, &g->told[g->at]))
			return INFLATE_MORE;
	g->state = GZIP_DONE;
	if (g->is_zlib)
		return __builtin_bswap32(g->told[0]) == g->sum ? INFLATE_END : INFLATE_DAMAGED;
	return g->told[0] == g->sum && g->told[1] == g->size ? INFLATE_END : INFLATE_DAMAGED;
}

enum inflate_result gzip_run(struct gzip *g, struct slice *in, uint8_t *out, size_t *n, size_t most) {
	size_t before = *n;

	if (g->state == GZIP_DONE) /* damage stays */
		return INFLATE_DAMAGED;
	if (!header(g, in)) {
		g->state = GZIP_DONE;
		return INFLATE_DAMAGED;
	}
	if (g->state == GZIP_DATA) {
		enum inflate_result r = inflate_run(&g->inflate, in, out, n, most);

		if (*n > before)
			g->sum = g->is_zlib ? libdeflate_adler32(g->sum, out + before, *n - before)
					    : libdeflate_crc32(g->sum, out + before, *n - before);
		g->size += (uint32_t)(*n - before);
		if (r != INFLATE_END)
			return r;
		g->state = GZIP_TRAILER;
		g->left = g->is_zlib ? 1 : 2;
		g->at = 0;
	}
	return g->state == GZIP_TRAILER ? trailer(g, in) : INFLATE_MORE;
}
