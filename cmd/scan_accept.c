/* Finding and reading lists of accepted findings. What they accept is decided in rules/accept.c. */
#include "cmd/scan_accept.h"

static const char *path_in(struct scan_run *run, const struct scan_target *t, const char *name) {
	size_t n = strlen(t->target.name);

	return arena_printf(&run->arena, "%s%s%s", t->target.name, n && t->target.name[n - 1] == '/' ? "" : "/", name);
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
	const struct options *o = run->options;

	/* A scan of a part finds only a part of what the lists accept. */
	if (!o->staged && !o->range && !o->since && !o->no_worktree && o->only.n + o->skip.n == 0)
		accept_tell_unused(run->accept, !o->no_history, run->coverage);
}
