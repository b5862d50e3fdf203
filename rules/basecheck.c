/* Checks of base58 and bech32 text by their checksums.
 * Not here: checksums over plain characters (checksum.c). */
#include "rules/wellformed_checks.h"

void check_base58check(struct slice secret, int64_t now, struct arena *a, struct judgement *j) {
	(void)secret, (void)now, (void)a, (void)j;
}

void check_bech32(struct slice secret, int64_t now, struct arena *a, struct judgement *j) {
	(void)secret, (void)now, (void)a, (void)j;
}
