/* The digest of a report's findings: the same in every format of a run and in what is made of a saved report, so that reports can be told to be of the
 * same findings. It is not a signature: who changes a report can make a new one. That the file is as it was, a manifest of digests shows. */
#ifndef NHISCAN_REPORT_DIGEST_H
#define NHISCAN_REPORT_DIGEST_H

#include "report/report.h"

#define FINDINGS_DIGEST_HEX 64

/* How a report is checked, in one line for people. */
#define INTEGRITY_TEXT                                                                                                 \
	"sha256sum REPORT > SHA256SUMS when it is made, nhiscan verify-report REPORT --manifest SHA256SUMS later, in " \
	"any format; with SOURCE_DATE_EPOCH and a fingerprint key, the same input gives the same bytes"

/* SHA-256 over a line of each finding: identifier, fingerprint, rule, severity, confidence, number of places, "suppressed" or "open", with tabs between,
 * sorted by identifier and fingerprint. Empty when OpenSSL fails. */
void findings_digest(const struct report *r, char out[FINDINGS_DIGEST_HEX + 1]);

#endif
