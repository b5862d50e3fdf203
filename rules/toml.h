/* TOML 1.0 (https://toml.io/en/v1.0.0) into a tree with lines. No C library for it is packaged in Debian 12 (libtoml11-dev,
 * libcpptoml-dev and libtomlplusplus-dev are C++), and this is all of it that configuration files use. Values are not interpreted beyond TOML. */
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
	bool is_closed;	     /* written whole: not to be added to */
	bool is_implied;     /* a table made by a longer name */
	bool made_by_header; /* the longer name was that of a table, so that [NAME] may still follow */
	bool is_list_of_tables;
	struct toml *first, *last, *next; /* members in order */
	size_t n;
};

/* The table of the whole file, in `a`. ERR_USAGE "FILE:LINE: reason": not TOML, a name twice, nested too deeply, not UTF-8. */
struct toml *toml_parse(struct arena *a, const char *file, struct slice text, struct error *err);

/* The member of that name, or NULL. */
const struct toml *toml_get(const struct toml *table, const char *key);

#endif
