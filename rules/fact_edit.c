/* Edits: a value replaced, or lines put above or below one with its indentation. Only where the text is as plain as the edit takes it to be: anything
 * else is left to people. */
#include "rules/fact_edit.h"

#include "core/buf.h"

#include <stdlib.h>

struct place_of_edit {
	struct slice text;
	struct span span;
	size_t line; /* offset of the line's first byte */
	size_t end;  /* … of its line end, or the text's */
	size_t indent;
	const char *eol;
};

/* Files as they lie there, on their own. */
static bool is_editable(const struct fact_source *s) {
	if (!s || s->container || !s->text.n)
		return false;
	return s->place == PLACE_FILE || s->place == PLACE_WORKTREE || s->place == PLACE_UNTRACKED;
}

static bool find_place(struct slice text, struct span span, struct place_of_edit *p) {
	if (!span.line || span.start >= text.n || span.end > text.n || span.end < span.start)
		return false;
	*p = (struct place_of_edit){.text = text, .span = span, .line = span.start, .end = span.end, .eol = "\n"};
	while (p->line && text.p[p->line - 1] != '\n')
		p->line--;
	while (p->end < text.n && text.p[p->end] != '\n')
		p->end++;
	if (p->end > p->line && text.p[p->end - 1] == '\r') {
		p->end--;
		p->eol = "\r\n";
	}
	return true;
}

/* Blanks, and marks of list items, up to the key of the line. False: the line begins with something else than what a line can be put beside. */
static bool find_indent(struct place_of_edit *p, bool items) {
	size_t at = p->line;

	while (at < p->span.start &&
		(p->text.p[at] == ' ' ||
			(items && p->text.p[at] == '-' && at + 1 < p->span.start && p->text.p[at + 1] == ' ')))
		at++;
	p->indent = at - p->line;
	return at < p->end && p->text.p[at] != '\t' && p->text.p[at] != '{' && p->text.p[at] != '[' &&
	       (p->text.p[at] != '-' || at + 1 == p->end || p->text.p[at + 1] != ' ');
}

/* Nothing but blanks and a comment behind the value. */
static bool ends_line(const struct place_of_edit *p) {
	size_t at = p->span.end;

	while (at < p->end && p->text.p[at] == ' ')
		at++;
	return at >= p->end || p->text.p[at] == '#';
}

static void add_lines(struct buf *b, const struct place_of_edit *p, const char *lines) {
	while (*lines) {
		const size_t n = strcspn(lines, "\n");

		for (size_t i = 0; n && i < p->indent; i++)
			buf_add_byte(b, ' ');
		buf_add(b, lines, n);
		lines += n;
		if (*lines == '\n') {
			buf_add_str(b, p->eol);
			lines++;
		}
	}
}

static struct slice unquoted(struct slice s) {
	if (s.n >= 2 && (s.p[0] == '"' || s.p[0] == '\'') && s.p[s.n - 1] == s.p[0])
		return slice_sub(s, 1, s.n - 1);
	return s;
}

static bool is_one_of(const struct rule_edit *e, struct slice text) {
	for (size_t i = 0; i < e->nof; i++)
		if (slice_eq(text, slice_str(e->of[i])))
			return true;
	return e->nof == 0;
}

static const struct edit *make(
	struct arena *a, const struct rule_edit *e, struct slice value, struct place_of_edit *p) {
	const char *replacement = e->replace ? e->replace : value.n ? arena_str(a, value) : NULL;
	const struct slice text = slice_sub(p->text, p->span.start, p->span.end);
	struct edit *out = ARENA_NEW(a, struct edit);
	struct buf b = {0};

	if (!is_one_of(e, unquoted(text)))
		return NULL;
	if (e->value && (!replacement || !ends_line(p)))
		return NULL;
	if (replacement) {
		*out = (struct edit){p->span.line, p->span.column, p->span.end_line, p->span.end_column, p->span.start,
			p->span.end - p->span.start, replacement};
		return text.n && p->span.line == p->span.end_line ? out : NULL;
	}
	if (!e->before && !e->after)
		return NULL;
	if (!find_indent(p, e->after != NULL) || (e->after && !ends_line(p)))
		return NULL;
	if (e->before) {
		*out = (struct edit){.line = p->span.line, .column = 1, .end_line = p->span.line, .end_column = 1};
		out->offset = p->line;
		add_lines(&b, p, e->before);
		buf_add_str(&b, p->eol);
	} else {
		const unsigned column = (unsigned)(p->end - p->line) + 1;

		if (p->span.line != p->span.end_line)
			return NULL;
		*out = (struct edit){
			.line = p->span.line, .column = column, .end_line = p->span.line, .end_column = column};
		out->offset = p->end;
		buf_add_str(&b, p->eol);
		add_lines(&b, p, e->after);
	}
	out->text = arena_str(a, buf_slice(&b));
	buf_free(&b);
	return out;
}

const struct edit *fact_edit_make(struct arena *a, const struct fact_judge *j, const struct fact_verdict *v) {
	const struct rule_over_facts *f = v->rule->facts;

	for (size_t i = 0; i < f->nedits; i++) {
		const struct fact *holder = v->fact;
		const struct span at = fact_judge_edit_at(j, v, i, &holder);
		struct place_of_edit p;
		const struct edit *e;

		if (!is_editable(holder->source) || !find_place(holder->source->text, at, &p))
			continue;
		e = make(a, &f->edits[i], fact_judge_edit_value(j, v, i), &p);
		if (e)
			return e;
	}
	return NULL;
}
