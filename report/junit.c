/* The format "junit": a test case for each rule that was active, failed where it has findings that count, so that passing rules show too.
 * There is no standard; the elements are those that Jenkins, GitLab and Azure Pipelines read. */
#include "report/evidence.h"
#include "report/formats.h"
#include "report/inert.h"
#include "report/sink.h"
#include "report/wording.h"

#include "core/map.h"
#include "core/memory.h"

#include <stdlib.h>

enum { LISTED = 100 }; /* findings told of one rule: pages that show them are not made for more */

struct tally {
	uint64_t failed, others, suppressed;
	size_t first; /* finding */
};

static void attribute(struct buf *b, const char *name, const char *value) {
	buf_printf(b, " %s=\"", name);
	inert_markup(b, slice_str(value));
	buf_add_byte(b, '"');
}

static bool is_told(const struct report *r, const struct finding *f, const struct rule *rule, bool failed) {
	return !f->suppressed && f->rule == rule && report_counts(r->run, f) == failed;
}

/* Sorted by severity and confidence, then rule: those of one rule need not stand together. */
static void list(struct buf *b, const struct report *r, const struct rule *rule, size_t from, uint64_t n, bool failed) {
	uint64_t told = 0;

	for (size_t i = from; i < r->nfindings && told < n && told < LISTED; i++) {
		struct buf text = {0};
		if (!is_told(r, &r->findings[i], rule, failed))
			continue;
		told++;
		buf_printf(b, "%s, confidence %s: ", severity_name(r->findings[i].severity),
			confidence_name(r->findings[i].confidence));
		wording_sentence(&text, r, &r->findings[i]);
		inert_markup(b, buf_slice(&text));
		buf_add_byte(b, '\n');
		buf_free(&text);
	}
	if (n > told)
		buf_printf(b, "%llu more\n", (unsigned long long)(n - told));
}

static void add_case(struct buf *b, const struct report *r, const struct rule *rule, const struct tally *t) {
	buf_add_str(b, "    <testcase classname=\"nhiscan\"");
	attribute(b, "name", rule->id);
	buf_add_str(b, " time=\"0\"");
	if (!t->failed && !t->others) {
		buf_add_str(b, "/>\n");
		return;
	}
	buf_add_str(b, ">\n");
	if (t->failed) {
		buf_printf(b, "      <failure type=\"%s\" message=\"%llu finding%s: ", severity_name(rule->severity),
			(unsigned long long)t->failed, t->failed == 1 ? "" : "s");
		inert_markup(b, slice_str(rule->title));
		buf_add_str(b, "\">");
		list(b, r, rule, t->first, t->failed, true);
		if (rule->fix && *rule->fix) {
			buf_add_str(b, "fix: ");
			inert_markup(b, slice_str(rule->fix));
		}
		buf_add_str(b, "</failure>\n");
	}
	if (t->others) {
		buf_add_str(b, "      <system-out>");
		list(b, r, rule, t->first, t->others, false);
		buf_add_str(b, "</system-out>\n");
	}
	buf_add_str(b, "    </testcase>\n");
}

/* One tally a rule: those that were active, and those that have findings only (reports of older versions). */
static void take(const struct report *r, struct map *index, struct tally *tallies, const struct rule **rules) {
	size_t n = 0;

	for (size_t i = 0; i < r->nrules; i++) {
		bool added = false;
		struct map_entry *e = map_put(index, slice_str(r->rules[i]->id), &added);
		if (!added)
			continue;
		rules[n] = r->rules[i];
		e->value.num = n++;
	}
	for (size_t i = 0; i < r->nfindings; i++) {
		const struct finding *f = &r->findings[i];
		bool added = false;
		struct map_entry *e = map_put(index, slice_str(f->rule->id), &added);
		if (added)
			e->value.num = n++;
		struct tally *t = &tallies[e->value.num];
		rules[e->value.num] = f->rule; /* the same object as in findings: compared by address */
		if (f->suppressed) {
			t->suppressed++;
			continue;
		}
		if (!t->failed && !t->others)
			t->first = i;
		if (report_counts(r->run, f))
			t->failed++;
		else
			t->others++;
	}
}

/* Properties of the suite, which come ahead of its cases (Jenkins' and Ant's schema). */
static void add_evidence(struct buf *b, const struct report *r) {
	struct evidence_list rows = {0};
	struct arena a = {0};

	evidence_all(r, &a, &rows);
	buf_add_str(b, "    <properties>\n");
	for (size_t i = 0; i < rows.n; i++) {
		buf_printf(b, "      <property name=\"%s\" value=\"", evidence_slug(&a, rows.at[i].name));
		inert_markup(b, slice_str(rows.at[i].value ? rows.at[i].value : "not known"));
		buf_add_str(b, "\"/>\n");
	}
	buf_add_str(b, "    </properties>\n");
	VEC_FREE(&rows);
	arena_free(&a);
}

static int write_suites(const struct report *r, const struct report_style *style, FILE *out, struct error *err) {
	struct sink s = {.out = out};
	struct map index = {0};
	size_t room = r->nrules + r->nfindings + 1;
	struct tally *tallies = mem_alloc_n(room, sizeof(*tallies));
	const struct rule **rules = mem_alloc_n(room, sizeof(*rules));
	bool incomplete = coverage_is_incomplete(r->coverage) || r->run->interrupted || r->run->exit_code == 3;
	size_t failures = 0;
	char date[DATE_TEXT_MAX];

	(void)style;
	take(r, &index, tallies, rules);
	for (size_t i = 0; i < index.n; i++)
		failures += tallies[i].failed > 0;
	date_format(r->run->started, date);
	date[19] = '\0'; /* without a zone: what readers of this format take */
	buf_printf(&s.b,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"nhiscan\" tests=\"%zu\" "
		"failures=\"%zu\" "
		"errors=\"%d\" time=\"%lld\">\n  <testsuite name=\"nhiscan\" tests=\"%zu\" failures=\"%zu\" "
		"errors=\"%d\" "
		"skipped=\"0\" time=\"%lld\" timestamp=\"%s\">\n",
		index.n + 1, failures, incomplete, (long long)(r->run->ended - r->run->started), index.n + 1, failures,
		incomplete, (long long)(r->run->ended - r->run->started), date);
	add_evidence(&s.b, r);
	buf_add_str(&s.b, "    <testcase classname=\"nhiscan\" name=\"scan-is-complete\" time=\"0\"");
	if (incomplete)
		buf_printf(&s.b,
			"><error type=\"incomplete\" message=\"exit %d: something could not be read; the coverage "
			"of another format says what\"/></testcase>\n",
			r->run->exit_code);
	else
		buf_add_str(&s.b, "/>\n");
	for (size_t i = 0; i < index.n; i++) {
		add_case(&s.b, r, rules[i], &tallies[i]);
		sink_ease(&s);
	}
	buf_add_str(&s.b, "  </testsuite>\n</testsuites>\n");
	free(tallies);
	free(rules);
	map_free(&index);
	return sink_finish(&s, err);
}

const struct report_format report_junit = {
	.name = "junit",
	.extension = "xml",
	.media_type = "application/xml",
	.help = "a test case for each rule, for Jenkins, GitLab and Azure Pipelines",
	.tells_program = true,
	.write = write_suites,
};
