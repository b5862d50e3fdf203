/* Inside of the reader of gitleaks' configuration: what gitleaks.c (files and tables), gitleaks_rule.c (rules) and gitleaks_allow.c (allowlists) share. */
#ifndef NHISCAN_RULES_GITLEAKS_PARSE_H
#define NHISCAN_RULES_GITLEAKS_PARSE_H

#include "rules/gitleaks.h"
#include "rules/toml.h"

/* A value and the file it stands in; `v` is NULL when none is given. */
struct given {
	const struct toml *v;
	const char *file;
};

#define EXTEND_DEPTH_MAX 2 /* gitleaks' own bound */
#define GIVEN_FILES_MAX	 (EXTEND_DEPTH_MAX + 1)

/* A rule as far as the files read so far say; a later file's value goes before an earlier one's. */
struct gitleaks_rule {
	const char *id;
	struct given at; /* the table */
	struct given description, regex, path, entropy, group, silent;
	struct given keywords[GIVEN_FILES_MAX], tags[GIVEN_FILES_MAX], required[GIVEN_FILES_MAX];
	bool disabled;
};

struct gitleaks_reader {
	struct arena *arena;
	const struct limits *limits; /* NULL: nothing may be read */
	enum file_trust trust;
	struct coverage *cov;
	struct gitleaks *out;
	VEC(struct gitleaks_rule) rules;
	bool defaults; /* some file extends gitleaks' defaults */
	struct error *err;
};

/* A notice "gitleaks-config" at FILE:LINE. */
void gitleaks_tell(struct gitleaks_reader *r, const char *file, unsigned line, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* ERR_USAGE "FILE:LINE: KEY: WHAT is expected". Returns -1. */
int gitleaks_wrong_kind(struct gitleaks_reader *r, const char *file, const struct toml *v, const char *what);

/* Texts of an array; -1 when it is none. */
int gitleaks_texts(
	struct gitleaks_reader *r, const char *file, const struct toml *v, const char *const **out, size_t *n);

/* One allowlist, of `rule` or of all (NULL). */
int gitleaks_read_allowlist(struct gitleaks_reader *r, const char *file, const struct toml *table, const char *rule);

/* Turns what was read into a rule of ours, or tells why not. */
int gitleaks_make_rule(struct gitleaks_reader *r, const struct gitleaks_rule *g);

#endif
