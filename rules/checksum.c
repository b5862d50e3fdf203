/* Checks by checksum over plain characters: GitHub, npm, Grafana, NATS nkeys, Luhn.
 * Not here: base58 and bech32 (basecheck.c), formats without a public checksum (shape.c). */
#include "rules/wellformed_checks.h"

#include "rules/template_parts.h"

#include <libdeflate.h>

static bool is_digit(uint8_t c) {
	return c >= '0' && c <= '9';
}

static bool is_alnum(uint8_t c) {
	return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* PREFIX_ and 36 letters and digits, the last six of them the checksum. */
static void check_crc32_base62(struct slice secret, struct judgement *j) {
	char sum[6];
	size_t start = secret.n;
	while (start > 0 && is_alnum(secret.p[start - 1]))
		start--;
	/* Other lengths are other generations of the format, whose checksum is not published. */
	if (secret.n - start != 36 || start == 0 || secret.p[start - 1] != '_')
		return;
	crc32_base62(slice_sub(secret, start, start + 30), sum);
	if (memcmp(sum, secret.p + start + 30, sizeof(sum)) == 0)
		judge_verdict(j, VERDICT_WELL_FORMED, "crc32", "its CRC32 is right");
	else
		judge_verdict(j, VERDICT_BAD_CHECKSUM, "crc32-differs", "its CRC32 is wrong");
}

/* GitHub blog, "Behind GitHub's new authentication token formats", 2021-04-05. */
void check_github_crc32(struct slice secret, int64_t now, struct arena *a, struct judgement *j) {
	(void)now, (void)a;
	check_crc32_base62(secret, j);
}

/* GitHub blog, "Announcing npm's new access token format", 2021-09-23: the same layout behind npm_. */
void check_npm_crc32(struct slice secret, int64_t now, struct arena *a, struct judgement *j) {
	(void)now, (void)a;
	check_crc32_base62(secret, j);
}

/* grafana/grafana, pkg/components/satokengen: CRC32 (IEEE) of all before the last underscore, little-endian, in hex. */
void check_grafana_crc32(struct slice secret, int64_t now, struct arena *a, struct judgement *j) {
	uint32_t given = 0;
	(void)now, (void)a;
	if (secret.n < 16 || secret.p[secret.n - 9] != '_')
		return;
	for (size_t i = 0; i < 4; i++) {
		int byte = slice_hex_byte(secret, secret.n - 8 + 2 * i);
		if (byte < 0)
			return;
		given |= (uint32_t)byte << (8 * i);
	}
	if (libdeflate_crc32(0, secret.p, secret.n - 9) == given)
		judge_verdict(j, VERDICT_WELL_FORMED, "crc32", "its CRC32 is right");
	else
		judge_verdict(j, VERDICT_BAD_CHECKSUM, "crc32-differs", "its CRC32 is wrong");
}

/* Decodes unpadded base32 (RFC 4648) of at most 128 characters; returns the bytes written, 0 when it is none. */
static size_t base32_decode(struct slice s, uint8_t out[80]) {
	uint32_t held = 0;
	unsigned bits = 0;
	size_t n = 0;
	if (s.n > 128)
		return 0;
	for (size_t i = 0; i < s.n; i++) {
		uint8_t c = s.p[i];
		uint32_t value;
		if (c >= 'A' && c <= 'Z')
			value = (uint32_t)(c - 'A');
		else if (c >= '2' && c <= '7')
			value = (uint32_t)(c - '2') + 26;
		else
			return 0;
		held = held << 5 | value;
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			out[n++] = (uint8_t)(held >> bits);
		}
	}
	return n;
}

/* nats-io/nkeys: one prefix byte (two in a seed), the key, CRC16 little-endian over both. */
void check_nkey(struct slice secret, int64_t now, struct arena *a, struct judgement *j) {
	enum { NKEY_SEED = 'S' - 'A', NKEY_PRIVATE = 'P' - 'A' };
	uint8_t key[80] = {0};
	size_t n = base32_decode(secret, key);
	(void)now, (void)a;
	if (n < 35) {
		judge_reject(j, "not-nkey", "is not the base32 of an nkey");
		return;
	}
	if (nkey_crc16(slice_of(key, n - 2)) != (uint16_t)(key[n - 2] | key[n - 1] << 8)) {
		judge_verdict(j, VERDICT_BAD_CHECKSUM, "crc16-differs", "its CRC16 is wrong");
		return;
	}
	unsigned kind = key[0] >> 3;
	if (kind == NKEY_SEED || kind == NKEY_PRIVATE)
		judge_verdict(j, VERDICT_WELL_FORMED, "crc16", "its CRC16 is right, and it is a seed or private key");
	else
		judge_reject(j, "public-nkey", "is the public half of an nkey");
}

/* ISO/IEC 7812-1, annex B. Blanks and dashes between digits are passed over. */
void check_luhn(struct slice secret, int64_t now, struct arena *a, struct judgement *j) {
	unsigned sum = 0, digits = 0;
	(void)now, (void)a;
	for (size_t i = secret.n; i-- > 0;) {
		if (secret.p[i] == ' ' || secret.p[i] == '-')
			continue;
		if (!is_digit(secret.p[i]) || digits == 64) {
			judge_reject(j, "not-digits", "holds other than digits");
			return;
		}
		unsigned value = (unsigned)(secret.p[i] - '0') << (digits++ % 2);
		sum += value > 9 ? value - 9 : value;
	}
	if (digits < 2)
		judge_reject(j, "not-digits", "has too few digits");
	else if (sum % 10 == 0)
		judge_verdict(j, VERDICT_WELL_FORMED, "luhn", "passes the Luhn check");
	else
		judge_verdict(j, VERDICT_BAD_CHECKSUM, "luhn-differs", "fails the Luhn check");
}
