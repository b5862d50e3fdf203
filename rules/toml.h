/* A TOML file as gitleaks' configuration needs it: members in order, each with its line, numbers worked out. Reading is scanners/toml.c's;
 * this is a view of its nodes. */
#ifndef NHISCAN_RULES_TOML_H
#define NHISCAN_RULES_TOML_H

#include "core/arena.h"
#include "core/error.h"

enum toml_kind { TOML_TEXT, TOML_NUMBER, TOML_BOOL, TOML_DATE, TOML_ARRAY, TOML_TABLE };

struct toml {
	enum toml_kind kind;
	struct slice key;  /* in a table: the name, one part of it */
	unsigned line;	   /* of the key, or of the value in an array */
	struct slice text; /* text, or a date as written; NUL-terminated, may hold NUL only as \u0000 */
	double number;
	bool truth;
	struct toml *first, *last, *next; /* members in order */
	size_t n;
};

/* The table of the whole file, in `a`. ERR_USAGE "FILE:LINE: reason": not TOML, a name twice, nested too deeply, not UTF-8. */
struct toml *toml_parse(struct arena *a, const char *file, struct slice text, struct error *err);

/* The member of that name, or NULL. */
const struct toml *toml_get(const struct toml *table, const char *key);

#endif
