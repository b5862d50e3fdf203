/* A borrowed view of bytes, passed by value. Data that may hold NUL is never a `char *`.
 * Nothing here allocates; a slice lives as long as whatever owns its bytes. */
#ifndef NHISCAN_CORE_SLICE_H
#define NHISCAN_CORE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct slice {
	const uint8_t *p;
	size_t n;
};

static inline struct slice slice_of(const void *p, size_t n) {
	return (struct slice){p, n};
}

/* A NUL-terminated string as a slice; NULL is the empty slice. */
static inline struct slice slice_str(const char *s) {
	return (struct slice){(const uint8_t *)s, s ? strlen(s) : 0};
}

/* Bytes [from, to) of `s`, both clipped to its bounds. */
static inline struct slice slice_sub(struct slice s, size_t from, size_t to) {
	if (to > s.n)
		to = s.n;
	if (from > to)
		from = to;
	return (struct slice){from ? s.p + from : s.p, to - from};
}

static inline bool slice_eq(struct slice a, struct slice b) {
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* The same as a literal: most that is asked differs in the first byte. */
static inline bool slice_is(struct slice s, const char *text) {
	return s.n ? s.p[0] == (uint8_t)text[0] && slice_eq(s, slice_str(text)) : !*text;
}

/* Where the first `c` stands, or NULL; an empty slice, whose pointer may be NULL, holds none. */
static inline const uint8_t *slice_byte(struct slice s, uint8_t c) {
	return s.n ? memchr(s.p, c, s.n) : NULL;
}

/* How many bytes stand before the first `c`: all of them when there is none. */
static inline size_t slice_until(struct slice s, uint8_t c) {
	const uint8_t *at = slice_byte(s, c);

	return at ? (size_t)(at - s.p) : s.n;
}

/* What a hexadecimal digit of either case stands for, or -1. */
static inline int hex_value(uint8_t c) {
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte that two hexadecimal digits at `at` write, or -1 when they do not stand there. */
int slice_hex_byte(struct slice s, size_t at);

/* Takes decimal digits off the front of `s`; false, with `s` and *out untouched, when there is none or they say more than `max`. */
bool slice_take_number(struct slice *s, uint32_t max, uint32_t *out);

/* ASCII case folded equality. */
bool slice_eq_nocase(struct slice a, struct slice b);
bool slice_has_prefix(struct slice s, const char *prefix);
bool slice_has_suffix(struct slice s, const char *suffix);
bool slice_has_suffix_nocase(struct slice s, const char *suffix);

/* Offset of the first `needle` in `s`, or -1. The _nocase form folds ASCII case. */
ptrdiff_t slice_find(struct slice s, struct slice needle);
ptrdiff_t slice_find_nocase(struct slice s, struct slice needle);

/* Total order on bytes, shorter first on a tie: <0, 0, >0. */
int slice_cmp(struct slice a, struct slice b);

/* What stands behind the last `/`, all of `path` when there is none. */
struct slice slice_base_name(struct slice path);

/* `s` without ASCII white space at both ends. */
struct slice slice_trim(struct slice s);

#endif
