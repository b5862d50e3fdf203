/* The format "markdown": a summary for a page of a CI job. GitHub takes at most 1 MiB of a step and drops more without a word, so totals come first,
 * then the worst findings as long as there is room. Whole lists are in the other formats. */
#include "report/counts.h"
#include "report/evidence.h"
#include "report/formats.h"
#include "report/inert.h"
#include "report/sink.h"
#include "report/wording.h"

/* GitHub: 1 MiB for each step; other steps' text and this one's end want some of it. */
enum { BYTES_MAX = 1000000, ROWS_MAX = 1000, VALUE_MAX = 8192 };

static void add_code(struct buf *b, struct slice s) {
	buf_add_str(b, "<code>");
	inert_markdown(b, s);
	buf_add_str(b, "</code>");
}

static void add_totals(struct buf *b, const struct report *r, const struct counts *c) {
	const struct report_run *run = r->run;
	bool incomplete = coverage_is_incomplete(r->coverage) || run->interrupted;

	buf_printf(b, "## nhiscan: %llu finding%s, %llu fail%s the gate\n\n",
		(unsigned long long)(c->findings - c->suppressed), c->findings - c->suppressed == 1 ? "" : "s",
		(unsigned long long)c->gate, c->gate == 1 ? "s" : "");
	if (run->exit_reason && strcmp(run->exit_reason, "nothing-scanned") == 0)
		buf_add_str(b, "**Nothing was read, so this proves nothing.**\n\n");
	else if (incomplete)
		buf_add_str(b, "**The scan is incomplete:** something could not be read.\n\n");
	buf_add_str(b, "| Severity | Findings |\n|---|--:|\n");
	for (int s = SEVERITY_CRITICAL; s >= 0; s--)
		buf_printf(b, "| %s | %llu |\n", severity_name((enum severity)s), (unsigned long long)c->severity[s]);
	buf_add_str(b, "\n| NHI risk | Findings |\n|---|--:|\n");
	for (unsigned i = 0; i < NHI_COUNT; i++)
		if (c->nhi[i])
			buf_printf(b, "| %s %s | %llu |\n", nhi_id(i), nhi_title(i), (unsigned long long)c->nhi[i]);
	buf_printf(b, "\nSuppressed: %llu. Below confidence %s: %llu. Exit status %d.\n\n",
		(unsigned long long)c->suppressed, confidence_name(run->min_confidence),
		(unsigned long long)run->withheld, run->exit_code);
}

static void add_row(struct buf *b, const struct report *r, const struct finding *f) {
	size_t places;
	struct buf subject = {0};

	buf_printf(b, "| %s | ", severity_name(f->severity));
	inert_markdown(b, slice_str(f->rule->title));
	buf_add_str(b, " | ");
	if (f->masked && *f->masked)
		add_code(b, slice_str(f->masked));
	buf_add_str(b, " | ");
	if (f->nsightings) {
		const char *state = wording_state(&f->sightings[0]);
		wording_subject(&subject, r->run, &f->sightings[0]);
		if (f->sightings[0].line)
			buf_printf(&subject, ":%u", f->sightings[0].line);
		add_code(b, buf_slice(&subject));
		if (state)
			buf_printf(b, " (%s)", state);
	}
	places = places_count(f);
	if (places > 1)
		buf_printf(b, " +%zu", places - 1);
	buf_add_str(b, " | ");
	inert_markdown(b, slice_str(f->rule->fix));
	buf_add_str(b, " |\n");
	buf_free(&subject);
}

/* Folded away: for whoever has to show what was asked and what was read. At most a quarter of the room. */
static void add_evidence(struct buf *b, const struct report *r) {
	struct evidence_list rows = {0};
	struct arena a = {0};

	evidence_all(r, &a, &rows);
	buf_add_str(b, "\n<details><summary>Evidence</summary>\n\n| | |\n|---|---|\n");
	for (size_t i = 0; i < rows.n && b->n < BYTES_MAX / 4; i++) {
		buf_printf(b, "| %s | ", rows.at[i].name);
		inert_markdown(
			b, slice_sub(slice_str(rows.at[i].value ? rows.at[i].value : "not known"), 0, VALUE_MAX));
		buf_add_str(b, " |\n");
	}
	buf_add_str(b, "\n</details>\n");
	VEC_FREE(&rows);
	arena_free(&a);
}

static int write_summary(const struct report *r, const struct report_style *style, FILE *out, struct error *err) {
	struct sink s = {.out = out};
	struct buf row = {0}, evidence = {0};
	struct counts c;
	size_t bytes, listed = 0, total = 0;
	bool full = false;

	(void)style;
	counts_take(&c, r);
	total = c.findings - c.suppressed;
	add_totals(&s.b, r, &c);
	add_evidence(&evidence, r);
	if (total)
		buf_add_str(&s.b, "| Severity | What | Value | Where | Fix |\n|---|---|---|---|---|\n");
	bytes = s.b.n + evidence.n;
	for (size_t i = 0; i < r->nfindings && !full; i++) {
		if (r->findings[i].suppressed)
			continue;
		buf_clear(&row);
		add_row(&row, r, &r->findings[i]);
		full = bytes + row.n > BYTES_MAX || listed == ROWS_MAX;
		if (full)
			break;
		bytes += row.n;
		listed++;
		buf_add_slice(&s.b, buf_slice(&row));
		sink_ease(&s);
	}
	if (listed < total)
		buf_printf(&s.b, "\n%zu more; a report in another format lists them.\n", total - listed);
	buf_add_slice(&s.b, buf_slice(&evidence));
	buf_free(&evidence);
	buf_free(&row);
	return sink_finish(&s, err);
}

const struct report_format report_markdown = {
	.name = "markdown",
	.extension = "md",
	.media_type = "text/markdown",
	.help = "a summary for $GITHUB_STEP_SUMMARY, within its limit",
	.tells_program = true,
	.write = write_summary,
};
