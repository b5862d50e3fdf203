/* `nhiscan practices`: reads targets as a scan does, and says of each practice what the configurations show, as text or JSON. */
#include "cmd/commands.h"
#include "cmd/decide.h"
#include "cmd/exit.h"
#include "cmd/scan_run.h"
#include "cmd/version.h"
#include "core/text.h"
#include "report/emit.h"
#include "report/text_style.h"
#include "rules/practice.h"

#include <stdio.h>

struct telling {
	struct scan_run *run;
	struct masker *masker;
	struct arena *arena;
};

static const char *covered(const struct telling *t, struct slice s) {
	struct buf b = {0};
	const char *out;

	inert_add(&b, masker_text(t->masker, t->arena, s));
	out = arena_str(t->arena, buf_slice(&b));
	buf_free(&b);
	return out;
}

/* As many places as a person reads. */
#define SHOWN 5

static void print_side(const struct telling *t, const struct practice_result *r, bool against) {
	uint64_t all = against ? r->contradicted : r->present, shown = 0;

	for (size_t i = 0; i < r->places.n && shown < SHOWN; i++) {
		const struct practice_place *p = &r->places.at[i];

		if (p->against != against)
			continue;
		printf("    %s %s:%u:%u  %s\n", against ? "-" : "+", covered(t, p->fact->source->path), p->span.line,
			p->span.column, p->text);
		shown++;
	}
	if (all > shown)
		printf("    %s and %llu more\n", against ? "-" : "+", (unsigned long long)(all - shown));
}

static void print_text(const struct telling *t, const struct practice_result *results, size_t n) {
	unsigned counts[PRACTICE_ANSWER_COUNT] = {0};

	for (size_t i = 0; i < n; i++) {
		const struct practice_result *r = &results[i];

		if (t->run->ntargets > 1 && (i == 0 || r->target != results[i - 1].target))
			printf("%s\n", covered(t, slice_str(t->run->targets[r->target].target.name)));
		printf("%-14s %s (%s)\n", practice_answer_name(r->answer), r->practice->title, r->practice->id);
		print_side(t, r, true);
		print_side(t, r, false);
		counts[r->answer]++;
	}
	printf("\n%u present, %u contradicted, %u not evidenced, %u not assessed. Presence is shown, not that it "
	       "works.\n",
		counts[PRACTICE_PRESENT], counts[PRACTICE_CONTRADICTED], counts[PRACTICE_NOT_EVIDENCED],
		counts[PRACTICE_NOT_ASSESSED]);
}

static void emit_place(struct emitter *e, const struct telling *t, const struct practice_place *p) {
	emit_open(e, NULL, '{');
	emit_text(e, "says", p->against ? "contradicted" : "present");
	emit_text(e, "text", p->text);
	emit_text(e, "fact", covered(t, p->fact->name));
	emit_text(e, "kind", fact_kind_name(p->fact->kind));
	emit_text(e, "path", covered(t, p->fact->source->path));
	emit_number(e, "line", p->span.line);
	emit_number(e, "column", p->span.column);
	emit_close(e, '}');
}

static int print_json(const struct telling *t, const struct practice_result *results, size_t n, struct error *err) {
	struct emitter e = {.out = stdout};

	emit_open(&e, NULL, '{');
	emit_text(&e, "schema", "nhiscan-practices/1");
	emit_text(&e, "version", version_text());
	emit_boolean(&e, "complete", !coverage_is_incomplete(t->run->coverage));
	emit_line(&e);
	emit_open(&e, "practices", '[');
	for (size_t i = 0; i < n; i++) {
		const struct practice_result *r = &results[i];

		emit_line(&e);
		emit_open(&e, NULL, '{');
		emit_text(&e, "scope", covered(t, slice_str(t->run->targets[r->target].target.name)));
		emit_text(&e, "id", r->practice->id);
		emit_text(&e, "title", r->practice->title);
		emit_text(&e, "answer", practice_answer_name(r->answer));
		emit_open(&e, "nhi", '[');
		for (unsigned k = 0; k < 10; k++)
			if (r->practice->nhi >> k & 1)
				emit_text(&e, NULL, nhi_id(k));
		emit_close(&e, ']');
		emit_number(&e, "looked_at", r->looked);
		emit_number(&e, "present", r->present);
		emit_number(&e, "contradicted", r->contradicted);
		emit_open(&e, "places", '[');
		for (size_t k = 0; k < r->places.n; k++)
			emit_place(&e, t, &r->places.at[k]);
		emit_close(&e, ']');
		emit_close(&e, '}');
	}
	emit_close(&e, ']');
	emit_close(&e, '}');
	emit_end_line(&e);
	return emit_finish(&e, err);
}

static int tell(struct scan_run *run, const struct practice_list *list, struct error *err) {
	struct arena a = {0};
	size_t n = 0;
	struct practice_result *results = ARENA_NEW_N(&a, struct practice_result, run->ntargets * list->n);
	struct telling t = {run, masker_open(run->engine, NULL, 0, err), &a};
	int status = t.masker ? 0 : -1;

	for (unsigned target = 0; target < run->ntargets && status == 0; target++)
		for (size_t i = 0; i < list->n; i++)
			practice_judge(&list->at[i], target, &run->facts.all, run->now, &results[n++]);
	if (status == 0 && run->options->list_format && strcmp(run->options->list_format, "json") == 0)
		status = print_json(&t, results, n, err);
	else if (status == 0)
		print_text(&t, results, n);
	for (size_t i = 0; i < n; i++)
		practice_result_free(&results[i]);
	if (t.masker)
		masker_close(t.masker);
	arena_free(&a);
	return status;
}

int cmd_practices(const struct options *o) {
	struct practice_list list;
	struct scan_run run;
	struct arena a = {0};
	struct options now = decide_order(&a, o);
	struct error err = {0};
	int status;

	now.no_history = true; /* what is in force is asked for, not what was */
	if (scan_run_open(&run, &now, &err) < 0 || practices_builtin(&a, &list, &err) < 0 ||
		scan_run_read(&run, &err) < 0 || tell(&run, &list, &err) < 0)
		status = exit_with_error(&err);
	else
		status = exit_after_stdout(coverage_is_incomplete(run.coverage) || coverage_read_nothing(run.coverage)
						   ? EXIT_INCOMPLETE
						   : EXIT_CLEAN);
	scan_run_close(&run);
	arena_free(&a);
	return status;
}
