/* Words that more than one format uses for the same thing. */
#ifndef NHISCAN_REPORT_WORDING_H
#define NHISCAN_REPORT_WORDING_H

#include "core/buf.h"
#include "report/report.h"

#define COMMIT_SHORT 10 /* hex characters shown to people */

/* Where a sighting stands: "still at HEAD", "history only", "in a stash", …; NULL when the path says all. */
const char *wording_state(const struct sighting *s);

/* "alpha/app/.env", "standard input", "message of commit 1f2e3d4c5b": what the sighting is in, any bytes. With several
 * targets, folders and repositories are named before the path. */
void wording_subject(struct buf *out, const struct report_run *run, const struct sighting *s);

/* "CamelCase" of a slug or a title, ASCII letters and digits only; at most 200 bytes. */
void wording_pascal(struct buf *out, const char *text);

#endif
