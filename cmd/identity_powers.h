/* What identities can do, out of the privilege engine, for reports that give data. */
#ifndef NHISCAN_CMD_IDENTITY_POWERS_H
#define NHISCAN_CMD_IDENTITY_POWERS_H

#include "cmd/exports.h"
#include "report/report.h"

/* Users and roles of the exports, by ARN, their names passed through `cover`; NULL when no policies were read. `e` must outlive it. */
const struct report_powers *identity_powers(
	struct arena *a, const struct exports *e, const char *(*cover)(void *ctx, const char *text), void *ctx);
void identity_powers_free(const struct report_powers *p);

#endif
