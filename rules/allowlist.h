/* An allowlist of gitleaks' configuration: conditions on a finding's path, commit, text. Read by gitleaks.c. */
#ifndef NHISCAN_RULES_ALLOWLIST_H
#define NHISCAN_RULES_ALLOWLIST_H

#include "rules/harvest.h"
#include "rules/regex.h"

enum allowlist_target { ALLOWLIST_SECRET, ALLOWLIST_LINE };

struct allowlist {
	const char *description; /* or where it is written */
	bool all;		 /* every kind of condition that is given must hold; otherwise one */
	const struct regex *const *paths, *const *regexes;
	size_t npaths, nregexes;
	const char *const *stopwords, *const *commits, *const *rules; /* rules: only findings of these, when any */
	size_t nstopwords, ncommits, nrules;
	enum allowlist_target target; /* of the regexes */
};

bool allowlist_accepts(const struct allowlist *w, const char *rule, const struct harvested *h);

#endif
