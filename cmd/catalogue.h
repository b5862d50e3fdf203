/* The rules in force: built-in ones, those of --rules, then what --only and --skip leave. */
#ifndef NHISCAN_CMD_CATALOGUE_H
#define NHISCAN_CMD_CATALOGUE_H

#include "cmd/options.h"
#include "rules/gitleaks.h"

/* `only` and `skip` are the settled selectors (command line and configuration). Everything lives in `a` or is built in.
 * ERR_USAGE for a bad rule file or a selector that selects nothing. */
int catalogue_open(struct arena *a, const struct options *o, const struct text_list *only, const struct text_list *skip,
	struct catalogue *out, struct error *err);

/* The same; what gitleaks configurations (--gitleaks-config, --rules FILE.toml) hold besides rules goes to `g`, what is not honoured of them to
 * `cov`. catalogue_open() prints the latter on the standard error. */
int catalogue_open_noting(struct arena *a, const struct options *o, const struct text_list *only,
	const struct text_list *skip, struct coverage *cov, struct gitleaks *g, struct catalogue *out,
	struct error *err);

#endif
