/* Keyed fingerprints: reading or drawing the key, and HMAC-SHA-256 over labelled parts.
 * What is fingerprinted, and under which label, is the rules' and the report's choice. */
#include "core/fingerprint.h"
#include "core/buf.h"
#include "core/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_MIN	   32 /* the digest's own size: RFC 2104, section 3 */
#define KEY_MAX	   4096
#define KEY_ID_HEX 16
#define MAC_BYTES  32

struct fingerprint_key {
	uint8_t key[KEY_MAX];
	size_t n;
	bool per_run;
	char id[KEY_ID_HEX + 1];
	EVP_MAC_CTX *
		keyed; /* each message starts from a copy, so that the key is taken in once and threads share nothing */
};

/* Only a libcrypto without SHA-256 or without memory gets here; a made-up value would join unrelated secrets. */
static void give_up(void) {
	fputs("nhiscan: libcrypto cannot compute HMAC-SHA-256\n", stderr);
	_exit(3);
}

static EVP_MAC_CTX *keyed(const struct fingerprint_key *k) {
	static char digest[] = "SHA256";
	const OSSL_PARAM parameters[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_construct_end()};
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	EVP_MAC_CTX *c = EVP_MAC_CTX_new(mac);

	if (!c || !EVP_MAC_init(c, k->key, k->n, parameters))
		give_up();
	EVP_MAC_free(mac); /* the context holds it */
	return c;
}

static void hmac(const struct fingerprint_key *k, struct slice message, uint8_t out[MAC_BYTES]) {
	EVP_MAC_CTX *c = EVP_MAC_CTX_dup(k->keyed);
	size_t n = 0;

	if (!c || !EVP_MAC_update(c, message.p, message.n) || !EVP_MAC_final(c, out, &n, MAC_BYTES) || n != MAC_BYTES)
		give_up();
	EVP_MAC_CTX_free(c);
}

static void hmac_hex(const struct fingerprint_key *k, struct slice message, char *out, size_t hex) {
	static const char digits[] = "0123456789abcdef";
	uint8_t mac[MAC_BYTES];

	hmac(k, message, mac);
	for (size_t i = 0; i < hex; i++)
		out[i] = digits[(mac[i / 2] >> (i % 2 ? 0 : 4)) & 15];
	out[hex] = 0;
	explicit_bzero(mac, sizeof(mac));
}

static int draw_key(struct fingerprint_key *k, struct error *err) {
	k->per_run = true;
	k->n = KEY_MIN;
	/* Requests of at most 256 bytes are never cut short: getrandom(2). */
	if (getrandom(k->key, k->n, 0) != (ssize_t)k->n)
		return error_errno(err, "drawing a random key");
	return 0;
}

static int read_bytes(int fd, const char *path, struct fingerprint_key *k, struct error *err) {
	uint8_t more;

	for (;;) {
		bool full = k->n == KEY_MAX;
		ssize_t n = read(fd, full ? &more : k->key + k->n, full ? 1 : KEY_MAX - k->n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_errno(err, "reading key file %s", path);
		if (n == 0)
			break;
		if (full)
			return error_set(err, ERR_USAGE, "key file %s is longer than %d bytes", path, KEY_MAX);
		k->n += (size_t)n;
	}
	if (k->n < KEY_MIN)
		return error_set(err, ERR_USAGE,
			"key file %s has %zu bytes, at least %d are needed; make one with: "
			"(umask 077; head -c %d /dev/urandom > FILE)",
			path, k->n, KEY_MIN, KEY_MIN);
	return 0;
}

static int read_key(const char *path, struct fingerprint_key *k, struct error *err) {
	struct stat st;
	int status = -1;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); /* a FIFO must not block */

	if (fd < 0)
		return error_set(err, ERR_USAGE, "cannot open key file %s: %s", path, strerror(errno));
	if (fstat(fd, &st) != 0)
		error_errno(err, "looking at key file %s", path);
	else if (!S_ISREG(st.st_mode))
		error_set(err, ERR_USAGE, "key file %s is not a regular file", path);
	else if (st.st_mode & (S_IRWXG | S_IRWXO))
		error_set(err, ERR_USAGE, "key file %s is open to others; run: chmod 600 '%s'", path, path);
	else
		status = read_bytes(fd, path, k, err);
	close(fd);
	return status;
}

struct fingerprint_key *fingerprint_open(const char *path, struct error *err) {
	struct fingerprint_key *k = mem_alloc(sizeof(*k));

	if ((path ? read_key(path, k, err) : draw_key(k, err)) != 0) {
		fingerprint_close(k);
		return NULL;
	}
	k->keyed = keyed(k);
	hmac_hex(k, slice_str("nhiscan/key-id/v1"), k->id, KEY_ID_HEX);
	return k;
}

void fingerprint_close(struct fingerprint_key *k) {
	if (!k)
		return;
	EVP_MAC_CTX_free(k->keyed);
	mem_wipe_free(k, sizeof(*k));
}

bool fingerprint_is_per_run(const struct fingerprint_key *k) {
	return k->per_run;
}

const char *fingerprint_key_id(const struct fingerprint_key *k) {
	return k->id;
}

void fingerprint_hex(const struct fingerprint_key *k, const char *label, const struct slice *parts, size_t nparts,
	char out[FINGERPRINT_HEX + 1]) {
	struct buf message = {0};

	buf_add_str(&message, label);
	buf_add_byte(&message, 0);
	for (size_t i = 0; i < nparts; i++) {
		buf_add_slice(&message, parts[i]);
		buf_add_byte(&message, 0);
	}
	hmac_hex(k, buf_slice(&message), out, FINGERPRINT_HEX);
	buf_free(&message);
}

void fingerprint_derive(const struct fingerprint_key *k, const char *label, uint8_t out[FINGERPRINT_DERIVED]) {
	hmac(k, slice_of(label, strlen(label) + 1), out);
}
