/* A table of line starts and the spans made with it. What a line is in a report is core/text.h's: it ends at LF. */
#include "scanners/lines.h"

#include <stdlib.h>
#include <string.h>

void lines_of(struct lines *l, struct slice bytes) {
	l->starts.n = 0;
	l->last = 0;
	VEC_PUSH(&l->starts, 0);
	for (size_t at = 0; at < bytes.n;) {
		const uint8_t *lf = memchr(bytes.p + at, '\n', bytes.n - at);

		if (!lf)
			break;
		at = (size_t)(lf - bytes.p) + 1;
		VEC_PUSH(&l->starts, at);
	}
}

void lines_free(struct lines *l) {
	VEC_FREE(&l->starts);
}

void lines_place(struct lines *l, uint64_t at, unsigned *line, unsigned *column) {
	size_t lo = 0, hi = l->starts.n;

	if (l->starts.at[l->last] <= at) {
		lo = l->last;
		if (lo + 1 == hi || l->starts.at[lo + 1] > at)
			hi = lo + 1;
	} else {
		hi = l->last;
	}
	while (hi - lo > 1) {
		const size_t mid = lo + (hi - lo) / 2;

		if (l->starts.at[mid] <= at)
			lo = mid;
		else
			hi = mid;
	}
	l->last = lo;
	*line = (unsigned)(lo + 1);
	*column = (unsigned)(at - l->starts.at[lo] + 1);
}

struct span lines_span(struct lines *l, uint64_t start, uint64_t end) {
	struct span s = {.start = start, .end = end};

	lines_place(l, start, &s.line, &s.column);
	lines_place(l, end, &s.end_line, &s.end_column);
	return s;
}
