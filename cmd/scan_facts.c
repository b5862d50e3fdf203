/* Facts of a scan, from the documents of the workers to findings. What readers understand is theirs, what is bad is for rules. */
#include "cmd/scan_facts.h"

#include "rules/fact_engine.h"
#include "scanners/read_facts.h"

#include <stdlib.h>

static bool is_named(void *ctx, const struct rule *rule) {
	const struct text_list *only = ctx;

	for (size_t i = 0; i < only->n; i++)
		if (strcmp(only->at[i], rule->id) == 0)
			return true;
	return false;
}

int scan_facts_open(struct scan_facts *f, struct arena *a, const struct catalogue *c, const struct text_list *only,
	const struct limits *limits, unsigned threads, struct error *err) {
	f->limits = limits;
	f->threads = threads;
	f->judge = fact_judge_open(a, c, is_named, (void *)(uintptr_t)only, err);
	if (!f->judge)
		return -1;
	f->sets = mem_alloc_n(threads, sizeof(*f->sets));
	f->scratch = mem_alloc_n(threads, sizeof(*f->scratch));
	return 0;
}

bool scan_facts_alone(const struct document *doc) {
	return doc->only_facts;
}

/* History holds what was in force once: its configuration is not judged as if it were now, unless that is asked for. */
static bool is_judged(const struct scan_facts *f, const struct document *doc) {
	switch (doc->place) {
	case PLACE_FILE:
	case PLACE_STDIN:
	case PLACE_WORKTREE:
	case PLACE_UNTRACKED:
	case PLACE_INDEX:
		return true;
	case PLACE_HEAD:
		return scan_facts_alone(doc) || (f->history && doc->path.n && pipelines_wanted(doc->path));
	case PLACE_HISTORY:
	case PLACE_MERGE:
	case PLACE_STASH:
	case PLACE_REFLOG:
		return f->history && doc->path.n && pipelines_wanted(doc->path);
	default:
		return false;
	}
}

void scan_facts_take(struct scan_facts *f, unsigned worker, const struct document *doc, struct coverage *cov) {
	if (is_judged(f, doc) && fact_judge_rules(f->judge))
		facts_read(doc, f->limits, cov, &f->scratch[worker], &f->sets[worker]);
}

/* "owner/name" of https://host/owner/name.git and git@host:owner/name.git; groups within groups stay. */
static struct slice repository_of(struct slice url) {
	const ptrdiff_t scheme = slice_find(url, slice_str("://"));
	size_t start = scheme < 0 ? 0 : (size_t)scheme + 3;

	while (start < url.n && url.p[start] != '/' && (scheme >= 0 || url.p[start] != ':'))
		start++;
	url = slice_sub(url, start + (start < url.n), url.n);
	return slice_has_suffix(url, ".git") ? slice_sub(url, 0, url.n - 4) : url;
}

/* Of "owner/name", all but the name. */
static struct slice owner_of(struct slice repository) {
	size_t end = repository.n;

	while (end && repository.p[end - 1] != '/')
		end--;
	return slice_sub(repository, 0, end ? end - 1 : 0);
}

static void name_owners(struct scan_facts *f) {
	for (size_t i = 0; i < f->all.all.n; i++) {
		struct fact *p = f->all.all.at[i];
		const unsigned target = p->source ? p->source->target : 0;
		struct slice owner, repository;

		if (p->kind != FACT_PIPELINE || !p->source || target >= f->nremotes || !f->remotes[target])
			continue;
		repository = repository_of(slice_str(f->remotes[target]));
		owner = owner_of(repository);
		if (!owner.n)
			continue;
		fact_set_text(&f->all, p, "owner", owner, p->span);
		fact_set_text(&f->all, p, "repository", repository, p->span);
	}
}

void scan_facts_settle(struct scan_facts *f, struct arena *a, int64_t now, struct coverage *cov) {
	for (unsigned w = 0; w < f->threads; w++)
		fact_set_join(&f->all, &f->sets[w]);
	fact_set_sort(&f->all);
	name_owners(f);
	fact_engines_run(&f->all, now);
	if (!cov)
		return;
	for (size_t i = 0; i < f->all.nlimits; i++)
		coverage_note(cov, f->all.limits[i].code, true, f->all.limits[i].where, f->all.limits[i].text);
	fact_judge_run(f->judge, &f->all, now, NULL, &f->verdicts);
	fact_findings_note_undecided(a, &f->all, &f->verdicts, cov);
}

static int finding_order(const void *a, const void *b) {
	return finding_cmp(a, b);
}

void scan_facts_tell(const struct scan_facts *f, const struct assembly *as, finding_vec *findings, uint64_t *withheld) {
	const struct fact_telling t = {.judge = f->judge,
		.masker = as->masker,
		.key = as->key,
		.min_confidence = as->min_confidence,
		.accept = as->accept,
		.arena = as->arena};

	fact_findings_make(&t, &f->verdicts, findings, withheld);
	if (findings->n)
		qsort(findings->at, findings->n, sizeof(*findings->at), finding_order);
}

void scan_facts_close(struct scan_facts *f) {
	for (unsigned w = 0; f->sets && w < f->threads; w++) {
		fact_set_free(&f->sets[w]);
		arena_free(&f->scratch[w]);
	}
	free(f->sets);
	free(f->scratch);
	fact_set_free(&f->all);
	VEC_FREE(&f->verdicts);
}
