/* Reading one open file into a buffer that is used again for the next, within the document limit. */
#ifndef NHISCAN_SCANNERS_TREE_READ_H
#define NHISCAN_SCANNERS_TREE_READ_H

#include "core/limits.h"
#include "core/pool.h"
#include "core/slice.h"

#include <pthread.h>
#include <sys/stat.h>

/* One worker's buffer. It is mapped memory of its own, never part of the heap: contents are gone from the process
 * when it is unmapped. Zeroed is empty. */
struct read_buffer {
	uint8_t *p;
	size_t cap;
};

void read_buffer_free(struct read_buffer *b);

/* Bounds what all workers together hold of big files; small files don't touch it. */
struct read_budget {
	pthread_mutex_t lock;
	pthread_cond_t returned;
	uint64_t total, used;
};

void read_budget_init(struct read_budget *b, uint64_t total);
void read_budget_destroy(struct read_budget *b);

struct read_result {
	struct slice bytes; /* in the buffer */
	bool cut;	    /* the limit came first */
	bool stopped;	    /* the user interrupted */
	int error;	    /* errno, with what was read before it in `bytes` */
};

/* Reads all of `fd`, from its position on, up to limits->max_document_bytes. `st` is its fstat. Holes of a sparse file
 * are not read: each becomes at most 4096 zero bytes, so nothing is lost, lines stay, and what lies on both sides of
 * it is not joined. The first
 * `have` bytes are in the buffer already: they came out of a pipe. */
struct read_result read_content(int fd, const struct stat *st, const struct limits *limits,
	const struct stop_flag *stop, struct read_buffer *b, size_t have);

/* Reads the first bytes of `fd`, at most READ_START: with pread(2) from a regular file, else from where it stands. */
#define READ_START ((size_t)64 << 10)
struct read_result read_start(int fd, const struct stat *st, const struct stop_flag *stop, struct read_buffer *b);

/* What read_content() will at most hold, for the budget. */
uint64_t read_expected(const struct stat *st, const struct limits *limits);

/* Waits until `n` bytes fit, or nobody else holds any; returns what to give back. Small n: 0, at once. */
uint64_t read_budget_take(struct read_budget *b, uint64_t n);
void read_budget_return(struct read_budget *b, struct read_buffer *buffer, uint64_t n);

#endif
