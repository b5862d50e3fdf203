/* The format "github": workflow commands of GitHub Actions that annotate a pull request.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions. Dashboards read sarif. */
#include "report/counts.h"
#include "report/formats.h"
#include "report/inert.h"
#include "report/sink.h"
#include "report/wording.h"

/* GitHub shows ten errors, ten warnings and ten notices of a step; the last notice tells how many there are. */
enum { SHOWN = 10, SHOWN_NOTICES = SHOWN - 1 };

enum level { LEVEL_ERROR, LEVEL_WARNING, LEVEL_NOTICE, LEVEL_COUNT };

static const char *const level_names[LEVEL_COUNT] = {"error", "warning", "notice"};

static enum level level_of(const struct report *r, const struct finding *f) {
	if (report_counts(r->run, f))
		return LEVEL_ERROR;
	return f->severity >= SEVERITY_MEDIUM ? LEVEL_WARNING : LEVEL_NOTICE;
}

static void add_annotation(struct buf *b, const struct report *r, const struct finding *f, enum level level) {
	const struct sighting *s = f->nsightings ? &f->sightings[0] : NULL;
	struct slice file = wording_file(f);
	struct buf text = {0};

	buf_printf(b, "::%s ", level_names[level]);
	if (s && file.n) {
		buf_add_str(b, "file=");
		inert_command(b, file, true);
		buf_printf(b, ",line=%u,endLine=%u,", s->line ? s->line : 1,
			s->end_line > s->line ? s->end_line : (s->line ? s->line : 1));
		if (s->column && s->end_line == s->line && s->end_column > s->column)
			buf_printf(b, "col=%u,endColumn=%u,", s->column, s->end_column);
	}
	buf_add_str(b, "title=");
	inert_command(b, slice_str(f->rule->title), true);
	buf_add_str(b, "::");
	wording_sentence(&text, r, f);
	if (f->rule->fix && *f->rule->fix) {
		buf_add_byte(&text, ' ');
		buf_add_str(&text, f->rule->fix);
	}
	/* Escaped a second time where the sentence holds escapes: harmless, and nothing is left that ends the command. */
	inert_command(b, buf_slice(&text), false);
	buf_add_byte(b, '\n');
	buf_free(&text);
}

static int write_annotations(const struct report *r, const struct report_style *style, FILE *out, struct error *err) {
	struct sink s = {.out = out};
	uint64_t n[LEVEL_COUNT] = {0};
	struct counts c;

	(void)style;
	counts_take(&c, r);
	for (size_t i = 0; i < r->nfindings; i++) {
		const struct finding *f = &r->findings[i];
		enum level level = level_of(r, f);
		if (f->suppressed)
			continue;
		if (n[level]++ < (level == LEVEL_NOTICE ? SHOWN_NOTICES : SHOWN))
			add_annotation(&s.b, r, f, level);
		sink_ease(&s);
	}
	buf_printf(&s.b,
		"::notice title=nhiscan::%llu findings, %llu fail the gate, %llu suppressed; exit %d%s. Of each level "
		"the "
		"first %d are shown here; a report in another format lists all.\n",
		(unsigned long long)(c.findings - c.suppressed), (unsigned long long)c.gate,
		(unsigned long long)c.suppressed, r->run->exit_code,
		coverage_is_incomplete(r->coverage) || r->run->interrupted ? ", the scan is incomplete" : "", SHOWN);
	return sink_finish(&s, err);
}

const struct report_format report_github = {
	.name = "github",
	.media_type = "text/plain",
	.help = "annotations for GitHub Actions, the worst ten of each level",
	.write = write_annotations,
};
