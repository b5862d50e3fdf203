/* The table of base64 characters, and a mask of 64 bytes made with vectors. */
#include "rules/base64_block.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

const uint8_t base64_value[256] = {['A'] = 1,
	['B'] = 2,
	['C'] = 3,
	['D'] = 4,
	['E'] = 5,
	['F'] = 6,
	['G'] = 7,
	['H'] = 8,
	['I'] = 9,
	['J'] = 10,
	['K'] = 11,
	['L'] = 12,
	['M'] = 13,
	['N'] = 14,
	['O'] = 15,
	['P'] = 16,
	['Q'] = 17,
	['R'] = 18,
	['S'] = 19,
	['T'] = 20,
	['U'] = 21,
	['V'] = 22,
	['W'] = 23,
	['X'] = 24,
	['Y'] = 25,
	['Z'] = 26,
	['a'] = 27,
	['b'] = 28,
	['c'] = 29,
	['d'] = 30,
	['e'] = 31,
	['f'] = 32,
	['g'] = 33,
	['h'] = 34,
	['i'] = 35,
	['j'] = 36,
	['k'] = 37,
	['l'] = 38,
	['m'] = 39,
	['n'] = 40,
	['o'] = 41,
	['p'] = 42,
	['q'] = 43,
	['r'] = 44,
	['s'] = 45,
	['t'] = 46,
	['u'] = 47,
	['v'] = 48,
	['w'] = 49,
	['x'] = 50,
	['y'] = 51,
	['z'] = 52,
	['0'] = 53,
	['1'] = 54,
	['2'] = 55,
	['3'] = 56,
	['4'] = 57,
	['5'] = 58,
	['6'] = 59,
	['7'] = 60,
	['8'] = 61,
	['9'] = 62,
	['+'] = 63,
	['-'] = 63,
	['/'] = 64,
	['_'] = 64};

#ifdef __SSE2__
/* Comparisons are of signed bytes: ranges are moved so that they begin at the least one. */
static inline unsigned mask16(const uint8_t *p) {
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
	__m128i letter = _mm_add_epi8(_mm_or_si128(v, _mm_set1_epi8(0x20)), _mm_set1_epi8((char)(0x80 - 'a')));
	__m128i digit = _mm_add_epi8(v, _mm_set1_epi8((char)(0x80 - '/'))); /* '/' stands before '0' */
	__m128i yes = _mm_or_si128(_mm_cmplt_epi8(letter, _mm_set1_epi8((char)(0x80 + 26))),
		_mm_cmplt_epi8(digit, _mm_set1_epi8((char)(0x80 + 11))));

	yes = _mm_or_si128(yes, _mm_cmpeq_epi8(v, _mm_set1_epi8('+')));
	yes = _mm_or_si128(yes, _mm_cmpeq_epi8(v, _mm_set1_epi8('-')));
	yes = _mm_or_si128(yes, _mm_cmpeq_epi8(v, _mm_set1_epi8('_')));
	return (unsigned)_mm_movemask_epi8(yes);
}
#else
static inline unsigned mask16(const uint8_t *p) {
	unsigned mask = 0;

	for (unsigned i = 0; i < 16; i++)
		mask |= (unsigned)(base64_value[p[i]] != 0) << i;
	return mask;
}
#endif

uint64_t base64_mask(const uint8_t *p, size_t n) {
	uint8_t rest[BASE64_BLOCK];

	if (n < BASE64_BLOCK) {
		memset(rest, 0, sizeof(rest));
		memcpy(rest, p, n);
		p = rest;
	}
	return (uint64_t)mask16(p) | (uint64_t)mask16(p + 16) << 16 | (uint64_t)mask16(p + 32) << 32 |
	       (uint64_t)mask16(p + 48) << 48;
}
