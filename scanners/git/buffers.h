/* Memory for decoded objects, reused: a walk decodes millions of objects and would otherwise spend its time in page faults.
 * One pool belongs to one thread; a buffer may be given back to another pool than it came from. */
#ifndef NHISCAN_SCANNERS_GIT_BUFFERS_H
#define NHISCAN_SCANNERS_GIT_BUFFERS_H

#include <stddef.h>
#include <stdint.h>

#define BUFFERS_CLASSES 72

struct buffers_free;

struct buffers {
	struct buffers_free *free[BUFFERS_CLASSES]; /* newest first: it is the likeliest to be in the cache */
	size_t kept;				    /* bytes in the lists */
};

/* At least `n` bytes, not zeroed; *cap says how many and comes back in buffers_put(). A zeroed pool is valid. */
uint8_t *buffers_get(struct buffers *b, size_t n, size_t *cap);
void buffers_put(struct buffers *b, uint8_t *p, size_t cap); /* NULL is fine */
void buffers_free(struct buffers *b);			     /* wipes: objects hold secrets */

#endif
