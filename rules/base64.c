/* Base64 both ways, by table, for whole values.
 * Not here: finding encoded text in documents (the engine does). */
#include "rules/base64.h"

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

static uint8_t encode_digit(unsigned value, enum base64_alphabet alphabet) {
	static const char last[2][3] = {"+/", "-_"};
	return (uint8_t)(value < 62 ? letters[value] : last[alphabet == BASE64_URL][value - 62]);
}

static int decode_digit(uint8_t c, enum base64_alphabet alphabet) {
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == (alphabet == BASE64_URL ? '-' : '+'))
		return 62;
	return c == (alphabet == BASE64_URL ? '_' : '/') ? 63 : -1;
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

bool base64_decode(struct buf *out, struct slice s, enum base64_alphabet alphabet) {
	uint32_t group = 0;
	size_t digits = s.n;
	if (s.n % 4 == 0 && s.n > 0 && s.p[s.n - 1] == '=')
		digits -= s.p[s.n - 2] == '=' ? 2 : 1;
	if (digits % 4 == 1)
		return false;
	buf_reserve(out, digits / 4 * 3 + 3);
	for (size_t i = 0; i < digits; i++) {
		int value = decode_digit(s.p[i], alphabet);
		if (value < 0)
			return false;
		group = group << 6 | (uint32_t)value;
		switch (i % 4) {
		case 1:
			buf_add_byte(out, (uint8_t)(group >> 4));
			break;
		case 2:
			buf_add_byte(out, (uint8_t)(group >> 2));
			break;
		case 3:
			buf_add_byte(out, (uint8_t)group);
			break;
		default:
			break;
		}
	}
	return true;
}
