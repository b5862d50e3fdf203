/* Finding and reading lists of accepted findings. What they accept is decided in rules/accept.c. */
#include "cmd/scan_accept.h"

static const char *path_in(struct scan_run *run, const struct scan_target *t, const char *name) {
	size_t n = strlen(t->target.name);

	return arena_printf(&run->arena, "%s%s%s", t->target.name, n && t->target.name[n - 1] == '/' ? "" : "/", name);
}

static void take_allowlists(struct scan_run *run, const struct gitleaks *g, int target) {
	for (size_t i = 0; i < g->allowlists.n; i++)
		accept_add_allowlist(run->accept, &g->allowlists.at[i]->list, g->allowlists.at[i]->rule, target);
}

void scan_accept_allowlists(struct scan_run *run) {
	take_allowlists(run, &run->gitleaks, ACCEPT_EVERYWHERE);
}

/* The target's own .gitleaks.toml: its allowlists only, and only where nothing else configures the scan. */
static void load_their_gitleaks(struct scan_run *run, const struct scan_target *t) {
	const char *file = path_in(run, t, GITLEAKS_CONFIG_NAME);
	struct gitleaks g = {0};
	struct error err = {0};

	if (run->options->gitleaks_config || !file_is_in(t->target.name, GITLEAKS_CONFIG_NAME))
		return;
	if (t->config)
		coverage_note(run->coverage, "gitleaks-config", false, file,
			"not read, since another configuration is in force; --gitleaks-config reads it");
	else if (gitleaks_load(&run->arena, file, FILE_OF_TARGET, &run->limits, run->coverage, &g, &err) != 0)
		coverage_note(run->coverage, "gitleaks-config", false, file, err.text);
	else
		take_allowlists(run, &g, (int)t->target.index);
	gitleaks_free(&g);
}

/* What lies in a target was written by whoever wrote the target: a fault in it must not keep the target from being scanned. */
static void load_theirs(struct scan_run *run, const struct scan_target *t) {
	struct error err = {0};
	const char *file;

	if (run->options->no_config || t->target.kind != TARGET_FOLDER)
		return;
	if (file_is_in(t->target.name, GITLEAKS_IGNORE_NAME)) {
		file = path_in(run, t, GITLEAKS_IGNORE_NAME);
		if (accept_load(run->accept, file, FILE_OF_TARGET, (int)t->target.index, &run->limits, run->coverage,
			    &err) != 0)
			coverage_note(run->coverage, "suppression-ignored", false, file, err.text);
	}
	load_their_gitleaks(run, t);
}

int scan_accept_open(struct scan_run *run, struct error *err) {
	const struct text_list *files = &run->options->suppression_files;

	for (size_t i = 0; i < files->n; i++)
		if (accept_load(run->accept, files->at[i], FILE_OF_USER, ACCEPT_EVERYWHERE, &run->limits, run->coverage,
			    err) != 0) {
			err->kind = ERR_USAGE; /* also when it can't be read: nothing was scanned */
			return -1;
		}
	for (size_t i = 0; i < run->ntargets; i++)
		load_theirs(run, &run->targets[i]);
	return 0;
}

void scan_accept_tell(struct scan_run *run) {
	for (size_t i = 0; i < run->ntargets; i++) {
		const struct scan_target *t = &run->targets[i];
		uint64_t n = accept_allowed(run->accept, (int)t->target.index);

		if (n)
			coverage_note(run->coverage, "gitleaks-config", false, path_in(run, t, GITLEAKS_CONFIG_NAME),
				arena_printf(&run->arena,
					"the target's own allowlists accept a finding at %llu place%s; --no-config "
					"scans without them",
					(unsigned long long)n, n == 1 ? "" : "s"));
	}
	if (scan_is_whole(run->options))
		accept_tell_unused(run->accept, !run->options->no_history, run->coverage);
}

bool scan_is_whole(const struct options *o) {
	return !o->staged && !o->range && !o->since && !o->no_worktree && o->only.n + o->skip.n == 0;
}
