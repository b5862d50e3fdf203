/* Frameworks that reports name beside OWASP's NHI Top 10, and how its risks map to them, as data. Every id is printed with its edition and with
 * who says so: "published" by the framework's owner, or "suggested" by nhiscan. A mapping supports an assessment; it proves no compliance. */
#ifndef NHISCAN_REPORT_FRAMEWORKS_H
#define NHISCAN_REPORT_FRAMEWORKS_H

#include "report/emit.h"
#include "report/report.h"

#define FRAMEWORK_NHIS	  10
#define FRAMEWORK_IDS_MAX 8

struct framework {
	const char *key; /* in JSON */
	const char *title, *edition, *source;
	bool published;					    /* the mapping, not the framework */
	const char *ids[FRAMEWORK_NHIS][FRAMEWORK_IDS_MAX]; /* NULL-terminated, by NHI risk */
};

extern const struct framework frameworks[];
extern const size_t frameworks_n;

/* The control of NIST SP 800-53 that a risk is assessed against, as OSCAL spells it ("ia-5.7"): each risk has its own. */
const char *framework_control(unsigned nhi);

/* How many active rules and how many findings there are of each risk: what was assessed and what was not. */
struct assessed {
	uint64_t rules[FRAMEWORK_NHIS], findings[FRAMEWORK_NHIS];
};
void assessed_take(struct assessed *out, const struct report *r);

/* The member "frameworks": editions and mappings of the risks that the active rules cover. */
void frameworks_emit(struct emitter *e, const char *key);
/* The member "controls": for each risk, whether it was assessed, with what came of it. */
void assessed_emit(struct emitter *e, const char *key, const struct report *r);

#endif
