/* Putting together the catalogue that a command works with.
 * Loading and selecting themselves are in rules/load.c. */
#include "cmd/catalogue.h"

#include "rules/load.h"

#include <stdlib.h>

int catalogue_open(struct arena *a, const struct options *o, const struct text_list *only, const struct text_list *skip,
	struct catalogue *out, struct error *err) {
	static const struct catalogue empty;
	const struct limits lim = limits_default();
	struct catalogue all;
	rule_vec extra = {0};
	int rc = -1;
	for (size_t i = 0; i < o->rule_paths.n; i++)
		if (rules_load_path(a, o->rule_paths.at[i], &lim, &extra, err) < 0) {
			err->kind = ERR_USAGE; /* also when it can't be read: nothing was scanned */
			goto out;
		}
	catalogue_merge(a, o->no_builtin_rules ? &empty : &builtin_catalogue, &extra, &all);
	if (extra.n && catalogue_check_partners(&all, err) < 0)
		goto out;
	rc = catalogue_select(a, &all, only->at, only->n, skip->at, skip->n, out, err);
out:
	VEC_FREE(&extra);
	return rc;
}
