/* Reading allowlists of gitleaks' configuration. Holding findings against them is in allowlist.c. */
#include "rules/gitleaks_parse.h"

#include <stdlib.h>

struct allow_reading {
	struct gitleaks_reader *r;
	const char *file;
	struct allowlist list;
	bool spoilt; /* a condition could not be read: with "AND", the rest would accept more than was meant */
};

static int read_regexes(struct allow_reading *x, const struct toml *v, const struct regex *const **out, size_t *n) {
	const char *const *texts;
	const struct regex **at;
	size_t all;

	if (gitleaks_texts(x->r, x->file, v, &texts, &all) != 0)
		return -1;
	at = ARENA_NEW_N(x->r->arena, const struct regex *, all);
	*n = 0;
	for (size_t i = 0; i < all; i++) {
		struct error why = {0};
		const struct regex *g = regex_of_re2(x->r->arena, slice_str(texts[i]), &why);

		if (g) {
			at[(*n)++] = g;
			continue;
		}
		x->spoilt = true;
		gitleaks_tell(x->r, x->file, v->line, "allowlist.%.*s: not honoured: pattern %zu: %s", (int)v->key.n,
			(const char *)v->key.p, i + 1, why.text);
	}
	*out = at;
	return 0;
}

static int read_condition(struct allow_reading *x, const struct toml *v) {
	if (v->kind != TOML_TEXT)
		return gitleaks_wrong_kind(x->r, x->file, v, "\"AND\" or \"OR\"");
	if (slice_eq_nocase(v->text, slice_str("AND")) || slice_eq(v->text, slice_str("&&")))
		x->list.all = true;
	else if (v->text.n && !slice_eq_nocase(v->text, slice_str("OR")) && !slice_eq(v->text, slice_str("||")))
		return gitleaks_wrong_kind(x->r, x->file, v, "\"AND\" or \"OR\"");
	return 0;
}

static int read_target(struct allow_reading *x, const struct toml *v) {
	if (v->kind != TOML_TEXT)
		return gitleaks_wrong_kind(x->r, x->file, v, "secret, match or line");
	if (slice_eq(v->text, slice_str("line")) || slice_eq(v->text, slice_str("match"))) {
		x->list.target = ALLOWLIST_LINE;
		gitleaks_tell(x->r, x->file, v->line,
			"allowlist.regexTarget: '%s' is the line around the secret, at most %d bytes of it",
			(const char *)v->text.p, EXCERPT_MAX);
	} else if (v->text.n && !slice_eq(v->text, slice_str("secret"))) {
		return gitleaks_wrong_kind(x->r, x->file, v, "secret, match or line");
	}
	return 0;
}

static int read_key(struct allow_reading *x, const struct toml *v) {
	struct allowlist *w = &x->list;
	const struct {
		const char *name;
		const char *const **at;
		size_t *n;
	} lists[] = {
		{"stopwords", &w->stopwords, &w->nstopwords},
		{"commits", &w->commits, &w->ncommits},
		{"targetRules", &w->rules, &w->nrules},
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		if (slice_eq(v->key, slice_str(lists[i].name)))
			return gitleaks_texts(x->r, x->file, v, lists[i].at, lists[i].n);
	if (slice_eq(v->key, slice_str("paths")))
		return read_regexes(x, v, &w->paths, &w->npaths);
	if (slice_eq(v->key, slice_str("regexes")))
		return read_regexes(x, v, &w->regexes, &w->nregexes);
	if (slice_eq(v->key, slice_str("condition")))
		return read_condition(x, v);
	if (slice_eq(v->key, slice_str("regexTarget")))
		return read_target(x, v);
	if (slice_eq(v->key, slice_str("description"))) {
		if (v->kind != TOML_TEXT)
			return gitleaks_wrong_kind(x->r, x->file, v, "a text");
		if (v->text.n)
			w->description = (const char *)v->text.p;
		return 0;
	}
	gitleaks_tell(x->r, x->file, v->line, "allowlist.%.*s: not honoured: this key is not known",
		(int)(v->key.n < 80 ? v->key.n : 80), (const char *)v->key.p);
	return 0;
}

int gitleaks_read_allowlist(struct gitleaks_reader *r, const char *file, const struct toml *table, const char *rule) {
	struct allow_reading x = {.r = r, .file = file};
	struct gitleaks_allowlist *kept;

	x.list.description = arena_printf(r->arena, "%s:%u", file, table->line);
	for (const struct toml *v = table->first; v; v = v->next)
		if (read_key(&x, v) != 0)
			return -1;
	if (x.spoilt && x.list.all) {
		gitleaks_tell(r, file, table->line, "allowlist: not honoured: one of its conditions is not");
		return 0;
	}
	if (!x.list.npaths && !x.list.nregexes && !x.list.nstopwords && !x.list.ncommits)
		return 0;
	kept = ARENA_NEW(r->arena, struct gitleaks_allowlist);
	kept->list = x.list;
	kept->rule = rule;
	VEC_PUSH(&r->out->allowlists, kept);
	return 0;
}
