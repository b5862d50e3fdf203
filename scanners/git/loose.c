/* Enumerates, reads and inflates loose objects. Which copy of an object is used is the store's business. */
#include "scanners/git/loose.h"

#include "scanners/git/file.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* "commit " and a size of 20 digits and NUL: no valid header is longer. */
#define HEADER_MAX 32
/* What is inflated before the size is known. Most loose objects fit whole. Eight times as much holds any stored block. */
#define FIRST_BYTES 16384

static int hex_digit(char c) {
	/* Git writes lower case only. */
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The hex digits of `name`, all of it, into `n` bytes. */
static bool hex_parse(const char *name, uint8_t *out, size_t n) {
	for (size_t i = 0; i < n; i++) {
		int hi = hex_digit(name[2 * i]), lo = hi < 0 ? -1 : hex_digit(name[2 * i + 1]);
		if (lo < 0)
			return false;
		out[i] = (uint8_t)(hi << 4 | lo);
	}
	return name[2 * n] == '\0';
}

static int folder_list(const char *path, uint8_t first, uint8_t id_bytes, uint32_t folder, loose_ids *out) {
	DIR *d = opendir(path);
	if (!d)
		return errno == ENOENT ? 0 : -1;
	const struct dirent *e;
	while ((e = readdir(d))) {
		struct loose_id x = {.folder = folder};
		x.id.n = id_bytes;
		x.id.id[0] = first;
		if (hex_parse(e->d_name, x.id.id + 1, id_bytes - 1u))
			VEC_PUSH(out, x);
	}
	closedir(d);
	return 0;
}

/* Which of the 256 folders there are: asking for each takes longer than starting. All, when nobody can tell. */
static void folders_find(const char *objects, bool there[256]) {
	const struct dirent *e;
	DIR *d = opendir(objects);
	uint8_t b;
	memset(there, d == NULL, 256);
	while (d && (e = readdir(d)))
		if (hex_parse(e->d_name, &b, 1))
			there[b] = true;
	if (d)
		closedir(d);
}

int loose_list(const char *objects, uint8_t id_bytes, uint32_t folder, loose_ids *out, struct error *err) {
	size_t cap = strlen(objects) + 4;
	char *path = mem_alloc(cap);
	int status = 0;
	bool there[256];
	folders_find(objects, there);
	for (unsigned b = 0; b < 256; b++) {
		if (!there[b])
			continue;
		snprintf(path, cap, "%s/%02x", objects, b);
		if (folder_list(path, (uint8_t)b, id_bytes, folder, out) != 0)
			status = error_errno(err, "read folder %s", path);
	}
	free(path);
	return status;
}

bool loose_header_parse(struct slice bytes, enum object_type *type, uint64_t *size, size_t *body) {
	struct slice head = slice_sub(bytes, 0, HEADER_MAX);
	const uint8_t *blank = head.n ? memchr(head.p, ' ', head.n) : NULL;
	const uint8_t *nul = head.n ? memchr(head.p, 0, head.n) : NULL;
	if (!blank || !nul || blank > nul || nul - blank < 2)
		return false;
	enum object_type t = object_type_parse(slice_of(head.p, (size_t)(blank - head.p)));
	if (t == OBJECT_NONE)
		return false;
	uint64_t v = 0;
	for (const uint8_t *p = blank + 1; p < nul; p++) {
		if (*p < '0' || *p > '9' || __builtin_mul_overflow(v, 10u, &v) ||
			__builtin_add_overflow(v, *p - '0', &v))
			return false;
	}
	if (blank[1] == '0' && nul - blank > 2)
		return false; /* leading zeros: git's parse_loose_header refuses them too */
	*type = t;
	*size = v;
	*body = (size_t)(nul - head.p) + 1;
	return true;
}

/* Inflates the beginning, at least as far as the header; a short object is then there whole. */
static enum inflate_result begin_inflate(struct inflater *z, struct slice file, struct buf *out, size_t *n,
	enum object_type *type, uint64_t *size, size_t *body) {
	/* libdeflate writes in order, so that the header is there when it runs out of room, unless the first block is a
	 * stored one that does not fit. Those are at most 64 KiB long, and fit the second time. */
	for (size_t cap = FIRST_BYTES;; cap *= 8) {
		buf_reserve(out, cap);
		memset(out->p, 0, HEADER_MAX); /* nothing old may be taken for a header */
		enum inflate_result r = inflate_upto(z, file, out->p, cap, n);
		if (r == INFLATE_DAMAGED || loose_header_parse(slice_of(out->p, *n), type, size, body))
			return r;
		if (r == INFLATE_OK || cap > FIRST_BYTES)
			break;
	}
	return INFLATE_OK;
}

enum trouble loose_decode(struct inflater *z, struct slice file, uint64_t limit, unsigned types, struct buf *out,
	enum object_type *type, uint64_t *size, const char **why) {
	size_t n = 0, body = 0;
	*type = OBJECT_NONE;
	*size = 0;
	buf_clear(out);
	enum inflate_result r = begin_inflate(z, file, out, &n, type, size, &body);
	*why = "zlib data is damaged";
	if (r == INFLATE_DAMAGED)
		return TROUBLE_CORRUPT;
	*why = "object header is damaged";
	if (*type == OBJECT_NONE)
		return TROUBLE_CORRUPT;
	*why = "object is larger than the limit";
	if (*size > limit)
		return TROUBLE_TOO_LARGE;
	*why = "object is not as long as its header says";
	if (r == INFLATE_OK ? *size != n - body : *size < n - body)
		return TROUBLE_CORRUPT;
	if (!(types & OBJECT_BIT(*type)))
		return TROUBLE_NONE;
	if (r == INFLATE_MORE) {
		if (!inflate_is_plausible(file, *size) || *size > SIZE_MAX - body)
			return TROUBLE_CORRUPT;
		n = body + (size_t)*size;
		buf_reserve(out, n);
		if (!inflate_exact(z, file, out->p, n))
			return TROUBLE_CORRUPT;
	}
	memmove(out->p, out->p + body, n - body);
	out->n = n - body;
	return TROUBLE_NONE;
}

static enum trouble file_read(int fd, uint64_t size, struct buf *file, struct error *err) {
	buf_reserve(file, (size_t)size + 1);
	while (file->n < size) {
		ssize_t got = read(fd, file->p + file->n, (size_t)size - file->n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			error_errno(err, "read");
			return TROUBLE_IO;
		}
		if (got == 0)
			break; /* cut short meanwhile: zlib will tell */
		file->n += (size_t)got;
	}
	return TROUBLE_NONE;
}

enum trouble loose_file(
	const char *objects, const struct object_id *id, uint64_t limit, struct buf *file, struct error *err) {
	char hex[OBJECT_ID_HEX_MAX], path[PATH_MAX];
	uint64_t size = 0;
	buf_clear(file);
	object_id_hex(id, hex);
	if ((size_t)snprintf(path, sizeof(path), "%s/%.2s/%s", objects, hex, hex + 2) >= sizeof(path)) {
		error_set(err, ERR_IO, "path of object %s is too long", hex);
		return TROUBLE_IO;
	}
	int fd = file_open(path, &size, err);
	if (fd < 0)
		return errno == ENOENT ? TROUBLE_MISSING : TROUBLE_IO;
	enum trouble t;
	/* Stored deflate blocks add 5 bytes for 64 KiB or less; zlib's own bound is below 1/8 more. */
	if (size / 8 * 7 > limit + 4096) {
		error_set(err, ERR_LIMIT, "%s: object is larger than the limit", path);
		t = TROUBLE_TOO_LARGE;
	} else {
		t = file_read(fd, size, file, err);
		if (t != TROUBLE_NONE)
			error_context(err, "%s", path);
	}
	close(fd);
	return t;
}
