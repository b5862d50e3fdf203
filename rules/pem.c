/* Key blocks: which kind, how large, encrypted or not. DER keys are read by OpenSSL.
 * Not here: armour (pem_text.c), OpenSSH, OpenPGP and PuTTY (pem_formats.c), finding blocks (the engine). */
#include "rules/pem.h"

#include <openssl/err.h>
#include <openssl/evp.h>

/* The smallest key there is, Ed25519 in PKCS#8, takes 48 bytes. */
#define KEY_BYTES_MIN 40
/* For DSA and the like OpenSSL works out the public half when reading; the numbers must stay small for that. RSA is read
 * without arithmetic. */
#define RSA_BYTES_MAX	16384
#define OTHER_BYTES_MAX 2048

static bool holds_rsa(struct slice label, struct slice der) {
	static const char oid[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"; /* rsaEncryption, RFC 8017 */
	return slice_has_prefix(label, "RSA ") ||
	       slice_find(slice_sub(der, 0, 48), slice_of(oid, sizeof(oid) - 1)) >= 0;
}

/* Whole length of the DER element at the start, 0 when it is no SEQUENCE with a definite length. */
static size_t der_length(struct slice der) {
	if (der.n < 4 || der.p[0] != 0x30)
		return 0;
	if (der.p[1] < 0x80)
		return (size_t)der.p[1] + 2;
	if (der.p[1] == 0x81)
		return (size_t)der.p[2] + 3;
	if (der.p[1] == 0x82)
		return ((size_t)der.p[2] << 8 | der.p[3]) + 4;
	return 0;
}

static const char *key_type(int id) {
	switch (id) {
	case EVP_PKEY_RSA:
		return "RSA";
	case EVP_PKEY_RSA_PSS:
		return "RSA-PSS";
	case EVP_PKEY_DSA:
		return "DSA";
	case EVP_PKEY_EC:
		return "elliptic curve";
	case EVP_PKEY_ED25519:
		return "Ed25519";
	case EVP_PKEY_ED448:
		return "Ed448";
	case EVP_PKEY_X25519:
		return "X25519";
	case EVP_PKEY_X448:
		return "X448";
	case EVP_PKEY_DH:
	case EVP_PKEY_DHX:
		return "Diffie-Hellman";
	default:
		return "private";
	}
}

static EVP_PKEY *read_key(struct slice label, struct slice der) {
	const unsigned char *p = der.p;
	EVP_PKEY *key = NULL;
	size_t max = holds_rsa(label, der) ? RSA_BYTES_MAX : OTHER_BYTES_MAX;
	if (der.n > max)
		return NULL;
	if (slice_has_prefix(label, "RSA "))
		key = d2i_PrivateKey(EVP_PKEY_RSA, NULL, &p, (long)der.n);
	else if (slice_has_prefix(label, "EC "))
		key = d2i_PrivateKey(EVP_PKEY_EC, NULL, &p, (long)der.n);
	else if (slice_has_prefix(label, "DSA "))
		key = d2i_PrivateKey(EVP_PKEY_DSA, NULL, &p, (long)der.n);
	else
		key = d2i_AutoPrivateKey(NULL, &p, (long)der.n);
	ERR_clear_error();
	return key;
}

/* `whole`: the END line was there, so nothing is missing behind what was read. */
static void judge_der(struct slice label, struct slice der, bool whole, struct arena *a, struct judgement *j) {
	size_t length = der_length(der);
	if (length == 0) {
		judge_reject(j, "not-der", "its body is not a key (no DER)");
		return;
	}
	if (length > der.n) {
		j->confidence_shift -= whole ? 2 : 1;
		judgement_add(j, "cut-key", "is a private key that is cut off");
		return;
	}
	EVP_PKEY *key = read_key(label, slice_sub(der, 0, length));
	if (!key) {
		j->confidence_shift--;
		judgement_add(j, "unread-key", "has the outer form of a private key, but OpenSSL does not read it");
		return;
	}
	judge_verdict(j, VERDICT_WELL_FORMED, "private-key",
		arena_printf(a, "is a readable %s key of %d bits, not encrypted", key_type(EVP_PKEY_base_id(key)),
			EVP_PKEY_bits(key)));
	EVP_PKEY_free(key);
}

static void judge_body(const struct pem_block *b, struct arena *a, struct judgement *j) {
	struct slice body = buf_slice(&b->der);
	if (body.n < KEY_BYTES_MIN)
		judge_reject(j, "too-short", "its body is too short for a key");
	else if (slice_eq(b->label, slice_str("OPENSSH PRIVATE KEY")))
		judge_openssh(body, a, j);
	else if (slice_has_prefix(b->label, "PGP "))
		judge_pgp(body, j);
	else if (b->proc_encrypted || slice_eq(b->label, slice_str("ENCRYPTED PRIVATE KEY")))
		judge_verdict(j, VERDICT_ENCRYPTED, "encrypted-key", "is a private key encrypted with a passphrase");
	else if (slice_eq(b->label, slice_str("TSS2 PRIVATE KEY")))
		judge_verdict(j, VERDICT_ENCRYPTED, "tpm-key", "is a private key wrapped by a TPM");
	else if (slice_has_prefix(b->label, "SSH2 "))
		judgement_add(j, "ssh2-key", "is a private key in the format of SSH Tectia");
	else
		judge_der(b->label, body, b->has_end, a, j);
}

void check_pem(struct slice secret, int64_t now, struct arena *a, struct judgement *j) {
	struct pem_block block;
	(void)now;
	if (slice_find(secret, slice_str("PuTTY-User-Key-File-")) >= 0) {
		judge_putty(secret, j);
		return;
	}
	pem_take_apart(secret, &block);
	if (block.label.n && slice_find(block.label, slice_str("PRIVATE KEY")) < 0)
		judge_reject(j, "not-private", "is not a private key");
	else if (block.fault == PEM_EMPTY)
		judge_reject(j, "no-body", "has a header and no key behind it");
	else if (block.fault == PEM_PLACEHOLDER)
		judge_reject(j, "placeholder-key", "stands for a key, its body is left out");
	else if (block.fault == PEM_NOT_BASE64)
		judge_reject(j, "not-base64", "its body is not base64");
	else
		judge_body(&block, a, j);
	pem_block_free(&block);
}
