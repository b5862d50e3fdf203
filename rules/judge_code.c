/* Texts that belong to a program: names, members, calls, constants. What follows from that is decided in judge.c. */
#include "rules/judge_parts.h"

#include "rules/bytes.h"

bool value_is_identifier(struct slice v) {
	if (!v.n || (v.p[0] >= '0' && v.p[0] <= '9'))
		return false;
	for (size_t i = 0; i < v.n; i++) {
		uint8_t c = v.p[i] | 0x20;

		if (!((c >= 'a' && c <= 'z') || (v.p[i] >= '0' && v.p[i] <= '9') || v.p[i] == '_' || v.p[i] == '-' ||
			    v.p[i] == '.' || v.p[i] == '$' || v.p[i] == ':' ||
			    (v.p[i] == '?' && i + 1 < v.n && v.p[i + 1] == '.')))
			return false;
	}
	return true;
}

/* Unquoted text that a program computes: calls, members, indexing, arithmetic. */
bool value_is_expression(struct slice v, const struct shape *h) {
	bool call = false, member = false;

	for (size_t i = 0; i < v.n; i++) {
		call |= v.p[i] == '(' || v.p[i] == ')' || v.p[i] == '[' || v.p[i] == ']' || v.p[i] == '{' ||
			v.p[i] == '}';
		member |= i > 0 && i + 1 < v.n && v.p[i] == '.' && byte_is_name(v.p[i - 1]) && byte_is_name(v.p[i + 1]);
		member |= i > 0 && i + 1 < v.n &&
			  ((v.p[i] == '-' && v.p[i + 1] == '>') || (v.p[i] == '?' && v.p[i + 1] == '.') ||
				  (v.p[i] == ':' && v.p[i + 1] == ':') || (v.p[i] == '&' && v.p[i + 1] == '&') ||
				  (v.p[i] == '|' && v.p[i + 1] == '|'));
	}
	if (call)
		return true;
	return (member && value_is_identifier(v) && (h->word_bits < 5.2 || h->digit == 0)) ||
	       (v.n && (v.p[0] == '&' || v.p[0] == '*') && value_is_identifier(slice_sub(v, 1, v.n)));
}

/* ARG_TYPE_STRING: the name of a constant. */
bool value_is_constant(struct slice v, const struct shape *h) {
	return h->lower == 0 && h->upper > h->digit && memchr(v.p, '_', v.n) && value_is_identifier(v);
}

/* Between two strings of minified code: "Password:"),a?b("code" */
bool value_is_between_strings(struct slice v) {
	return v.n >= 3 && memchr("),];}+.", v.p[0], 7) && memchr("(,[{+=:;? ", v.p[v.n - 1], 10);
}

/* custom-api-key-123: words and small numbers joined, as people name things. */
bool value_is_slug(struct slice v, const struct shape *h) {
	size_t joints = 0, part = 0, letters = 0;

	if (h->upper || h->word_bits >= 5.2)
		return false;
	for (size_t i = 0; i <= v.n; i++) {
		uint8_t c = i < v.n ? v.p[i] : '-';
		bool letter = c >= 'a' && c <= 'z', digit = c >= '0' && c <= '9';

		if (letter || digit) {
			letters += letter;
			part++;
		} else if (c == '-' || c == '_' || c == '.') {
			if (!part || (letters && letters < part) || (!letters && part > 4))
				return false;
			joints += i < v.n;
			part = letters = 0;
		} else {
			return false;
		}
	}
	return joints > 0;
}

/* APNs_TOKEN_1, userRefreshToken2: a name that ends in a word for secrets, and at most two digits behind it. */
bool value_is_own_name(struct slice v, const struct shape *h) {
	static const char *const last[] = {"token", "secret", "key", "password", NULL};
	size_t n = v.n;

	if (h->digit > 2 || h->n > 40 || !value_is_identifier(v))
		return false;
	while (n > 0 && ((v.p[n - 1] >= '0' && v.p[n - 1] <= '9') || v.p[n - 1] == '_' || v.p[n - 1] == '-'))
		n--;
	for (size_t i = 0; last[i]; i++)
		if (slice_has_suffix_nocase(slice_sub(v, 0, n), last[i]))
			return true;
	return false;
}
