/* Setting a scan up and running it. What is told of it is in scan_report.c. */
#include "cmd/scan_run.h"

#include "cmd/catalogue.h"
#include "cmd/progress.h"
#include "cmd/scan_accept.h"
#include "cmd/scan_remember.h"
#include "cmd/signals.h"
#include "cmd/version.h"
#include "scanners/git/git.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

static void set_mark(struct scan_run *run, unsigned worker) {
	run->marks[worker] = (struct harvest_mark){run->harvests[worker].all.n, run->harvests[worker].limited};
}

static bool left_nothing(void *ctx, unsigned worker) {
	const struct scan_run *run = ctx;
	const struct harvest *h = &run->harvests[worker];

	return h->all.n == run->marks[worker].n && h->limited == run->marks[worker].limited;
}

static void take_document(void *ctx, unsigned worker, const struct document *doc) {
	struct scan_run *run = ctx;

	set_mark(run, worker);
	if (!doc->part) /* a document in pieces can't be parsed */
		scan_facts_take(&run->facts, worker, doc, run->coverage);
	if (scan_facts_alone(doc))
		return;
	scan_exports_see(&run->exports, doc, run->coverage);
	if (run->facts_only)
		return;
	harvest_document(&run->harvests[worker], doc, run->coverage);
}

/* Versions are matched by what is new in them; the state that comes back with the next version is the matched text. */
static void *take_version(
	void *ctx, unsigned worker, const struct document *doc, const struct version *v, bool keep_state) {
	struct scan_run *run = ctx;

	set_mark(run, worker);
	if (!doc->part) /* a document in pieces can't be parsed */
		scan_facts_take(&run->facts, worker, doc, run->coverage);
	scan_exports_see(&run->exports, doc, run->coverage);
	return harvest_version(&run->harvests[worker], doc, v, keep_state, run->coverage);
}

static void release_version(void *ctx, unsigned worker, void *state) {
	(void)ctx;
	(void)worker;
	matched_text_free(state);
}

static void take_carried(void *ctx, unsigned worker, struct carried_list *out) {
	struct scan_run *run = ctx;

	harvest_carried(&run->harvests[worker], out);
}

/* A folder of a repository is a target of its own, with paths of its own: what the top of the repository accepts does not hold there. Whoever scans the
 * folder is told, and can scan the top. */
static void note_config_above(struct scan_run *run, const struct scan_target *t) {
	const struct target *target = &t->target;
	char real[PATH_MAX];
	const char *file;

	if (!target->root || !realpath(target->name, real) || strcmp(real, target->root) == 0)
		return;
	file = config_find(&run->arena, target->root);
	if (file)
		coverage_note(run->coverage, "config-ignored", false, file,
			"the configuration at the top of the repository holds when the top is scanned, not for one of "
			"its folders");
}

static int load_config(struct scan_run *run, struct scan_target *t, struct error *err) {
	const struct options *o = run->options;
	struct config *c;
	const char *file = o->config_file;
	enum config_trust trust = CONFIG_OF_USER;

	if (o->no_config)
		return 0;
	if (!file && t->target.kind == TARGET_FOLDER) {
		file = config_find(&run->arena, t->target.name);
		trust = CONFIG_OF_TARGET;
		note_config_above(run, t);
	}
	if (!file)
		return 0;
	c = ARENA_NEW(&run->arena, struct config);
	if (config_load(&run->arena, file, trust, run->now, &run->limits, c, err) < 0)
		return -1;
	t->config = c;
	for (size_t i = 0; i < c->nnotices; i++)
		coverage_note(run->coverage, c->notices[i].code, false, c->notices[i].where, c->notices[i].detail);
	return 0;
}

/* The folders of one repository have one history. */
static const struct scan_target *with_same_history(const struct scan_run *run, const struct target *t) {
	for (size_t i = 0; i < t->index; i++) {
		const struct target *other = &run->targets[i].target;

		if (t->git_dir && other->git_dir && strcmp(t->git_dir, other->git_dir) == 0)
			return &run->targets[i];
	}
	return NULL;
}

/* git tells hooks which index the commit is made from; relative to the folder it starts them in. That of another repository is none of ours. */
static const char *index_of_commit(struct scan_run *run, const struct target *t) {
	const char *file = getenv("GIT_INDEX_FILE");
	struct target here = {.git_dir = NULL};
	struct error err = {0};
	char cwd[PATH_MAX];

	if (!file || !*file || !t->git_dir || target_resolve(&run->arena, ".", 0, &here, &err) < 0 || !here.git_dir ||
		strcmp(here.git_dir, t->git_dir) != 0)
		return NULL;
	if (*file == '/')
		return file;
	return getcwd(cwd, sizeof(cwd)) ? arena_printf(&run->arena, "%s/%s", cwd, file) : NULL;
}

