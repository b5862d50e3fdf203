/* Offline checks that a token is what it claims to be: checksums, structure, expiry. One row of a table each;
 * rules name them in `checks`. Pure functions of the secret; the source of each format stands at its row. */
#ifndef NHISCAN_RULES_WELLFORMED_H
#define NHISCAN_RULES_WELLFORMED_H

#include "rules/verdict.h"

/* Sets j->verdict, j->expires, rejects or adds reasons. Texts that are not static are put in `a`.
 * `now` is the scan's time in Unix seconds. */
typedef void wellformed_fn(struct slice secret, int64_t now, struct arena *a, struct judgement *j);

struct wellformed_check {
	const char *
		name; /* "github-crc32", "npm-crc32", "grafana-crc32", "jwt", "pem", "nkey", "base58check", "bech32", "luhn", "uuid", "azure-identifiable", "base64-basic", … */
	const char *text; /* one line for `rules explain` */
	wellformed_fn *run;
};

/* NULL when there is none of that name. */
const struct wellformed_check *wellformed_find(const char *name);
/* All, in order, for documentation and nearest-name suggestions. */
const struct wellformed_check *wellformed_all(size_t *n);

#endif
