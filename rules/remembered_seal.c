/* Sealing: magic line, nonce, AES-256-GCM of all that is remembered, its tag. The magic line and the context are authenticated with it.
 * A nonce is drawn for each file (96 bits, NIST SP 800-38D, section 8.2.2). */
#include "rules/remembered_parts.h"

#include <openssl/evp.h>
#include <sys/random.h>

#define MAGIC	    "nhiscan found 1\n"
#define MAGIC_BYTES 16
#define NONCE_BYTES 12
#define TAG_BYTES   16
#define MAX_BYTES   ((size_t)1 << 30) /* lengths of EVP are ints */

struct cipher {
	EVP_CIPHER_CTX *ctx;
	int n;
};

/* The same for both ways; false when libcrypto can't. */
static bool begin(struct cipher *c, const uint8_t *key, const uint8_t *nonce, const char *context, bool seal) {
	c->ctx = EVP_CIPHER_CTX_new();
	return c->ctx && EVP_CipherInit_ex(c->ctx, EVP_aes_256_gcm(), NULL, key, nonce, seal) == 1 &&
	       EVP_CipherUpdate(c->ctx, NULL, &c->n, (const uint8_t *)MAGIC, MAGIC_BYTES) == 1 &&
	       EVP_CipherUpdate(c->ctx, NULL, &c->n, (const uint8_t *)context, (int)strlen(context)) == 1;
}

int remembered_seal(const struct remembered *r, const uint8_t key[REMEMBERED_KEY_BYTES], const char *context,
	struct buf *out, struct error *err) {
	struct buf plain = {0};
	uint8_t nonce[NONCE_BYTES];
	struct cipher c = {0};
	int rc = 0, rest = 0;

	remembered_write(r, &plain);
	if (plain.n > MAX_BYTES) {
		rc = error_set(err, ERR_FORMAT, "what was found is too much to be remembered (%zu bytes)", plain.n);
		goto out;
	}
	buf_reserve(out, MAGIC_BYTES + NONCE_BYTES + plain.n + TAG_BYTES);
	if (getrandom(nonce, sizeof(nonce), 0) != sizeof(nonce) || !begin(&c, key, nonce, context, true)) {
		rc = error_set(err, ERR_IO, "libcrypto cannot seal what was found");
		goto out;
	}
	buf_add(out, MAGIC, MAGIC_BYTES);
	buf_add(out, nonce, sizeof(nonce));
	if (EVP_CipherUpdate(c.ctx, out->p + out->n, &c.n, plain.p, (int)plain.n) != 1 ||
		EVP_CipherFinal_ex(c.ctx, out->p + out->n + c.n, &rest) != 1 ||
		EVP_CIPHER_CTX_ctrl(c.ctx, EVP_CTRL_GCM_GET_TAG, TAG_BYTES, out->p + out->n + plain.n) != 1)
		rc = error_set(err, ERR_IO, "libcrypto cannot seal what was found");
	else
		out->n += plain.n + TAG_BYTES;
out:
	EVP_CIPHER_CTX_free(c.ctx);
	buf_free(&plain);
	return rc;
}

int remembered_open(struct remembered *r, const uint8_t key[REMEMBERED_KEY_BYTES], const char *context,
	struct slice bytes, struct error *err) {
	size_t head = MAGIC_BYTES + NONCE_BYTES, n;
	struct buf plain = {0};
	struct cipher c = {0};
	int rest = 0, rc = 0;

	if (bytes.n < head + TAG_BYTES || bytes.n > MAX_BYTES || memcmp(bytes.p, MAGIC, MAGIC_BYTES) != 0)
		return error_set(err, ERR_FORMAT, "it is damaged");
	n = bytes.n - head - TAG_BYTES;
	buf_reserve(&plain, n + 1);
	if (!begin(&c, key, bytes.p + MAGIC_BYTES, context, false) ||
		EVP_CipherUpdate(c.ctx, plain.p, &c.n, bytes.p + head, (int)n) != 1 ||
		EVP_CIPHER_CTX_ctrl(c.ctx, EVP_CTRL_GCM_SET_TAG, TAG_BYTES, (void *)(uintptr_t)(bytes.p + head + n)) !=
			1 ||
		EVP_CipherFinal_ex(c.ctx, plain.p + n, &rest) != 1)
		rc = error_set(err, ERR_FORMAT, "it is damaged, or was sealed with another key");
	plain.n = n;
	if (rc == 0 && remembered_read(r, buf_slice(&plain)) != 0)
		rc = error_set(err, ERR_FORMAT, "it is damaged");
	EVP_CIPHER_CTX_free(c.ctx);
	buf_free(&plain);
	return rc;
}
