/* Samples in base58 and bech32 for case templates: Bitcoin keys in wallet import format, age and nostr keys.
 * Not here: the checks of such text (basecheck.c), which work the other way round. */
#include "rules/template_parts.h"

#include <openssl/evp.h>

/* Appends `n` (at most 64) bytes in base58; a leading zero byte becomes a '1'. */
static void add_base58(struct buf *out, const uint8_t *p, size_t n) {
	static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
	uint8_t number[64];
	char digits[96];
	size_t at = sizeof(digits), zeros = 0;
	bool zero = false;
	memcpy(number, p, n);
	while (zeros < n && p[zeros] == 0)
		zeros++;
	while (!zero) {
		unsigned rest = 0;
		zero = true;
		for (size_t i = 0; i < n; i++) {
			rest = rest << 8 | number[i];
			number[i] = (uint8_t)(rest / 58);
			rest %= 58;
			zero = zero && number[i] == 0;
		}
		digits[--at] = alphabet[rest];
	}
	for (size_t i = 0; i < zeros; i++)
		buf_add_byte(out, '1');
	buf_add(out, digits + at, sizeof(digits) - at);
}

/* Version 0x80, the key, 0x01 for a compressed public key, four bytes of the double SHA-256 (Bitcoin wiki). */
bool sample_wif(struct buf *out, struct chance *c) {
	uint8_t key[38], sum[EVP_MAX_MD_SIZE];
	unsigned n;
	key[0] = 0x80;
	chance_bytes(c, key + 1, 32);
	key[33] = 1;
	if (EVP_Digest(key, 34, sum, &n, EVP_sha256(), NULL) != 1 ||
		EVP_Digest(sum, 32, sum, &n, EVP_sha256(), NULL) != 1)
		return false;
	memcpy(key + 34, sum, 4);
	add_base58(out, key, sizeof(key));
	return true;
}

static uint32_t polymod(const uint8_t *values, size_t n) {
	static const uint32_t generator[5] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
	uint32_t state = 1;
	for (size_t i = 0; i < n; i++) {
		uint32_t top = state >> 25;
		state = (state & 0x1ffffff) << 5 ^ values[i];
		for (int bit = 0; bit < 5; bit++)
			state ^= top >> bit & 1 ? generator[bit] : 0;
	}
	return state;
}

/* BIP 173: prefix, '1', 32 bytes in groups of five bits, six characters of checksum. In the case of the prefix. */
bool sample_bech32(struct buf *out, struct chance *c, struct slice prefix) {
	static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
	uint8_t values[2 * 32 + 1 + 52 + 6] = {0}, *data = values + 2 * prefix.n + 1;
	bool upper = false;
	if (prefix.n == 0 || prefix.n > 32)
		return false;
	for (size_t i = 0; i < prefix.n; i++) {
		uint8_t ch = prefix.p[i];
		bool capital = ch >= 'A' && ch <= 'Z';
		if (ch < 33 || ch > 126)
			return false;
		upper = upper || capital;
		ch = capital ? ch | 0x20 : ch;
		values[i] = ch >> 5;
		values[prefix.n + 1 + i] = ch & 31;
	}
	for (size_t i = 0; i < 52; i++)
		data[i] = (uint8_t)chance_below(c, 32);
	data[51] &= 0x10; /* 260 bits hold 256: the last four are zero */
	uint32_t sum = polymod(values, 2 * prefix.n + 1 + 52 + 6) ^ 1;
	for (size_t i = 0; i < 6; i++)
		data[52 + i] = sum >> (25 - 5 * i) & 31;
	buf_add_slice(out, prefix);
	buf_add_byte(out, '1');
	for (size_t i = 0; i < 58; i++) {
		uint8_t ch = (uint8_t)alphabet[data[i]];
		buf_add_byte(out, upper && ch >= 'a' ? ch & 0xdf : ch);
	}
	return true;
}
