/* A split index (gitformat-index(5), "Split index"): most entries are in a shared file, `sharedindex.ID` beside the index, and the index
 * itself says which of them were deleted, which were replaced, and what was added. */
#ifndef NHISCAN_SCANNERS_GIT_INDEX_SPLIT_H
#define NHISCAN_SCANNERS_GIT_INDEX_SPLIT_H

#include "scanners/git/index.h"

/* Makes the whole index of a split one. `shared` was parsed from the file that `split` names; its bytes must outlive the index too.
 * ERR_FORMAT when they do not go together. */
int index_join(struct index *split, const struct index *shared, struct error *err);

#endif
