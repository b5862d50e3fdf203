/* Checks of base58 and bech32 text by their checksums: Bitcoin keys, age and nostr secret keys.
 * Not here: checksums over plain characters (checksum.c). */
#include "rules/wellformed_checks.h"

#include <openssl/evp.h>

/* Longest text looked at: decoding base58 is quadratic, and keys are short. */
#define BASE58_MAX 128
#define BECH32_MAX 1024

/* Decodes into out[BASE58_MAX], right-aligned; returns the number of bytes, 0 when it is not base58. */
static size_t base58_decode(struct slice s, uint8_t out[BASE58_MAX]) {
	static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
	size_t zeros = 0, used = 0;
	if (s.n == 0 || s.n > BASE58_MAX)
		return 0;
	memset(out, 0, BASE58_MAX);
	while (zeros < s.n && s.p[zeros] == '1')
		zeros++;
	for (size_t i = 0; i < s.n; i++) {
		const char *at = s.p[i] ? strchr(alphabet, s.p[i]) : NULL;
		if (!at)
			return 0;
		uint32_t carry = (uint32_t)(at - alphabet);
		for (size_t k = 0; k < used || carry; k++) {
			/* 58 < 256, so the value never needs more bytes than the text has characters. */
			carry += 58u * out[BASE58_MAX - 1 - k];
			out[BASE58_MAX - 1 - k] = (uint8_t)carry;
			carry >>= 8;
			used = k + 1 > used ? k + 1 : used;
		}
	}
	return used + zeros <= BASE58_MAX ? used + zeros : 0;
}

static bool double_sha256(struct slice s, uint8_t out[EVP_MAX_MD_SIZE]) {
	uint8_t once[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	return EVP_Digest(s.p, s.n, once, &n, EVP_sha256(), NULL) == 1 &&
	       EVP_Digest(once, n, out, &n, EVP_sha256(), NULL) == 1;
}

/* Bitcoin wiki, "Base58Check encoding": payload and the first four bytes of its double SHA-256. */
void check_base58check(struct slice secret, int64_t now, struct arena *a, struct judgement *j) {
	uint8_t bytes[BASE58_MAX], sum[EVP_MAX_MD_SIZE];
	size_t n = base58_decode(secret, bytes);
	(void)now, (void)a;
	if (n < 5) {
		judge_reject(j, "not-base58", "is not base58");
		return;
	}
	struct slice payload = slice_of(bytes + BASE58_MAX - n, n - 4);
	if (!double_sha256(payload, sum))
		return;
	if (memcmp(sum, bytes + BASE58_MAX - 4, 4) != 0) {
		judge_verdict(j, VERDICT_BAD_CHECKSUM, "base58check-differs", "its base58 checksum is wrong");
		return;
	}
	/* Wallet import format: version 0x80 (test networks 0xef), 32 bytes, 0x01 when the public key is compressed. */
	bool wif = (payload.p[0] == 0x80 || payload.p[0] == 0xef) &&
		   (payload.n == 33 || (payload.n == 34 && payload.p[33] == 1));
	judge_verdict(j, VERDICT_WELL_FORMED, "base58check",
		wif ? "its checksum is right, and it is a private key in wallet import format"
		    : "its base58 checksum is right");
}

/* BIP 173 and BIP 350: a BCH code over the human-readable part and the data; both constants are taken. */
static uint32_t bech32_step(uint32_t state, unsigned value) {
	static const uint32_t generator[5] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
	uint32_t top = state >> 25;
	state = (state & 0x1ffffff) << 5 ^ value;
	for (int i = 0; i < 5; i++)
		state ^= top >> i & 1 ? generator[i] : 0;
	return state;
}

/* Position of the last '1', the separator, or 0 when there is none or the case is mixed. */
static size_t bech32_separator(struct slice s) {
	bool upper = false, lower = false;
	size_t at = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < 33 || s.p[i] > 126)
			return 0;
		upper = upper || (s.p[i] >= 'A' && s.p[i] <= 'Z');
		lower = lower || (s.p[i] >= 'a' && s.p[i] <= 'z');
		if (s.p[i] == '1')
			at = i;
	}
	return upper && lower ? 0 : at;
}

static uint8_t lower_of(uint8_t c) {
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

void check_bech32(struct slice secret, int64_t now, struct arena *a, struct judgement *j) {
	static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
	uint32_t state = 1;
	(void)now, (void)a;
	size_t at = secret.n <= BECH32_MAX ? bech32_separator(secret) : 0;
	if (at == 0 || secret.n - at < 7) {
		judge_reject(j, "not-bech32", "is not bech32");
		return;
	}
	for (size_t i = 0; i < at; i++)
		state = bech32_step(state, lower_of(secret.p[i]) >> 5);
	state = bech32_step(state, 0);
	for (size_t i = 0; i < at; i++)
		state = bech32_step(state, lower_of(secret.p[i]) & 31);
	for (size_t i = at + 1; i < secret.n; i++) {
		/* bech32_separator() has seen to it that no byte is 0 */
		const char *digit = strchr(alphabet, lower_of(secret.p[i]));
		if (!digit) {
			judge_reject(j, "not-bech32", "holds a character that bech32 has not");
			return;
		}
		state = bech32_step(state, (unsigned)(digit - alphabet));
	}
	if (state == 1 || state == 0x2bc830a3)
		judge_verdict(j, VERDICT_WELL_FORMED, "bech32", "its bech32 checksum is right");
	else
		judge_verdict(j, VERDICT_BAD_CHECKSUM, "bech32-differs", "its bech32 checksum is wrong");
}
