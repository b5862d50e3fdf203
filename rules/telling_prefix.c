/* Gathering the prefixes of a catalogue's rules, and comparing values with them. What follows from it is judge.c's. */
#include "rules/telling_prefix.h"

#include "core/lazy.h"
#include "core/vec.h"
#include "rules/words.h"

#include <stdlib.h>

/* Shorter ones come about by chance; with a separator at its end, a prefix tells with one byte less. */
#define PREFIX_LEAST 4

/* One character may differ in those that are longer by one. */
#define PREFIX_LEAST_MISSPELT 5

/* What stands behind a prefix is a token's body only when it is no shorter. */
#define BODY_LEAST 8

/* Those of so many bytes are known within a value too, so many bytes behind its start. */
#define WITHIN_LEAST 4
#define WITHIN_FIRST 12

/* Others of so many bytes at least are a hint, that far behind the start too. */
#define BRIEF_LEAST 3
#define BRIEF_FIRST 2

struct prefix_lists {
	VEC(struct slice) telling; /* texts of the catalogue */
	VEC(struct slice) brief;   /* those that tell too little by themselves */
};

struct telling_prefixes {
	const struct catalogue *catalogue;
	struct lazy list; /* gathered by the first thread that asks */
};

/* Names that anybody gives a token: they tell of no vendor by themselves. */
static const struct words common_names = {{
	['a'] = WORDS("access", "admin", "ak", "api", "apikey", "api_key", "api-key", "app", "as", "auth"),
	['b'] = WORDS("bearer", "bot"),
	['c'] = WORDS("ck", "client", "console", "cs"),
	['d'] = WORDS("data", "dataset", "dev", "dose"),
	['h'] = WORDS("hawk"),
	['k'] = WORDS("key"),
	['l'] = WORDS("live"),
	['m'] = WORDS("mainnet"),
	['o'] = WORDS("oauth", "org"),
	['p'] = WORDS("pat", "perm", "pk", "preprod", "private", "prod", "production", "pub", "public", "pubkey"),
	['s'] = WORDS("sandbox", "secret", "sess", "session", "sk", "standard", "sv"),
	['r'] = WORDS("rk"),
	['t'] = WORDS("test", "tk", "testnet", "token"),
	['u'] = WORDS("up", "user"),
}};

static bool is_separator(uint8_t c) {
	return c == '_' || c == '-' || c == '.' || c == ':' || c == '|' || c == '~';
}

