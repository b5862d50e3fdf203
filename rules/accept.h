/* Lists of accepted findings: those of other tools (.gitleaksignore, detect-secrets' baseline, patterns of paths) and gitleaks' allowlists.
 * What a list accepts stays in the report, suppressed, with the list's file and line as the reason. */
#ifndef NHISCAN_RULES_ACCEPT_H
#define NHISCAN_RULES_ACCEPT_H

#include "core/coverage.h"
#include "core/error.h"
#include "core/file.h"
#include "core/limits.h"
#include "rules/harvest.h"

#define ACCEPT_EVERYWHERE (-1) /* holds for every target */

struct accept;
struct allowlist;

struct accept *accept_new(void);
void accept_free(struct accept *l);

/* Reads one list; what it is, its text tells: a JSON object is a baseline of detect-secrets or, by its members, a line of TruffleHog's report, a JSON array a report of gitleaks, lines that end in a number behind a colon are fingerprints of
 * gitleaks, any others are patterns of paths, one a line. `file` names it in reasons. Entries that say nothing become notices
 * ("suppression-ignored"). ERR_USAGE "FILE:LINE: reason" when it is none of these. */
int accept_parse(
	struct accept *l, const char *file, struct slice text, int target, struct coverage *cov, struct error *err);
int accept_load(struct accept *l, const char *file, enum file_trust trust, int target, const struct limits *lim,
	struct coverage *cov, struct error *err);

/* Adds an allowlist of gitleaks' configuration (gitleaks.h), which must outlive `l`. `rule` is NULL for one that holds for all. */
void accept_add_allowlist(struct accept *l, const struct allowlist *w, const char *rule, int target);

/* Why a finding of `r` at `h` is accepted, in `a` and not masked; NULL when it is not. An entry accepts a secret in a file: the other versions
 * of the file as well. */
const char *accept_ask(struct accept *l, struct arena *a, const struct rule *r, const struct harvested *h);

/* How many findings' places the allowlists of `target` accepted so far. */
uint64_t accept_allowed(const struct accept *l, int target);

/* A notice "suppression-unused" for each entry that has accepted nothing; those that name a commit only when history was read. */
void accept_tell_unused(const struct accept *l, bool history_was_read, struct coverage *cov);

#endif
