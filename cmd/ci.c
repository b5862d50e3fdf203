/* `nhiscan ci`: one record for each job of the pipelines in a target: who can start it, what it can read, what it can do, what limits it.
 * Rules over the same facts are run by `nhiscan scan`. */
#include "cmd/ci.h"
#include "cmd/decide.h"

#include "cmd/commands.h"
#include "cmd/exit.h"
#include "cmd/scan_run.h"

#include <stdio.h>

/* Only what is in force now is looked at. */
static struct options facts_only(const struct options *o) {
	static const char *const here[] = {"."};
	struct options facts = *o;

	facts.no_history = true;
	facts.quiet = true;
	if (facts.operands.n == 0)
		facts.operands = (struct text_list){here, 1};
	return facts;
}

static void print_notices(struct coverage *c) {
	const struct notice *n;
	const size_t count = coverage_notices(c, &n);

	for (size_t i = 0; i < count; i++) {
		struct buf b = {0};

		if (strcmp(n[i].code, "undecided") == 0)
			continue; /* of rules, and no rule is told of here */
		exit_cover(&b, slice_str(n[i].where));
		buf_add_str(&b, ": ");
		exit_cover(&b, slice_str(n[i].detail));
		fprintf(stderr, "nhiscan: %s\n", buf_cstr(&b));
		buf_free(&b);
	}
}

static int tell(struct scan_run *run, const struct options *o, struct error *err) {
	const bool json = o->list_format && strcmp(o->list_format, "json") == 0;
	struct map plain = {0};
	struct ci_telling t = {.set = &run->facts.all,
		.plain = &plain,
		.masker = masker_open(run->engine, NULL, 0, err),
		.engine = run->engine,
		.arena = &run->arena,
		.style = decide_style(o)};
	int rc = 0;

	if (!t.masker)
		return -1;
	if (json)
		ci_write_json(&t, stdout);
	else if (t.style.width >= CI_TABLE_COLUMNS)
		ci_write_table(&t, stdout);
	else
		rc = ci_write_text(&t, run->threads, stdout, err);
	masker_close(t.masker);
	map_free(&plain);
	return rc;
}

int cmd_ci(const struct options *asked) {
	struct arena a = {0};
	const struct options ordered = decide_order(&a, asked), *o = &ordered;
	const struct options facts = facts_only(o);
	struct scan_run run;
	struct error err = {0};
	int status;

	status = scan_run_open(&run, &facts, &err);
	run.facts_only = true;
	if (status < 0 || scan_run_read(&run, &err) < 0 || tell(&run, o, &err) < 0) {
		status = exit_with_error(&err);
	} else {
		status = exit_after_stdout(coverage_is_incomplete(run.coverage) || coverage_read_nothing(run.coverage)
						   ? EXIT_INCOMPLETE
						   : EXIT_CLEAN);
		print_notices(run.coverage);
	}
	scan_run_close(&run);
	arena_free(&a);
	return status;
}
