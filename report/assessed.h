/* What a report says was assessed: for each risk of the NHI Top 10, how many rules looked for it and what came of it. */
#ifndef NHISCAN_REPORT_ASSESSED_H
#define NHISCAN_REPORT_ASSESSED_H

#include "report/emit.h"
#include "report/report.h"

#define ASSESSED_RISKS 10

struct assessed {
	uint64_t rules[ASSESSED_RISKS], findings[ASSESSED_RISKS]; /* suppressed ones do not count */
};
void assessed_take(struct assessed *out, const struct report *r);

/* "not-assessed", "findings" or "none-found". */
const char *assessed_state(const struct assessed *a, unsigned nhi);

/* The control of NIST SP 800-53 that a risk is assessed against, as OSCAL spells it ("ia-5.7"): each risk has its own. */
const char *assessed_control(unsigned nhi);

/* The member `key`: an array with an object for each risk. */
void assessed_emit(struct emitter *e, const char *key, const struct report *r);
#endif
