/* A file mapped for reading that may be cut short meanwhile: what is gone reads as zeros, and that is told, instead of a SIGBUS that ends the program.
 * Small files are better read (core/file.h). */
#ifndef NHISCAN_CORE_MAPPED_H
#define NHISCAN_CORE_MAPPED_H

#include "core/slice.h"

struct mapped {
	struct slice bytes;
	int slot; /* of mapped.c */
};

/* The first `n` bytes of `fd`, which may be closed afterwards. False when it cannot be mapped, or MAPPED_MAX are at the same time. */
#define MAPPED_MAX 16
bool mapped_open(struct mapped *m, int fd, size_t n);
/* Some of it was gone when it was read. */
bool mapped_was_cut(const struct mapped *m);
void mapped_close(struct mapped *m);

#endif
