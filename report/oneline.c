/* The format "oneline": PATH:LINE:COLUMN: SEVERITY RULE MASKED, for grep, editors and scripts. One line for each place, suppressed ones left out.
 * Totals are in every other format. */
#include "report/formats.h"
#include "report/sink.h"
#include "report/text_style.h"
#include "report/wording.h"

static void add_line(struct buf *b, const struct report *r, const struct finding *f, const struct sighting *s) {
	struct buf subject = {0}, safe = {0};
	const char *state = wording_state(s);

	wording_subject(&subject, r->run, s);
	inert_add(&safe, buf_slice(&subject));
	/* A path that starts with "::" would be a workflow command at the start of a line. */
	if (safe.n && (safe.p[0] == ':' || safe.p[0] == '#' || safe.p[0] == ' '))
		buf_add_str(b, "./");
	buf_add_slice(b, buf_slice(&safe));
	buf_printf(b, ":%u:%u: %s ", s->line ? s->line : 1, s->column ? s->column : 1, severity_name(f->severity));
	inert_add(b, slice_str(f->rule->id));
	buf_add_byte(b, ' ');
	inert_add(b, slice_str(f->masked ? f->masked : ""));
	buf_printf(b, " [confidence %s%s%s", confidence_name(f->confidence), state ? ", " : "", state ? state : "");
	if (s->commit)
		buf_printf(b, ", commit %.*s", COMMIT_SHORT, s->commit);
	if (s->layers)
		buf_printf(b, ", inside %s", s->layers);
	buf_add_str(b, "]\n");
	buf_free(&subject);
	buf_free(&safe);
}

void report_diff_line(struct buf *out, const struct report *r, const struct finding *f) {
	struct buf subject = {0};

	inert_add(out, slice_str(f->masked ? f->masked : ""));
	if (f->nsightings) {
		const struct sighting *s = &f->sightings[0];
		wording_subject(&subject, r->run, s);
		buf_add_byte(out, ' ');
		inert_add(out, buf_slice(&subject));
		if (s->line)
			buf_printf(out, ":%u", s->line);
	}
	buf_free(&subject);
}

static int write_oneline(const struct report *r, const struct report_style *style, FILE *out, struct error *err) {
	struct sink s = {.out = out};

	(void)style;
	for (size_t i = 0; i < r->nfindings; i++) {
		const struct finding *f = &r->findings[i];
		for (size_t k = 0; k < f->nsightings; k++)
			if (!f->suppressed && !f->sightings[k].suppressed)
				add_line(&s.b, r, f, &f->sightings[k]);
		sink_ease(&s);
	}
	return sink_finish(&s, err);
}

const struct report_format report_oneline = {
	.name = "oneline",
	.media_type = "text/plain",
	.help = "one line a place, PATH:LINE:COLUMN: ..., for grep and editors",
	.write = write_oneline,
};
