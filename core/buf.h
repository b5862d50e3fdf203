/* A growable byte buffer for building text and decoded layers. Zeroed is empty; always wiped when freed. */
#ifndef NHISCAN_CORE_BUF_H
#define NHISCAN_CORE_BUF_H

#include "core/slice.h"

struct buf {
	uint8_t *p;
	size_t n, cap;
};

void buf_reserve(struct buf *b, size_t extra);
void buf_add(struct buf *b, const void *p, size_t n);
void buf_add_slice(struct buf *b, struct slice s);
void buf_add_str(struct buf *b, const char *s);
void buf_add_byte(struct buf *b, uint8_t c);
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The bytes so far, and the same with a NUL behind them (not counted in n). */
struct slice buf_slice(const struct buf *b);
const char *buf_cstr(struct buf *b);

void buf_clear(struct buf *b); /* keeps the memory */
void buf_free(struct buf *b);  /* wipes and frees; valid and empty afterwards */

#endif
