/* A compiled pattern that asks one question of short texts: paths, secrets, lines. Not for scanning documents. */
#ifndef NHISCAN_RULES_REGEX_H
#define NHISCAN_RULES_REGEX_H

#include "core/arena.h"
#include "core/error.h"

struct regex;

/* Compiles an RE2 pattern; everything lives in `a`. NULL with ERR_USAGE and the reason. */
const struct regex *regex_of_re2(struct arena *a, struct slice source, struct error *err);

/* The pattern as it was written. */
const char *regex_source(const struct regex *r);

/* Does it match anywhere in `s`? A match that takes too many steps is none. Thread-safe. */
bool regex_found(const struct regex *r, struct slice s);

#endif
