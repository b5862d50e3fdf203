/* Limits that a user may set: as options, and under `limits:` in a configuration file by the same names with "_" for "-". One row each. */
#ifndef NHISCAN_CMD_LIMIT_FIELDS_H
#define NHISCAN_CMD_LIMIT_FIELDS_H

#include "cmd/options.h"
#include "core/limits.h"

#define LIMIT_FIELDS 8

/* The name in a configuration file, or NULL behind the last. */
const char *limit_field_name(size_t i);

/* The value of row `i` as text, within the bounds of its option; ERR_USAGE without a place. */
int limit_field_parse(size_t i, const char *text, uint64_t *out, struct error *err);
uint64_t limit_field_get(size_t i, const struct limits *l);

/* Sets what the command line gave, else what `config` (LIMIT_FIELDS of them, or NULL) gave. */
void limit_fields_apply(struct limits *l, const struct options *o, const struct option_number *config);

#endif
