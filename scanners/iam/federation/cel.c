/* Conditions of Google's pool providers (Common Expression Language, as far as such conditions use it: Google Cloud, "Workload identity federation,
 * attribute conditions") and of Entra's flexible credentials ("Flexible federated identity credentials"): claims compared with texts, all of which
 * must hold. Anything else is not understood, and said to be so. */
#include "scanners/iam/federation/federation.h"

#include "core/buf.h"

#include <stdlib.h>

#define PARTS_MAX 64 /* alternatives; a condition with more is not understood */

struct cel {
	const struct federation *f;
	struct federation_conditions *out;
	struct slice issuer;
	const struct node *mapping;
	struct span span;
};

/* The end of the part that starts at `from`: where `word` stands outside of quotes and brackets, or the text's end. */
static size_t part_end(struct slice s, size_t from, const char *word) {
	unsigned open = 0;

	for (size_t i = from; i < s.n; i++) {
		if (s.p[i] == '"' || s.p[i] == '\'') {
			const uint8_t *end = memchr(s.p + i + 1, s.p[i], s.n - i - 1);

			i = end ? (size_t)(end - s.p) : s.n;
		} else if (!open && slice_has_prefix(slice_sub(s, i, s.n), word)) {
			return i;
		} else if (s.p[i] == '(' || s.p[i] == '[') {
			open++;
		} else if (s.p[i] == ')' || s.p[i] == ']') {
			open -= open > 0;
		}
	}
	return s.n;
}

static struct slice without_brackets(struct slice s) {
	s = slice_trim(s);
	while (s.n > 1 && s.p[0] == '(' && part_end(s, 1, ")") == s.n - 1)
		s = slice_trim(slice_sub(s, 1, s.n - 1));
	return s;
}

/* A text in quotes. */
static bool literal(struct slice s, struct slice *out) {
	s = slice_trim(s);
	if (s.n < 2 || (s.p[0] != '"' && s.p[0] != '\'') || s.p[s.n - 1] != s.p[0])
		return false;
	*out = slice_sub(s, 1, s.n - 1);
	return !memchr(out->p, s.p[0], out->n);
}

static bool is_name(struct slice s) {
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'z') && !(s.p[i] >= '0' && s.p[i] <= '9') &&
			s.p[i] != '_' && s.p[i] != '.')
			return false;
	return s.n > 0;
}

/* assertion.repository, assertion['repository'], attribute.repository and google.subject by what they are mapped from, claims['sub']. */
static bool claim_of(const struct cel *c, struct slice s, struct slice *out, unsigned depth) {
	ptrdiff_t at;

	s = slice_trim(s);
	at = slice_find(s, slice_str("["));
	if (at > 0 && s.p[s.n - 1] == ']' &&
		(slice_has_prefix(s, "assertion[") || slice_has_prefix(s, "claims[") ||
			slice_has_prefix(s, "assertion.claims[")))
		return literal(slice_sub(s, (size_t)at + 1, s.n - 1), out);
	if (!is_name(s))
		return false;
	if (slice_has_prefix(s, "assertion.")) {
		*out = slice_sub(s, 10, s.n);
		return true;
	}
	if (depth || !node_is(c->mapping, NODE_MAPPING))
		return false;
	for (size_t i = 0; i < c->mapping->n; i++)
		if (slice_eq(c->mapping->members[i].key->text, s))
			return claim_of(c, node_text(c->mapping->members[i].value), out, 1);
	return false;
}

static bool add(const struct cel *c, const char *op, struct slice claim, struct slice value) {
	federation_condition(c->f, c->out, op, c->issuer, claim, value, c->span);
	return true;
}

/* `x.startsWith("…")` as a pattern. */
static bool call(const struct cel *c, struct slice s) {
	static const struct {
		const char *name, *before, *behind;
	} calls[] = {{".startsWith(", "", "*"}, {".endsWith(", "*", ""}, {".contains(", "*", "*"}};
	struct slice claim, value;
	struct buf pattern = {0};
	bool known = false;

	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		const ptrdiff_t at = slice_find(s, slice_str(calls[i].name));

		if (at < 1 || s.p[s.n - 1] != ')' || !claim_of(c, slice_sub(s, 0, (size_t)at), &claim, 0) ||
			!literal(slice_sub(s, (size_t)at + strlen(calls[i].name), s.n - 1), &value))
			continue;
		buf_add_str(&pattern, calls[i].before);
		buf_add_slice(&pattern, value);
		buf_add_str(&pattern, calls[i].behind);
		known = add(c, "StringLike", claim, buf_slice(&pattern));
	}
	buf_free(&pattern);
	return known;
}

