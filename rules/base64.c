/* Base64 both ways, by table, for whole values.
 * Not here: finding encoded text in documents (the engine does). */
#include "rules/base64.h"

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

static uint8_t encode_digit(unsigned value, enum base64_alphabet alphabet) {
	static const char last[2][3] = {"+/", "-_"};
	return (uint8_t)(value < 62 ? letters[value] : last[alphabet == BASE64_URL][value - 62]);
}

/* The value of a character is this when it is no digit. The two alphabets differ in their last two. */
#define NO_DIGIT 64

/* By the character, one more than its value: what is not named is 0. */
// clang-format off
static const uint8_t digit_values[256] = {
	['A'] = 1, ['B'] = 2, ['C'] = 3, ['D'] = 4, ['E'] = 5, ['F'] = 6, ['G'] = 7, ['H'] = 8, ['I'] = 9, ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13,
	['N'] = 14, ['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24, ['Y'] = 25,
	['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37,
	['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48, ['w'] = 49,
	['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56, ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61,
	['9'] = 62};
// clang-format on

static uint8_t decode_digit(uint8_t c, enum base64_alphabet alphabet) {
	if (digit_values[c])
		return (uint8_t)(digit_values[c] - 1);
	if (c == (alphabet == BASE64_URL ? '-' : '+'))
		return 62;
	return c == (alphabet == BASE64_URL ? '_' : '/') ? 63 : NO_DIGIT;
}

void base64_encode(struct buf *out, struct slice s, enum base64_alphabet alphabet) {
	for (size_t i = 0; i < s.n; i += 3) {
		size_t have = s.n - i < 3 ? s.n - i : 3;
		uint32_t group = (uint32_t)s.p[i] << 16;
		if (have > 1)
			group |= (uint32_t)s.p[i + 1] << 8;
		if (have > 2)
			group |= s.p[i + 2];
		for (size_t k = 0; k < 4; k++) {
			if (k <= have)
				buf_add_byte(out, encode_digit(group >> (18 - 6 * k) & 63, alphabet));
			else if (alphabet == BASE64_STANDARD)
				buf_add_byte(out, '=');
		}
	}
}

/* The last two or three digits, which make one or two bytes; false at another character. */
static bool decode_tail(struct buf *out, const uint8_t *p, size_t n, enum base64_alphabet alphabet) {
	uint32_t group = 0;

	for (size_t i = 0; i < n; i++) {
		uint8_t value = decode_digit(p[i], alphabet);

		if (value == NO_DIGIT)
			return false;
		group = group << 6 | value;
		if (i > 0)
			buf_add_byte(out, (uint8_t)(group >> (i == 1 ? 4 : 2)));
	}
	return true;
}

bool base64_decode(struct buf *out, struct slice s, enum base64_alphabet alphabet) {
	size_t digits = s.n, i = 0;

	if (s.n % 4 == 0 && s.n > 0 && s.p[s.n - 1] == '=')
		digits -= s.p[s.n - 2] == '=' ? 2 : 1;
	if (digits % 4 == 1)
		return false;
	buf_reserve(out, digits / 4 * 3 + 3);

	uint8_t *to = out->p + out->n;

	for (; i + 4 <= digits; i += 4) {
		uint8_t a = decode_digit(s.p[i], alphabet), b = decode_digit(s.p[i + 1], alphabet),
			c = decode_digit(s.p[i + 2], alphabet), d = decode_digit(s.p[i + 3], alphabet);

		if ((a | b | c | d) & NO_DIGIT)
			break;
		*to++ = (uint8_t)(a << 2 | b >> 4);
		*to++ = (uint8_t)(b << 4 | c >> 2);
		*to++ = (uint8_t)(c << 6 | d);
	}
	out->n = (size_t)(to - out->p);
	return decode_tail(out, s.p + i, digits - i < 4 ? digits - i : 4, alphabet);
}
