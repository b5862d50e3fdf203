/* Key blocks for case templates: the true outer structure of each kind around numbers drawn by chance, so that parsers
 * take them and no key ever existed. Not here: other samples (template_key.c), judging blocks (pem.c). */
#include "rules/template_parts.h"

#include "rules/base64.h"

/* DER (X.690): tag, length, content. Contents are built inside out. */

static void der_add(struct buf *out, uint8_t tag, struct slice content) {
	buf_add_byte(out, tag);
	if (content.n >= 0x100) {
		buf_add_byte(out, 0x82);
		buf_add_byte(out, (uint8_t)(content.n >> 8));
	} else if (content.n >= 0x80) {
		buf_add_byte(out, 0x81);
	}
	buf_add_byte(out, (uint8_t)content.n);
	buf_add_slice(out, content);
}

/* Wraps all of `b` into one element. */
static void der_wrap(struct buf *b, uint8_t tag) {
	struct buf outer = {0};
	der_add(&outer, tag, buf_slice(b));
	buf_free(b);
	*b = outer;
}

#define DER_INTEGER	 0x02
#define DER_OCTETS	 0x04
#define DER_NULL	 0x05
#define DER_OID		 0x06
#define DER_SEQUENCE	 0x30
#define SLICE_LIT(bytes) slice_of(bytes, sizeof(bytes) - 1)

static void der_small(struct buf *out, uint8_t value) {
	der_add(out, DER_INTEGER, slice_of(&value, 1));
}

/* An odd positive integer of exactly `bits` (a multiple of 8). */
static void der_big(struct buf *out, struct chance *c, size_t bits) {
	uint8_t number[513] = {0};
	size_t n = bits / 8;
	chance_bytes(c, number + 1, n);
	number[1] |= 0x80;
	number[n] |= 1;
	der_add(out, DER_INTEGER, slice_of(number, n + 1));
}

static void der_bytes(struct buf *out, struct chance *c, uint8_t tag, size_t n) {
	uint8_t bytes[2048];
	chance_bytes(c, bytes, n);
	der_add(out, tag, slice_of(bytes, n));
}

/* RSAPrivateKey, RFC 8017 appendix A.1.2, 2048 bits. */
static void der_rsa(struct buf *out, struct chance *c) {
	der_small(out, 0);
	der_big(out, c, 2048);
	der_add(out, DER_INTEGER, SLICE_LIT("\x01\x00\x01"));
	der_big(out, c, 2040);
	for (int i = 0; i < 5; i++)
		der_big(out, c, 1024);
	der_wrap(out, DER_SEQUENCE);
}

/* PrivateKeyInfo around an RSA key, RFC 5208. */
static void der_pkcs8(struct buf *out, struct chance *c) {
	struct buf algorithm = {0}, key = {0};
	der_add(&algorithm, DER_OID, SLICE_LIT("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01")); /* rsaEncryption */
	der_add(&algorithm, DER_NULL, slice_of(NULL, 0));
	der_rsa(&key, c);
	der_small(out, 0);
	der_add(out, DER_SEQUENCE, buf_slice(&algorithm));
	der_add(out, DER_OCTETS, buf_slice(&key));
	der_wrap(out, DER_SEQUENCE);
	buf_free(&algorithm);
	buf_free(&key);
}

/* ECPrivateKey on P-256 without the public half, RFC 5915. */
static void der_ec(struct buf *out, struct chance *c) {
	uint8_t scalar[32];
	struct buf curve = {0};
	chance_bytes(c, scalar, sizeof(scalar));
	scalar[0] &= 0x7f; /* below the order of the curve */
	der_small(out, 1);
	der_add(out, DER_OCTETS, slice_of(scalar, sizeof(scalar)));
	der_add(&curve, DER_OID, SLICE_LIT("\x2a\x86\x48\xce\x3d\x03\x01\x07")); /* prime256v1 */
	der_add(out, 0xa0, buf_slice(&curve));
	der_wrap(out, DER_SEQUENCE);
	buf_free(&curve);
}

