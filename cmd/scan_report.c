/* Assembling findings, masking everything that is told, deciding the exit status. Formats are in report/. */
#include "cmd/scan_report.h"

#include "cmd/exit.h"
#include "cmd/scan_accept.h"
#include "cmd/version.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

static struct masker *open_masker(struct scan_run *run, struct slice **secrets, struct error *err) {
	*secrets = ARENA_NEW_N(&run->arena, struct slice, run->all.n);
	struct map seen = {0};
	size_t n = 0;

	for (size_t i = 0; i < run->all.n; i++) {
		const struct appraisal *what = run->all.at[i].what;
		bool added;

		if (run->catalogue.rules[what->rule].kind == KIND_KEY_ID || mask_is_word(what->value))
			continue;
		map_put(&seen, what->value, &added);
		if (added)
			(*secrets)[n++] = what->value;
	}
	map_free(&seen);
	return masker_open(run->engine, *secrets, n, err);
}

static const char *masked_str(struct scan_run *run, struct masker *m, const char *text) {
	return text ? arena_str(&run->arena, masker_text(m, &run->arena, slice_str(text))) : NULL;
}

struct cover {
	struct scan_run *run;
	struct masker *masker;
};

static const char *cover_text(void *ctx, const char *text) {
	struct cover *c = ctx;

	return masked_str(c->run, c->masker, text);
}

/* Findings that the configuration accepts stay in the report, marked with the reason. */
static void suppress(struct scan_run *run, struct masker *m, finding_vec *findings) {
	for (size_t i = 0; i < findings->n; i++) {
		struct finding *f = &findings->at[i];
		struct sighting *s = ARENA_NEW_N(&run->arena, struct sighting, f->nsightings);
		bool any = false;

		for (size_t k = 0; k < f->nsightings; k++) {
			const struct config *c = run->targets[f->sightings[k].target].config;
			const struct allow *a =
				c ? config_allows(c, f->rule->id, f->sightings[k].path, run->now) : NULL;

			s[k] = f->sightings[k];
			if (a && !s[k].suppressed)
				s[k].suppressed = masked_str(run, m, a->reason);
			any |= s[k].suppressed != NULL;
		}
		if (any)
			finding_settle_suppression(&run->arena, f, s);
	}
}

static const char *target_kind(const struct target *t) {
	if (t->kind == TARGET_STDIN)
		return "stdin";
	if (t->kind == TARGET_FILE)
		return "file";
	return t->is_bare ? "bare-repository" : t->is_repository ? "repository" : "folder";
}

static void tell_target(
	struct scan_run *run, struct masker *m, const struct scan_target *t, struct report_target *out) {
	struct description d = {0};

	for (size_t i = 0; i < t->nsessions; i++)
		if (t->sessions[i].scanner->describe)
			t->sessions[i].scanner->describe(t->sessions[i].session, &run->arena, &d);
	*out = (struct report_target){.name = masked_str(run, m, t->target.name),
		.kind = target_kind(&t->target),
		.head = d.head,
		.branch = masked_str(run, m, d.branch),
		.remote = masked_str(run, m, d.remote)};
}

static void tell_run(struct scan_run *run, struct masker *m, struct report_run *r) {
	struct report_target *targets = ARENA_NEW_N(&run->arena, struct report_target, run->ntargets);
	const char **arguments = ARENA_NEW_N(&run->arena, const char *, run->options->arguments.n);

	for (size_t i = 0; i < run->ntargets; i++)
		tell_target(run, m, &run->targets[i], &targets[i]);
	for (size_t i = 0; i < run->options->arguments.n; i++)
		arguments[i] = masked_str(run, m, run->options->arguments.at[i]);
	*r = (struct report_run){.version = version_text(),
		.arguments = arguments,
		.narguments = run->options->arguments.n,
		.targets = targets,
		.ntargets = run->ntargets,
		.started = run->started,
		.ended = date_now(),
		.key_id = fingerprint_key_id(run->key),
		.key_is_per_run = fingerprint_is_per_run(run->key),
		.rules_digest = run->catalogue.digest,
		.fail_on = run->settings.fail_on,
		.fail_on_none = run->settings.fail_on_none,
		.gate_confidence = run->settings.gate_confidence,
		.min_confidence = run->settings.min_confidence,
		.interrupted = stop_requested(&run->stop)};
}

