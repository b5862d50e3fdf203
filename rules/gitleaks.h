/* gitleaks' configuration (.gitleaks.toml), read as it is: rules turned into ours, allowlists kept. What is not honoured is told, one notice each.
 * Format: gitleaks' README, "Configuration". */
#ifndef NHISCAN_RULES_GITLEAKS_H
#define NHISCAN_RULES_GITLEAKS_H

#include "core/coverage.h"
#include "core/file.h"
#include "rules/accept.h"
#include "rules/allowlist.h"
#include "rules/load.h"

/* An allowlist and the rule it belongs to, or NULL. */
struct gitleaks_allowlist {
	struct allowlist list;
	const char *rule;
};

struct gitleaks {
	rule_vec rules;
	VEC(struct gitleaks_allowlist *) allowlists;
};

void gitleaks_free(struct gitleaks *g);

/* Reads a file and those it extends, at most two deep; strings live in `a`. Notices ("gitleaks-config", FILE:LINE, key) go to `cov`, which may be NULL.
 * A file of the target is not followed to others, and its rules are left out, with a notice. ERR_USAGE "FILE:LINE: reason" when it is not TOML
 * or has a part of the wrong kind. */
int gitleaks_load(struct arena *a, const char *file, enum file_trust trust, const struct limits *lim,
	struct coverage *cov, struct gitleaks *out, struct error *err);

/* The same for a text, which extends nothing. */
int gitleaks_parse(struct arena *a, const char *file, struct slice text, enum file_trust trust, struct coverage *cov,
	struct gitleaks *out, struct error *err);

#endif
