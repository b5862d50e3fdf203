/* The growable byte buffer. Growing never leaves an unwiped copy behind, since buffers hold secrets.
 * Escaping and encodings live in text.c. */
#include "core/buf.h"
#include "core/memory.h"

#include <stdarg.h>
#include <stdio.h>

void buf_reserve(struct buf *b, size_t extra) {
	size_t need;

	if (!checked_add(b->n, extra, &need))
		mem_exhausted();
	if (need <= b->cap)
		return;

	size_t cap = b->cap <= SIZE_MAX / 2 ? b->cap * 2 : SIZE_MAX;

	if (cap < 64)
		cap = 64;
	if (cap < need)
		cap = need;

	uint8_t *p = mem_alloc(cap);

	if (b->n)
		memcpy(p, b->p, b->n);
	mem_wipe_free(b->p, b->cap);
	b->p = p;
	b->cap = cap;
}

void buf_add(struct buf *b, const void *p, size_t n) {
	if (n == 0)
		return;
	buf_reserve(b, n);
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

void buf_add_slice(struct buf *b, struct slice s) {
	buf_add(b, s.p, s.n);
}

void buf_add_str(struct buf *b, const char *s) {
	buf_add(b, s, strlen(s));
}

void buf_add_byte(struct buf *b, uint8_t c) {
	if (b->n == b->cap)
		buf_reserve(b, 1);
	b->p[b->n++] = c;
}

void buf_printf(struct buf *b, const char *fmt, ...) {
	va_list args;

	size_t room = b->cap - b->n;

	va_start(args, fmt);
	int n = vsnprintf(room ? (char *)b->p + b->n : NULL, room, fmt, args);
	va_end(args);
	if (n <= 0)
		return;
	if ((size_t)n < room) {
		b->n += (size_t)n;
		return;
	}
	buf_reserve(b, (size_t)n + 1);
	va_start(args, fmt);
	vsnprintf((char *)b->p + b->n, (size_t)n + 1, fmt, args);
	va_end(args);
	b->n += (size_t)n;
}

struct slice buf_slice(const struct buf *b) {
	return slice_of(b->p, b->n);
}

const char *buf_cstr(struct buf *b) {
	buf_reserve(b, 1);
	b->p[b->n] = 0;
	return (const char *)b->p;
}

void buf_clear(struct buf *b) {
	b->n = 0;
}

void buf_free(struct buf *b) {
	mem_wipe_free(b->p, b->cap);
	*b = (struct buf){0};
}