static int open_targets(struct scan_run *run, struct error *err) {
	const struct options *o = run->options;

	run->ntargets = o->operands.n;
	run->targets = ARENA_NEW_N(&run->arena, struct scan_target, run->ntargets);
	for (size_t i = 0; i < run->ntargets; i++) {
		struct scan_target *t = &run->targets[i];

		if (target_resolve(&run->arena, o->operands.at[i], (unsigned)i, &t->target, err) < 0 ||
			load_config(run, t, err) < 0)
			return -1;
		t->history_of = with_same_history(run, &t->target);
		t->scope = (struct scan_scope){.worktree = !o->no_worktree && !o->staged && !o->range && !o->since,
			.history = !o->no_history && !o->staged && !t->history_of,
			.staged = o->staged && !t->history_of,
			.since = o->since,
			.range = o->range,
			.index_file = o->staged ? index_of_commit(run, &t->target) : NULL,
			.only_new = o->only_new,
			.pushed_ref = o->hook_of,
			.quarantine = o->quarantine,
			.cache_dir = o->cache_dir,
			.authors = o->with_authors,
			.ci_history = o->ci_history,
			.exclude = t->config ? t->config->exclude_globs : NULL,
			.threads = run->threads,
			.limits = &run->limits};
		t->env = (struct scan_env){
			&t->scope, run->coverage, &run->stop, &run->progress, expand_sink(run->expander)};
	}
	return 0;
}

/* Selectors and gate of a target's own file hold only when it is the only target: one report has one gate. */
static const struct config *settling_config(const struct scan_run *run) {
	if (run->ntargets == 1 || run->options->config_file)
		return run->targets[0].config;
	for (size_t i = 0; i < run->ntargets; i++)
		if (run->targets[i].config && (run->targets[i].config->only.n + run->targets[i].config->skip.n > 0 ||
						      run->targets[i].config->sets_limits))
			coverage_note(run->coverage, "config-ignored", false, run->targets[i].config->file,
				"only, skip and limits of a target's file hold when it is the only target; use the "
				"command line");
	return NULL;
}

static int open_engine(struct scan_run *run, struct error *err) {
	if (catalogue_open_noting(&run->arena, run->options, &run->settings.only, &run->settings.skip, run->coverage,
		    &run->gitleaks, &run->catalogue, err) < 0)
		return -1;
	scan_accept_allowlists(run);
	if (scan_facts_open(&run->facts, &run->arena, &run->catalogue, &run->settings.only, &run->limits, run->workers,
		    err) < 0)
		return -1;
	run->facts.history = run->options->ci_history;
	run->engine = engine_open(&run->catalogue, &run->limits, run->now, err);
	if (!run->engine)
		return -1;
	if (run->limits.max_archive_depth > 0)
		engine_set_packed(run->engine, expand_opens);
	run->harvests = mem_alloc_n(run->workers, sizeof(*run->harvests));
	run->marks = mem_alloc_n(run->workers, sizeof(*run->marks));
	for (unsigned i = 0; i < run->workers; i++)
		if (harvest_open(&run->harvests[i], run->engine, err) < 0)
			return -1;
	return 0;
}

/* Whatever decides what is found in an object must be in it. */
static void set_cache_key(struct scan_run *run) {
	const struct limits *l = &run->limits;
	const char *key = arena_printf(&run->arena, "%s %s %s %llu %u %llu %u %u %u %u %llu %llu %llu %llu",
		version_text(), version_commit(), run->catalogue.digest, (unsigned long long)l->max_document_bytes,
		l->max_decode_depth, (unsigned long long)l->max_decoded_bytes, l->max_matches_per_document,
		l->pattern_match_limit, l->pattern_depth_limit, l->max_archive_depth,
		(unsigned long long)l->max_archive_members, (unsigned long long)l->max_archive_bytes,
		(unsigned long long)l->max_archive_ratio, (unsigned long long)l->max_archive_memory);

	for (size_t i = 0; i < run->ntargets; i++)
		run->targets[i].scope.cache_key = key;
	scan_remember_open(run, key);
}

