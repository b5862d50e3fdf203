/* Fingerprints: a known answer, keys that differ, and key files that are refused.
 * What is fingerprinted is tested with the rules. */
#include "core/fingerprint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char *write_key(size_t n, mode_t mode) {
	static char path[32];
	int fd;

	strcpy(path, "/tmp/nhiscan-key-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(write(fd, "k", 1), 1);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
	return path;
}

/* RFC 2104 from SHA-256 alone, for keys shorter than a block. */
static void slow_hmac(const uint8_t *key, size_t nkey, const char *message, size_t n, uint8_t out[32]) {
	uint8_t pad[64 + 256];

	for (int outer = 0; outer < 2; outer++) {
		for (size_t i = 0; i < 64; i++)
			pad[i] = (uint8_t)((i < nkey ? key[i] : 0) ^ (outer ? 0x5c : 0x36));
		memcpy(pad + 64, outer ? (const void *)out : message, outer ? 32 : n);
		assert_int_equal(EVP_Digest(pad, 64 + (outer ? 32 : n), out, NULL, EVP_sha256(), NULL), 1);
	}
}

static void hex_is_hmac_of_label_and_parts(void **state) {
	char *path = write_key(40, 0600), hex[FINGERPRINT_HEX + 1], expected[FINGERPRINT_HEX + 1];
	struct fingerprint_key *k = fingerprint_open(path, NULL);
	struct slice parts[2] = {slice_str("one"), slice_str("two")};
	static const char message[] = "label\0one\0two"; /* its own NUL is the last separator */
	uint8_t key[40], mac[32];

	(void)state;
	unlink(path);
	assert_non_null(k);
	assert_false(fingerprint_is_per_run(k));
	fingerprint_hex(k, "label", parts, 2, hex);
	memset(key, 'k', sizeof(key));
	slow_hmac(key, sizeof(key), message, sizeof(message), mac);
	for (size_t i = 0; i < 16; i++)
		snprintf(expected + 2 * i, 3, "%02x", mac[i]);
	assert_string_equal(hex, expected);
	slow_hmac(key, sizeof(key), "nhiscan/key-id/v1", 17, mac);
	for (size_t i = 0; i < 8; i++)
		snprintf(expected + 2 * i, 3, "%02x", mac[i]);
	assert_string_equal(fingerprint_key_id(k), expected);
	fingerprint_close(k);
}

static void per_run_keys_differ(void **state) {
	struct fingerprint_key *a = fingerprint_open(NULL, NULL), *b = fingerprint_open(NULL, NULL);

	(void)state;
	assert_true(fingerprint_is_per_run(a));
	assert_string_not_equal(fingerprint_key_id(a), fingerprint_key_id(b));
	fingerprint_close(a);
	fingerprint_close(b);
	fingerprint_close(NULL);
}

static void unfit_key_files_are_refused(void **state) {
	static const struct {
		size_t n;
		mode_t mode;
		const char *says;
	} rows[] = {
		{31, 0600, "at least 32"},
		{0, 0600, "at least 32"},
		{4097, 0600, "longer than 4096"},
		{40, 0640, "chmod 600"},
		{40, 0604, "chmod 600"},
	};
	struct error e;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *path = write_key(rows[i].n, rows[i].mode);

		e = (struct error){0};
		assert_null(fingerprint_open(path, &e));
		unlink(path);
		assert_int_equal(e.kind, ERR_USAGE);
		assert_non_null(strstr(e.text, rows[i].says));
	}
	assert_null(fingerprint_open("/nonexistent/key", &e));
	assert_int_equal(e.kind, ERR_USAGE);
	assert_null(fingerprint_open("/dev/null", &e));
	assert_non_null(strstr(e.text, "not a regular file"));
	assert_null(fingerprint_open("/", &e));
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hex_is_hmac_of_label_and_parts),
		cmocka_unit_test(per_run_keys_differ),
		cmocka_unit_test(unfit_key_files_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
