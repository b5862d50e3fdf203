/* The evidence of the HTML format: what was asked, of what, with which rules, and what was read and what was not. */
#include "report/html.h"

#include "report/assessed.h"
#include "report/evidence.h"

#include <inttypes.h>

static void row(struct sink *s, const char *name, const char *value) {
	html_printf(s, "<tr><th scope=\"row\">%s</th><td>", name);
	html_text(s, value ? value : "not known");
	html_raw(s, "</td></tr>\n");
}

static void run_table(struct sink *s, const struct report *r) {
	struct evidence_row rows[EVIDENCE_ROWS_MAX];
	struct arena a = {0};
	size_t n = evidence_rows(r, &a, rows);

	html_raw(s, "<table><caption>Run</caption>\n");
	for (size_t i = 0; i < n; i++)
		row(s, rows[i].name, rows[i].value);
	html_raw(s, "</table>\n");
	arena_free(&a);
}

/* Folded when there are many. */
static void refs(struct sink *s, const struct report_target *t) {
	if (t->is_shallow)
		html_raw(s, "shallow clone; ");
	if (t->is_partial)
		html_raw(s, "partial clone; ");
	html_printf(s, "<details><summary>%zu</summary>", t->refs_total);
	for (size_t i = 0; i < t->nrefs; i++) {
		html_raw(s, i ? "<br>" : "");
		html_text(s, t->refs[i].name);
		html_printf(s, " %s", t->refs[i].id);
	}
	if (t->refs_total > t->nrefs)
		html_printf(s, "<br>and %zu more", t->refs_total - t->nrefs);
	html_raw(s, "</details>");
}

static void scope_table(struct sink *s, const struct report_run *run) {
	html_raw(s, "<div class=\"wide\"><table><caption>Scope</caption><tr><th scope=\"col\">Target</th><th "
		    "scope=\"col\">Kind</th><th "
		    "scope=\"col\">Commit or digest</th><th scope=\"col\">Branch</th><th scope=\"col\">Remote</th><th "
		    "scope=\"col\" class=\"n\">Commits</th><th scope=\"col\">Refs</th></tr>\n");
	for (size_t i = 0; i < run->ntargets; i++) {
		const struct report_target *t = &run->targets[i];
		const char *cells[] = {t->name, t->kind, t->head ? t->head : t->sha256, t->branch, t->remote};
		html_raw(s, "<tr>");
		for (size_t k = 0; k < 5; k++) {
			html_raw(s, "<td>");
			html_text(s, cells[k] ? cells[k] : "");
			html_raw(s, "</td>");
		}
		html_raw(s, "<td class=\"n\">");
		html_number(s, t->commits);
		html_raw(s, "</td><td>");
		refs(s, t);
		html_raw(s, "</td></tr>\n");
	}
	html_raw(s, "</table></div>\n");
}

static void coverage_table(struct sink *s, const struct report *r) {
	html_raw(s, "<div class=\"wide\"><table><caption>Coverage: seen is read plus skipped</caption><tr><th "
		    "scope=\"col\">Unit</th><th "
		    "scope=\"col\" class=\"n\">Seen</th><th scope=\"col\" class=\"n\">Read</th><th scope=\"col\" "
		    "class=\"n\">Bytes</th><th scope=\"col\">Skipped</th></tr>\n");
	for (unsigned u = 0; u < UNIT_COUNT; u++) {
		struct unit_count n = coverage_unit(r->coverage, (enum unit)u);
		const char *gap = "";
		html_printf(s,
			"<tr><th scope=\"row\">%s</th><td class=\"n\">%" PRIu64 "</td><td class=\"n\">%" PRIu64
			"</td><td class=\"n\">%" PRIu64 "</td><td>",
			unit_name((enum unit)u), n.seen, n.read, n.bytes);
		for (unsigned k = 0; k < SKIP_COUNT; k++) {
			if (!n.skipped[k])
				continue;
			html_printf(s, "%s%" PRIu64 " %s", gap, n.skipped[k], skip_text((enum skip)k));
			gap = ", ";
		}
		html_raw(s, "</td></tr>\n");
	}
	html_raw(s, "</table></div>\n");
}

static void notices(struct sink *s, const struct report *r) {
	const struct notice *at = NULL;
	size_t n = coverage_notices(r->coverage, &at);

	if (n == 0)
		return;
	html_raw(s, "<div class=\"wide\"><table><caption>Notices</caption><tr><th scope=\"col\">Code</th><th "
		    "scope=\"col\">Where</th><th scope=\"col\">What</th></tr>\n");
	for (size_t i = 0; i < n; i++) {
		html_raw(s, "<tr><td>");
		html_text(s, at[i].code);
		html_raw(s, at[i].incomplete ? " (incomplete)</td><td>" : "</td><td>");
		html_text(s, at[i].where);
		html_raw(s, "</td><td>");
		html_text(s, at[i].detail);
		html_raw(s, "</td></tr>\n");
		sink_ease(s);
	}
	html_printf(s, "</table></div><p>%" PRIu64 " further notices were counted and not kept.</p>\n",
		coverage_notices_dropped(r->coverage));
}

static void assessed_table(struct sink *s, const struct report *r) {
	struct assessed a;

	assessed_take(&a, r);
	html_raw(s, "<div class=\"wide\"><table><caption>What was assessed. Without a rule nothing was looked for, "
		    "which is no evidence of "
		    "absence.</caption><tr><th scope=\"col\">Risk</th><th scope=\"col\" class=\"n\">Rules</th><th "
		    "scope=\"col\">State</th><th scope=\"col\">Frameworks (supports an assessment; states no "
		    "compliance)</th></tr>\n");
	for (unsigned i = 0; i < NHI_COUNT; i++) {
		html_printf(s, "<tr><th scope=\"row\">%s %s</th><td class=\"n\">%" PRIu64 "</td><td>%s</td><td>",
			nhi_id(i), nhi_title(i), a.rules[i], assessed_state(&a, i));
		for (size_t k = 0; a.findings[i] && k < builtin_frameworks.n; k++) {
			const struct framework *f = &builtin_frameworks.at[k];
			bool any = false;
			for (size_t m = 0; m < f->nlinks && !f->only; m++) {
				if (f->links[m].nhi != i)
					continue;
				if (!any)
					html_printf(s, "<strong>%s %s:</strong>", f->id, f->edition);
				any = true;
				html_printf(s, " %s%s", f->entries[f->links[m].entry].id,
					f->links[m].published ? " (published)" : "");
			}
			html_raw(s, any ? "<br>" : "");
		}
		html_raw(s, "</td></tr>\n");
	}
	html_raw(s, "</table></div>\n");
}

void html_evidence(struct sink *s, const struct report *r) {
	html_raw(s, "<section aria-labelledby=\"evidence\"><h2 id=\"evidence\">Evidence</h2>\n");
	run_table(s, r);
	scope_table(s, r->run);
	coverage_table(s, r);
	notices(s, r);
	assessed_table(s, r);
	html_raw(s, "<p class=\"dim\">Links to frameworks are suggestions of nhiscan unless marked as published by the "
		    "framework's "
		    "owner.</p></section>\n");
}
