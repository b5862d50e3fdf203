/* Checks that bytes are the object that an id names: SHA-1 or SHA-256 over "type size NUL bytes". */
#ifndef NHISCAN_SCANNERS_GIT_HASH_H
#define NHISCAN_SCANNERS_GIT_HASH_H

#include "scanners/git/object.h"

struct hasher; /* belongs to one thread */
struct hasher *hasher_new(void);
void hasher_free(struct hasher *h);

bool hash_matches(struct hasher *h, const struct object_id *id, enum object_type type, struct slice bytes);

#endif
