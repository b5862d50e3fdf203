/* `nhiscan gate`, `merge` and `diff`: work on saved reports, without scanning again. */
#include "cmd/azure.h"
#include "cmd/commands.h"
#include "cmd/decide.h"
#include "cmd/exit.h"
#include "cmd/outputs.h"
#include "cmd/version.h"
#include "core/memory.h"
#include "report/baseline.h"
#include "report/join.h"

#include <stdlib.h>

struct reports {
	struct saved *at;
	size_t n;
};

static int open_reports(struct reports *r, const struct options *o, struct error *err) {
	r->at = mem_alloc_n(o->operands.n, sizeof(*r->at));
	for (size_t i = 0; i < o->operands.n; i++) {
		int rc = saved_open(&r->at[i], o->operands.at[i], err);
		r->n++;
		if (rc < 0)
			return -1;
	}
	return 0;
}

static void close_reports(struct reports *r) {
	for (size_t i = 0; i < r->n; i++)
		saved_close(&r->at[i]);
	free(r->at);
}

/* The gate of the command line goes before that of the report. */
static void set_gate(const struct options *o, struct joined *j) {
	struct report_run *run = &j->run;

	if (o->fail_on.given) {
		run->fail_on = o->fail_on.value;
		run->fail_on_none = o->fail_on.none;
	}
	if (o->gate_confidence.given)
		run->gate_confidence = o->gate_confidence.value;
	if (o->fail_on.given || o->gate_confidence.given) {
		run->npolicies = 0;
		for (size_t i = 0; i < j->findings.n; i++)
			j->findings.at[i].policy = NULL;
	}
	run->fail_on_new |= o->fail_on_new;
	run->max_results = o->max_results.given ? o->max_results.value : MAX_RESULTS;
	run->oscal_plan = o->oscal_plan;
	run->azure = azure_build(&j->arena);
}

static void tell(const struct options *o, struct joined *j) {
	j->run.arguments = o->arguments.at;
	j->run.narguments = o->arguments.n;
	j->run.version = version_text();
	set_gate(o, j);
}

static int apply_baseline(const struct options *o, struct joined *j, struct baseline *b, struct error *err) {
	if (!o->baseline_file)
		return 0;
	if (baseline_open(b, o->baseline_file, err) < 0)
		return -1;
	j->run.baseline = o->baseline_file;
	return baseline_apply(
		b, &j->arena, &j->run, j->findings.at, j->findings.n, date_now(), true, j->report.coverage, err);
}

static int finish(const struct options *o, const struct outputs *outputs, struct joined *j) {
	struct baseline b = {.file = NULL};
	struct error err = {0};
	struct report_style style = decide_style(o);
	int status;

	tell(o, j);
	if (apply_baseline(o, j, &b, &err) < 0) {
		status = exit_with_error(&err);
	} else if (j->run.fail_on_new && !j->run.baseline) {
		error_set(
			&err, ERR_USAGE, "--fail-on-new needs --baseline FILE, or reports that were compared with one");
		status = exit_with_error(&err);
	} else {
		decide_exit(&j->report, o->exit_zero, &j->run);
		status = j->run.exit_code;
		if (outputs_write(outputs, &j->report, &style, &err) < 0)
			status = exit_with_error(&err);
	}
	baseline_close(&b);
	return status;
}

/* Formats and files of the command line, with another default. */
static int pair_outputs(
	struct arena *a, const struct options *o, const char *fallback, struct outputs *out, struct error *err) {
	const char *const *only = ARENA_NEW(a, const char *);
	struct text_list formats = o->formats;

	if (formats.n == 0 && o->output_files.n == 0) {
		*(const char **)(uintptr_t)only = fallback;
		formats = (struct text_list){only, 1};
	}
	return outputs_pair(a, &formats, &o->output_files, out, err) < 0 || outputs_check(out, err) < 0 ? -1 : 0;
}

static int run_joined(const struct options *asked, const char *fallback) {
	struct arena a = {0};
	const struct options ordered = decide_order(&a, asked), *o = &ordered;
	struct outputs outputs;
	struct reports r = {0};
	struct joined j = {.run = {.version = NULL}};
	struct error err = {0};
	int status;

	if (pair_outputs(&a, o, fallback, &outputs, &err) < 0 || open_reports(&r, o, &err) < 0) {
		status = exit_with_error(&err);
	} else {
		joined_open(&j, r.at, r.n);
		status = finish(o, &outputs, &j);
	}
	joined_close(&j);
	close_reports(&r);
	arena_free(&a);
	return status;
}

int cmd_gate(const struct options *o) {
	return run_joined(o, "text");
}

/* Joining decides nothing: what fails is the gate's business, what could not be read is not. */
int cmd_merge(const struct options *o) {
	struct options merge = *o;

	merge.exit_zero = true;
	return run_joined(&merge, "json");
}

/* One line for each finding that is new or gone. */
static void print_difference(FILE *out, const struct joined *j) {
	struct buf b = {0};
	size_t n[BASELINE_COUNT] = {0};

	for (size_t i = 0; i < j->findings.n; i++) {
		const struct finding *f = &j->findings.at[i];
		n[f->baseline]++;
		if (f->baseline == BASELINE_UNCHANGED)
			continue;
		buf_clear(&b);
		buf_printf(&b, "%c %s %s ", f->baseline == BASELINE_NEW ? '+' : '-', severity_name(f->severity),
			f->rule->id);
		report_diff_line(&b, &j->report, f);
		fprintf(out, "%s\n", buf_cstr(&b));
	}
	fprintf(out, "%zu new, %zu gone, %zu unchanged\n", n[BASELINE_NEW], n[BASELINE_ABSENT], n[BASELINE_UNCHANGED]);
	buf_free(&b);
}

int diff_reports(const struct options *o) {
	struct arena a = {0};
	struct outputs outputs;
	struct reports r = {0};
	struct joined j = {.run = {.version = NULL}};
	struct error err = {0};
	int status;

	if (pair_outputs(&a, o, "text", &outputs, &err) < 0 || open_reports(&r, o, &err) < 0 ||
		joined_compare(&j, &r.at[0], &r.at[1], &err) < 0) {
		status = exit_with_error(&err);
	} else if (o->formats.n == 0 && o->output_files.n == 0) {
		tell(o, &j);
		j.run.fail_on_new = true;
		decide_exit(&j.report, o->exit_zero, &j.run);
		print_difference(stdout, &j);
		status = exit_after_stdout(j.run.exit_code);
	} else {
		j.run.fail_on_new = true;
		status = finish(o, &outputs, &j);
	}
	joined_close(&j);
	close_reports(&r);
	arena_free(&a);
	return status;
}
