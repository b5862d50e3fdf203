/* Reading a file into memory: one read() for an ordinary file, only the data of a sparse one.
 * Why not mmap() for big files: a file that another process cuts short meanwhile raises SIGBUS in the middle of a
 * match, which a library cannot handle safely, and one that changes would differ from one look to the next. */
#include "scanners/tree/read.h"
#include "core/memory.h"

#include <errno.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#define BUFFER_KEPT  ((size_t)4 << 20)	  /* what a worker keeps between files */
#define BIG_FILE     ((uint64_t)16 << 20) /* from here on the budget counts */
#define HUGE_FROM    ((size_t)8 << 20)	  /* huge pages save most page faults from here on */
#define SPARSE_FROM  (1 << 20)		  /* smaller files are read whole: that costs less than asking for holes */
#define HOLE_SHOWN   4096		  /* more than any match window needs to not see across */
#define STREAM_FIRST ((size_t)64 << 10)	  /* first buffer for what has no size */
#define POLL_MS	     100		  /* how late a stop is seen while nothing comes */
#define READ_MOST    ((size_t)64 << 20)	  /* one read(), so that an interrupt is seen within it */

static void resize(struct read_buffer *b, size_t cap) {
	void *p;

	cap = (cap + 4095) & ~(size_t)4095;
	if (cap == b->cap)
		return;
	if (!b->p)
		// cppcheck-suppress invalidFunctionArg ; -1 goes with MAP_ANONYMOUS, mmap(2)
		p = mmap(NULL, cap, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	else
		p = mremap(b->p, b->cap, cap, MREMAP_MAYMOVE);
	if (p == MAP_FAILED)
		mem_exhausted();
	b->p = p;
	b->cap = cap;
	if (cap >= HUGE_FROM)
		madvise(p, cap, MADV_HUGEPAGE); /* a wish */
}

void read_buffer_free(struct read_buffer *b) {
	if (b->p)
		munmap(b->p, b->cap);
	*b = (struct read_buffer){0};
}

void read_budget_init(struct read_budget *b, uint64_t total) {
	*b = (struct read_budget){.total = total};
	pthread_mutex_init(&b->lock, NULL);
	pthread_cond_init(&b->returned, NULL);
}

void read_budget_destroy(struct read_budget *b) {
	pthread_cond_destroy(&b->returned);
	pthread_mutex_destroy(&b->lock);
}

uint64_t read_budget_take(struct read_budget *b, uint64_t n) {
	if (n < BIG_FILE)
		return 0;
	pthread_mutex_lock(&b->lock);
	while (b->used > 0 && (n > b->total || b->used > b->total - n))
		pthread_cond_wait(&b->returned, &b->lock);
	b->used += n;
	pthread_mutex_unlock(&b->lock);
	return n;
}

void read_budget_return(struct read_budget *b, struct read_buffer *buffer, uint64_t n) {
	if (buffer->cap > BUFFER_KEPT)
		resize(buffer, BUFFER_KEPT);
	if (n == 0)
		return;
	pthread_mutex_lock(&b->lock);
	b->used -= n;
	pthread_cond_broadcast(&b->returned);
	pthread_mutex_unlock(&b->lock);
}

/* The limit as a size of memory, with room for the byte behind it. */
static size_t limit_size(const struct limits *limits) {
	const size_t most = SIZE_MAX / 4;

	return limits->max_document_bytes < most ? (size_t)limits->max_document_bytes : most;
}

static bool is_sparse(const struct stat *st) {
	return S_ISREG(st->st_mode) && st->st_size >= SPARSE_FROM && st->st_blocks < st->st_size / 512;
}

uint64_t read_expected(const struct stat *st, const struct limits *limits) {
	uint64_t n = st->st_size > 0 ? (uint64_t)st->st_size : 0;

	if (is_sparse(st))
		n = (uint64_t)st->st_blocks * 512;
	return n < limits->max_document_bytes ? n : limits->max_document_bytes;
}

struct reading {
	int fd;
	const struct stop_flag *stop;
	struct read_buffer *b;
	size_t limit, n;
	uint64_t size; /* what a regular file should have; UINT64_MAX when only an empty read() is the end */
	bool may_wait; /* no regular file; standard input can have been made non-blocking by whoever shares it */
	struct read_result result;
};

/* Makes room for `want` more bytes, but never for more than one beyond the limit, which tells that there is more. */
static size_t make_room(struct reading *r, size_t want) {
	size_t most = r->limit + 1;

	if (want > most - r->n)
		want = most - r->n;
	if (r->n + want > r->b->cap) {
		size_t twice = r->n < most / 2 ? r->n * 2 : most;

		resize(r->b, r->n + want > twice ? r->n + want : twice);
	}
	return want;
}

/* read() that is repeated after a signal, unless that asks to stop. -1 and the result says why. */
static ssize_t read_some(struct reading *r, size_t want) {
	struct pollfd input = {.fd = r->fd, .events = POLLIN};

	for (;;) {
		if (stop_requested(r->stop)) {
			r->result.stopped = true;
			return -1;
		}

		/* A pipe or terminal may never give another byte; and an interrupted read() is begun anew by the system. */
		if (r->may_wait && poll(&input, 1, POLL_MS) <= 0)
			continue;

		ssize_t n = read(r->fd, r->b->p + r->n, want);

		if (n >= 0)
			return n;
		if (errno != EINTR && !(errno == EAGAIN && r->may_wait)) {
			r->result.error = errno;
			return -1;
		}
	}
}

/* Appends up to `want` bytes. False: nothing more is to be read, for whatever reason. */
static bool append(struct reading *r, uint64_t want) {
	if (r->n > r->limit)
		return false;

	size_t asked = make_room(r, want < READ_MOST ? (size_t)want : READ_MOST);
	ssize_t n = read_some(r, asked);

	if (n <= 0)
		return false;
	r->n += (size_t)n;
	return (size_t)n == asked || r->n < r->size; /* less than asked for, at the size known, is the end */
}

static void append_hole(struct reading *r, off_t length) {
	if (r->n > r->limit)
		return;

	size_t n = make_room(r, length < HOLE_SHOWN ? (size_t)length : HOLE_SHOWN);

	memset(r->b->p + r->n, 0, n);
	r->n += n;
}

static void append_extent(struct reading *r, off_t length) {
	while (length > 0) {
		size_t before = r->n;
		bool more = append(r, (uint64_t)length);

		length -= (off_t)(r->n - before);
		if (!more)
			break;
	}
}

/* The first data at or behind `at`: [*from, *to). False at the end, and with *error for trouble. */
static bool next_extent(int fd, off_t at, off_t *from, off_t *to, int *error) {
	*from = lseek(fd, at, SEEK_DATA);
	if (*from < 0) {
		*error = errno == ENXIO ? 0 : errno; /* ENXIO: only a hole follows, lseek(2) */
		return false;
	}
	*to = lseek(fd, *from, SEEK_HOLE);
	if (*to <= *from || lseek(fd, *from, SEEK_SET) != *from) {
		*error = *to < 0 ? errno : EIO;
		return false;
	}
	return true;
}

/* Data, hole, data, …; a hole at either end is nothing. False when the file system can't tell holes: nothing is read
 * then, and the position is at the start. */
static bool read_extents(struct reading *r, off_t size) {
	off_t at = 0, from, to;
	int error = 0;

	while (at < size && r->n <= r->limit && !r->result.stopped && !r->result.error) {
		if (!next_extent(r->fd, at, &from, &to, &error))
			break;
		if (r->n > 0)
			append_hole(r, from - at);
		append_extent(r, to - from);
		at = to;
	}
	if (error && at == 0 && lseek(r->fd, 0, SEEK_SET) == 0)
		return false;
	if (error)
		r->result.error = error;
	return true;
}

struct read_result read_start(int fd, const struct stat *st, const struct stop_flag *stop, struct read_buffer *b) {
	struct reading r = {.fd = fd, .stop = stop, .b = b, .limit = READ_START, .size = UINT64_MAX};

	r.may_wait = !S_ISREG(st->st_mode);
	if (r.may_wait) {
		while (r.n < READ_START && append(&r, READ_START - r.n))
			;
	} else {
		ssize_t n;

		make_room(&r, READ_START);
		n = pread(fd, b->p, READ_START, 0);
		r.n = n > 0 ? (size_t)n : 0; /* trouble is met again when it is read */
	}
	r.result.bytes = slice_of(b->p, r.n);
	return r.result;
}

struct read_result read_content(int fd, const struct stat *st, const struct limits *limits,
	const struct stop_flag *stop, struct read_buffer *b, size_t have) {
	struct reading r = {.fd = fd, .stop = stop, .b = b, .limit = limit_size(limits), .size = UINT64_MAX, .n = have};

	r.may_wait = !S_ISREG(st->st_mode);
	if (have || !is_sparse(st) || lseek(fd, 0, SEEK_CUR) != 0 || !read_extents(&r, st->st_size)) {
		uint64_t want = STREAM_FIRST;

		if (S_ISREG(st->st_mode) && st->st_size > 0) { /* files of /proc have content but no size */
			r.size = (uint64_t)st->st_size;
			want = r.size + 1; /* the one byte more shows the end in the same read() */
		}
		while (append(&r, want))
			want = r.size < UINT64_MAX && r.n <= r.size ? r.size + 1 - r.n : STREAM_FIRST;
	}
	r.result.cut = r.n > r.limit;
	r.result.bytes = slice_of(b->p, r.result.cut ? r.limit : r.n);
	return r.result;
}
