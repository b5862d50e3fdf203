/* Inside of the TOML reader: what toml.c (structure) and toml_value.c (strings, numbers) share. */
#ifndef NHISCAN_RULES_TOML_PARSE_H
#define NHISCAN_RULES_TOML_PARSE_H

#include "core/text.h"
#include "rules/toml.h"

#define TOML_DEPTH_MAX	 64
#define TOML_MEMBERS_MAX 2000

struct toml_reader {
	struct arena *arena;
	const char *file;
	struct slice s;
	size_t at;
	unsigned line, depth;
	struct error *err;
};

/* ERR_USAGE "FILE:LINE: …". Returns -1. */
int toml_fail(struct toml_reader *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The byte at hand, or -1 behind the last. */
int toml_peek(const struct toml_reader *r);

/* A string at r->at, of one line or, where allowed, of several. NUL-terminated in the arena. */
int toml_string(struct toml_reader *r, bool several_lines, struct slice *out);

/* A string, number, truth value or date. */
int toml_scalar(struct toml_reader *r, struct toml *out);

#endif
