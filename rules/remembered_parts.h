/* Inside of what is remembered, for remembered.c and remembered_seal.c. Everybody else includes remembered.h. */
#ifndef NHISCAN_RULES_REMEMBERED_PARTS_H
#define NHISCAN_RULES_REMEMBERED_PARTS_H

#include "rules/remembered.h"

struct remembered {
	size_t nrules;
	VEC(const struct appraisal *) appraisals; /* by number */
	struct map numbers;			  /* of appraisals, by where they are in memory */
	struct map objects;			  /* by id: where their list begins in `lists` */
	struct buf lists;			  /* a count, then places, each with the number of an appraisal */
	size_t added;
	struct arena arena; /* of what was read from a file */
};

void remembered_write(const struct remembered *r, struct buf *out);
/* -1: the bytes are damaged. */
int remembered_read(struct remembered *r, struct slice bytes);

#endif
