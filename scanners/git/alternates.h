/* The folders of a store: its own and those of objects/info/alternates. Format: gitrepository-layout(5). */
#ifndef NHISCAN_SCANNERS_GIT_ALTERNATES_H
#define NHISCAN_SCANNERS_GIT_ALTERNATES_H

#include "scanners/git/store_parts.h"

/* Fills s->folders, `objects` first, each folder once however the files refer to each other. Git's bounds: alternates of
 * alternates at most 5 deep. An alternate that can't be used is a problem of the store. ERR_IO when `objects` is no folder. */
int alternates_open(struct store *s, const char *objects, struct error *err);

/* Keeps a sentence for store_problems(). */
void store_problem(struct store *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