int scan_run_open(struct scan_run *run, const struct options *o, struct error *err) {
	const struct config *settling;

	memset(run, 0, sizeof(*run));
	run->options = o;
	scan_exports_open(&run->exports);
	run->limits = limits_default();
	run->threads = o->threads.given ? (unsigned)o->threads.value : pool_default_threads();
	run->started = run->now = date_now();
	run->coverage = coverage_new();
	run->workers = expand_workers(run->threads);
	run->sink = (struct document_sink){run, take_document, take_version, release_version, left_nothing,
		take_carried, scan_remember_take, scan_remember_recall, NULL};
	run->expander = expand_open(
		&(struct expand_options){&run->limits, run->coverage, &run->stop, run->threads, &run->sink});
	run->accept = accept_new();
	if (open_targets(run, err) < 0 || scan_accept_open(run, err) < 0)
		return -1;
	settling = settling_config(run);
	config_settle(&run->arena, o, settling, &run->settings);
	for (size_t i = 0; i < run->ntargets; i++)
		if (run->targets[i].config)
			config_settle_policies(run->targets[i].config, o, &run->settings);
	limit_fields_apply(&run->limits, o, settling ? settling->limits : NULL);
	run->key = fingerprint_open(run->settings.fingerprint_key_file, err);
	if (!run->key || open_engine(run, err) < 0)
		return -1;
	if (o->cache_dir)
		set_cache_key(run);
	return 0;
}

/* What was asked for may leave nothing to read of one target: that must not pass for a target without findings. */
static void note_unread(struct scan_run *run, const struct scan_target *t) {
	coverage_note(run->coverage, "not-scanned", true, t->target.name,
		!t->target.is_repository
			? "not a git repository, so that there is no history and nothing staged to read"
		: t->target.is_bare ? "a bare repository has no working tree, and its history was not asked for"
				    : "nothing of it was asked for");
}

/* Trouble goes to the coverage; -1 only when the command line is at fault: a scan of another range than the one meant would
 * look clean. */
static int read_target(struct scan_run *run, struct scan_target *t, struct error *err) {
	bool accepted = false;

	for (size_t i = 0; scanners[i] && t->nsessions < sizeof(t->sessions) / sizeof(*t->sessions); i++) {
		void *session = NULL;

		*err = (struct error){0};
		if (stop_requested(&run->stop) || !scanners[i]->accepts(&t->target, &t->scope))
			continue;
		accepted = true;
		if (scanners[i]->open(&t->target, &t->env, &session, err) < 0) {
			coverage_note(run->coverage, "scanner-failed", true, t->target.name, err->text);
			continue;
		}
		t->sessions[t->nsessions].scanner = scanners[i];
		t->sessions[t->nsessions++].session = session;
		if (scanners[i]->read(session, err) < 0) {
			if (err->kind == ERR_USAGE)
				return error_context(err, "%s", t->target.name);
			coverage_note(run->coverage, "scanner-failed", true, t->target.name, err->text);
		}
	}
	if (!accepted && !t->history_of && !stop_requested(&run->stop))
		note_unread(run, t);
	return 0;
}

/* A message knows its commit, but not what reaches that. */
static bool is_message(const struct harvested *h) {
	return h->place == PLACE_COMMIT_MESSAGE || h->place == PLACE_TAG_MESSAGE;
}

static bool wants_origin(const struct harvested *h) {
	return h->object.n && (is_message(h) || (!harvested_outer_path(h).n && !h->commit.n)) &&
	       h->place != PLACE_REF_NAME && h->place != PLACE_CONFIG;
}

/* An object that nothing reaches has no path; what lies in it is told apart by the id. */
static void name_by_object(struct harvested *h, struct arena *a) {
	char hex[OBJECT_ID_HEX_MAX];

	if (!h->nsteps)
		return;
	object_id_hex(&h->object, hex);
	harvested_set_outer_path(h, a, slice_str(arena_str(a, slice_str(hex))));
}

static void apply_origin(struct harvested *h, struct arena *a, const struct origin *o, const struct lifetime *life) {
	if (is_message(h) && (h->commit.n || !o->known)) {
		h->life = o->known ? life : NULL;
		return;
	}
	if (!o->known) {
		h->place = PLACE_UNREACHABLE;
		name_by_object(h, a);
		return;
	}
	h->place = o->place;
	harvested_set_outer_path(h, a, o->path);
	h->commit = o->commit;
	h->authored = o->authored;
	h->at_head = o->at_head;
	h->life = life;
}

