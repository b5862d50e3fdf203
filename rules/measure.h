/* What a value looks like, in numbers: character classes, entropy, sequences, likeness to words. Pure functions of its bytes. */
#ifndef NHISCAN_RULES_MEASURE_H
#define NHISCAN_RULES_MEASURE_H

#include "core/slice.h"

struct shape {
	size_t n;
	size_t lower, upper, digit, symbol, space, other; /* other: bytes >= 0x80 and controls */
	size_t distinct;				  /* different bytes */
	size_t classes;					  /* how many of lower, upper, digit, symbol are there */
	size_t longest_same;				  /* longest run of one byte */
	size_t steps;					  /* neighbours that differ by -1, 0 or +1: abc, 321, aaa */
	size_t switches;  /* places inside where a digit and a letter, or the case within letters (but Xx), meet */
	double entropy;	  /* Shannon, bits a byte */
	double word_bits; /* charmodel_bits() */
	bool all_hex;	  /* only hex digits, in one case of letters */
	bool all_base64;  /* only base64 or base64url characters and = at the end */
};

struct shape shape_of(struct slice s);

/* Is it a made-up row: abcdefgh, 12345678, aaaaaaa, 0123456789abcdef, xyxyxyxy? */
bool shape_is_sequence(const struct shape *h, struct slice s);

/* Random as machines draw it: long enough, mixed, no words. `shape_bits` estimates the strength in bits. */
bool shape_is_random(const struct shape *h);
double shape_bits(const struct shape *h);

bool slice_is_text(struct slice s);    /* only printable ASCII and line ends */
bool slice_is_uuid(struct slice s);    /* 8-4-4-4-12 hex */
bool slice_is_number(struct slice s);  /* digits with . , _ - + e and a 0x prefix */
bool slice_is_version(struct slice s); /* 1.2.3, v1.2, 1.2.3-rc1 */
bool slice_is_date(struct slice s);    /* 2020-01-31 with what follows */

/* How many bytes stand in rows of six or more that count up, as 123456 or abcdefgh? */
size_t bytes_counting_up(struct slice s);

#endif
