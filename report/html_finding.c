/* The findings of the HTML format, with the filters above them. Each is a disclosure that works without script. Beyond the first page they stand in
 * <noscript>: markup for a browser that runs no script, one text for the script of the page. */
#include "report/html.h"

#include "report/inert.h"
#include "report/wording.h"

#include <inttypes.h>

enum { PLACES_SHOWN = 100, FIRST_PAGE = 100 };

static void filters(struct sink *s, const struct report *r, const struct counts *c) {
	uint64_t known = 0;

	for (size_t i = 0; i < r->nfindings; i++)
		known += r->findings[i].baseline == BASELINE_UNCHANGED;
	html_raw(s, "<div class=\"filters\"><p id=\"search\" hidden><label for=\"q\">Search in "
		    "findings</label><br><input id=\"q\" "
		    "type=\"search\" autocomplete=\"off\"></p>\n"
		    "<fieldset><legend>Show severity</legend>");
	for (int i = SEVERITY_CRITICAL; i >= 0; i--) {
		const char *name = severity_name((enum severity)i);
		html_printf(s, "<label><input type=\"checkbox\" id=\"f-%s\" checked> %s (%" PRIu64 ")</label>\n", name,
			name, c->severity[i]);
	}
	html_printf(s,
		"</fieldset>\n<fieldset><legend>Show also</legend><label><input type=\"checkbox\" id=\"f-history\" "
		"checked> what is "
		"in the history only</label>\n<label><input type=\"checkbox\" id=\"f-accepted\"> accepted (%" PRIu64
		")</label>\n",
		c->suppressed);
	if (known)
		html_printf(s,
			"<label><input type=\"checkbox\" id=\"f-known\" checked> known to the baseline (%" PRIu64
			")</label>\n",
			known);
	html_raw(s, "</fieldset>\n<fieldset><legend>Only risk</legend><label><input type=\"radio\" name=\"n\" "
		    "id=\"n-0\" checked> "
		    "all</label>\n");
	for (unsigned i = 0; i < NHI_COUNT; i++)
		if (c->nhi[i])
			html_printf(s,
				"<label><input type=\"radio\" name=\"n\" id=\"n-%u\"> %s %s (%" PRIu64 ")</label>\n",
				i + 1, nhi_id(i), nhi_title(i), c->nhi[i]);
	html_raw(s, "</fieldset></div>\n");
}

static void member(struct sink *s, const char *name, const char *text) {
	if (!text || !*text)
		return;
	html_printf(s, "<dt>%s</dt><dd>", name);
	html_text(s, text);
	html_raw(s, "</dd>\n");
}

/* The excerpt comes escaped; the mask in it is marked. */
static void excerpt(struct sink *s, const struct sighting *at) {
	struct slice text = slice_str(at->excerpt);
	size_t from = at->excerpt_at < text.n ? at->excerpt_at : text.n;
	size_t to = at->excerpt_len < text.n - from ? from + at->excerpt_len : text.n;

	html_raw(s, "<pre>");
	inert_markup_escaped(&s->b, slice_sub(text, 0, from));
	html_raw(s, "<mark>");
	inert_markup_escaped(&s->b, slice_sub(text, from, to));
	html_raw(s, "</mark>");
	inert_markup_escaped(&s->b, slice_sub(text, to, text.n));
	html_raw(s, "</pre>");
}

static void places(struct sink *s, const struct report *r, const struct finding *f) {
	const char *last = NULL;
	size_t shown = f->nsightings < PLACES_SHOWN ? f->nsightings : PLACES_SHOWN;

	html_raw(s, "<dt>Where</dt><dd><ul>\n");
	for (size_t i = 0; i < shown; i++) {
		const struct sighting *at = &f->sightings[i];
		struct buf b = {0};
		wording_place_raw(&b, r, at);
		html_raw(s, "<li><code>");
		html_bytes(s, buf_slice(&b));
		html_raw(s, "</code>");
		buf_free(&b);
		if (at->days_exposed >= 0)
			html_printf(
				s, ", exposed %" PRId64 " day%s", at->days_exposed, at->days_exposed == 1 ? "" : "s");
		if (at->suppressed) {
			html_raw(s, ", accepted: ");
			html_text(s, at->suppressed);
		}
		if (at->excerpt && !(last && strcmp(last, at->excerpt) == 0))
			excerpt(s, at);
		last = at->excerpt;
		html_raw(s, "</li>\n");
	}
	if (f->nsightings + f->more_sightings > shown)
		html_printf(s, "<li>%zu more</li>\n", f->nsightings + f->more_sightings - shown);
	html_raw(s, "</ul></dd>\n");
}

static void acceptance(struct sink *s, const struct finding *f) {
	char date[DATE_TEXT_MAX];

	member(s, "Accepted", f->suppressed);
	if (!f->accepted)
		return;
	member(s, "By", f->accepted->owner);
	member(s, "Ticket", f->accepted->ticket);
	member(s, "Written in", f->accepted->where);
	if (f->accepted->expires.state == WHEN_AT) {
		date_format(f->accepted->expires.at, date);
		date[10] = '\0';
		member(s, "Until", date);
	}
}

