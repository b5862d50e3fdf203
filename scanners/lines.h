/* Where a byte stands in a text: a table of line starts, and spans made with it. For the readers of YAML, JSON and TOML. */
#ifndef NHISCAN_SCANNERS_LINES_H
#define NHISCAN_SCANNERS_LINES_H

#include "core/vec.h"
#include "scanners/node.h"

struct lines {
	VEC(uint64_t) starts; /* offset of each line's first byte; lines end at LF */
	size_t last;	      /* where the last question was answered: the next is mostly near */
};

void lines_of(struct lines *l, struct slice bytes);
void lines_free(struct lines *l);
/* 1-based line and column in bytes of offset `at`. */
void lines_place(struct lines *l, uint64_t at, unsigned *line, unsigned *column);
struct span lines_span(struct lines *l, uint64_t start, uint64_t end);

#endif
