/* Patterns of Go's regexp package (RE2 syntax, https://pkg.go.dev/regexp/syntax), as other tools' configuration holds them, turned into
 * PCRE2 ones over bytes, and the literals that every match of a pattern holds. */
#ifndef NHISCAN_RULES_RE2_H
#define NHISCAN_RULES_RE2_H

#include "core/arena.h"
#include "core/error.h"

/* Where the result is used. A window is cut out of a text, so that the text's ends can't be seen: anchors are those of lines there. */
enum re2_use { RE2_WHOLE, RE2_WINDOW };

#define RE2_LITERALS_MAX 16
#define RE2_UNBOUNDED	 ((uint64_t)1 << 40)

/* Literals of which every match holds one; n == 0: none of at least three bytes is known. */
struct re2_literals {
	const char *at[RE2_LITERALS_MAX];
	size_t n;
	bool nocase;	 /* case does not matter; letters are lower-case */
	uint64_t before; /* most bytes of the match ahead of the literal, or RE2_UNBOUNDED */
	bool wanted;	 /* each holds one of the wanted words */
};

struct re2 {
	const char *pattern; /* PCRE2 without options; starts with (?-i) */
	unsigned groups;     /* with `first_group`, 1 stands for the first that takes part */
	uint64_t longest;    /* bytes of the longest match, or RE2_UNBOUNDED */
	struct re2_literals literals;
	const char *remark; /* what is taken otherwise than Go takes it, static, or NULL */
};

struct re2_request {
	enum re2_use use;
	bool first_group; /* number the groups of each alternative alike */
	const char *const *wanted;
	size_t nwanted; /* literals that hold these words are chosen before others */
};

/* Texts live in `a`. ERR_USAGE with what is not understood and its offset. Nothing is compiled here. */
int re2_translate(
	struct arena *a, struct slice source, const struct re2_request *ask, struct re2 *out, struct error *err);

#endif
