/* The rules in force: built-in ones, those of --rules, then what --only and --skip leave. */
#ifndef NHISCAN_CMD_CATALOGUE_H
#define NHISCAN_CMD_CATALOGUE_H

#include "cmd/options.h"

/* `only` and `skip` are the settled selectors (command line and configuration). Everything lives in `a` or is built in.
 * ERR_USAGE for a bad rule file or a selector that selects nothing. */
int catalogue_open(struct arena *a, const struct options *o, const struct text_list *only, const struct text_list *skip,
	struct catalogue *out, struct error *err);

#endif