static bool is_alnum(uint8_t c) {
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static uint8_t fold(uint8_t c) {
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

static bool tells(struct slice prefix) {
	struct slice stem = prefix;
	bool ends = prefix.n > 2 && is_separator(prefix.p[prefix.n - 1]);

	if (prefix.n + ends < PREFIX_LEAST || !is_alnum(prefix.p[0]))
		return false;
	for (size_t i = 0; i < prefix.n; i++)
		if (!is_alnum(prefix.p[i]) && !is_separator(prefix.p[i]) && prefix.p[i] != '$')
			return false;
	while (stem.n && is_separator(stem.p[stem.n - 1]))
		stem.n--;
	return !words_equal(&common_names, stem);
}

/* Keywords may have the byte before the token at their start: a quote, a blank. */
static void add_prefix(struct prefix_lists *list, const struct rule *r, struct slice keyword) {
	struct slice prefix;

	if (keyword.n > 1 && !is_alnum(keyword.p[0]))
		keyword = slice_sub(keyword, 1, keyword.n);
	prefix = slice_sub(keyword, 0, r->mask_prefix < keyword.n ? r->mask_prefix : keyword.n);
	/* Keywords that differ in the byte before the token stand beside each other. */
	if (list->telling.n && slice_eq(list->telling.at[list->telling.n - 1], prefix))
		return;
	if (tells(prefix))
		VEC_PUSH(&list->telling, prefix);
	else if (prefix.n >= BRIEF_LEAST)
		VEC_PUSH(&list->brief, prefix);
}

static void *gather(const void *of) {
	const struct catalogue *c = of;
	struct prefix_lists *list = mem_alloc(sizeof(*list));

	for (size_t i = 0; i < c->n; i++) {
		const struct rule *r = &c->rules[i];

		/* A keyword ahead of the token is the service's name, which the token does not begin with. */
		if ((r->kind != KIND_TOKEN && r->kind != KIND_KEY_ID) || !r->mask_prefix || r->ignore_case ||
			r->before > 1)
			continue;
		for (size_t k = 0; k < r->nkeywords; k++)
			add_prefix(list, r, slice_str(r->keywords[k]));
	}
	return list;
}

static void list_free(void *made) {
	struct prefix_lists *list = made;

	if (list) {
		VEC_FREE(&list->telling);
		VEC_FREE(&list->brief);
	}
	free(list);
}

static const struct prefix_lists *list_of(struct telling_prefixes *t) {
	return lazy_get(&t->list, gather, list_free, t->catalogue);
}

struct telling_prefixes *telling_prefixes_of(const struct catalogue *c) {
	struct telling_prefixes *t = mem_alloc(sizeof(*t));

	t->catalogue = c;
	return t;
}

void telling_prefixes_free(struct telling_prefixes *t) {
	if (t)
		list_free(lazy_made(&t->list));
	free(t);
}

/* With a separator or a capital letter no word of a language is one letter away from it. */
static bool may_be_misspelt(struct slice prefix) {
	if (prefix.n < PREFIX_LEAST_MISSPELT)
		return false;
	for (size_t i = 0; i < prefix.n; i++)
		if (is_separator(prefix.p[i]) || (prefix.p[i] >= 'A' && prefix.p[i] <= 'Z'))
			return true;
	return false;
}

static enum told_prefix compare(struct slice prefix, struct slice v) {
	size_t differ = 0, folded = 0;

	for (size_t i = 0; i < prefix.n; i++) {
		differ += prefix.p[i] != v.p[i];
		folded += fold(prefix.p[i]) != fold(v.p[i]);
		if (folded > 1)
			return PREFIX_NONE;
	}
	if (folded == 0)
		return PREFIX_KNOWN;
	return differ == 1 && may_be_misspelt(prefix) ? PREFIX_MISSPELT : PREFIX_NONE;
}

/* Small letters alone stand in words of any kind. */
static bool is_small_word(struct slice prefix) {
	for (size_t i = 0; i < prefix.n; i++)
		if (prefix.p[i] < 'a' || prefix.p[i] > 'z')
			return false;
	return true;
}

/* Behind a few bytes that do not belong to it: only of prefixes that do not come about by chance. */
static bool stands_within(struct slice prefix, struct slice v) {
	size_t last = v.n < prefix.n + BODY_LEAST ? 0 : v.n - prefix.n - BODY_LEAST;

	if (prefix.n < WITHIN_LEAST || is_small_word(prefix))
		return false;
	for (size_t i = 1; i <= last && i <= WITHIN_FIRST; i++)
		if (memcmp(v.p + i, prefix.p, prefix.n) == 0)
			return true;
	return false;
}

enum told_prefix value_begins_as_token(struct telling_prefixes *t, struct slice v) {
	const struct prefix_lists *list = t ? list_of(t) : NULL;
	enum told_prefix best = PREFIX_NONE;

	for (size_t i = 0; list && i < list->telling.n && best != PREFIX_KNOWN; i++) {
		struct slice prefix = list->telling.at[i];
		enum told_prefix now = v.n >= prefix.n + BODY_LEAST ? compare(prefix, v) : PREFIX_NONE;

		if (now == PREFIX_NONE && best == PREFIX_NONE && stands_within(prefix, v))
			now = PREFIX_WITHIN;
		if (now != PREFIX_NONE)
			best = now;
	}
	return best;
}

static bool stands_near_start(struct slice prefix, struct slice v) {
	for (size_t at = 0; at <= BRIEF_FIRST; at++)
		if (slice_eq_nocase(slice_sub(v, at, at + prefix.n), prefix))
			return true;
	return false;
}

bool value_may_begin_as_token(struct telling_prefixes *t, struct slice v) {
	const struct prefix_lists *list = t ? list_of(t) : NULL;

	for (size_t i = 0; list && i < list->brief.n; i++)
		if (stands_near_start(list->brief.at[i], v))
			return true;
	for (size_t i = 0; list && i < list->telling.n; i++)
		if (stands_near_start(list->telling.at[i], v))
			return true;
	return false;
}

bool rule_takes_any(const struct rule *r) {
	if (r->kind == KIND_GENERIC)
		return true;
	for (size_t i = 0; r->kind == KIND_TOKEN && i < r->ntags; i++)
		if (strcmp(r->tags[i], "generic") == 0 || strcmp(r->tags[i], "http") == 0)
			return true;
	return false;
}
