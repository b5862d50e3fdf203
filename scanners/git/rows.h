/* The rows of an index in the order in which their objects lie in the pack. */
#ifndef NHISCAN_SCANNERS_GIT_ROWS_H
#define NHISCAN_SCANNERS_GIT_ROWS_H

#include "scanners/git/idx.h"

/* Two arrays of x->count elements (at least one is allocated), which the caller frees: offsets, ascending, and the rows
 * they come from; equal offsets in order of rows. Linear time. */
void rows_by_offset(const struct idx *x, uint64_t **offsets, uint32_t **rows);

#endif
