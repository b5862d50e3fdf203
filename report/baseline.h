/* Lists of known findings, "nhiscan-baseline/1": one line a finding, sorted, RULE and keyed fingerprint of the secret, nothing of where it is or when it was
 * seen. So moved code stays known, two branches' lists merge line by line, and the list tells nothing without the key. A line with a reason accepts:
 *     RULE FINGERPRINT reason="until the move" owner=team-a ticket=SEC-12 expires=2027-01-31
 * Writing is the format "baseline". */
#ifndef NHISCAN_REPORT_BASELINE_H
#define NHISCAN_REPORT_BASELINE_H

#include "core/map.h"
#include "core/vec.h"
#include "report/report.h"

#define BASELINE_SCHEMA "nhiscan-baseline/1"

struct baseline_entry {
	const char *rule, *fingerprint;
	struct acceptance accepted; /* reason NULL: known, not accepted */
	unsigned line;
	bool used;
};

struct baseline {
	const char *file;
	char key_id[17];
	VEC(struct baseline_entry) entries;
	struct map by_fingerprint;
	struct arena arena;
};

/* ERR_USAGE "FILE:LINE: reason" when the text is no baseline. To be freed with baseline_close() in any case. */
int baseline_parse(struct baseline *b, const char *file, struct slice text, struct error *err);
int baseline_open(struct baseline *b, const char *path, struct error *err);
void baseline_close(struct baseline *b);

/* Marks each finding as new or unchanged, and those that the list accepts at `now` as suppressed. What has expired becomes a notice
 * "suppression-expired", what was not found, when everything was read, "baseline-absent". ERR_USAGE when the list was made with another key. Texts of the list
 * live as long as `b`; new ones in `a`. */
int baseline_apply(struct baseline *b, struct arena *a, const struct report_run *run, struct finding *findings,
	size_t n, int64_t now, bool whole, struct coverage *cov, struct error *err);

#endif
