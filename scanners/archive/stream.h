/* Bytes that come in blocks, from memory, a file, a member of an archive or a decoder. Everything packed is read through it, so that
 * what lies eight layers deep passes through blocks of bounded size and is never held whole. */
#ifndef NHISCAN_SCANNERS_ARCHIVE_STREAM_H
#define NHISCAN_SCANNERS_ARCHIVE_STREAM_H

#include "core/buf.h"
#include "core/error.h"
#include "core/pool.h"

struct stream {
	/* 1: the next bytes, valid until the next call; 0: the end; -1: no more can be read, `err` says why. */
	int (*next)(struct stream *s, struct slice *out, struct error *err);
	void (*close)(struct stream *s); /* frees the stream, not what it reads from */
	uint64_t size;			 /* of all of it, when known; else UINT64_MAX */
};

void stream_close(struct stream *s); /* NULL is fine */

struct stream *stream_of_bytes(struct slice bytes);

/* Reads `fd` from its position on, or from `at` with pread(2) when seekable. The descriptor stays the caller's. */
struct stream *stream_of_file(int fd, bool seekable, uint64_t at, uint64_t size, const struct stop_flag *stop);

/* How far it has read; and from now on `counter` is told, too. */
uint64_t stream_file_position(const struct stream *file);
void stream_file_count(struct stream *file, _Atomic uint64_t *counter);

/* `head`, which it takes over, and then what `rest` gives; `rest` stays the caller's. */
struct stream *stream_with_head(struct buf *head, struct stream *rest);

/* Appends to `out` until it holds `most` bytes or more, or the stream ends. 1: there may be more, 0: that was all, -1: trouble. */
int stream_fill(struct stream *s, size_t most, struct buf *out, struct error *err);

#endif