static void decide_exit(const struct scan_run *run, const finding_vec *findings, struct report_run *r) {
	bool counts = false, nothing = coverage_read_nothing(run->coverage);

	for (size_t i = 0; i < findings->n; i++)
		counts |= report_counts(r, &findings->at[i]);
	if (counts && !(run->options->exit_zero && (coverage_is_incomplete(run->coverage) || r->interrupted))) {
		r->exit_code = run->options->exit_zero ? EXIT_CLEAN : EXIT_FINDINGS;
		r->exit_reason = "findings";
	} else if (nothing) {
		r->exit_code = EXIT_INCOMPLETE;
		r->exit_reason = "nothing-scanned";
	} else if (coverage_is_incomplete(run->coverage) || r->interrupted) {
		r->exit_code = EXIT_INCOMPLETE;
		r->exit_reason = "incomplete";
	} else {
		r->exit_code = EXIT_CLEAN;
		r->exit_reason = "clean";
	}
}

static int rule_cmp(const void *pa, const void *pb) {
	const struct rule *const *a = pa, *const *b = pb;

	return strcmp((*a)->id, (*b)->id);
}

static const struct rule **sorted_rules(struct scan_run *run) {
	const struct rule **rules = ARENA_NEW_N(&run->arena, const struct rule *, run->catalogue.n);

	for (size_t i = 0; i < run->catalogue.n; i++)
		rules[i] = &run->catalogue.rules[i];
	if (run->catalogue.n)
		qsort(rules, run->catalogue.n, sizeof(*rules), rule_cmp);
	return rules;
}

static struct report_style stdout_style(const struct options *o) {
	struct report_style s = {0};
	struct winsize w;
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	if (!isatty(STDOUT_FILENO))
		return s;
	s.color = !o->no_color && !(no_color && *no_color) && !(term && strcmp(term, "dumb") == 0);
	s.width = ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col ? w.ws_col : 80;
	return s;
}

static void print_stats(const struct scan_run *run) {
	struct engine_stats sum = {0};

	for (unsigned w = 0; w < run->workers; w++) {
		struct engine_stats s = matcher_stats(run->harvests[w].matcher);

		sum.bytes_matched += s.bytes_matched;
		sum.windows += s.windows;
		sum.matches += s.matches;
		sum.layers += s.layers;
		sum.patterns_compiled = s.patterns_compiled;
	}
	fprintf(stderr,
		"bytes_matched %llu\nwindows %llu\nmatches %llu\nlayers %llu\npatterns_compiled %llu\ncandidates "
		"%zu\nthreads %u\n",
		(unsigned long long)sum.bytes_matched, (unsigned long long)sum.windows, (unsigned long long)sum.matches,
		(unsigned long long)sum.layers, (unsigned long long)sum.patterns_compiled, run->all.n, run->threads);
}

int scan_report(struct scan_run *run, const struct outputs *outputs) {
	struct error err = {0};
	struct slice *secrets = NULL;
	struct masker *masker = open_masker(run, &secrets, &err);
	struct assembly as = {.engine = run->engine,
		.masker = masker,
		.key = run->key,
		.now = run->started,
		.min_confidence = run->settings.min_confidence,
		.arena = &run->arena,
		.accept = run->accept};
	finding_vec findings = {0};
	struct report_run told;
	struct report report = {.run = &told, .coverage = run->coverage};
	struct report_style style = stdout_style(run->options);
	int status;

	if (!masker)
		return exit_with_error(&err);
	tell_run(run, masker, &told);
	findings_assemble(&as, run->all.at, run->all.n, &findings, &told.withheld);
	scan_facts_tell(&run->facts, &as, &findings, &told.withheld);
	scan_accept_tell(run);
	coverage_cover(run->coverage, cover_text, &(struct cover){run, masker});
	suppress(run, masker, &findings);
	decide_exit(run, &findings, &told);
	report.findings = findings.at;
	report.nfindings = findings.n;
	report.rules = sorted_rules(run);
	report.nrules = run->catalogue.n;
	status = told.exit_code;
	if (outputs_write(outputs, &report, &style, &err) < 0)
		status = exit_with_error(&err);
	if (run->options->stats)
		print_stats(run);
	masker_close(masker);
	VEC_FREE(&findings);
	return status;
}
