/* Structured samples for case templates: tokens with checksums, JWTs, nkeys, UUIDs.
 * Not here: key blocks (template_pem.c), what the checks say of such values (wellformed.c). */
#include "rules/template_parts.h"

#include "rules/base64.h"

#include <libdeflate.h>

static const char alnum[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/* GitHub: CRC32 of the 30 random characters, base62, padded to six with zeros
 * ("Behind GitHub's new authentication token formats", GitHub blog, 2021-04-05); npm has taken it over. */
void crc32_base62(struct slice s, char out[6]) {
	uint32_t crc = libdeflate_crc32(0, s.p, s.n);
	for (int i = 5; i >= 0; i--) {
		out[i] = alnum[crc % 62];
		crc /= 62;
	}
}

uint16_t nkey_crc16(struct slice s) {
	uint16_t crc = 0;
	for (size_t i = 0; i < s.n; i++) {
		crc ^= (uint16_t)(s.p[i] << 8);
		for (int bit = 0; bit < 8; bit++)
			crc = (uint16_t)(crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1);
	}
	return crc;
}

void sample_uuid(struct buf *out, struct chance *c) {
	uint8_t b[16];
	chance_bytes(c, b, sizeof(b));
	b[6] = (b[6] & 0x0f) | 0x40; /* version 4, variant 1: RFC 9562 */
	b[8] = (b[8] & 0x3f) | 0x80;
	for (size_t i = 0; i < sizeof(b); i++)
		buf_printf(out, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", b[i]);
}

void sample_checksummed(struct buf *out, struct chance *c, struct slice prefix) {
	char sum[6];
	buf_add_slice(out, prefix);
	draw_text(out, c, slice_str(alnum), 30);
	crc32_base62(slice_of(out->p + out->n - 30, 30), sum);
	buf_add(out, sum, sizeof(sum));
}

/* Grafana: CRC32 of "glsa_" and the 32 random characters, little-endian, in hexadecimal
 * (grafana/grafana, pkg/components/satokengen). */
void sample_grafana(struct buf *out, struct chance *c) {
	size_t start = out->n;
	buf_add_str(out, "glsa_");
	draw_text(out, c, slice_str(alnum), 32);
	uint32_t crc = libdeflate_crc32(0, out->p + start, out->n - start);
	buf_printf(out, "_%02x%02x%02x%02x", crc & 0xff, crc >> 8 & 0xff, crc >> 16 & 0xff, crc >> 24);
}

void sample_jwt(struct buf *out, struct chance *c, bool expired) {
	/* 2020-01-01 and 2100-01-01: on the same side of every scan's clock. */
	const char *times = expired ? "\"iat\":1577750400,\"exp\":1577836800" : "\"iat\":1735689600,\"exp\":4102444800";
	struct buf claims = {0}, subject = {0};
	uint8_t signature[32];
	draw_text(&subject, c, slice_str(alnum), 20);
	buf_printf(&claims, "{\"iss\":\"https://login.invalid/\",\"sub\":\"%s\",%s}", buf_cstr(&subject), times);
	base64_encode(out, slice_str("{\"alg\":\"HS256\",\"typ\":\"JWT\"}"), BASE64_URL);
	buf_add_byte(out, '.');
	base64_encode(out, buf_slice(&claims), BASE64_URL);
	buf_add_byte(out, '.');
	chance_bytes(c, signature, sizeof(signature));
	base64_encode(out, slice_of(signature, sizeof(signature)), BASE64_URL);
	buf_free(&claims);
	buf_free(&subject);
}

static void add_base32(struct buf *out, const uint8_t *p, size_t n) {
	uint32_t held = 0;
	unsigned bits = 0;
	for (size_t i = 0; i < n; i++) {
		held = held << 8 | p[i];
		for (bits += 8; bits >= 5; bits -= 5)
			buf_add_byte(out, (uint8_t) "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[held >> (bits - 5) & 31]);
	}
	if (bits)
		buf_add_byte(out, (uint8_t) "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[held << (5 - bits) & 31]);
}

static bool is_one_of(uint8_t c, const char *letters) {
	return c && strchr(letters, c);
}

/* NATS nkeys (nats-io/nkeys): prefix, 32 bytes, CRC16 little-endian, all in base32 without padding. A seed starts with
 * 'S' and its role; the prefix bytes are the base32 values of the letters. */
bool sample_nkey(struct buf *out, struct chance *c, struct slice prefix) {
	uint8_t key[36];
	size_t head = prefix.n;
	if ((head != 1 && head != 2) || !is_one_of(prefix.p[0], "SUAONCX") ||
		(head == 2 && (prefix.p[0] != 'S' || !is_one_of(prefix.p[1], "UAONCX"))) ||
		(head == 1 && prefix.p[0] == 'S'))
		return false;
	chance_bytes(c, key, sizeof(key));
	unsigned role = (unsigned)(prefix.p[head - 1] - 'A') << 3;
	if (head == 2) {
		key[0] = (uint8_t)(('S' - 'A') << 3 | role >> 5);
		key[1] = (uint8_t)((role & 31) << 3);
	} else {
		key[0] = (uint8_t)role;
	}
	size_t n = head + 32;
	uint16_t crc = nkey_crc16(slice_of(key, n));
	key[n] = (uint8_t)crc;
	key[n + 1] = (uint8_t)(crc >> 8);
	add_base32(out, key, n + 2);
	return true;
}
