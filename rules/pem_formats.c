/* Private keys that are not DER: OpenSSH's own format, OpenPGP packets, PuTTY's PPK files.
 * Not here: armour (pem_text.c), DER keys (pem.c). */
#include "rules/pem.h"

/* Big-endian reading that never passes the end: a short read gives zero and sets `short_read`. */
struct cursor {
	struct slice s;
	size_t at;
	bool short_read;
};

static uint32_t take_number(struct cursor *c, size_t bytes) {
	uint32_t n = 0;
	if (c->s.n - c->at < bytes) {
		c->short_read = true;
		c->at = c->s.n;
		return 0;
	}
	for (size_t i = 0; i < bytes; i++)
		n = n << 8 | c->s.p[c->at++];
	return n;
}

static struct slice take_bytes(struct cursor *c, size_t n) {
	if (c->s.n - c->at < n) {
		c->short_read = true;
		n = c->s.n - c->at;
	}
	struct slice out = slice_sub(c->s, c->at, c->at + n);
	c->at += n;
	return out;
}

static struct slice take_string(struct cursor *c) {
	uint32_t n = take_number(c, 4);
	return take_bytes(c, n);
}

static unsigned bits_of(struct slice number) {
	while (number.n && number.p[0] == 0)
		number = slice_sub(number, 1, number.n);
	if (number.n == 0 || number.n > 8192)
		return 0;
	unsigned bits = (unsigned)number.n * 8;
	for (uint8_t top = number.p[0]; !(top & 0x80); top = (uint8_t)(top << 1))
		bits--;
	return bits;
}

/* Names of RFC 4253, RFC 5656, RFC 8709 and openssh-portable's PROTOCOL.u2f; an unknown one is not repeated. */
static const char *ssh_type(struct slice name) {
	static const struct {
		const char *name, *text;
	} types[] = {
		{"ssh-rsa", "RSA"},
		{"ssh-dss", "DSA"},
		{"ssh-ed25519", "Ed25519"},
		{"ssh-ed448", "Ed448"},
		{"ecdsa-sha2-nistp256", "ECDSA P-256"},
		{"ecdsa-sha2-nistp384", "ECDSA P-384"},
		{"ecdsa-sha2-nistp521", "ECDSA P-521"},
		{"sk-ssh-ed25519@openssh.com", "Ed25519 (on a security token)"},
		{"sk-ecdsa-sha2-nistp256@openssh.com", "ECDSA P-256 (on a security token)"},
	};
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (slice_eq(name, slice_str(types[i].name)))
			return types[i].text;
	}
	return NULL;
}

/* openssh-portable, PROTOCOL.key. */
void judge_openssh(struct slice body, struct arena *a, struct judgement *j) {
	static const char magic[] = "openssh-key-v1"; /* its NUL belongs to it */
	struct cursor c = {.s = body};
	struct slice start = take_bytes(&c, sizeof(magic));
	if (start.n != sizeof(magic) || memcmp(start.p, magic, sizeof(magic)) != 0) {
		judge_reject(j, "not-openssh", "is not in OpenSSH's key format");
		return;
	}
	struct slice cipher = take_string(&c);
	take_string(&c); /* kdf */
	take_string(&c); /* its options */
	uint32_t keys = take_number(&c, 4);
	struct cursor public = {.s = take_string(&c)};
	struct slice private = take_string(&c);
	const char *type = ssh_type(take_string(&public));
	unsigned bits = 0;
	if (type && strcmp(type, "RSA") == 0) {
		take_string(&public);
		bits = bits_of(take_string(&public));
	}
	if (c.short_read || public.short_read || keys == 0 || private.n == 0 || !type) {
		j->confidence_shift--;
		judgement_add(j, "cut-key", "is an OpenSSH key that is cut off or damaged");
		return;
	}
	const char *text = bits ? arena_printf(a, "is an OpenSSH %s key of %u bits", type, bits)
				: arena_printf(a, "is an OpenSSH %s key", type);
	if (slice_eq(cipher, slice_str("none")))
		judge_verdict(j, VERDICT_WELL_FORMED, "openssh-key", text);
	else
		judge_verdict(j, VERDICT_ENCRYPTED, "encrypted-key", "is an OpenSSH key encrypted with a passphrase");
}

/* OpenPGP: RFC 4880, section 4.2 (packet headers), 5.5.2 and 5.5.3 (keys), RFC 6637 (curves). */

