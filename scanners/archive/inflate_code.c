/* Canonical Huffman codes as tables of two levels. What is done with them is in inflate.c. */
#include "scanners/archive/inflate_code.h"

#include <string.h>

/* RFC 1951, 3.2.5: lengths from symbol 257 on, and distances. Those beyond are no symbols. */
static const uint16_t length_base[29] = {3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67,
	83, 99, 115, 131, 163, 195, 227, 258};
static const uint8_t length_extra[29] = {
	0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
static const uint16_t distance_base[30] = {1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513,
	769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};

static uint32_t entry_of(enum code_kind kind, unsigned symbol) {
	if (kind == CODE_LENGTHS)
		return symbol << 16;
	if (kind == CODE_DISTANCES)
		return symbol < 30 ? (uint32_t)distance_base[symbol] << 16 | (symbol < 4 ? 0 : (symbol - 2) / 2) << 8
				   : ENTRY_SPECIAL;
	if (symbol < 256)
		return ENTRY_LITERAL | symbol << 16;
	if (symbol == 256)
		return ENTRY_SPECIAL | ENTRY_END;
	symbol -= 257;
	return symbol < 29 ? (uint32_t)length_base[symbol] << 16 | (uint32_t)length_extra[symbol] << 8 : ENTRY_SPECIAL;
}

/* Codes come with their first bit lowest. */
static unsigned reversed(unsigned code, unsigned bits) {
	unsigned r = 0;

	for (; bits; bits--, code >>= 1)
		r = r << 1 | (code & 1);
	return r;
}

/* The code at hand, and where tables of longer ones are. */
struct building {
	uint32_t *table;
	size_t room, used;
	unsigned bits;
	const uint16_t *count; /* codes of each length that are not placed yet */
};

/* How many bits the part needs that begins at a code of `length` bits, whose first `bits` it shares with those that follow. */
static unsigned part_bits(const struct building *b, unsigned length) {
	unsigned n = length - b->bits;
	int left = 1 << n;

	for (; b->bits + n < CODE_BITS_MOST; n++, left <<= 1) {
		left -= b->count[b->bits + n];
		if (left <= 0)
			break;
	}
	return n;
}

static bool place_long(struct building *b, unsigned code, unsigned length, uint32_t entry) {
	unsigned low = code & ((1u << b->bits) - 1);
	uint32_t link = b->table[low];

	if (!(link & ENTRY_LINK)) {
		unsigned n = part_bits(b, length);

		if (b->room - b->used < (size_t)1 << n)
			return false;
		link = ENTRY_SPECIAL | ENTRY_LINK | (uint32_t)b->used << 16 | n << 8 | b->bits;
		b->table[low] = link;
		for (size_t i = 0; i < (size_t)1 << n; i++)
			b->table[b->used + i] = ENTRY_SPECIAL | (n + b->bits);
		b->used += (size_t)1 << n;
	}
	for (size_t i = code >> b->bits; i < (size_t)1 << ENTRY_EXTRA(link); i += (size_t)1 << (length - b->bits))
		b->table[ENTRY_VALUE(link) + i] = entry | (length - b->bits);
	return true;
}

/* Every symbol in the order of its code: by length, then by number. */
static bool place_all(struct building *b, enum code_kind kind, const uint8_t *lengths, const uint16_t *sorted, size_t n,
	uint16_t *count) {
	unsigned code = 0, length = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned symbol = sorted[i], r;
		uint32_t entry = entry_of(kind, symbol);

		code <<= lengths[symbol] - length;
		length = lengths[symbol];
		r = reversed(code, length);
		if (length > b->bits) {
			if (!place_long(b, r, length, entry))
				return false;
		} else {
			for (size_t at = r; at < (size_t)1 << b->bits; at += (size_t)1 << length)
				b->table[at] = entry | length;
		}
		count[length]--;
		code++;
	}
	return true;
}

bool code_build(uint32_t *table, size_t room, unsigned bits, enum code_kind kind, const uint8_t *lengths, size_t n) {
	uint16_t count[CODE_BITS_MOST + 1] = {0}, from[CODE_BITS_MOST + 2] = {0}, sorted[320];
	struct building b = {table, room, (size_t)1 << bits, bits, count};
	int left = 1;
	unsigned most = 0;

	for (size_t i = 0; i < n; i++)
		count[lengths[i]]++;
	for (unsigned l = 1; l <= CODE_BITS_MOST; l++) {
		left = (left << 1) - count[l];
		if (left < 0)
			return false;
		if (count[l])
			most = l;
		from[l + 1] = (uint16_t)(from[l] + count[l]);
	}
	if (left > 0 && most != 0 && (kind == CODE_LENGTHS || most != 1))
		return false;
	for (size_t i = 0; i < (size_t)1 << bits; i++)
		table[i] = ENTRY_SPECIAL | (most ? bits : 1);
	for (size_t i = 0; i < n; i++)
		if (lengths[i])
			sorted[from[lengths[i]]++] = (uint16_t)i;
	return place_all(&b, kind, lengths, sorted, n - count[0], count);
}
