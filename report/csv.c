/* The format "csv" (RFC 4180): one row a finding, always with its header, formulas neutralised.
 * Where a secret was seen besides is only counted here; json and sarif list it. */
#include "report/counts.h"
#include "report/formats.h"
#include "report/inert.h"
#include "report/sink.h"
#include "report/wording.h"

static void cell(struct buf *b, struct slice s) {
	inert_cell(b, s);
	buf_add_byte(b, ',');
}

static void cell_str(struct buf *b, const char *s) {
	cell(b, slice_str(s));
}

static void cell_buf(struct buf *b, struct buf *text) {
	cell(b, buf_slice(text));
	buf_free(text);
}

static void cell_when(struct buf *b, struct when w) {
	char text[DATE_TEXT_MAX] = "";

	if (w.state == WHEN_AT)
		date_format(w.at, text);
	cell_str(b, w.state == WHEN_NEVER ? "never" : text);
}

/* An empty cell is what is not known. */
static void cell_number(struct buf *b, bool known, uint64_t n) {
	if (known)
		buf_printf(b, "%llu", (unsigned long long)n);
	buf_add_byte(b, ',');
}

static void add_place(struct buf *b, const struct report *r, const struct sighting *s) {
	const struct report_target *t = s->target < r->run->ntargets ? &r->run->targets[s->target] : NULL;

	cell_str(b, t ? t->name : "");
	cell_str(b, place_name(s->place));
	cell(b, s->path);
	cell_number(b, s->line, s->line);
	cell_number(b, s->column, s->column);
	cell_str(b, s->layers);
}

static void add_exposure(struct buf *b, const struct finding *f) {
	struct exposure e;

	exposure_take(&e, f);
	cell_str(b, e.commit);
	cell_when(b, e.since);
	cell_number(b, e.days >= 0, (uint64_t)e.days);
	cell_str(b, e.at_head ? "yes" : "no");
}

static void add_row(struct buf *b, const struct report *r, const struct finding *f) {
	static const struct sighting nowhere = {.days_exposed = -1, .target = (unsigned)-1};
	struct buf risks = {0}, weaknesses = {0};

	cell_str(b, f->location_fingerprint);
	cell_str(b, f->secret_fingerprint);
	cell_str(b, f->rule->id);
	cell_str(b, f->rule->title);
	cell_str(b, f->rule->service);
	cell_str(b, severity_name(f->severity));
	cell_str(b, confidence_name(f->confidence));
	cell_str(b, secret_kind_name(f->rule->kind));
	cell_str(b, verdict_name(f->judgement.verdict));
	wording_risks(&risks, f->rule);
	cell_buf(b, &risks);
	wording_weaknesses(&weaknesses, f->rule);
	cell_buf(b, &weaknesses);
	add_place(b, r, f->nsightings ? &f->sightings[0] : &nowhere);
	add_exposure(b, f);
	cell_number(b, true, places_count(f));
	cell_str(b, f->masked);
	cell_str(b, f->suppressed);
	cell_str(b, report_counts(r->run, f) ? "yes" : "no");
	inert_cell(b, slice_str(f->rule->fix));
	buf_add_str(b, "\r\n");
}

static int write_rows(const struct report *r, const struct report_style *style, FILE *out, struct error *err) {
	struct sink s = {.out = out};

	(void)style;
	buf_add_str(&s.b,
		"id,fingerprint,rule,title,service,severity,confidence,kind,verdict,nhi,cwe,target,place,path,line,"
		"column,layers,commit,authored,days_exposed,at_head,places,masked,suppressed,counts,fix\r\n");
	for (size_t i = 0; i < r->nfindings; i++) {
		add_row(&s.b, r, &r->findings[i]);
		sink_ease(&s);
	}
	return sink_finish(&s, err);
}

const struct report_format report_csv = {
	.name = "csv",
	.media_type = "text/csv",
	.help = "one row a finding, for spreadsheets; formulas are neutralised",
	.write = write_rows,
};