/* The form OpenSSL writes: version, p, q, g, y, x. */
static void der_dsa(struct buf *out, struct chance *c) {
	der_small(out, 0);
	der_big(out, c, 1024);
	der_big(out, c, 160);
	der_big(out, c, 1016);
	der_big(out, c, 1016);
	der_big(out, c, 152);
	der_wrap(out, DER_SEQUENCE);
}

/* EncryptedPrivateKeyInfo with PBES2, PBKDF2 and AES-256-CBC, RFC 8018. */
static void der_encrypted(struct buf *out, struct chance *c) {
	struct buf prf = {0}, kdf = {0}, cipher = {0}, both = {0};
	der_add(&prf, DER_OID, SLICE_LIT("\x2a\x86\x48\x86\xf7\x0d\x02\x09")); /* hmacWithSHA256 */
	der_add(&prf, DER_NULL, slice_of(NULL, 0));
	der_wrap(&prf, DER_SEQUENCE);
	der_bytes(&kdf, c, DER_OCTETS, 16);
	der_add(&kdf, DER_INTEGER, SLICE_LIT("\x08\x00"));
	buf_add_slice(&kdf, buf_slice(&prf));
	der_wrap(&kdf, DER_SEQUENCE);
	der_add(&both, DER_OID, SLICE_LIT("\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c")); /* PBKDF2 */
	buf_add_slice(&both, buf_slice(&kdf));
	der_wrap(&both, DER_SEQUENCE);
	der_add(&cipher, DER_OID, SLICE_LIT("\x60\x86\x48\x01\x65\x03\x04\x01\x2a")); /* aes256-CBC */
	der_bytes(&cipher, c, DER_OCTETS, 16);
	der_wrap(&cipher, DER_SEQUENCE);
	buf_add_slice(&both, buf_slice(&cipher));
	der_wrap(&both, DER_SEQUENCE);
	der_add(out, DER_OID, SLICE_LIT("\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d")); /* PBES2 */
	buf_add_slice(out, buf_slice(&both));
	der_wrap(out, DER_SEQUENCE);
	der_bytes(out, c, DER_OCTETS, 1232);
	der_wrap(out, DER_SEQUENCE);
	buf_free(&prf);
	buf_free(&kdf);
	buf_free(&cipher);
	buf_free(&both);
}

/* OpenSSH's own format (openssh-portable, PROTOCOL.key), Ed25519. */

static void ssh_add(struct buf *out, struct slice s) {
	const uint8_t length[4] = {0, 0, (uint8_t)(s.n >> 8), (uint8_t)s.n};
	buf_add(out, length, 4);
	buf_add_slice(out, s);
}

static void ssh_key(struct buf *out, struct chance *c, bool encrypted) {
	struct buf public = {0}, private = {0}, kdf = {0};
	uint8_t salt[16], check[4], pair[64];
	chance_bytes(c, salt, sizeof(salt));
	chance_bytes(c, check, sizeof(check));
	chance_bytes(c, pair, sizeof(pair));
	ssh_add(&public, slice_str("ssh-ed25519"));
	ssh_add(&public, slice_of(pair + 32, 32));
	buf_add(&private, check, 4);
	buf_add(&private, check, 4);
	buf_add_slice(&private, buf_slice(&public));
	ssh_add(&private, slice_of(pair, sizeof(pair)));
	ssh_add(&private, slice_str("deploy"));
	for (uint8_t pad = 1; private.n % 16; pad++)
		buf_add_byte(&private, pad);
	if (encrypted) {
		chance_bytes(c, private.p, private.n);
		ssh_add(&kdf, slice_of(salt, sizeof(salt)));
		buf_add(&kdf, "\0\0\0\x10", 4);
	}
	buf_add(out, "openssh-key-v1", 15);
	ssh_add(out, slice_str(encrypted ? "aes256-ctr" : "none"));
	ssh_add(out, slice_str(encrypted ? "bcrypt" : "none"));
	ssh_add(out, buf_slice(&kdf));
	buf_add(out, "\0\0\0\x01", 4);
	ssh_add(out, buf_slice(&public));
	ssh_add(out, buf_slice(&private));
	buf_free(&public);
	buf_free(&private);
	buf_free(&kdf);
}

