/* Checks by checksum: GitHub, npm, Grafana, NATS nkeys, Luhn.
 * Not here: base58 and bech32 (basecheck.c). */
#include "rules/wellformed_checks.h"

void check_github_crc32(struct slice secret, int64_t now, struct arena *a, struct judgement *j) {
	(void)secret, (void)now, (void)a, (void)j;
}

void check_npm_crc32(struct slice secret, int64_t now, struct arena *a, struct judgement *j) {
	(void)secret, (void)now, (void)a, (void)j;
}

void check_grafana_crc32(struct slice secret, int64_t now, struct arena *a, struct judgement *j) {
	(void)secret, (void)now, (void)a, (void)j;
}

void check_nkey(struct slice secret, int64_t now, struct arena *a, struct judgement *j) {
	(void)secret, (void)now, (void)a, (void)j;
}

void check_luhn(struct slice secret, int64_t now, struct arena *a, struct judgement *j) {
	(void)secret, (void)now, (void)a, (void)j;
}
