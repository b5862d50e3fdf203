/* The decoder: a state machine that can stop after any bit, and a loop for the bulk that can't. Tables are in inflate_code.c. */
#include "scanners/archive/inflate.h"

#include <string.h>

#define IN_MARGIN  16 /* bytes that the fast loop may take in one round */
#define OUT_MARGIN (258 + 3 + 16)

static void fill(struct inflate *s, struct slice *in) {
	while (s->nbits <= 56 && in->n) {
		s->bits |= (uint64_t)*in->p << s->nbits;
		s->nbits += 8;
		in->p++;
		in->n--;
	}
}

/* Takes no byte more than that needs: what follows the stream stays in `in`. */
static bool has(struct inflate *s, struct slice *in, unsigned n) {
	for (; s->nbits < n && in->n; in->p++, in->n--, s->nbits += 8)
		s->bits |= (uint64_t)*in->p << s->nbits;
	return s->nbits >= n;
}

static uint32_t peek(const struct inflate *s, unsigned n) {
	return (uint32_t)(s->bits & (((uint64_t)1 << n) - 1));
}

static void drop(struct inflate *s, unsigned n) {
	s->bits >>= n;
	s->nbits -= n;
}

bool inflate_take(struct inflate *s, struct slice *in, unsigned nbits, uint32_t *value) {
	if (!has(s, in, nbits))
		return false;
	*value = peek(s, nbits);
	drop(s, nbits);
	return true;
}

/* Results of one step: STEP_ON goes on with the next state. */
enum step { STEP_ON, STEP_WAIT, STEP_BAD };

static bool build_codes(struct inflate *s) {
	return s->lengths[256] != 0 && /* a block that can't end */
	       code_build(s->literals, LITERAL_ROOM, LITERAL_BITS, CODE_LITERALS, s->lengths, s->nliterals) &&
	       code_build(s->distances, DISTANCE_ROOM, DISTANCE_BITS, CODE_DISTANCES, s->lengths + s->nliterals,
		       s->ndistances);
}

/* RFC 1951, 3.2.6 */
static void fixed_lengths(struct inflate *s) {
	s->nliterals = 288;
	s->ndistances = 32;
	memset(s->lengths, 8, 144);
	memset(s->lengths + 144, 9, 112);
	memset(s->lengths + 256, 7, 24);
	memset(s->lengths + 280, 8, 8);
	memset(s->lengths + 288, 5, 32);
}

static enum step block_head(struct inflate *s, struct slice *in) {
	uint32_t v;

	if (s->last) {
		s->state = INFLATE_DONE;
		return STEP_ON;
	}
	if (!inflate_take(s, in, 3, &v))
		return STEP_WAIT;
	s->last = v & 1;
	switch (v >> 1) {
	case 0:
		s->state = INFLATE_STORED_HEAD;
		drop(s, s->nbits & 7);
		return STEP_ON;
	case 1:
		fixed_lengths(s);
		s->state = INFLATE_SYMBOLS;
		return build_codes(s) ? STEP_ON : STEP_BAD;
	case 2:
		s->state = INFLATE_SIZES;
		return STEP_ON;
	default:
		return STEP_BAD;
	}
}

static enum step stored_head(struct inflate *s, struct slice *in) {
	uint32_t v;

	if (!inflate_take(s, in, 32, &v))
		return STEP_WAIT;
	s->left = v & 0xffff;
	s->state = INFLATE_STORED;
	return s->left == (~v >> 16) ? STEP_ON : STEP_BAD;
}

static enum step stored(struct inflate *s, struct slice *in, uint8_t *out, size_t *n, size_t most) {
	while (s->left && s->nbits && *n < most) { /* whole bytes */
		out[(*n)++] = (uint8_t)s->bits;
		drop(s, 8);
		s->left--;
	}
	if (!s->nbits) {
		size_t some = s->left < in->n ? s->left : in->n;

		if (some > most - *n)
			some = most - *n;
		if (some)
			memcpy(out + *n, in->p, some);
		*n += some;
		*in = slice_sub(*in, some, in->n);
		s->left -= (uint32_t)some;
	}
	if (s->left)
		return STEP_WAIT;
	s->state = INFLATE_HEAD;
	return STEP_ON;
}

