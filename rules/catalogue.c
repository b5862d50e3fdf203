/* Catalogues as a whole: merging user rules, selecting by --only and --skip, the digest of what decides.
 * Not here: reading rule files (load.c), compiling patterns for matching. */
#include "rules/load.h"

#include "core/buf.h"
#include "core/glob.h"
#include "core/map.h"
#include "core/text.h"
#include "rules/regex.h"

#include <openssl/evp.h>
#include <stdio.h>

void catalogue_merge(struct arena *a, const struct catalogue *base, const rule_vec *extra, struct catalogue *out) {
	size_t n = 0;
	struct map ids = {0};
	if (extra->n == 0) {
		*out = *base;
		return;
	}
	struct rule *rules = ARENA_NEW_N(a, struct rule, base->n + extra->n);
	for (size_t i = 0; i < base->n + extra->n; i++) {
		const struct rule *rule = i < base->n ? &base->rules[i] : &extra->at[i - base->n];
		bool added;
		struct map_entry *entry = map_put(&ids, slice_str(rule->id), &added);
		if (added)
			entry->value.num = n++;
		rules[entry->value.num] = *rule;
	}
	map_free(&ids);
	*out = (struct catalogue){.rules = rules, .n = n};
	catalogue_digest(out);
}

/* The id nearest to `word`, or NULL when none is near. */
static const char *nearest_id(const struct catalogue *c, const char *word) {
	const char *best = NULL;
	unsigned best_distance = 0;
	for (size_t i = 0; i < c->n; i++) {
		unsigned distance = text_distance(word, c->rules[i].id);
		if (!best || distance < best_distance) {
			best = c->rules[i].id;
			best_distance = distance;
		}
	}
	return best && best_distance <= 2 + strlen(word) / 3 ? best : NULL;
}

int catalogue_check_partners(const struct catalogue *c, struct error *err) {
	struct map ids = {0};
	int status = 0;
	for (size_t i = 0; i < c->n; i++)
		map_put(&ids, slice_str(c->rules[i].id), NULL);
	for (size_t i = 0; i < c->n && status == 0; i++) {
		const struct rule *rule = &c->rules[i];
		for (size_t k = 0; k < rule->npartners && status == 0; k++) {
			if (map_get(&ids, slice_str(rule->partners[k])))
				continue;
			const char *near = nearest_id(c, rule->partners[k]);
			status = error_set(err, ERR_USAGE, "%s:%u: rule %s: partner '%s' is no rule%s%s%s", rule->file,
				rule->line, rule->id, rule->partners[k], near ? ", did you mean '" : "",
				near ? near : "", near ? "'?" : "");
		}
	}
	map_free(&ids);
	return status;
}

/* Selection. */

static bool selector_is_glob(struct slice s) {
	return memchr(s.p, '*', s.n) || memchr(s.p, '?', s.n) || memchr(s.p, '[', s.n);
}

static bool selects_nhi(const struct rule *rule, struct slice s) {
	for (unsigned i = 0; i < 10; i++) {
		struct slice full = slice_str(nhi_id(i)), brief = slice_sub(full, 0, full.n - 5);
		if (slice_eq_nocase(s, full) || slice_eq_nocase(s, brief))
			return (rule->nhi & 1u << i) != 0;
	}
	return false;
}

bool rule_is_selected(const char *selector, const struct rule *rule) {
	struct slice s = slice_str(selector);
	if (s.n == 0)
		return false;
	if (slice_eq(s, slice_str(rule->id)) || slice_eq_nocase(s, slice_str(rule->service)) || selects_nhi(rule, s))
		return true;
	if (selector_is_glob(s) && glob_match(s, slice_str(rule->id)))
		return true;
	for (size_t i = 0; i < rule->ntags; i++) {
		if (slice_eq(s, slice_str(rule->tags[i])))
			return true;
	}
	return false;
}

/* Marks every rule that one of the selectors selects; each must select something. */
static int mark(const struct catalogue *base, const char *const *list, size_t n, bool *marks, const char *option,
	struct error *err) {
	for (size_t k = 0; k < n; k++) {
		bool any = false;
		for (size_t i = 0; i < base->n; i++) {
			if (rule_is_selected(list[k], &base->rules[i]))
				marks[i] = any = true;
		}
		if (any)
			continue;
		struct buf shown = {0};
		const char *near = nearest_id(base, list[k]);
		text_escape(&shown, slice_sub(slice_str(list[k]), 0, 100));
		error_set(err, ERR_USAGE,
			"%s '%s' selects no rule%s%s%s; 'nhiscan rules list' lists ids, services and tags", option,
			buf_cstr(&shown), near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "");
		buf_free(&shown);
		return -1;
	}
	return 0;
}

