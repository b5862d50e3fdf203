/* The id of an object by its bytes: SHA-1 or SHA-256 over "type size NUL bytes". */
#ifndef NHISCAN_SCANNERS_GIT_HASH_H
#define NHISCAN_SCANNERS_GIT_HASH_H

#include "scanners/git/object.h"

struct hasher; /* belongs to one thread */
struct hasher *hasher_new(void);
void hasher_free(struct hasher *h);

/* False, with an id of zeros, only when libcrypto can't. `id_bytes`: 20 or 32. */
bool hash_object(struct hasher *h, unsigned id_bytes, enum object_type type, struct slice bytes, struct object_id *out);
/* Are these the bytes of the object that `id` names? */
bool hash_matches(struct hasher *h, const struct object_id *id, enum object_type type, struct slice bytes);

#endif
