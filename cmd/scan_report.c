/* Assembling findings, masking everything that is told, deciding the exit status. Formats are in report/. */
#include "cmd/scan_report.h"

#include "cmd/azure.h"
#include "cmd/decide.h"
#include "cmd/exit.h"
#include "cmd/identity_graph.h"
#include "cmd/identity_powers.h"
#include "cmd/scan_accept.h"
#include "cmd/scan_evidence.h"
#include "cmd/scan_gate.h"
#include "cmd/scan_names.h"
#include "cmd/version.h"
#include "rules/fact_literals.h"

#include "core/text.h"
#include "report/baseline.h"
#include "report/text_style.h"
#include "report/uuid.h"
#include "rules/judge.h"

#include <stdlib.h>

static struct masker *open_masker(struct scan_run *run, struct slice **secrets, struct error *err) {
	slice_vec literals = {0};
	struct map seen = {0};
	struct masker *m;
	size_t n = 0;

	fact_literals(&run->facts.all, &literals);
	*secrets = ARENA_NEW_N(&run->arena, struct slice, run->all.n + literals.n);

	for (size_t i = 0; i < run->all.n; i++) {
		const struct harvested *h = &run->all.at[i];
		const struct appraisal *what = h->what;
		const struct rule *r = &run->catalogue.rules[what->rule];
		bool added;

		/* What a rule of certain files matched in another one is any word. */
		if (r->kind == KIND_KEY_ID || mask_is_word(what->value) || !rule_wants_path(r, h->path))
			continue;
		map_put(&seen, what->value, &added);
		if (added)
			(*secrets)[n++] = what->value;
	}
	for (size_t i = 0; i < literals.n; i++) {
		bool added = false;

		if (!mask_is_word(literals.at[i]))
			map_put(&seen, literals.at[i], &added);
		if (added)
			(*secrets)[n++] = literals.at[i];
	}
	map_free(&seen);
	VEC_FREE(&literals);
	m = masker_open(run->engine, *secrets, n, err);
	return m;
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
		.remote = masked_str(run, m, d.remote),
		.prefix = masked_str(run, m, t->target.prefix)};
	evidence_history(&run->arena, &d, cover_text, &(struct cover){run, m}, out);
}

static void tell_run(struct scan_run *run, struct masker *m, const struct outputs *outputs, struct report_run *r) {
	struct report_target *targets = ARENA_NEW_N(&run->arena, struct report_target, run->ntargets);
	const char **arguments = ARENA_NEW_N(&run->arena, const char *, run->options->arguments.n);

	for (size_t i = 0; i < run->ntargets; i++) {
		const struct scan_target *with = run->targets[i].history_of;

		tell_target(run, m, &run->targets[i], &targets[i]);
		if (with) {
			targets[i].head = targets[with->target.index].head;
			targets[i].branch = targets[with->target.index].branch;
			targets[i].remote = targets[with->target.index].remote;
		}
	}
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
		.fail_on_new = run->options->fail_on_new,
		.baseline = masked_str(run, m, run->options->baseline_file),
		.max_results = run->options->max_results.given ? run->options->max_results.value : MAX_RESULTS,
		.oscal_plan = masked_str(run, m, run->options->oscal_plan),
		.azure = azure_build(&run->arena),
		.exports = evidence_exports(run),
		.interrupted = stop_requested(&run->stop)};
	scan_evidence(run, outputs, r, targets);
	r->configuration = masked_str(run, m, r->configuration);
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

/* The same for the same findings in the same inputs at the same time, on every host and for any number of threads. */
static const char *run_id(struct scan_run *run, const struct report *r) {
	const struct uuid space = uuid_of_uri("tag:nhiscan,2026:run/v1");
	const struct report_run *told = r->run;
	struct buf b = {0};
	char text[UUID_TEXT];

	buf_printf(&b, "%s\n%s\n%s\n%lld\n", told->version, told->rules_digest, told->key_id, (long long)told->started);
	for (size_t i = 0; i < told->ntargets; i++)
		buf_printf(&b, "%s %s\n", told->targets[i].kind, told->targets[i].head ? told->targets[i].head : "");
	for (unsigned u = 0; u < UNIT_COUNT; u++) {
		struct unit_count n = coverage_unit(r->coverage, (enum unit)u);
		buf_printf(&b, "%llu %llu\n", (unsigned long long)n.read, (unsigned long long)n.bytes);
	}
	for (size_t i = 0; i < r->nfindings; i++)
		buf_add_str(&b, r->findings[i].location_fingerprint);
	struct uuid u = uuid_v5(&space, buf_slice(&b));
	uuid_text(&u, text);
	buf_free(&b);
	return arena_str(&run->arena, slice_str(text));
}

