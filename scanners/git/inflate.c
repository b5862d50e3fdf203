/* A thin edge around libdeflate. Knows nothing of packs or loose objects. */
#include "scanners/git/inflate.h"

#include "core/memory.h"

#include <libdeflate.h>
#include <stdlib.h>

struct inflater {
	struct libdeflate_decompressor *d;
};

struct inflater *inflater_new(void) {
	struct inflater *z = mem_alloc(sizeof(*z));
	z->d = libdeflate_alloc_decompressor();
	if (!z->d)
		abort(); /* 11 KiB were not to be had: mem_alloc would have ended the process as well */
	return z;
}

void inflater_free(struct inflater *z) {
	if (!z)
		return;
	libdeflate_free_decompressor(z->d);
	free(z);
}

bool inflate_is_plausible(struct slice in, uint64_t size) {
	/* zlib, "Maximum Compression Factor": 1032:1. */
	return size / 1032 <= in.n;
}

bool inflate_exact(struct inflater *z, struct slice in, uint8_t *out, size_t size) {
	return libdeflate_zlib_decompress_ex(z->d, in.p, in.n, out, size, NULL, NULL) == LIBDEFLATE_SUCCESS;
}

enum inflate_result inflate_upto(struct inflater *z, struct slice in, uint8_t *out, size_t cap, size_t *n) {
	size_t used = 0;
	*n = cap;
	switch (libdeflate_zlib_decompress_ex(z->d, in.p, in.n, out, cap, &used, n)) {
	case LIBDEFLATE_SUCCESS:
		return INFLATE_OK;
	case LIBDEFLATE_INSUFFICIENT_SPACE:
		*n = cap;
		return INFLATE_MORE;
	default:
		*n = 0;
		return INFLATE_DAMAGED;
	}
}
