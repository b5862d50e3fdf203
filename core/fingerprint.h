/* Keyed fingerprints: HMAC-SHA-256 with the user's key file, or with a random key for one run.
 * The same secret has the same fingerprint under the same key; without the key a fingerprint tells nothing.
 * Thread-safe after fingerprint_open. */
#ifndef NHISCAN_CORE_FINGERPRINT_H
#define NHISCAN_CORE_FINGERPRINT_H

#include "core/error.h"
#include "core/slice.h"

#define FINGERPRINT_HEX	    32 /* 128 bits shown */
#define FINGERPRINT_DERIVED 32 /* bytes */

struct fingerprint_key;

/* Reads 32..4096 bytes of key from `path`; NULL draws a random per-run key. The file must be a regular file that
 * group and others can't read (ERR_USAGE with the chmod to run otherwise). Free with fingerprint_close (wipes). */
struct fingerprint_key *fingerprint_open(const char *path, struct error *err);
void fingerprint_close(struct fingerprint_key *k);

bool fingerprint_is_per_run(const struct fingerprint_key *k);
/* Hex of the first 8 bytes of HMAC(K, "nhiscan/key-id/v1"): tells whether two reports can be joined. */
const char *fingerprint_key_id(const struct fingerprint_key *k);

/* HMAC over label, 0, each part, 0; the first 16 bytes as lower-case hex with NUL. */
void fingerprint_hex(const struct fingerprint_key *k, const char *label, const struct slice *parts, size_t nparts,
	char out[FINGERPRINT_HEX + 1]);

/* A key for another purpose: HMAC over label, 0. To be wiped by the caller. */
void fingerprint_derive(const struct fingerprint_key *k, const char *label, uint8_t out[FINGERPRINT_DERIVED]);

#endif