/* A version 4 Ed25519 secret-key packet, not protected (RFC 4880 section 5.5.3, EdDSA as in RFC 9580). */
static void pgp_key(struct buf *out, struct chance *c) {
	uint8_t seed[32], point[32];
	uint16_t sum = 0;
	struct buf body = {0};
	chance_bytes(c, seed, sizeof(seed));
	chance_bytes(c, point, sizeof(point));
	seed[0] |= 0x80;
	buf_add(&body, "\x04\x65\x00\x00\x00\x16\x09\x2b\x06\x01\x04\x01\xda\x47\x0f\x01", 16);
	buf_add(&body, "\x01\x07\x40", 3);
	buf_add(&body, point, sizeof(point));
	buf_add(&body, "\x00\x01\x00", 3);
	buf_add(&body, seed, sizeof(seed));
	for (size_t i = body.n - 34; i < body.n; i++)
		sum = (uint16_t)(sum + body.p[i]);
	buf_add_byte(&body, (uint8_t)(sum >> 8));
	buf_add_byte(&body, (uint8_t)sum);
	buf_add_byte(out, 0x94); /* old packet format, tag 5, one byte of length */
	buf_add_byte(out, (uint8_t)body.n);
	buf_add_slice(out, buf_slice(&body));
	buf_free(&body);
}

/* CRC24 behind the armour, RFC 4880 section 6.1. */
static uint32_t crc24(struct slice s) {
	uint32_t crc = 0xb704ce;
	for (size_t i = 0; i < s.n; i++) {
		crc ^= (uint32_t)s.p[i] << 16;
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 0x800000 ? (crc << 1 ^ 0x864cfb) & 0xffffff : crc << 1;
	}
	return crc;
}

/* The words are put together here so that no source file holds a whole header line. */
static void armour(struct buf *out, const char *words, struct slice body, bool pgp) {
	static const char dashes[] = "-----";
	struct buf text = {0};
	base64_encode(&text, body, BASE64_STANDARD);
	buf_printf(out, "%sBEGIN %s%s\n%s", dashes, words, dashes, pgp ? "\n" : "");
	for (size_t i = 0; i < text.n; i += 64) {
		buf_add_slice(out, slice_sub(buf_slice(&text), i, i + 64));
		buf_add_byte(out, '\n');
	}
	if (pgp) {
		uint32_t crc = crc24(body);
		const uint8_t sum[3] = {(uint8_t)(crc >> 16), (uint8_t)(crc >> 8), (uint8_t)crc};
		buf_add_byte(out, '=');
		base64_encode(out, slice_of(sum, sizeof(sum)), BASE64_STANDARD);
		buf_add_byte(out, '\n');
	}
	buf_printf(out, "%sEND %s%s\n", dashes, words, dashes);
	buf_free(&text);
}

static void ssh_plain(struct buf *out, struct chance *c) {
	ssh_key(out, c, false);
}

static void ssh_encrypted(struct buf *out, struct chance *c) {
	ssh_key(out, c, true);
}

bool sample_pem(struct buf *out, struct chance *c, struct slice kind) {
	static const struct {
		const char *kind, *words;
		void (*body)(struct buf *out, struct chance *c);
	} kinds[] = {
		{"rsa", "RSA PRIVATE KEY", der_rsa},
		{"pkcs8", "PRIVATE KEY", der_pkcs8},
		{"ec", "EC PRIVATE KEY", der_ec},
		{"dsa", "DSA PRIVATE KEY", der_dsa},
		{"encrypted", "ENCRYPTED PRIVATE KEY", der_encrypted},
		{"openssh", "OPENSSH PRIVATE KEY", ssh_plain},
		{"openssh-encrypted", "OPENSSH PRIVATE KEY", ssh_encrypted},
		{"pgp", "PGP PRIVATE KEY BLOCK", pgp_key},
	};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!slice_eq(kind, slice_str(kinds[i].kind)))
			continue;
		struct buf body = {0};
		kinds[i].body(&body, c);
		armour(out, kinds[i].words, buf_slice(&body), kinds[i].body == pgp_key);
		buf_free(&body);
		return true;
	}
	return false;
}
