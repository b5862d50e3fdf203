/* Times in three states, kept apart everywhere: never, at T, unknown. Unknown is never judged stale. */
#ifndef NHISCAN_CORE_DATE_H
#define NHISCAN_CORE_DATE_H

#include "core/slice.h"

enum when_state { WHEN_UNKNOWN = 0, WHEN_NEVER, WHEN_AT };

struct when {
	enum when_state state;
	int64_t at; /* seconds since 1970-01-01T00:00:00Z, meaningful for WHEN_AT */
};

static inline struct when when_at(int64_t t) {
	return (struct when){WHEN_AT, t};
}

#define DATE_TEXT_MAX 32

/* RFC 3339 in UTC, "2026-01-31T10:00:00Z", into `out`. Years outside 0..9999 are clamped. */
void date_format(int64_t t, char out[DATE_TEXT_MAX]);

/* Parses "2026-01-31", "2026-01-31T10:00:00[Z|+hh:mm]" (also a blank for the T; no zone means UTC), and
 * relative forms "90d", "2w", "12h", "30m", "1y" (365 days) meaning that long before `now`. False: not a date. */
bool date_parse(struct slice s, int64_t now, int64_t *out);

/* Now, or SOURCE_DATE_EPOCH when set to a number, so that reports can be reproduced. */
int64_t date_now(void);

#endif
