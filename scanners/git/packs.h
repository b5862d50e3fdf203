/* The packs of a store: found, mapped, joined with their index or with the multi-pack-index. */
#ifndef NHISCAN_SCANNERS_GIT_PACKS_H
#define NHISCAN_SCANNERS_GIT_PACKS_H

#include "scanners/git/store_parts.h"

/* Fills s->packs from all of s->folders. What can't be used becomes a problem of the store. */
void packs_open(struct store *s);
void packs_close(struct store *s);

#endif
