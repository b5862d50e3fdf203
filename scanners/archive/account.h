/* What one outermost container may cost, all that lies in it together: members, bytes, expansion, time. Shared by the threads that read it. */
#ifndef NHISCAN_SCANNERS_ARCHIVE_ACCOUNT_H
#define NHISCAN_SCANNERS_ARCHIVE_ACCOUNT_H

#include "core/limits.h"
#include "core/pool.h"

enum account_limit { ACCOUNT_NONE, ACCOUNT_MEMBERS, ACCOUNT_BYTES, ACCOUNT_RATIO, ACCOUNT_TIME, ACCOUNT_STOPPED };

struct account {
	const struct limits *limits;
	const struct stop_flag *stop;
	_Atomic int64_t deadline; /* monotonic, ns */
	_Atomic uint64_t packed;  /* bytes of the container itself: known, or read so far */
	_Atomic uint64_t members, bytes;
	_Atomic int hit; /* enum account_limit: the first */
};

void account_open(struct account *a, const struct limits *l, const struct stop_flag *stop, uint64_t packed);

/* One member more; `n` bytes more came out of a decoder. False once any limit was hit: then nothing more is to be read. */
bool account_member(struct account *a);
bool account_bytes(struct account *a, uint64_t n);
bool account_goes_on(struct account *a);

const char *account_code(enum account_limit l); /* "limit-archive-members", … */
const char *account_text(enum account_limit l); /* a sentence with the remedy */

#endif
