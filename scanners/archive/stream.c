/* Streams of plain bytes: memory, files, and a start that was read already. Decoders are in filter.c, members in archive.c. */
#include "scanners/archive/stream.h"
#include "core/memory.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#define FILE_BLOCK ((size_t)256 << 10)
/* Bytes in memory come at once, unless whoever takes them would have to copy too many. */
#define AT_ONCE_MOST ((size_t)24 << 20)
#define SHARE	     ((size_t)4 << 20)
#define POLL_MS	     100 /* how late a stop is seen while nothing comes */

void stream_close(struct stream *s) {
	if (s)
		s->close(s);
}

struct bytes_stream {
	struct stream base;
	struct slice left;
};

static int bytes_next(struct stream *s, struct slice *out, struct error *err) {
	struct bytes_stream *b = (struct bytes_stream *)s;

	(void)err;
	*out = b->left.n > AT_ONCE_MOST ? slice_sub(b->left, 0, SHARE) : b->left;
	b->left = slice_sub(b->left, out->n, b->left.n);
	return out->n > 0;
}

static void bytes_close(struct stream *s) {
	free(s);
}

struct stream *stream_of_bytes(struct slice bytes) {
	struct bytes_stream *b = mem_alloc(sizeof(*b));

	b->base = (struct stream){bytes_next, bytes_close, bytes.n};
	b->left = bytes;
	return &b->base;
}

struct file_stream {
	struct stream base;
	int fd;
	bool seekable;
	const struct stop_flag *stop;
	uint64_t at;
	_Atomic uint64_t *counter; /* or NULL */
	uint8_t *block;
};

/* A pipe may never give another byte. False: the user wants to stop. */
static bool wait_for_bytes(const struct file_stream *f) {
	struct pollfd input = {.fd = f->fd, .events = POLLIN};

	while (!f->seekable && !stop_requested(f->stop) && poll(&input, 1, POLL_MS) <= 0)
		;
	return !stop_requested(f->stop);
}

static int file_next(struct stream *s, struct slice *out, struct error *err) {
	struct file_stream *f = (struct file_stream *)s;
	ssize_t n;

	do {
		if (!wait_for_bytes(f))
			return error_set(err, ERR_STOPPED, "interrupted");
		n = f->seekable ? pread(f->fd, f->block, FILE_BLOCK, (off_t)f->at) : read(f->fd, f->block, FILE_BLOCK);
	} while (n < 0 && (errno == EINTR || (errno == EAGAIN && !f->seekable)));
	if (n < 0)
		return error_errno(err, "cannot read on at byte %llu", (unsigned long long)f->at);
	f->at += (uint64_t)n;
	if (f->counter)
		*f->counter = f->at;
	*out = slice_of(f->block, (size_t)n);
	return n > 0;
}

static void file_close(struct stream *s) {
	struct file_stream *f = (struct file_stream *)s;

	mem_wipe_free(f->block, FILE_BLOCK);
	free(f);
}

struct stream *stream_of_file(int fd, bool seekable, uint64_t at, uint64_t size, const struct stop_flag *stop) {
	struct file_stream *f = mem_alloc(sizeof(*f));

	f->base = (struct stream){file_next, file_close, size};
	f->fd = fd;
	f->seekable = seekable;
	f->stop = stop;
	f->at = at;
	f->block = mem_alloc(FILE_BLOCK);
	return &f->base;
}

uint64_t stream_file_position(const struct stream *file) {
	return ((const struct file_stream *)file)->at;
}

void stream_file_count(struct stream *file, _Atomic uint64_t *counter) {
	struct file_stream *f = (struct file_stream *)file;

	f->counter = counter;
	*counter = f->at;
}

struct head_stream {
	struct stream base;
	struct buf head;
	bool given;
	struct stream *rest;
};

static int head_next(struct stream *s, struct slice *out, struct error *err) {
	struct head_stream *h = (struct head_stream *)s;

	if (!h->given) {
		h->given = true;
		*out = buf_slice(&h->head);
		if (out->n)
			return 1;
	}
	return h->rest ? h->rest->next(h->rest, out, err) : 0;
}

static void head_close(struct stream *s) {
	struct head_stream *h = (struct head_stream *)s;

	buf_free(&h->head);
	free(h);
}

struct stream *stream_with_head(struct buf *head, struct stream *rest) {
	struct head_stream *h = mem_alloc(sizeof(*h));

	h->base = (struct stream){head_next, head_close, rest ? rest->size : head->n};
	h->head = *head;
	*head = (struct buf){0};
	h->rest = rest;
	return &h->base;
}

int stream_fill(struct stream *s, size_t most, struct buf *out, struct error *err) {
	while (out->n < most) {
		struct slice block;
		int more = s->next(s, &block, err);

		if (more <= 0)
			return more;
		buf_add_slice(out, block);
	}
	return 1;
}
