/* Counting lines. Which candidates there are, and in which pieces they moved, is version.c's business. */
#include "rules/line_marks.h"

#include <stdlib.h>

/* Marks stand this far apart where a text is counted through, at most MARKS_GAP where it was put together from pieces. */
#define MARKS_STEP ((uint64_t)16 << 10)
#define MARKS_GAP  ((uint64_t)64 << 10)
/* Nearer ones are not kept: a piece may be copied any number of times. */
#define MARKS_NEAR (MARKS_STEP / 2)

bool candidates_any_stands(const candidate_vec *v) {
	for (size_t i = 0; i < v->n; i++)
		if (!v->at[i].what->judgement.rejected)
			return true;
	return false;
}

/* The last mark at or before `at`. */
static const struct line_mark *mark_before(const line_marks *m, uint64_t at) {
	size_t lo = 0, hi = m->n;

	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (m->at[mid].at <= at)
			lo = mid;
		else
			hi = mid;
	}
	return &m->at[lo];
}

/* Adds marks up to `to`, as dense as in a text that is counted through. */
static void marks_fill(line_marks *m, const struct rope *text, uint64_t to) {
	struct line_mark last = m->at[m->n - 1];

	while (to - last.at > MARKS_STEP) {
		last.feeds += rope_count_lf(text, last.at, last.at + MARKS_STEP);
		last.at += MARKS_STEP;
		VEC_PUSH(m, last);
	}
}

/* Fills gaps between marks that were carried. */
static void marks_settle(line_marks *m, const struct rope *text) {
	line_marks all = {0};
	bool whole = true;

	for (size_t i = 0; i < m->n && whole; i++)
		whole = (i + 1 < m->n ? m->at[i + 1].at : text->n) - m->at[i].at <= MARKS_GAP;
	if (m->n && whole)
		return;
	VEC_PUSH(&all, ((struct line_mark){0, 0}));
	for (size_t i = 0; i <= m->n; i++) {
		uint64_t next = i < m->n ? m->at[i].at : text->n;

		if (next - all.at[all.n - 1].at > MARKS_GAP)
			marks_fill(&all, text, next);
		if (i < m->n && next > all.at[all.n - 1].at)
			VEC_PUSH(&all, m->at[i]);
	}
	VEC_FREE(m);
	*m = all;
}

/* Where the line begins that was looked at last: a line may be as long as the text and hold any number of places. */
struct known_line {
	bool is_known;
	uint64_t feeds, start;
};

/* Spans may nest: `from` is a place at or before `at` whose line is known. */
static void place(const struct rope *text, const struct line_mark *from, uint64_t at, unsigned *line, unsigned *column,
	struct line_mark *reached, struct known_line *known) {
	*reached = (struct line_mark){at, from->feeds + rope_count_lf(text, from->at, at)}; /* may be `from` */
	if (!known->is_known || known->feeds != reached->feeds)
		*known = (struct known_line){true, reached->feeds, rope_line_start(text, at)};
	*line = (unsigned)reached->feeds + 1;
	*column = (unsigned)(at - known->start) + 1;
}

void candidates_place(candidate_vec *v, const struct rope *text, line_marks *marks) {
	struct line_mark last = {0, 0};
	struct known_line starts = {0}, ends = {0};

	marks_settle(marks, text);
	for (size_t i = 0; i < v->n; i++) {
		struct candidate *c = &v->at[i];
		const struct candidate *before = i ? &v->at[i - 1] : NULL;
		const struct line_mark *m;
		struct line_mark end;

		if (c->line)
			continue;
		if (before && before->start == c->start && before->end == c->end) { /* in one encoded text */
			c->line = before->line;
			c->column = before->column;
			c->end_line = before->end_line;
			c->end_column = before->end_column;
			continue;
		}
		m = mark_before(marks, c->start);
		place(text, last.at > m->at ? &last : m, c->start, &c->line, &c->column, &last, &starts);
		place(text, &last, c->end, &c->end_line, &c->end_column, &end, &ends);
	}
}

/* What was left out before a copy is counted; a copy that would need more counting than it has bytes, or that goes back, counts as
 * inserted: deltas take short pieces from anywhere. */
void line_carrier_next(struct line_carrier *c, const struct piece *p) {
	c->in_order = p->copied && p->src >= c->base_at && p->src - c->base_at <= p->len;
	if (!c->in_order) {
		c->inserted += rope_count_lf(c->text, p->dst, p->dst + p->len);
		return;
	}
	c->shift += c->inserted - rope_count_lf(c->base, c->base_at, p->src);
	c->inserted = 0;
	c->base_at = p->src + p->len;
	for (const struct line_mark *m = mark_before(c->base_marks, p->src),
				    *end = c->base_marks->at + c->base_marks->n;
		m < end && m->at <= p->src + p->len; m++) {
		uint64_t at = m->at + p->dst - p->src;

		if (m->at >= p->src && (c->marks->n == 0 || at - c->marks->at[c->marks->n - 1].at >= MARKS_NEAR))
			VEC_PUSH(c->marks, ((struct line_mark){at, m->feeds + c->shift}));
	}
}

void line_carrier_move(struct line_carrier *c, const struct piece *p, struct candidate *x) {
	uint64_t line_start = x->start - (x->column - 1); /* if the line begins in the copy too */

	x->line += (unsigned)c->shift;
	x->end_line += (unsigned)c->shift;
	if (line_start >= p->dst && x->column <= x->start + 1 && (line_start > p->dst || (p->dst == 0 && p->src == 0)))
		return;
	if (c->line != x->line) {
		c->line = x->line;
		c->line_start = rope_line_start(c->text, x->start);
	}
	x->column = (unsigned)(x->start - c->line_start) + 1;
	if (x->end_line == x->line)
		x->end_column = x->column + (unsigned)(x->end - x->start);
}