static enum step sizes(struct inflate *s, struct slice *in) {
	uint32_t v;

	if (!inflate_take(s, in, 14, &v))
		return STEP_WAIT;
	s->nliterals = (v & 31) + 257;
	s->ndistances = (v >> 5 & 31) + 1;
	s->nlengths = (v >> 10) + 4;
	s->at = 0;
	memset(s->lengths, 0, 19);
	s->state = INFLATE_LENGTHS;
	return s->nliterals <= 286 && s->ndistances <= 30 ? STEP_ON : STEP_BAD;
}

/* Lengths of the codes that the lengths of codes are written in, in the order of RFC 1951, 3.2.7. Their table is where distances' will be. */
static enum step lengths_of_lengths(struct inflate *s, struct slice *in) {
	static const uint8_t order[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
	uint32_t v;

	for (; s->at < s->nlengths; s->at++) {
		if (!inflate_take(s, in, 3, &v))
			return STEP_WAIT;
		s->lengths[order[s->at]] = (uint8_t)v;
	}
	s->at = 0;
	s->state = INFLATE_CODES;
	return code_build(s->distances, DISTANCE_ROOM, LENGTHS_BITS, CODE_LENGTHS, s->lengths, 19) ? STEP_ON : STEP_BAD;
}

static enum step lengths_of_codes(struct inflate *s, struct slice *in) {
	static const struct { uint8_t extra, base; } repeat[3] = {{2, 3}, {3, 3}, {7, 11}};

	while (s->at < s->nliterals + s->ndistances) {
		uint32_t e, times = 1, symbol;
		unsigned bits, extra = 0;

		has(s, in, LENGTHS_BITS + 7);
		e = s->distances[peek(s, LENGTHS_BITS)];
		bits = ENTRY_BITS(e);
		if (bits > s->nbits)
			return STEP_WAIT;
		if (e & ENTRY_SPECIAL)
			return STEP_BAD;
		symbol = ENTRY_VALUE(e);
		if (symbol >= 16)
			extra = repeat[symbol - 16].extra;
		if (bits + extra > s->nbits)
			return STEP_WAIT;
		drop(s, bits);
		if (symbol >= 16) {
			times = repeat[symbol - 16].base + peek(s, extra);
			drop(s, extra);
			if (symbol == 16 && s->at == 0)
				return STEP_BAD;
			symbol = symbol == 16 ? s->lengths[s->at - 1] : 0;
		}
		if (times > s->nliterals + s->ndistances - s->at)
			return STEP_BAD;
		memset(s->lengths + s->at, (int)symbol, times);
		s->at += times;
	}
	s->state = INFLATE_SYMBOLS;
	return build_codes(s) ? STEP_ON : STEP_BAD;
}

/* Copies what stands `distance` bytes back, which the copy itself may overtake. */
static void copy_slowly(uint8_t *to, size_t distance, size_t n) {
	for (const uint8_t *from = to - distance; n; n--)
		*to++ = *from++;
}

/* May write up to 15 bytes too many. */
static void copy_match(uint8_t *to, size_t distance, size_t n) {
	const uint8_t *from = to - distance;
	uint8_t *end = to + n;

	if (distance >= 16) {
		do {
			memcpy(to, from, 16);
			to += 16;
			from += 16;
		} while (to < end);
	} else if (distance == 1) {
		memset(to, *from, n);
	} else if (distance >= 8) {
		do {
			memcpy(to, from, 8);
			to += 8;
			from += 8;
		} while (to < end);
	} else {
		copy_slowly(to, distance, n);
	}
}

static enum step match(struct inflate *s, uint8_t *out, size_t *n, size_t most) {
	size_t some = s->left < most - *n ? s->left : most - *n;

