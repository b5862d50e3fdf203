/* Inside of the TOML reader: what toml.c (lines, names, tables, arrays), toml_value.c (strings, numbers) and toml_date.c share.
 * TOML 1.0 (https://toml.io/en/v1.0.0). No C library for it is packaged in Debian 12: the three that are, are C++. */
#ifndef NHISCAN_SCANNERS_TOML_PARSE_H
#define NHISCAN_SCANNERS_TOML_PARSE_H

#include "core/text.h"
#include "scanners/node.h"

/* Each name is looked for among its siblings, so their number is bounded: a real file has tens. */
#define TOML_MEMBERS_MAX 2000

enum toml_kind { TOML_UNFINISHED, TOML_TEXT, TOML_NUMBER, TOML_BOOL, TOML_DATE, TOML_ARRAY, TOML_TABLE };

/* A value while the file is read: tables may be added to until its end, so it becomes nodes only then. */
struct toml_item {
	enum toml_kind kind;
	struct slice key; /* of a member of a table */
	bool key_is_quoted;
	struct span key_span, span;
	struct slice text;
	bool truth;
	bool is_closed;	     /* written whole: not to be added to */
	bool is_implied;     /* a table made by a longer name */
	bool made_by_header; /* the longer name was that of a table, so that [NAME] may still follow */
	bool is_list_of_tables;
	unsigned depth;
	struct toml_item *first, *last, *next; /* members in order */
	size_t n;
};

struct toml_reader {
	struct arena *arena;
	const struct node_limits *lim;
	struct slice s;
	size_t at, line_at; /* where the line at hand starts */
	unsigned line;
	uint64_t nodes;
	struct syntax_error *err;
};

/* `text` is static. Returns -1. */
int toml_fail(struct toml_reader *r, const char *text);

/* The byte at hand, or -1 behind the last. */
int toml_peek(const struct toml_reader *r);

/* To be called when r->at has come behind a line feed. */
void toml_next_line(struct toml_reader *r);

/* A span that starts here, and one brought to its end here. */
struct span toml_span(const struct toml_reader *r);
void toml_span_end(const struct toml_reader *r, struct span *s);

/* A string at r->at, of one line or, where allowed, of several. NUL-terminated in the arena. */
int toml_string(struct toml_reader *r, bool several_lines, struct slice *out);

/* A string, number, truth value or date. */
int toml_scalar(struct toml_reader *r, struct toml_item *out);

/* RFC 3339 as TOML has it: date and time, with or without zone, or one of them alone. */
bool toml_is_date(struct slice word);

#endif