/* Asks the scanners of one target where its objects come from, each object once. */
static void attribute_target(struct scan_run *run, struct scan_target *t) {
	struct map ids = {0};
	VEC(struct origin) origins = {0};
	struct lifetime *lives;
	struct error err = {0};

	for (size_t i = 0; i < run->all.n; i++) {
		struct harvested *h = &run->all.at[i];
		struct map_entry *e;
		bool added;

		if (h->target != t->target.index || !wants_origin(h))
			continue;
		e = map_put(&ids, object_id_slice(&h->object), &added);
		if (added) {
			struct origin o = {.object = h->object};

			e->value.num = origins.n;
			VEC_PUSH(&origins, o);
		}
	}
	for (size_t i = 0; origins.n && i < t->nsessions; i++) {
		const struct scanner *s = t->sessions[i].scanner;

		if (s->attribute && s->attribute(t->sessions[i].session, &run->arena, origins.at, origins.n, &err) < 0)
			coverage_note(run->coverage, "attribution-failed", true, t->target.name, err.text);
	}
	lives = ARENA_NEW_N(&run->arena, struct lifetime, origins.n);
	for (size_t i = 0; i < origins.n; i++)
		lives[i] = origins.at[i].life;
	for (size_t i = 0; origins.n && i < run->all.n; i++) {
		struct harvested *h = &run->all.at[i];

		if (h->target == t->target.index && wants_origin(h)) {
			size_t k = map_get(&ids, object_id_slice(&h->object))->value.num;

			apply_origin(h, &run->arena, &origins.at[k], &lives[k]);
		}
	}
	VEC_FREE(&origins);
	map_free(&ids);
}

/* What lies in a layer of an image is told which, and what became of it. */
static void tell_layers(struct scan_run *run) {
	struct layer_note note;

	expand_settle(run->expander);
	for (size_t i = 0; i < run->all.n; i++) {
		struct harvested *h = &run->all.at[i];

		if (h->nsteps && expand_tell(run->expander, h->target, &h->object, h->steps, h->nsteps, &note)) {
			struct layer_note *kept = ARENA_NEW(&run->arena, struct layer_note);

			*kept = note;
			h->layer = kept;
		}
	}
}

/* Whose repositories the targets are: what an owner's pipelines use of their own is no third party's. */
static void tell_remotes(struct scan_run *run) {
	const char **remotes = ARENA_NEW_N(&run->arena, const char *, run->ntargets);

	for (size_t i = 0; i < run->ntargets; i++) {
		const struct scan_target *t = &run->targets[i];

		if (t->target.is_repository && t->target.git_dir)
			remotes[i] = git_origin(&run->arena, t->target.git_dir);
	}
	run->facts.remotes = remotes;
	run->facts.nremotes = run->ntargets;
}

int scan_run_read(struct scan_run *run, struct error *err) {
	struct progress_line *line = NULL;
	int rc = 0;

	signals_install(&run->stop);
	if (progress_is_wanted(run->options->quiet, run->options->no_progress))
		line = progress_start(stderr, &run->progress, &run->stop);
	for (size_t i = 0; i < run->ntargets && rc == 0; i++)
		rc = read_target(run, &run->targets[i], err);
	for (unsigned w = 0; w < run->workers; w++) {
		const struct harvest *h = &run->harvests[w];

		VEC_RESERVE(&run->all, h->all.n + 1);
		if (h->all.n)
			memcpy(run->all.at + run->all.n, h->all.at, h->all.n * sizeof(*h->all.at));
		run->all.n += h->all.n;
	}
	for (size_t i = 0; i < run->ntargets && rc == 0; i++)
		attribute_target(run, &run->targets[i]);
	tell_layers(run);
	scan_exports_settle(&run->exports, run);
	tell_remotes(run);
	scan_facts_settle(&run->facts, &run->arena, run->now, run->facts_only ? NULL : run->coverage);
	scan_remember_save(run);
	progress_stop(line);
	return rc;
}

void scan_run_close(struct scan_run *run) {
	for (size_t i = 0; i < run->ntargets; i++)
		for (size_t k = 0; k < run->targets[i].nsessions; k++)
			run->targets[i].sessions[k].scanner->close(run->targets[i].sessions[k].session);
	expand_close(run->expander);
	for (unsigned w = 0; run->harvests && w < run->workers; w++)
		harvest_close(&run->harvests[w]);
	scan_remember_close(run);
	free(run->harvests);
	free(run->marks);
	scan_facts_close(&run->facts);
	scan_exports_close(&run->exports);
	VEC_FREE(&run->all);
	engine_close(run->engine);
	accept_free(run->accept);
	gitleaks_free(&run->gitleaks);
	fingerprint_close(run->key);
	coverage_free(run->coverage);
	arena_free(&run->arena);
}