/* A hook that read nothing looks like one that found nothing: so it says what it read. */
static void print_hook(struct scan_run *run, struct masker *masker, const struct report *r) {
	static const char *const units[UNIT_COUNT] = {
		[UNIT_BLOB] = "blobs", [UNIT_MESSAGE] = "messages", [UNIT_INDEX] = "staged files"};
	const char *gap = "read ";
	struct buf b = {0};
	size_t n = 0;

	for (size_t i = 0; i < r->nfindings; i++)
		n += report_counts(r->run, &r->findings[i]);
	for (unsigned u = 0; u < UNIT_COUNT; u++) {
		struct unit_count c = coverage_unit(r->coverage, (enum unit)u);
		if (!units[u] || !c.seen)
			continue;
		buf_printf(
			&b, "%s%llu of %llu %s", gap, (unsigned long long)c.read, (unsigned long long)c.seen, units[u]);
		gap = ", ";
	}
	if (!b.n)
		buf_add_str(&b, "nothing to read");
	fprintf(stderr, "nhiscan %s: ", run->options->hook);
	if (run->options->hook_of) {
		struct buf name = {0};
		inert_add(&name, slice_str(cover_text(&(struct cover){run, masker}, run->options->hook_of)));
		fprintf(stderr, "%s: ", buf_cstr(&name));
		buf_free(&name);
	}
	fprintf(stderr, "%s; %zu finding%s that count%s\n", buf_cstr(&b), n, n == 1 ? "" : "s", n == 1 ? "s" : "");
	buf_free(&b);
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

/* A repository without commits and files, as a checkout that failed leaves it: that its settings were read proves nothing. An empty range is another thing. */
static void note_empty(struct scan_run *run) {
	const struct options *o = run->options;

	if (!o->staged && !o->range && !o->since && coverage_read_settings_alone(run->coverage))
		coverage_note(run->coverage, "empty-repository", true, run->targets[0].target.name,
			"no file and no commit is there; was it checked out?");
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
	struct report_style style = decide_style(run->options);
	struct baseline known = {.file = NULL};
	int status;

	if (!masker)
		return exit_with_error(&err);
	tell_run(run, masker, outputs, &told);
	note_empty(run);
	findings_assemble(&as, run->all.at, run->all.n, &findings, &told.withheld);
	scan_facts_tell(&run->facts, &as, &findings, &told.withheld);
	scan_accept_tell(run);
	coverage_cover(run->coverage, cover_text, &(struct cover){run, masker});
	scan_gate(run, cover_text, &(struct cover){run, masker}, &findings, &told);
	scan_names(run, &told, &findings);
	report.findings = findings.at;
	report.nfindings = findings.n;
	report.rules = sorted_rules(run);
	report.nrules = run->catalogue.n;
	report.graph = identity_graph(&run->arena, &run->facts.all, cover_text, &(struct cover){run, masker});
	report.powers = identity_powers(&run->arena, run->told_exports ? run->told_exports : &run->exports.exports,
		cover_text, &(struct cover){run, masker});
	told.run_id = run_id(run, &report);
	if (run->options->baseline_file &&
		(baseline_open(&known, run->options->baseline_file, &err) < 0 ||
			baseline_apply(&known, &run->arena, &told, findings.at, findings.n, run->now,
				scan_is_whole(run->options), run->coverage, &err) < 0)) {
		status = exit_with_error(&err);
	} else {
		decide_exit(&report, run->options->exit_zero, &told);
		status = told.exit_code;
		if (outputs_write(outputs, &report, &style, &err) < 0)
			status = exit_with_error(&err);
	}
	baseline_close(&known);
	if (run->options->hook)
		print_hook(run, masker, &report);
	if (run->options->stats)
		print_stats(run);
	identity_powers_free(report.powers);
	masker_close(masker);
	VEC_FREE(&findings);
	return status;
}