/* A link only to a page: other schemes run things. */
static void reference(struct sink *s, const char *uri) {
	if (!uri || !slice_has_prefix(slice_str(uri), "https://"))
		return;
	html_raw(s, "<dt>Reference</dt><dd><a rel=\"noreferrer noopener\" href=\"");
	html_text(s, uri);
	html_raw(s, "\">");
	html_text(s, uri);
	html_raw(s, "</a></dd>\n");
}

static void details(struct sink *s, const struct report *r, const struct finding *f) {
	struct buf b = {0};

	html_raw(s, "<div><dl>\n");
	buf_add_str(&b, verdict_name(f->judgement.verdict));
	for (size_t i = 0; i < f->judgement.nreasons && i < REASONS_MAX; i++)
		buf_printf(&b, "%s%s", i ? "; " : ": ", f->judgement.reasons[i].text);
	member(s, "Verdict", buf_cstr(&b));
	member(s, "Fix", f->rule->fix);
	places(s, r, f);
	acceptance(s, f);
	member(s, "Baseline", baseline_name(f->baseline));
	member(s, "Policy", f->policy ? f->policy->name : NULL);
	member(s, "Raised by", f->partner);
	buf_clear(&b);
	buf_printf(&b, "%s, confidence %s", f->rule->id, confidence_name(f->confidence));
	member(s, "Rule", buf_cstr(&b));
	buf_clear(&b);
	wording_risks(&b, f->rule);
	buf_add_byte(&b, ' ');
	wording_weaknesses(&b, f->rule);
	member(s, "Risks", buf_cstr(&b));
	member(s, "Finding id", f->location_fingerprint);
	member(s, "Secret id", f->secret_fingerprint);
	reference(s, f->rule->reference);
	html_raw(s, "</dl></div>\n");
	buf_free(&b);
}

static bool is_history_only(const struct finding *f) {
	for (size_t i = 0; i < f->nsightings; i++)
		if (f->sightings[i].at_head || f->sightings[i].place < PLACE_HISTORY)
			return false;
	return f->nsightings > 0;
}

static void finding(struct sink *s, const struct report *r, const struct finding *f) {
	const char *severity = severity_name(f->severity);
	struct buf subject = {0};

	html_printf(s, "<details class=\"f sev-%s%s%s%s", severity, f->suppressed ? " accepted" : "",
		f->baseline == BASELINE_UNCHANGED ? " known" : "", is_history_only(f) ? " history" : "");
	for (unsigned i = 0; i < NHI_COUNT; i++)
		if (f->rule->nhi & (1u << i))
			html_printf(s, " nhi-%u", i + 1);
	html_printf(s, "\"><summary><span class=\"s %s\">%s</span> ", severity, severity);
	html_text(s, f->rule->title);
	html_raw(s, " <code>");
	html_text(s, f->masked ? f->masked : "");
	html_raw(s, "</code>");
	if (f->nsightings) {
		wording_subject(&subject, r->run, &f->sightings[0]);
		html_raw(s, " <span class=\"dim\">");
		html_bytes(s, buf_slice(&subject));
		if (f->sightings[0].line)
			html_printf(s, ":%u", f->sightings[0].line);
		html_raw(s, "</span>");
		buf_free(&subject);
	}
	html_raw(s, "</summary>\n");
	details(s, r, f);
	html_raw(s, "</details>\n");
	sink_ease(s);
}

void html_findings(struct sink *s, const struct report *r, const struct counts *c) {
	html_raw(s, "<section aria-labelledby=\"findings\"><h2 id=\"findings\" tabindex=\"-1\">Findings</h2>\n");
	if (r->nfindings == 0) {
		html_raw(s, "<p>None.</p></section>\n");
		return;
	}
	filters(s, r, c);
	html_raw(s, "<p id=\"shown\" role=\"status\">");
	/* For where scripts count as on and this one may not run: what a reader does not see is told. */
	if (r->nfindings > FIRST_PAGE)
		html_printf(s,
			"These are the worst %d of %zu. The others show where scripts are switched off, or where the "
			"page's "
			"own script runs.",
			FIRST_PAGE, r->nfindings);
	/* Beside the filters, whose :has() then looks at nothing but themselves. */
	html_raw(s, "</p>\n<div class=\"list\">\n");
	for (size_t i = 0; i < r->nfindings; i++) {
		if (i == FIRST_PAGE)
			html_raw(s, "<noscript>\n");
		finding(s, r, &r->findings[i]);
	}
	if (r->nfindings > FIRST_PAGE)
		html_raw(s, "</noscript>");
	html_raw(s, "</div>\n<p id=\"more\" hidden><button type=\"button\">Show more</button> <button "
		    "type=\"button\">Show all</button></p></section>\n");
}
