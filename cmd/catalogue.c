/* Putting together the catalogue that a command works with.
 * Loading and selecting themselves are in rules/load.c. */
#include "cmd/catalogue.h"

#include "core/text.h"
#include "report/text_style.h"

#include <stdlib.h>

static int load_toml(struct arena *a, const char *file, const struct limits *lim, struct coverage *cov,
	struct gitleaks *g, rule_vec *extra, struct error *err) {
	size_t before = g->rules.n;

	if (gitleaks_load(a, file, FILE_OF_USER, lim, cov, g, err) < 0)
		return -1;
	for (size_t i = before; i < g->rules.n; i++)
		VEC_PUSH(extra, g->rules.at[i]);
	return 0;
}

static int load_extra(struct arena *a, const struct options *o, struct coverage *cov, struct gitleaks *g,
	rule_vec *extra, struct error *err) {
	const struct limits lim = limits_default();

	if (o->gitleaks_config && load_toml(a, o->gitleaks_config, &lim, cov, g, extra, err) < 0)
		return -1;
	for (size_t i = 0; i < o->rule_paths.n; i++) {
		const char *path = o->rule_paths.at[i];

		if (slice_has_suffix(slice_str(path), ".toml") ? load_toml(a, path, &lim, cov, g, extra, err) < 0
							       : rules_load_path(a, path, &lim, extra, err) < 0)
			return -1;
	}
	return 0;
}

int catalogue_open_noting(struct arena *a, const struct options *o, const struct text_list *only,
	const struct text_list *skip, struct coverage *cov, struct gitleaks *g, struct catalogue *out,
	struct error *err) {
	static const struct catalogue empty;
	struct catalogue all;
	rule_vec extra = {0};
	int rc = -1;

	if (load_extra(a, o, cov, g, &extra, err) < 0) {
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

static void print_notices(struct coverage *cov) {
	const struct notice *notices;
	size_t n = coverage_notices(cov, &notices);
	struct buf line = {0};

	for (size_t i = 0; i < n; i++) {
		buf_clear(&line);
		inert_add(&line, slice_str(notices[i].where));
		buf_add_str(&line, ": ");
		inert_add(&line, slice_str(notices[i].detail));
		fprintf(stderr, "nhiscan: %s\n", buf_cstr(&line));
	}
	buf_free(&line);
}

int catalogue_open(struct arena *a, const struct options *o, const struct text_list *only, const struct text_list *skip,
	struct catalogue *out, struct error *err) {
	struct coverage *cov = coverage_new();
	struct gitleaks g = {0};
	int rc = catalogue_open_noting(a, o, only, skip, cov, &g, out, err);

	print_notices(cov);
	coverage_free(cov);
	gitleaks_free(&g);
	return rc;
}
