/* What commits say of trees, parents and dates, kept while the whole store is read, so that loading the history need not inflate
 * every commit a second time. Bounded: what is not kept is read again. */
#ifndef NHISCAN_SCANNERS_GIT_COMMIT_NOTES_H
#define NHISCAN_SCANNERS_GIT_COMMIT_NOTES_H

#include "scanners/git/commit.h"

struct commit_notes;

struct commit_notes *commit_notes_new(unsigned id_bytes, unsigned threads);
void commit_notes_free(struct commit_notes *n);

/* Keeps it, unless the notes are full. Workers do not wait for each other. */
void commit_notes_add(struct commit_notes *n, unsigned worker, const struct object_id *id, const struct commit_view *c);

/* After the last of them was added; before the first is asked for. */
void commit_notes_settle(struct commit_notes *n);

/* Fills tree, parents and dates; the rest is empty. Valid as long as the notes are. */
bool commit_notes_find(const struct commit_notes *n, const uint8_t *id, struct commit_view *out);

#endif
