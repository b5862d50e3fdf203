/* No secret leaves: how a value is shown, and a masker that takes every known secret out of any other text (file names,
 * branch names, arguments, notices, lines of context). */
#ifndef NHISCAN_RULES_MASK_H
#define NHISCAN_RULES_MASK_H

#include "core/arena.h"
#include "rules/engine.h"

#define MASK_FILLER "********"

/* What may be shown of a value of this rule. Tokens: the documented prefix, a filler of fixed width, and the last four when
 * what stays hidden is still at least 80 bits; passwords and unknown values: kind and length class; key ids: whole. */
const char *mask_value(struct arena *a, const struct rule *r, struct slice value);

/* Is the value an ordinary word? Where it was found it is masked; wherever else the word stands it tells nothing, and masking it
 * would make reports unreadable. */
bool mask_is_word(struct slice value);

struct masker;

/* `secrets` are the values found; they are borrowed until masker_close(). `e` finds further ones that stand only in the
 * texts themselves. Not thread-safe. */
struct masker *masker_open(struct engine *e, const struct slice *secrets, size_t n, struct error *err);
void masker_close(struct masker *m);

/* `text` with every secret in it replaced by MASK_FILLER. Lives in `a`; `text` itself when there is none. */
struct slice masker_text(struct masker *m, struct arena *a, struct slice text);

/* A line of context: the value at `at` (`n` bytes, may reach beyond the end) replaced by `shown`, all other secrets by the filler,
 * torn tokens at a cut edge left out. *at becomes where `shown` stands in the result. */
struct slice masker_line(struct masker *m, struct arena *a, struct slice line, size_t *at, size_t n, const char *shown);

#endif