	copy_slowly(out + *n, s->distance, some);
	*n += some;
	s->left -= (uint32_t)some;
	if (s->left)
		return STEP_WAIT;
	s->state = INFLATE_SYMBOLS;
	return STEP_ON;
}

/* The bits at hand as the fast loop has them, in registers. */
struct ahead {
	uint64_t bits;
	unsigned nbits;
	const uint8_t *p;
};

static inline void fill_ahead(struct ahead *a) {
	uint64_t v;

	memcpy(&v, a->p, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = __builtin_bswap64(v);
#endif
	a->bits |= v << a->nbits;
	a->p += (63 - a->nbits) >> 3;
	a->nbits |= 56;
}

static inline void drop_ahead(struct ahead *a, unsigned n) {
	a->bits >>= n;
	a->nbits -= n;
}

static inline uint32_t extra_ahead(struct ahead *a, uint32_t e) {
	uint32_t v = ENTRY_VALUE(e) + (uint32_t)(a->bits & ((1u << ENTRY_EXTRA(e)) - 1));

	drop_ahead(a, ENTRY_EXTRA(e));
	return v;
}

/* What `e` stands for, through the second part of the table when its code is long; its bits are dropped. */
static inline uint32_t follow(struct ahead *a, const uint32_t *table, uint32_t e) {
	drop_ahead(a, ENTRY_BITS(e));
	if (e & ENTRY_LINK) {
		e = table[ENTRY_VALUE(e) + (a->bits & ((1u << ENTRY_EXTRA(e)) - 1))];
		drop_ahead(a, ENTRY_BITS(e));
	}
	return e;
}

/* Symbols while there is plenty of input and room. Ends where the slow way has to go on. */
static enum step symbols_fast(
	struct inflate *s, struct slice *in, uint8_t *base, size_t *n, size_t most, const uint8_t *oldest) {
	const uint8_t *end = in->p + in->n - IN_MARGIN;
	uint8_t *out = base + *n, *out_end = base + most - OUT_MARGIN;
	struct ahead a = {s->bits, s->nbits, in->p};
	enum step done = STEP_WAIT;

	while (a.p < end && out < out_end) {
		uint32_t e, length, distance;

		fill_ahead(&a); /* 56 bits: three literals of 11, or 15 + 5 for a length and 15 + 13 for a distance */
		e = s->literals[a.bits & ((1u << LITERAL_BITS) - 1)];
		for (int i = 0; i < 2 && (e & ENTRY_LITERAL); i++) {
			drop_ahead(&a, ENTRY_BITS(e));
			*out++ = (uint8_t)ENTRY_VALUE(e);
			e = s->literals[a.bits & ((1u << LITERAL_BITS) - 1)];
		}
		e = follow(&a, s->literals, e);
		if (e & ENTRY_LITERAL) {
			*out++ = (uint8_t)ENTRY_VALUE(e);
			continue;
		}
		if (e & ENTRY_SPECIAL) {
			done = e & ENTRY_END ? STEP_ON : STEP_BAD;
			s->state = INFLATE_HEAD;
			break;
		}
		fill_ahead(&a);
		length = extra_ahead(&a, e);
		e = follow(&a, s->distances, s->distances[a.bits & ((1u << DISTANCE_BITS) - 1)]);
		distance = extra_ahead(&a, e);
		if ((e & ENTRY_SPECIAL) || distance > (size_t)(out - oldest)) {
			done = STEP_BAD;
			break;
		}
		copy_match(out, distance, length);
		out += length;
	}
	*n = (size_t)(out - base);
	*in = slice_of(a.p, (size_t)(in->p + in->n - a.p));
	s->nbits = a.nbits;
	s->bits = a.nbits < 64 ? a.bits & (((uint64_t)1 << a.nbits) - 1) : a.bits;
	return done;
}

/* The entry that the bits at hand begin with; *bits: all that belongs to it. False: not enough of them. */
static bool look_up(
	const struct inflate *s, const uint32_t *table, unsigned first, unsigned skip, uint32_t *e, unsigned *bits) {
	uint64_t b = s->bits >> skip;

	*e = table[b & ((1u << first) - 1)];
	*bits = ENTRY_BITS(*e);
	if (*e & ENTRY_LINK) {
		*e = table[ENTRY_VALUE(*e) + (b >> *bits & ((1u << ENTRY_EXTRA(*e)) - 1))];
		*bits += ENTRY_BITS(*e);
	}
	if (!(*e & (ENTRY_LITERAL | ENTRY_SPECIAL)))
		*bits += ENTRY_EXTRA(*e);
	return skip + *bits <= s->nbits;
}

static uint32_t value_of(const struct inflate *s, uint32_t e, unsigned end) {
	return ENTRY_VALUE(e) + (uint32_t)(s->bits >> (end - ENTRY_EXTRA(e)) & ((1u << ENTRY_EXTRA(e)) - 1));
}

/* One symbol, with its distance when it is a length: all of it, or nothing. */
static enum step symbol(struct inflate *s, struct slice *in, uint8_t *out, size_t *n, size_t most, uint64_t reach) {
	uint32_t e, d;
	unsigned bits, more;

	fill(s, in);
	if (!look_up(s, s->literals, LITERAL_BITS, 0, &e, &bits))
		return STEP_WAIT;
	if (e & ENTRY_LITERAL) {
		if (*n == most)
			return STEP_WAIT;
		out[(*n)++] = (uint8_t)ENTRY_VALUE(e);
		drop(s, bits);
		return STEP_ON;
	}
	if (e & ENTRY_SPECIAL) {
		drop(s, bits);
		s->state = INFLATE_HEAD;
		return e & ENTRY_END ? STEP_ON : STEP_BAD;
	}
	if (!look_up(s, s->distances, DISTANCE_BITS, bits, &d, &more))
		return STEP_WAIT;
	if (d & ENTRY_SPECIAL)
		return STEP_BAD;
	s->left = value_of(s, e, bits);
	s->distance = value_of(s, d, bits + more);
	drop(s, bits + more);
	s->state = INFLATE_MATCH;
	return s->distance <= reach ? STEP_ON : STEP_BAD;
}

static enum step symbols(
	struct inflate *s, struct slice *in, uint8_t *out, size_t *n, size_t most, const uint8_t *oldest) {
	enum step step = STEP_ON;

	if (in->n > IN_MARGIN && most - *n > OUT_MARGIN && s->nbits < 64) {
		step = symbols_fast(s, in, out, n, most, oldest);
		if (step != STEP_WAIT)
			return step;
	}
	do
		step = symbol(s, in, out, n, most, (uint64_t)(out + *n - oldest));
	while (step == STEP_ON && s->state == INFLATE_SYMBOLS && in->n <= IN_MARGIN);
	return step;
}

enum inflate_result inflate_run(struct inflate *s, struct slice *in, uint8_t *out, size_t *n, size_t most) {
	const uint8_t *oldest = out + *n - (s->total < *n ? (size_t)s->total : *n);
	size_t before = *n;
	enum step step = STEP_ON;

	if (s->state == INFLATE_BROKEN)
		return INFLATE_DAMAGED;
	while (step == STEP_ON && s->state != INFLATE_DONE)
		switch (s->state) {
		case INFLATE_HEAD:
			step = block_head(s, in);
			break;
		case INFLATE_STORED_HEAD:
			step = stored_head(s, in);
			break;
		case INFLATE_STORED:
			step = stored(s, in, out, n, most);
			break;
		case INFLATE_SIZES:
			step = sizes(s, in);
			break;
		case INFLATE_LENGTHS:
			step = lengths_of_lengths(s, in);
			break;
		case INFLATE_CODES:
			step = lengths_of_codes(s, in);
			break;
		case INFLATE_SYMBOLS:
			step = symbols(s, in, out, n, most, oldest);
			break;
		default:
			step = match(s, out, n, most);
			break;
		}
	s->total += *n - before;
	if (step == STEP_BAD) {
		s->state = INFLATE_BROKEN; /* who asks again gets the same answer */
		return INFLATE_DAMAGED;
	}
	if (s->state != INFLATE_DONE)
		return INFLATE_MORE;
	drop(s, s->nbits & 7);
	return INFLATE_END;
}
