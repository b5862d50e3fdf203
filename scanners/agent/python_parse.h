/* What the two halves of the reader of Python share; for them alone. */
#ifndef NHISCAN_SCANNERS_AGENT_PYTHON_PARSE_H
#define NHISCAN_SCANNERS_AGENT_PYTHON_PARSE_H

#include "core/buf.h"
#include "scanners/agent/python.h"

bool python_is_name(uint8_t c);
/* The byte so far ahead of p->at, or 0. */
uint8_t python_peek(const struct python *p, size_t ahead);
void python_skip_comment(struct python *p);
/* Blanks, ends of lines, comments, and backslashes at the end of a line: inside brackets all are one. */
void python_skip_blank(struct python *p);
struct slice python_take_name(struct python *p);

/* The quote that starts here, behind a prefix of letters; *prefix is its length. 0: none. */
uint8_t python_quote_at(const struct python *p, size_t *prefix);
/* One quoted text, its quotes included; out may be NULL. */
void python_take_quoted(struct python *p, struct buf *out);
/* Texts that stand one behind the other are one; false when none begins here. p->at is behind the last. */
bool python_take_texts(struct python *p, struct buf *out);

#endif
