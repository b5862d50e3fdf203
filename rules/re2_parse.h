/* Inside of the translation of RE2 patterns: what re2.c (structure) and re2_atom.c (characters, classes, escapes) share. */
#ifndef NHISCAN_RULES_RE2_PARSE_H
#define NHISCAN_RULES_RE2_PARSE_H

#include "core/buf.h"
#include "rules/re2.h"

#define RE2_SOURCE_MAX	8192
#define RE2_DEPTH_MAX	100
#define RE2_LITERAL_MAX 64 /* bytes of one literal */

struct re2_flags {
	bool i, m, s, u;
};

struct re2_reader {
	struct arena *arena;
	struct slice s;
	size_t at;
	struct buf out;
	struct re2_flags flags;
	const struct re2_request *ask;
	unsigned groups, depth;
	const char *remark;
	struct error *err;
};

/* What is known of the text that a part of a pattern matches. */
struct re2_part {
	uint64_t longest;
	bool exact;		    /* it is one of `texts` */
	struct re2_literals texts;  /* may hold "" */
	struct re2_literals needed; /* when not exact */
	bool holds_first_group;
};

/* ERR_USAGE "offset N: …". Returns -1. */
int re2_fail(struct re2_reader *r, size_t at, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* One character, class, escape or `.` at r->at; not a group or an anchor. */
int re2_atom(struct re2_reader *r, struct re2_part *out);

#endif
