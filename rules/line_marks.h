/* Lines and columns of candidates, worked out only where something is reported, and carried from version to version: what is counted
 * is what was inserted or left out, not the text. */
#ifndef NHISCAN_RULES_LINE_MARKS_H
#define NHISCAN_RULES_LINE_MARKS_H

#include "core/rope.h"
#include "rules/candidate.h"
#include "scanners/document.h"

/* How many LF stand before byte `at`. */
struct line_mark {
	uint64_t at, feeds;
};

/* Sorted, begins with the text's beginning, never far apart: from the nearest mark a line is counted in a bounded number of bytes.
 * Empty: nobody has counted yet. */
typedef VEC(struct line_mark) line_marks;

/* True when one of them would be reported: only then are lines of any use. */
bool candidates_any_stands(const candidate_vec *v);

/* Fills in the lines of those (sorted) that have none. Adds the marks that are missing. */
void candidates_place(candidate_vec *v, const struct rope *text, line_marks *marks);

/* What the lines of a version are counted from, piece by piece in order. */
struct line_carrier {
	const struct rope *base, *text;
	const line_marks *base_marks;
	line_marks *marks; /* of the version */
	uint64_t
		shift; /* LF before the piece at hand in the version, less those before its source in the base; modulo 2^64 */
	uint64_t base_at;  /* where the last copy in order ended in the base */
	uint64_t inserted; /* LF counted in the version since */
	bool in_order;	   /* the piece at hand is such a copy */
	unsigned line;	   /* that was looked for last in the version, and where it begins; 0: none was */
	uint64_t line_start;
};

/* To be called for each piece before what it carries. */
void line_carrier_next(struct line_carrier *c, const struct piece *p);
/* Gives a candidate that the piece at hand carried, and that was placed in the base, its lines, if that is little work. */
void line_carrier_move(struct line_carrier *c, const struct piece *p, struct candidate *x);

#endif