static struct slice take_packet(struct cursor *c, unsigned *tag) {
	uint32_t first = take_number(c, 1), length;
	if (!(first & 0x80)) {
		*tag = 0;
		return slice_of(NULL, 0);
	}
	if (first & 0x40) {
		*tag = first & 0x3f;
		length = take_number(c, 1);
		if (length == 255)
			length = take_number(c, 4);
		else if (length >= 192)
			length = (length - 192) * 256 + take_number(c, 1) + 192;
	} else {
		*tag = first >> 2 & 0x0f;
		length = (first & 3) == 3 ? (uint32_t)(c->s.n - c->at) : take_number(c, (size_t)1 << (first & 3));
	}
	return take_bytes(c, length);
}

static void skip_mpis(struct cursor *c, int n) {
	while (n-- > 0)
		take_bytes(c, (take_number(c, 2) + 7) / 8);
}

/* Passes the public half; false when the algorithm is not known. */
static bool skip_public(struct cursor *c, uint32_t algorithm) {
	switch (algorithm) {
	case 1: /* RSA */
	case 2:
	case 3:
		skip_mpis(c, 2);
		return true;
	case 16: /* Elgamal */
		skip_mpis(c, 3);
		return true;
	case 17: /* DSA */
		skip_mpis(c, 4);
		return true;
	case 18: /* ECDH */
	case 19: /* ECDSA */
	case 22: /* EdDSA */
		take_bytes(c, take_number(c, 1));
		skip_mpis(c, 1);
		if (algorithm == 18)
			take_bytes(c, take_number(c, 1));
		return true;
	default:
		return false;
	}
}

void judge_pgp(struct slice body, struct judgement *j) {
	struct cursor packets = {.s = body};
	unsigned tag;
	struct cursor key = {.s = take_packet(&packets, &tag)};
	if (tag != 5 && tag != 7) {
		judge_reject(j, "not-pgp-key", "does not start with an OpenPGP secret key");
		return;
	}
	uint32_t version = take_number(&key, 1);
	take_number(&key, 4); /* made at */
	uint32_t algorithm = take_number(&key, 1);
	if (version != 4 || !skip_public(&key, algorithm)) {
		judgement_add(j, "pgp-key", "is an OpenPGP secret key of a kind not looked into");
		return;
	}
	uint32_t usage = take_number(&key, 1);
	uint32_t cipher = usage >= 254 ? take_number(&key, 1) : usage;
	uint32_t s2k = usage >= 254 ? take_number(&key, 1) : 0;
	(void)cipher;
	if (key.short_read) {
		j->confidence_shift--;
		judgement_add(j, "cut-key", "is an OpenPGP secret key that is cut off or damaged");
	} else if (usage == 0) {
		judge_verdict(j, VERDICT_WELL_FORMED, "pgp-key", "is an OpenPGP secret key without passphrase");
	} else if (s2k == 101) {
		/* GnuPG's private extension: the secret part was left out or lies on a card. */
		judge_verdict(j, VERDICT_ENCRYPTED, "pgp-stub", "is an OpenPGP key whose secret part is elsewhere");
	} else {
		judge_verdict(j, VERDICT_ENCRYPTED, "encrypted-key", "is an OpenPGP secret key with a passphrase");
	}
}

/* PuTTY manual, appendix C, "PPK file format". */
void judge_putty(struct slice text, struct judgement *j) {
	struct slice word;
	size_t at = 0, private = 0;
	bool encrypted = false, said = false, is_value = false;
	while (pem_next_word(text, &at, &word)) {
		if (is_value) {
			said = true;
			encrypted = !slice_eq(word, slice_str("none"));
		}
		is_value = slice_eq(word, slice_str("Encryption:"));
		if (slice_eq(word, slice_str("Private-Lines:")))
		private = at;
	}
	at = private;
	/* The count of lines, then the first of them. */
	bool has_body = private && pem_next_word(text, &at, &word) && pem_next_word(text, &at, &word) && word.n >= 20;
	if (!said || !has_body)
		judge_reject(j, "not-putty", "has no private part");
	else if (encrypted)
		judge_verdict(j, VERDICT_ENCRYPTED, "encrypted-key", "is a PuTTY key encrypted with a passphrase");
	else
		judge_verdict(j, VERDICT_WELL_FORMED, "putty-key", "is a PuTTY key without passphrase");
}
