/* The file of a cache: who may have written it, what it must look like, and how it is replaced in one step. */
#include "scanners/git/cache_file.h"

#include "core/file.h"
#include "core/numbers.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC	    "nhiscan cache 1\n"
#define MAGIC_BYTES 16
#define HEAD_BYTES  (MAGIC_BYTES + 32 + 8 + 8 + 8)
#define SUM_BYTES   32
#define MAX_FILE    ((off_t)8 << 30)
#define MAX_STATES  1024 /* the newest are kept */

static bool sha256(struct slice s, uint8_t out[SUM_BYTES]) {
	unsigned n = SUM_BYTES;
	return EVP_Digest(s.p, s.n, out, &n, EVP_sha256(), NULL) == 1;
}

static void add_le64(struct buf *b, uint64_t v) {
	for (int i = 0; i < 8; i++)
		buf_add_byte(b, (uint8_t)(v >> 8 * i));
}

bool cache_file_parse(struct cache *c, struct slice bytes) {
	uint8_t sum[SUM_BYTES];
	size_t width = c->id_bytes + 1;
	if (bytes.n < HEAD_BYTES + SUM_BYTES || memcmp(bytes.p, MAGIC, MAGIC_BYTES) != 0 ||
		memcmp(bytes.p + MAGIC_BYTES, c->key, 32) != 0 || le64(bytes.p + MAGIC_BYTES + 32) != c->id_bytes)
		return false;
	uint64_t nstates = le64(bytes.p + MAGIC_BYTES + 40), nentries = le64(bytes.p + MAGIC_BYTES + 48);
	size_t left = bytes.n - HEAD_BYTES - SUM_BYTES;
	if (nstates > left / CACHE_STATE_BYTES || nentries > left / width ||
		nstates * CACHE_STATE_BYTES + nentries * width != left ||
		!sha256(slice_sub(bytes, 0, bytes.n - SUM_BYTES), sum) ||
		memcmp(sum, bytes.p + bytes.n - SUM_BYTES, SUM_BYTES) != 0)
		return false;
	c->states = bytes.p + HEAD_BYTES;
	c->nstates = (size_t)nstates;
	c->entries = c->states + c->nstates * CACHE_STATE_BYTES;
	c->nentries = (size_t)nentries;
	return true;
}

/* Whoever can write a cache can hide findings, so that it must be the user's alone. */
static const char *distrust(const struct stat *st) {
	if (st->st_uid != geteuid())
		return "it belongs to somebody else, so that nothing in it is believed";
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return "others can write it, so that nothing in it is believed; chmod go-w mends that";
	return NULL;
}

/* NULL: read. Otherwise why not; empty when there is no file yet. */
static const char *read_file(struct cache *c) {
	struct stat st;
	const char *why = NULL;
	int fd = open(c->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? "" : "it can't be opened";
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size > MAX_FILE)
		why = "it is no regular file, or far too large";
	else
		why = distrust(&st);
	if (!why) {
		size_t size = (size_t)st.st_size;
		buf_reserve(&c->file, size + 1);
		while (c->file.n < size) {
			ssize_t got = read(fd, c->file.p + c->file.n, size - c->file.n);
			if (got < 0 && errno == EINTR)
				continue;
			if (got <= 0)
				break;
			c->file.n += (size_t)got;
		}
		if (!cache_file_parse(c, buf_slice(&c->file)))
			why = "it is damaged; everything is read, and it is written anew";
	}
	close(fd);
	return why;
}

bool cache_file_open(struct cache *c, const char *dir, const char *key, struct coverage *coverage) {
	struct stat st;
	struct buf name = {0};
	const char *why;
	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		why = "the folder can't be made";
	else if (stat(dir, &st) != 0 || !S_ISDIR(st.st_mode))
		why = "it is no folder";
	else
		why = distrust(&st);
	if (why || !sha256(slice_str(key), c->key)) {
		coverage_note(coverage, "cache-ignored", false, dir, why);
		return false;
	}
	c->dir = mem_str(dir);
	buf_printf(&name, "%s/", dir);
	for (int i = 0; i < 8; i++)
		buf_printf(&name, "%02x", c->key[i]);
	buf_printf(&name, "-%s.nhiscan-cache", c->id_bytes == 20 ? "sha1" : "sha256");
	c->name = mem_str(buf_cstr(&name));
	buf_free(&name);
	why = read_file(c);
	if (why && *why)
		coverage_note(coverage, "cache-ignored", false, c->name, why);
	return true;
}

int cache_file_write(struct cache *c, struct slice entries, struct error *err) {
	struct buf b = {0};
	uint8_t sum[SUM_BYTES];
	size_t nadded = c->added_states.n / CACHE_STATE_BYTES;
	size_t kept = nadded >= MAX_STATES ? 0 : MAX_STATES - nadded;
	int rc;
	if (kept > c->nstates)
		kept = c->nstates;
	buf_reserve(&b, HEAD_BYTES + (kept + nadded) * CACHE_STATE_BYTES + entries.n + SUM_BYTES);
	buf_add(&b, MAGIC, MAGIC_BYTES);
	buf_add(&b, c->key, 32);
	add_le64(&b, c->id_bytes);
	add_le64(&b, kept + nadded);
	add_le64(&b, entries.n / (c->id_bytes + 1));
	buf_add(&b, c->added_states.p, c->added_states.n);
	buf_add(&b, c->states, kept * CACHE_STATE_BYTES);
	buf_add_slice(&b, entries);
	sha256(buf_slice(&b), sum);
	buf_add(&b, sum, SUM_BYTES);
	rc = file_replace(c->dir, c->name, buf_slice(&b), err);
	buf_free(&b);
	return rc;
}
