/* The identity graph of the HTML format: who can become whom, drawn as SVG in columns by the number of steps to an administrator. */
#include "report/html.h"

#include "core/memory.h"

#include <stdlib.h>

enum { NODES_MAX = 60, COLUMN = 260, ROW = 34, BOX = 210, UNREACHED = 5 };

/* Steps to the nearest administrator, at most UNREACHED. */
static void measure(const struct report_graph *g, uint8_t *steps) {
	for (size_t i = 0; i < g->nidentities; i++)
		steps[i] = g->identities[i].is_admin ? 0 : UNREACHED;
	for (unsigned round = 1; round < UNREACHED; round++)
		for (size_t k = 0; k < g->nsteps; k++)
			if (steps[g->steps[k].to] == round - 1 && steps[g->steps[k].from] > round)
				steps[g->steps[k].from] = (uint8_t)round;
}

static bool has_step(const struct report_graph *g, size_t i) {
	for (size_t k = 0; k < g->nsteps; k++)
		if (g->steps[k].from == i || g->steps[k].to == i)
			return true;
	return false;
}

static void name(struct sink *s, const char *text) {
	struct slice all = slice_str(text);
	size_t n = all.n;

	/* The end of an ARN tells more than its start. */
	if (n > 30) {
		size_t at = n - 28;
		while (at < n && (all.p[at] & 0xc0) == 0x80)
			at++;
		html_raw(s, "…");
		all = slice_sub(all, at, n);
	}
	html_bytes(s, all);
}

static void draw(struct sink *s, const struct report_graph *g, const uint8_t *steps, const bool *shown) {
	unsigned rows[UNREACHED + 1] = {0}, most = 0;
	int *x = mem_alloc_n(g->nidentities + 1, sizeof(*x)), *y = mem_alloc_n(g->nidentities + 1, sizeof(*y));

	for (size_t i = 0; i < g->nidentities; i++) {
		if (!shown[i])
			continue;
		x[i] = 10 + (UNREACHED - steps[i]) * COLUMN;
		y[i] = 10 + (int)rows[steps[i]]++ * ROW;
		most = rows[steps[i]] > most ? rows[steps[i]] : most;
	}
	int width = 10 + UNREACHED * COLUMN + BOX + 20, height = 20 + (int)most * ROW;
	html_printf(s,
		"<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"Identity graph, scrolls "
		"sideways\"><svg "
		"viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" aria-labelledby=\"g-t g-d\" "
		"><title id=\"g-t\">Who can become whom</title><desc id=\"g-d\">Boxes are "
		"identities, lines "
		"lead to those that they can take on; administrators stand to the right. The table below says the same "
		"in "
		"words.</desc><defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" "
		"markerHeight=\"7\" orient=\"auto\"><path class=\"edge\" d=\"M0 0L8 4L0 8\"/></marker></defs>\n",
		width, height, width, height);
	for (size_t k = 0; k < g->nsteps; k++) {
		unsigned a = g->steps[k].from, b = g->steps[k].to;
		if (!shown[a] || !shown[b] || a == b)
			continue;
		bool back = x[b] <= x[a];
		int from = back ? x[a] : x[a] + BOX, to = back ? x[b] + BOX : x[b];
		html_printf(s, "<path class=\"edge\" marker-end=\"url(#arrow)\" d=\"M%d %dC%d %d %d %d %d %d\"/>\n",
			from, y[a] + 13, (from + to) / 2, y[a] + 13, (from + to) / 2, y[b] + 13, to, y[b] + 13);
	}
	for (size_t i = 0; i < g->nidentities; i++) {
		if (!shown[i])
			continue;
		html_printf(s,
			"<rect class=\"node%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"26\" rx=\"5\"/><text x=\"%d\" "
			"y=\"%d\">",
			g->identities[i].is_admin ? " admin" : "", x[i], y[i], BOX, x[i] + 7, y[i] + 17);
		name(s, g->identities[i].name);
		html_raw(s, "</text>\n");
	}
	html_raw(s, "</svg></div>\n");
	free(x);
	free(y);
}

static void tell(struct sink *s, const struct report_graph *g) {
	html_raw(s, "<details><summary>The same as a table</summary><div "
		    "class=\"wide\"><table><caption>Steps</caption><tr><th "
		    "scope=\"col\">Who</th><th scope=\"col\">can become</th></tr>\n");
	for (size_t k = 0; k < g->nsteps; k++) {
		html_raw(s, "<tr><td>");
		html_text(s, g->identities[g->steps[k].from].name);
		html_raw(s, "</td><td>");
		html_text(s, g->identities[g->steps[k].to].name);
		html_raw(s, g->identities[g->steps[k].to].is_admin ? " (administrator)</td></tr>\n" : "</td></tr>\n");
		sink_ease(s);
	}
	html_raw(s, "</table></div></details>\n");
}

void html_graph(struct sink *s, const struct report *r) {
	const struct report_graph *g = r->graph;
	uint8_t *steps;
	bool *shown;
	size_t n = 0, total = 0;

	if (!g || g->nsteps == 0)
		return;
	steps = mem_alloc_n(g->nidentities + 1, sizeof(*steps));
	shown = mem_alloc_n(g->nidentities + 1, sizeof(*shown));
	measure(g, steps);
	/* Nearest to an administrator first. */
	for (unsigned k = 0; k <= UNREACHED; k++)
		for (size_t i = 0; i < g->nidentities; i++) {
			if (steps[i] != k || !has_step(g, i))
				continue;
			total++;
			if (n < NODES_MAX) {
				shown[i] = true;
				n++;
			}
		}
	html_printf(s,
		"<section aria-labelledby=\"graph\"><h2 id=\"graph\">Who can become whom</h2>\n<p>%zu of %zu "
		"identities that can "
		"take on another one or be taken on, the nearest to an administrator first. Administrators have a "
		"thick "
		"border.</p>\n",
		n, total);
	draw(s, g, steps, shown);
	tell(s, g);
	html_raw(s, "</section>\n");
	free(steps);
	free(shown);
}
