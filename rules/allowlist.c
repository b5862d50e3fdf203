/* Holding a finding against an allowlist, as gitleaks does: within one kind of condition any entry will do. */
#include "rules/allowlist.h"

static bool any_regex(const struct regex *const *at, size_t n, struct slice s) {
	for (size_t i = 0; i < n; i++)
		if (regex_found(at[i], s))
			return true;
	return false;
}

static bool is_among(const char *const *at, size_t n, const char *text) {
	for (size_t i = 0; i < n; i++)
		if (strcmp(at[i], text) == 0)
			return true;
	return false;
}

static bool has_commit(const struct allowlist *w, const struct object_id *o) {
	char hex[OBJECT_ID_HEX_MAX];

	if (!o->n)
		return false;
	object_id_hex(o, hex);
	return is_among(w->commits, w->ncommits, hex);
}

static bool has_stopword(const struct allowlist *w, struct slice secret) {
	for (size_t i = 0; i < w->nstopwords; i++)
		if (slice_find_nocase(secret, slice_str(w->stopwords[i])) >= 0)
			return true;
	return false;
}

bool allowlist_accepts(const struct allowlist *w, const char *rule, const struct harvested *h) {
	struct slice secret = h->what->value, text = w->target == ALLOWLIST_LINE ? h->what->excerpt : secret;
	const struct {
		bool given, holds;
	} kinds[] = {
		{w->ncommits > 0, w->ncommits && has_commit(w, &h->commit)},
		{w->npaths > 0, w->npaths && h->path.n && any_regex(w->paths, w->npaths, h->path)},
		{w->nregexes > 0, w->nregexes && any_regex(w->regexes, w->nregexes, text)},
		{w->nstopwords > 0, w->nstopwords && has_stopword(w, secret)},
	};
	bool any = false, every = true;

	if (w->nrules && !is_among(w->rules, w->nrules, rule))
		return false;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		any |= kinds[i].holds;
		every = every && (kinds[i].holds || !kinds[i].given);
	}
	return any && (!w->all || every);
}
