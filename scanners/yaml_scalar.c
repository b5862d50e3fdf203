/* Plain scalars by YAML 1.2's core schema: YAML 1.1's on, off, yes and no are text, since "on" is a key of workflows
 * and no reader may lose it. Their truth is node_truth()'s. */
#include "scanners/yaml_scalar.h"

static bool one_of(struct slice text, const char *const *words) {
	for (; *words; words++)
		if (slice_is(text, *words))
			return true;
	return false;
}

static size_t digits(struct slice s, size_t at) {
	while (at < s.n && s.p[at] >= '0' && s.p[at] <= '9')
		at++;
	return at;
}

/* 0o17 and 0x1F; nothing else has letters in front. */
static bool is_based(struct slice s) {
	if (s.n < 3 || s.p[0] != '0' || (s.p[1] != 'o' && s.p[1] != 'x'))
		return false;
	for (size_t i = 2; i < s.n; i++) {
		const uint8_t c = s.p[i];
		const bool octal = c >= '0' && c <= '7';
		const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');

		if (s.p[1] == 'o' ? !octal : !hex)
			return false;
	}
	return true;
}

static bool is_decimal(struct slice s) {
	size_t at = s.n && (s.p[0] == '-' || s.p[0] == '+');
	const size_t whole = digits(s, at);
	size_t seen = whole - at;

	at = whole;
	if (at < s.n && s.p[at] == '.') {
		const size_t end = digits(s, at + 1);

		seen += end - at - 1;
		at = end;
	}
	if (seen == 0)
		return false;
	if (at < s.n && (s.p[at] == 'e' || s.p[at] == 'E')) {
		size_t exponent = at + 1;

		exponent += exponent < s.n && (s.p[exponent] == '-' || s.p[exponent] == '+');
		at = digits(s, exponent);
		if (at == exponent)
			return false;
	}
	return at == s.n;
}

enum node_kind yaml_scalar_kind(struct slice text) {
	static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
	static const char *const booleans[] = {"true", "True", "TRUE", "false", "False", "FALSE", NULL};
	static const char *const specials[] = {".inf", ".Inf", ".INF", "-.inf", "-.Inf", "-.INF", "+.inf", "+.Inf",
		"+.INF", ".nan", ".NaN", ".NAN", NULL};

	if (text.n > 5 && !memchr("0123456789+-.", text.p[0], 13)) /* what has another meaning begins so or is short */
		return NODE_STRING;
	if (text.n <= 5 && one_of(text, nulls))
		return NODE_NULL;
	if (text.n <= 5 && one_of(text, booleans))
		return NODE_BOOL;
	if (is_decimal(text) || is_based(text) || (text.n <= 5 && one_of(text, specials)))
		return NODE_NUMBER;
	return NODE_STRING;
}