int catalogue_select(struct arena *a, const struct catalogue *base, const char *const *only, size_t nonly,
	const char *const *skip, size_t nskip, struct catalogue *out, struct error *err) {
	if (nonly == 0 && nskip == 0 && base->n > 0) {
		*out = *base;
		return 0;
	}
	bool *kept = ARENA_NEW_N(a, bool, base->n);
	bool *skipped = ARENA_NEW_N(a, bool, base->n);
	struct rule *rules = ARENA_NEW_N(a, struct rule, base->n);
	size_t n = 0;
	if (mark(base, only, nonly, kept, "--only", err) != 0 || mark(base, skip, nskip, skipped, "--skip", err) != 0)
		return -1;
	for (size_t i = 0; i < base->n; i++) {
		if ((nonly == 0 || kept[i]) && !skipped[i])
			rules[n++] = base->rules[i];
	}
	if (n == 0)
		return error_set(err, ERR_USAGE, "--only and --skip leave no rule to scan with");
	*out = (struct catalogue){.rules = rules, .n = n};
	catalogue_digest(out);
	return 0;
}

/* Digest. Every value goes in with its length, so that no two catalogues read alike. */

static void digest_bytes(EVP_MD_CTX *md, const char *s) {
	uint64_t n = s ? strlen(s) : 0;
	uint8_t length[8];
	for (int i = 0; i < 8; i++)
		length[i] = (uint8_t)(n >> (8 * i));
	EVP_DigestUpdate(md, length, sizeof(length));
	if (n)
		EVP_DigestUpdate(md, s, n);
}

static void digest_number(EVP_MD_CTX *md, uint64_t n) {
	char text[24];
	snprintf(text, sizeof(text), "%llu", (unsigned long long)n);
	digest_bytes(md, text);
}

static void digest_list(EVP_MD_CTX *md, const char *const *list, size_t n) {
	digest_number(md, n);
	for (size_t i = 0; i < n; i++)
		digest_bytes(md, list[i]);
}

static void digest_facts(EVP_MD_CTX *md, const struct rule_over_facts *f) {
	digest_bytes(md, f->on);
	digest_bytes(md, f->when);
	digest_bytes(md, f->at);
	digest_bytes(md, f->also);
	digest_number(md, f->nraises);
	for (size_t i = 0; i < f->nraises; i++) {
		digest_bytes(md, f->raises[i].when);
		digest_number(md, f->raises[i].to);
	}
	digest_number(md, f->nedits);
	for (size_t i = 0; i < f->nedits; i++) {
		digest_bytes(md, f->edits[i].replace);
		digest_bytes(md, f->edits[i].value);
		digest_bytes(md, f->edits[i].before);
		digest_bytes(md, f->edits[i].after);
		digest_bytes(md, f->edits[i].at);
		digest_list(md, f->edits[i].of, f->edits[i].nof);
	}
	digest_number(md, f->off);
}

static void digest_rule(EVP_MD_CTX *md, const struct rule *r) {
	digest_bytes(md, r->id);
	digest_number(md, r->severity);
	digest_number(md, r->confidence);
	digest_number(md, r->kind);
	digest_number(md, r->nhi);
	digest_number(md, r->ncwe);
	for (size_t i = 0; i < r->ncwe; i++)
		digest_number(md, r->cwe[i]);
	digest_list(md, r->keywords, r->nkeywords);
	digest_bytes(md, r->pattern);
	digest_number(md, r->ignore_case);
	digest_number(md, r->secret_group);
	digest_number(md, r->before);
	digest_number(md, r->after);
	/* Entropy is written with few digits; millionths tell any two apart without depending on how doubles print. */
	digest_number(md, (uint64_t)(r->entropy * 1e6 + 0.5));
	digest_list(md, r->checks, r->nchecks);
	digest_list(md, r->paths, r->npaths);
	digest_list(md, r->partners, r->npartners);
	digest_list(md, r->tags, r->ntags); /* rules of no vendor are known by theirs */
	digest_number(md, r->raised);
	digest_number(md, r->mask_prefix);
	if (r->path_regex)
		digest_bytes(md, regex_source(r->path_regex));
	for (size_t i = 0; i < r->nrequired; i++) {
		digest_bytes(md, r->required[i].rule);
		digest_number(md, (uint64_t)r->required[i].lines);
		digest_number(md, (uint64_t)r->required[i].columns);
	}
	if (r->silent)
		digest_bytes(md, "silent");
	if (r->facts)
		digest_facts(md, r->facts);
}

void catalogue_digest(struct catalogue *out) {
	uint8_t sum[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	memset(out->digest, 0, sizeof(out->digest));
	if (md && EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1) {
		digest_bytes(md, "nhiscan/catalogue/v1");
		for (size_t i = 0; i < out->n; i++)
			digest_rule(md, &out->rules[i]);
		if (EVP_DigestFinal_ex(md, sum, &n) != 1)
			n = 0;
	}
	for (unsigned i = 0; i < n && i < 32; i++)
		snprintf(out->digest + 2 * (size_t)i, 3, "%02x", sum[i]);
	EVP_MD_CTX_free(md);
}
