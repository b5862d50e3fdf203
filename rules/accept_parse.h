/* Inside of the lists of accepted findings: what accept.c (asking) and accept_parse.c (reading) share. */
#ifndef NHISCAN_RULES_ACCEPT_PARSE_H
#define NHISCAN_RULES_ACCEPT_PARSE_H

#include "core/map.h"
#include "rules/accept.h"
#include "rules/regex.h"

enum accept_kind {
	ACCEPT_PLACE, /* path, and a line, a rule, a commit as far as given */
	ACCEPT_HASH,  /* path and SHA-1 of the secret */
	ACCEPT_PATHS  /* a pattern of paths */
};

struct accept_entry {
	enum accept_kind kind;
	const char *file; /* the list */
	unsigned line;	  /* in the list */
	int target;
	struct slice path;
	const char *rule;   /* or NULL */
	const char *commit; /* hex, or NULL */
	unsigned at_line;   /* or 0 */
	uint8_t sha1[20];
	bool is_real; /* detect-secrets' audit said that it is a secret */
	const struct regex *paths;
	size_t next; /* entry of the same path + 1, or 0 */
	bool used;
};

struct accept_allowlist {
	const struct allowlist *list;
	const char *rule;
	int target;
	uint64_t accepted;
};

struct accept {
	struct arena arena;
	VEC(struct accept_entry) entries;
	struct map by_path;   /* first entry of a path + 1 */
	VEC(size_t) patterns; /* entries of kind ACCEPT_PATHS */
	VEC(struct accept_allowlist) allowlists;
};

/* accept_reports.c: saved reports of other tools. */
int accept_read_gitleaks(
	struct accept *l, const char *file, struct slice text, int target, struct coverage *cov, struct error *err);
int accept_read_trufflehog(
	struct accept *l, const char *file, struct slice text, int target, struct coverage *cov, struct error *err);

/* Adds an entry and makes it findable. */
void accept_add(struct accept *l, const struct accept_entry *e);

#endif
