/* `nhiscan iam`: exports into facts, rules over them, and the answer or the reports that were asked for. */
#include "cmd/commands.h"
#include "cmd/decide.h"
#include "cmd/exit.h"
#include "cmd/iam_text.h"
#include "cmd/scan_report.h"

enum { TOP = 20 };

static int answer(struct scan_run *run, const struct exports *e, bool tell, struct error *err) {
	struct iam_answer a = {0};
	const struct iam_telling t = {.exports = e,
		.answer = &a,
		.verdicts = &run->facts.verdicts,
		.coverage = run->coverage,
		.top = run->options->top.given ? (size_t)run->options->top.value : TOP};

	iam_answer_take(&run->arena, &run->facts.all, e->aws.exports[AWS_EXPORT_WORKLOADS] > 0, &a);
	if (tell)
		iam_tell(&t, stdout);
	return run->options->script_file ? iam_script_write(&t, run->options->script_file, err) : 0;
}

static int judge(struct scan_run *run, struct exports *e, const struct outputs *outputs, struct error *err) {
	int status;

	if (exports_read(e, &run->options->operands, run->options, run->now, run->coverage, err) < 0)
		return exit_with_error(err);
	exports_settle(e, &run->facts.all);
	exports_note_limits(e, run->coverage);
	scan_facts_settle(&run->facts, &run->arena, e->as_of, run->coverage);
	run->told_exports = e;
	status = scan_report(run, outputs);
	/* With a report of its own and --quiet, the answer is not wanted too. */
	if (answer(run, e, !outputs_use_stdout(outputs) && !(outputs->n && run->options->quiet), err) < 0)
		return exit_with_error(err);
	return exit_after_stdout(status);
}

int cmd_iam(const struct options *asked) {
	struct scan_run run;
	struct exports e = {0};
	struct outputs outputs = {0};
	struct arena a = {0};
	const struct options ordered = decide_order(&a, asked), *o = &ordered;
	struct error err = {0};
	int status;

	if ((o->formats.n || o->output_files.n) &&
		(outputs_pair(&a, &o->formats, &o->output_files, &outputs, &err) < 0 ||
			outputs_check(&outputs, &err) < 0)) {
		arena_free(&a);
		return exit_with_error(&err);
	}
	if (scan_run_open(&run, o, &err) < 0)
		status = exit_with_error(&err);
	else
		status = judge(&run, &e, &outputs, &err);
	scan_run_close(&run);
	exports_close(&e);
	arena_free(&a);
	return status;
}
