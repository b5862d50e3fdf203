/* A bounded cache of decoded objects by their place in a pack: what deltas read one after the other have in common.
 * One cache belongs to one thread. */
#ifndef NHISCAN_SCANNERS_GIT_BASES_H
#define NHISCAN_SCANNERS_GIT_BASES_H

#include "scanners/git/buffers.h"
#include "scanners/git/object.h"

#define BASES_SLOTS 1024
#define BASES_BYTES ((size_t)16 << 20)

struct base_slot {
	uint64_t offset;
	uint32_t pack;
	enum object_type type;
	uint8_t *p; /* NULL: free */
	size_t n, cap;
};

struct bases {
	struct base_slot slots[BASES_SLOTS];
	size_t bytes;
	unsigned hand; /* where the search for something to drop goes on */
};

/* NULL when it is not there. Valid until the next bases_put(). */
const struct base_slot *bases_get(const struct bases *b, uint32_t pack, uint64_t offset);

/* Takes the buffer over; what has to go, or can't stay, is given to `pool`. */
void bases_put(struct bases *b, struct buffers *pool, const struct base_slot *x);
void bases_clear(struct bases *b, struct buffers *pool);

#endif
