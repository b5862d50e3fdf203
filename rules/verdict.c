/* Names of verdicts and the list of reasons behind one.
 * Not here: how a verdict is reached (wellformed.c for single checks, the engine for all of it). */
#include "rules/verdict.h"

static const char *const names[VERDICT_COUNT] = {
	[VERDICT_PLAUSIBLE] = "plausible",
	[VERDICT_WELL_FORMED] = "well-formed",
	[VERDICT_EXPIRED] = "expired",
	[VERDICT_ENCRYPTED] = "encrypted",
	[VERDICT_EXAMPLE] = "example",
	[VERDICT_BAD_CHECKSUM] = "bad-checksum",
	[VERDICT_CONFIGURED] = "configured",
};

const char *verdict_name(enum verdict v) {
	return (unsigned)v < VERDICT_COUNT ? names[v] : "unknown";
}

void judgement_add(struct judgement *j, const char *code, const char *text) {
	if (j->nreasons < REASONS_MAX)
		j->reasons[j->nreasons++] = (struct reason){code, text};
}
