/* Where the first copy of each object is, in one table over all packs: a search in each of a thousand indexes takes a thousand times
 * as long. Only for store.c, which asks the indexes themselves while there is no table. */
#ifndef NHISCAN_SCANNERS_GIT_LOOKUP_H
#define NHISCAN_SCANNERS_GIT_LOOKUP_H

#include "scanners/git/store_parts.h"

/* 8 bytes an object. NULL: too many objects for one table. */
struct lookup *lookup_new(const struct store *s);
void lookup_free(struct lookup *l);
bool lookup_find(const struct lookup *l, const struct store *s, const uint8_t *id, struct store_copy *out);

#endif