/* `x in ["a", "b"]`: one condition with several values. */
static bool among(const struct cel *c, struct slice left, struct slice list) {
	struct slice claim, value = {0}, *at;
	size_t n = 0;

	list = slice_trim(list);
	if (!claim_of(c, left, &claim, 0) || list.n < 2 || list.p[0] != '[' || list.p[list.n - 1] != ']')
		return false;
	list = slice_sub(list, 1, list.n - 1);
	at = ARENA_NEW_N(c->f->arena, struct slice, PARTS_MAX);
	for (size_t i = 0; i < list.n;) {
		const size_t end = part_end(list, i, ",");
		const struct slice part = slice_trim(slice_sub(list, i, end));

		i = end + 1;
		if (!part.n) /* a comma too many */
			continue;
		if (n == PARTS_MAX || !literal(part, &value))
			return false;
		at[n++] = arena_copy(c->f->arena, value);
	}
	if (!n)
		return false;
	add(c, "StringEquals", claim, at[0]);
	c->out->all.at[c->out->all.n - 1].values = (struct aws_texts){at, n};
	return true;
}

static bool compare(const struct cel *c, struct slice s) {
	static const struct {
		const char *word, *op;
	} words[] = {{"==", "StringEquals"}, {"!=", "StringNotEquals"}, {" eq ", "StringEquals"},
		{" matches ", "StringLike"}};
	struct slice claim, value;
	size_t at = part_end(s, 0, " in ");

	if (at < s.n)
		return among(c, slice_sub(s, 0, at), slice_sub(s, at + 4, s.n));
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		struct slice left, right;

		at = part_end(s, 0, words[i].word);
		if (at == s.n)
			continue;
		left = slice_sub(s, 0, at);
		right = slice_sub(s, at + strlen(words[i].word), s.n);
		if ((claim_of(c, left, &claim, 0) && literal(right, &value)) ||
			(claim_of(c, right, &claim, 0) && literal(left, &value)))
			return add(c, words[i].op, claim, value);
		return false;
	}
	return call(c, s);
}

/* a == "x" || a == "y": one claim with several values. */
static bool either(const struct cel *c, struct slice s, const char *word) {
	struct federation_conditions parts = {0};
	struct cel inner = *c;
	struct slice *at = ARENA_NEW_N(c->f->arena, struct slice, PARTS_MAX);
	bool known = true;
	size_t n = 0;

	inner.out = &parts;
	for (size_t i = 0; i < s.n && known;) {
		const size_t end = part_end(s, i, word);

		known = n < PARTS_MAX && compare(&inner, without_brackets(slice_sub(s, i, end))) &&
			parts.all.n == n + 1 && parts.all.at[n].values.n == 1 &&
			slice_eq(parts.all.at[n].key, parts.all.at[0].key) &&
			!slice_has_prefix(parts.all.at[n].op, "StringNot");
		if (known)
			at[n] = parts.all.at[n].values.at[0];
		n++;
		i = end + strlen(word);
	}
	if (known && n) {
		struct aws_condition one = parts.all.at[0];

		for (size_t i = 0; i < n; i++)
			if (slice_eq(parts.all.at[i].op, slice_str("StringLike")))
				one.op = parts.all.at[i].op;
		one.values = (struct aws_texts){at, n};
		VEC_PUSH(&c->out->all, one);
	}
	VEC_FREE(&parts.all);
	return known && n;
}

static bool all_of(const struct cel *c, struct slice s, const char *and, const char * or, unsigned depth) {
	bool known = true;

	s = without_brackets(s);
	if (!s.n || depth > 8)
		return false;
	if (part_end(s, 0, or) < s.n)
		return either(c, s, or);
	for (size_t i = 0; i < s.n;) {
		const size_t end = part_end(s, i, and);
		const struct slice part = without_brackets(slice_sub(s, i, end));

		if (part_end(part, 0, or) < part.n || part_end(part, 0, and) < part.n)
			known &= all_of(c, part, and, or, depth + 1);
		else
			known &= compare(c, part);
		i = end + strlen(and);
	}
	return known;
}

bool federation_cel(const struct federation *f, struct federation_conditions *c, struct slice issuer, struct slice text,
	const struct node *mapping, struct span span) {
	return all_of(&(struct cel){f, c, issuer, mapping, span}, text, "&&", "||", 0);
}

bool federation_entra(const struct federation *f, struct federation_conditions *c, struct slice issuer,
	struct slice text, struct span span) {
	return all_of(&(struct cel){f, c, issuer, NULL, span}, text, " and ", " or ", 0);
}
