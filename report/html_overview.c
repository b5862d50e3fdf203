/* The overview of the HTML format: how many findings there are, how bad, of which risk and how old. */
#include "report/html.h"

#include "report/assessed.h"

enum { AGES = 7 };

static const struct {
	const char *name;
	int64_t days; /* up to */
} ages[AGES] = {{"up to a week", 7}, {"up to a month", 30}, {"up to 90 days", 90}, {"up to a year", 365},
	{"up to five years", 1826}, {"longer", INT64_MAX}, {"not known", -1}};

static void bar(struct sink *s, uint64_t n, uint64_t most) {
	html_printf(s, "<td class=\"n\">%llu</td><td class=\"b\">", (unsigned long long)n);
	if (n)
		html_printf(
			s, "<span class=\"bar\" style=\"width:%llu%%\"></span>", (unsigned long long)(n * 100 / most));
	html_raw(s, "</td></tr>\n");
}

static void open_table(struct sink *s, const char *caption, const char *first) {
	html_printf(s,
		"<div class=\"card\"><table><caption>%s</caption><tr><th scope=\"col\">%s</th><th scope=\"col\" "
		"class=\"n\">Findings</th><th scope=\"col\"><span class=\"dim\">share</span></th></tr>\n",
		caption, first);
}

static void by_severity(struct sink *s, const struct counts *c) {
	uint64_t most = 1;

	for (unsigned i = 0; i < SEVERITY_COUNT; i++)
		most = c->severity[i] > most ? c->severity[i] : most;
	open_table(s, "By severity", "Severity");
	for (int i = SEVERITY_CRITICAL; i >= 0; i--) {
		const char *name = severity_name((enum severity)i);
		html_printf(s, "<tr><th scope=\"row\"><b class=\"%s\">%s</b></th>", name, name);
		bar(s, c->severity[i], most);
	}
	html_raw(s, "</table></div>\n");
}

static void by_risk(struct sink *s, const struct report *r, const struct counts *c) {
	struct assessed a;
	uint64_t most = 1;

	assessed_take(&a, r);
	for (unsigned i = 0; i < NHI_COUNT; i++)
		most = c->nhi[i] > most ? c->nhi[i] : most;
	open_table(s, "By risk, OWASP NHI Top 10 2025", "Risk");
	for (unsigned i = 0; i < NHI_COUNT; i++) {
		html_printf(s, "<tr><th scope=\"row\"><b>%s</b> %s%s</th>", nhi_id(i), nhi_title(i),
			a.rules[i] ? "" : " <span class=\"dim\">(not assessed)</span>");
		bar(s, c->nhi[i], most);
	}
	html_raw(s, "</table></div>\n");
}

int64_t html_age(const struct report *r, const struct finding *f) {
	int64_t oldest = -1;

	for (size_t i = 0; i < f->nsightings; i++) {
		const struct sighting *s = &f->sightings[i];
		int64_t days = s->days_exposed;
		if (s->authored.state == WHEN_AT && r->run->ended > s->authored.at)
			days = (r->run->ended - s->authored.at) / 86400;
		oldest = days > oldest ? days : oldest;
	}
	return oldest;
}

static void by_age(struct sink *s, const struct report *r) {
	uint64_t n[AGES] = {0}, most = 1;

	for (size_t i = 0; i < r->nfindings; i++) {
		int64_t days = html_age(r, &r->findings[i]);
		unsigned k = days < 0 ? AGES - 1 : 0;
		if (r->findings[i].suppressed)
			continue;
		while (days >= 0 && days > ages[k].days)
			k++;
		n[k]++;
	}
	for (unsigned i = 0; i < AGES; i++)
		most = n[i] > most ? n[i] : most;
	open_table(s, "By age, since the first commit", "Age");
	for (unsigned i = 0; i < AGES; i++) {
		html_printf(s, "<tr><th scope=\"row\">%s</th>", ages[i].name);
		bar(s, n[i], most);
	}
	html_raw(s, "</table></div>\n");
}

static void gate(struct sink *s, const struct report *r, const struct counts *c) {
	const struct report_run *run = r->run;
	const char *reason = run->exit_reason ? run->exit_reason : "";
	bool incomplete = coverage_is_incomplete(r->coverage) || run->interrupted;

	html_printf(s, "<p class=\"verdict%s\">", c->gate || incomplete ? " bad" : "");
	if (strcmp(reason, "nothing-scanned") == 0) {
		html_raw(s, "Nothing was read, so this proves nothing.");
	} else if (run->fail_on_none) {
		html_raw(s, "No finding fails this run, as asked.");
	} else {
		html_number(s, c->gate);
		html_printf(s, " finding%s at or above %s with confidence %s or more%s.", c->gate == 1 ? "" : "s",
			severity_name(run->fail_on), confidence_name(run->gate_confidence),
			run->fail_on_new ? ", not known to the baseline" : "");
	}
	html_raw(s, incomplete ? " The scan is incomplete.</p>\n" : "</p>\n");
	html_raw(s, "<p>");
	html_number(s, c->findings - c->suppressed);
	html_raw(s, " findings, ");
	html_number(s, c->suppressed);
	html_raw(s, " accepted, ");
	html_number(s, run->withheld);
	html_printf(s, " below confidence %s and not listed. Exit status %d.</p>\n",
		confidence_name(run->min_confidence), run->exit_code);
}

void html_overview(struct sink *s, const struct report *r, const struct counts *c) {
	html_raw(s, "<section aria-labelledby=\"overview\"><h2 id=\"overview\">Overview</h2>\n");
	gate(s, r, c);
	html_raw(s, "<div class=\"cards overview\">\n");
	by_severity(s, c);
	by_risk(s, r, c);
	by_age(s, r);
	html_raw(s, "</div></section>\n");
}
