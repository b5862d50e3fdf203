/* The timeline of the HTML format: when the secrets that were exposed longest came in, and when they left HEAD's history, drawn as SVG. */
#include "report/html.h"

#include "core/memory.h"
#include "report/wording.h"

#include <stdlib.h>

enum { ROWS_MAX = 40, ROW = 22, LEFT = 300, WIDTH = 960, TOP = 30, DAYS_SHOWN = 4 };

struct row {
	const struct finding *f;
	const struct sighting *s;
	int64_t from, to;
};

static bool span_of(const struct report *r, const struct finding *f, struct row *out) {
	*out = (struct row){.f = f};
	for (size_t i = 0; i < f->nsightings; i++) {
		const struct sighting *s = &f->sightings[i];
		int64_t to = s->days_exposed >= 0 ? s->authored.at + s->days_exposed * 86400
			     : s->at_head	  ? r->run->ended
						  : s->authored.at;
		if (s->authored.state != WHEN_AT || to < s->authored.at)
			continue;
		if (!out->s || to - s->authored.at > out->to - out->from)
			*out = (struct row){f, s, s->authored.at, to};
	}
	return out->s != NULL;
}

static int longest_first(const void *pa, const void *pb) {
	const struct row *a = pa, *b = pb;
	int64_t x = a->to - a->from, y = b->to - b->from;
	if (x != y)
		return x > y ? -1 : 1;
	return finding_cmp(a->f, b->f);
}

static long long at(int64_t t, int64_t first, int64_t last) {
	double share = last > first ? (double)(t - first) / (double)(last - first) : 0;
	return LEFT + (long long)(share * (WIDTH - LEFT - 20));
}

static void date(struct sink *s, int64_t t) {
	char text[DATE_TEXT_MAX];
	date_format(t, text);
	html_printf(s, "%.10s", text);
}

static void label(struct sink *s, const struct report *r, const struct row *row) {
	struct buf b = {0};
	size_t n;

	buf_add_str(&b, row->f->rule->title);
	buf_add_str(&b, ", ");
	wording_subject(&b, r->run, row->s);
	for (n = b.n < 44 ? b.n : 44; n < b.n && n > 40 && (b.p[n] & 0xc0) == 0x80; n--)
		;
	html_bytes(s, slice_sub(buf_slice(&b), 0, n));
	if (n < b.n)
		html_raw(s, "…");
	buf_free(&b);
}

static void draw(struct sink *s, const struct report *r, const struct row *rows, size_t n) {
	int64_t first = rows[0].from, last = rows[0].to;
	int height = TOP + (int)n * ROW + 10;

	for (size_t i = 0; i < n; i++) {
		first = rows[i].from < first ? rows[i].from : first;
		last = rows[i].to > last ? rows[i].to : last;
	}
	/* Each mark of the axis is a day of its own. */
	if (last - first < DAYS_SHOWN * 86400)
		first = last - DAYS_SHOWN * 86400;
	html_printf(s,
		"<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"Timeline, scrolls sideways\"><svg "
		"viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" "
		"aria-labelledby=\"tl-t tl-d\"><title id=\"tl-t\">Timeline of exposure</title><desc id=\"tl-d\">One "
		"bar "
		"for each secret, from its first commit until it left the history of HEAD or until the scan; the table "
		"below says the same in words.</desc>\n",
		WIDTH, height, WIDTH, height);
	for (int k = 0; k <= 4; k++) {
		int64_t t = first + (last - first) / 4 * k;
		long long x = at(t, first, last);
		html_printf(s,
			"<line class=\"axis\" x1=\"%lld\" y1=\"%d\" x2=\"%lld\" y2=\"%d\"/><text x=\"%lld\" y=\"14\" "
			"text-anchor=\"%s\">",
			x, TOP - 8, x, height - 5, x,
			k == 0	 ? "start"
			: k == 4 ? "end"
				 : "middle");
		date(s, t);
		html_raw(s, "</text>\n");
	}
	for (size_t i = 0; i < n; i++) {
		long long x = at(rows[i].from, first, last), end = at(rows[i].to, first, last);
		int y = TOP + (int)i * ROW;
		html_printf(s, "<text x=\"0\" y=\"%d\">", y + 13);
		label(s, r, &rows[i]);
		html_printf(s,
			"</text><rect class=\"%s\" x=\"%lld\" y=\"%d\" width=\"%lld\" height=\"12\" rx=\"2\"/>\n",
			rows[i].s->at_head ? "still" : "span", x, y + 2, end > x + 3 ? end - x : 3);
	}
	html_raw(s, "</svg></div>\n");
}

static void tell(struct sink *s, const struct report *r, const struct row *rows, size_t n) {
	html_raw(s, "<details><summary>The same as a table</summary><div "
		    "class=\"wide\"><table><caption>Exposure</caption><tr><th "
		    "scope=\"col\">What</th><th scope=\"col\">From</th><th scope=\"col\">Until</th><th scope=\"col\" "
		    "class=\"n\">Days</th></tr>\n");
	for (size_t i = 0; i < n; i++) {
		html_raw(s, "<tr><td>");
		label(s, r, &rows[i]);
		html_raw(s, "</td><td>");
		date(s, rows[i].from);
		html_raw(s, "</td><td>");
		if (rows[i].s->at_head)
			html_raw(s, "still there");
		else
			date(s, rows[i].to);
		html_printf(
			s, "</td><td class=\"n\">%lld</td></tr>\n", (long long)((rows[i].to - rows[i].from) / 86400));
	}
	html_raw(s, "</table></div></details>\n");
}

void html_timeline(struct sink *s, const struct report *r) {
	struct row *rows = mem_alloc_n(r->nfindings + 1, sizeof(*rows));
	size_t n = 0;

	for (size_t i = 0; i < r->nfindings; i++)
		if (!r->findings[i].suppressed && span_of(r, &r->findings[i], &rows[n]))
			n++;
	if (n) {
		size_t shown = n < ROWS_MAX ? n : ROWS_MAX;
		qsort(rows, n, sizeof(*rows), longest_first);
		html_printf(s,
			"<section aria-labelledby=\"timeline\"><h2 id=\"timeline\">Timeline of exposure</h2>\n<p>%s "
			"%zu "
			"of %zu with a date, the longest exposed first. Red bars are still at HEAD.</p>\n",
			shown < n ? "The first" : "All", shown, n);
		draw(s, r, rows, shown);
		tell(s, r, rows, shown);
		html_raw(s, "</section>\n");
	}
	free(rows);
}
