/* What was found in objects of earlier scans, so that they need not be read again: appraisals, which hold secrets, and where they stood.
 * In a file all of it is sealed under the user's key (AES-256-GCM): without the key it tells nothing, and what somebody else wrote into
 * it is not believed. When something is remembered is the caller's business. */
#ifndef NHISCAN_RULES_REMEMBERED_H
#define NHISCAN_RULES_REMEMBERED_H

#include "rules/harvest.h"

#define REMEMBERED_KEY_BYTES 32

struct remembered;

/* Empty. `nrules`: of the catalogue, whose rules appraisals name by number. */
struct remembered *remembered_new(size_t nrules);
/* Wipes. What was recalled must not be used any more. */
void remembered_free(struct remembered *r);

/* May this be remembered? Not what lies in containers, what knows its commit, or what time will judge otherwise. */
bool harvested_is_lasting(const struct harvested *h);

/* Adds an object with what was harvested from it, all of it lasting. Appraisals are borrowed until remembered_seal(). */
void remembered_add(struct remembered *r, const struct object_id *id, const struct harvested *all, size_t n);
/* Was anything added? */
bool remembered_is_new(const struct remembered *r);

/* Appends what is remembered of `id`, with target, place and object as in `where`, to h->all. False: nothing is. */
bool remembered_recall(const struct remembered *r, const struct harvested *where, struct harvest *h);

/* All of it as the bytes of a file; `context` (rules, limits, version) must be the same when it is opened. */
int remembered_seal(const struct remembered *r, const uint8_t key[REMEMBERED_KEY_BYTES], const char *context,
	struct buf *out, struct error *err);
/* Fills an empty one. ERR_FORMAT when the bytes were not sealed with this key and context, or are damaged. */
int remembered_open(struct remembered *r, const uint8_t key[REMEMBERED_KEY_BYTES], const char *context,
	struct slice bytes, struct error *err);

#endif
