/* Texts that are cut up in their files: runs of Office Open XML and OpenDocument, cells and outputs of Jupyter notebooks. */
#include "scanners/archive/paper.h"
#include "scanners/node.h"

#include <stdio.h>

/* Elements whose end is the end of a line: paragraphs, cells, rows, breaks (ECMA-376; OpenDocument 1.3). By local name. */
static bool ends_line(struct slice name) {
	static const char *const ends[] = {"p", "h", "br", "line-break", "tr", "row", "si", "c", "tab", "table-cell",
		"table-row", "comment", "t-break", NULL};
	const uint8_t *colon = name.n ? memchr(name.p, ':', name.n) : NULL;

	if (colon)
		name = slice_sub(name, (size_t)(colon - name.p) + 1, name.n);
	for (const char *const *e = ends; *e; e++)
		if (slice_eq(name, slice_str(*e)))
			return true;
	return false;
}

/* At '&'; appends what it stands for, and says how long it is. */
static size_t add_entity(struct buf *out, struct slice s) {
	static const struct {
		const char *text;
		char means;
	} entities[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&#34;", '"'},
		{"&#39;", '\''}, {"&#10;", '\n'}};

	for (size_t i = 0; i < sizeof(entities) / sizeof(*entities); i++)
		if (slice_has_prefix(s, entities[i].text)) {
			buf_add_byte(out, (uint8_t)entities[i].means);
			return strlen(entities[i].text);
		}
	buf_add_byte(out, '&');
	return 1;
}

bool office_give(const struct paper *p) {
	struct slice s = p->doc->bytes;
	struct buf out = {0};

	for (size_t at = 0; at < s.n;) {
		if (s.p[at] == '<') {
			const uint8_t *end = memchr(s.p + at, '>', s.n - at);
			size_t to = end ? (size_t)(end - s.p) : s.n, from = at + 1;
			bool closes = from < to && s.p[from] == '/', empty = to > from && s.p[to - 1] == '/';
			size_t name = from += closes;

			while (name < to && s.p[name] != ' ' && s.p[name] != '/' && s.p[name] != '\t' &&
				s.p[name] != '\n')
				name++;
			if ((closes || empty) && ends_line(slice_sub(s, from, name)) && out.n &&
				out.p[out.n - 1] != '\n')
				buf_add_byte(&out, '\n');
			at = to + 1;
		} else if (s.p[at] == '&') {
			at += add_entity(&out, slice_sub(s, at, s.n));
		} else {
			buf_add_byte(&out, s.p[at++]);
		}
	}
	paper_give_text(p, "text", buf_slice(&out));
	buf_free(&out);
	return false; /* attributes hold values too */
}

/* A text, or a list of its lines. */
static void add_text(struct buf *out, const struct node *n) {
	if (node_is(n, NODE_STRING))
		buf_add_slice(out, n->text);
	for (size_t i = 0; node_is(n, NODE_SEQUENCE) && i < n->n; i++)
		buf_add_slice(out, node_text(n->items[i]));
	if (out->n && out->p[out->n - 1] != '\n')
		buf_add_byte(out, '\n');
}

static void give_cell(const struct paper *p, const struct node *cell, size_t number) {
	const struct node *outputs = node_get(cell, "outputs"), *data;
	struct buf text = {0};
	char name[48];

	add_text(&text, node_get(cell, "source"));
	snprintf(name, sizeof(name), "cell %zu", number);
	paper_give_text(p, name, buf_slice(&text));
	buf_clear(&text);
	for (size_t i = 0; node_is(outputs, NODE_SEQUENCE) && i < outputs->n; i++) {
		add_text(&text, node_get(outputs->items[i], "text"));
		add_text(&text, node_get(outputs->items[i], "traceback"));
		add_text(&text, node_get(outputs->items[i], "evalue"));
		data = node_get(outputs->items[i], "data");
		for (size_t k = 0; node_is(data, NODE_MAPPING) && k < data->n; k++)
			if (slice_has_prefix(node_text(data->members[k].key), "text/"))
				add_text(&text, data->members[k].value);
	}
	snprintf(name, sizeof(name), "output of cell %zu", number);
	paper_give_text(p, name, buf_slice(&text));
	buf_free(&text);
}

/* nbformat 4: cells of the notebook; what JSON escapes and cuts into lines is whole again. */
bool notebook_give(const struct paper *p) {
	struct node_limits lim = node_limits_default();
	struct node_documents tree = {0};
	struct syntax_error why;
	struct arena a = {0};
	bool whole = json_read(&a, p->doc->bytes, false, &lim, &tree, &why) == 0 && tree.n == 1;
	const struct node *cells = whole ? node_get(tree.roots[0], "cells") : NULL;

	for (size_t i = 0; node_is(cells, NODE_SEQUENCE) && i < cells->n; i++)
		give_cell(p, cells->items[i], i + 1);
	arena_free(&a);
	return false; /* metadata, attachments */
}
