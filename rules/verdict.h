/* What judging a matched value came to, with the reasons. Reasons are kept so that a reader can defend the verdict. */
#ifndef NHISCAN_RULES_VERDICT_H
#define NHISCAN_RULES_VERDICT_H

#include "core/arena.h"
#include "core/date.h"

enum verdict {
	VERDICT_PLAUSIBLE,    /* looks like a secret; nothing offline can say more */
	VERDICT_WELL_FORMED,  /* an offline check (checksum, structure) passed */
	VERDICT_EXPIRED,      /* carries an expiry that has passed */
	VERDICT_ENCRYPTED,    /* present, but encrypted under another secret */
	VERDICT_EXAMPLE,      /* published example, placeholder-like or test fixture */
	VERDICT_BAD_CHECKSUM, /* has the shape, not the checksum */
	VERDICT_CONFIGURED,   /* no secret: a configuration says so, and the first reason says what */
	VERDICT_COUNT
};

const char *verdict_name(enum verdict v); /* "well-formed", … */

/* Why. `code` is kebab-case and static; `text` is one clause for people, holds nothing of the secret. */
struct reason {
	const char *code;
	const char *text;
};

#define REASONS_MAX 8

struct judgement {
	enum verdict verdict;
	bool rejected;	      /* not a secret: no finding; the reasons say why */
	int confidence_shift; /* steps up or down from the rule's confidence */
	struct when expires;  /* from the value itself (JWT exp, certificate) */
	struct reason reasons[REASONS_MAX];
	size_t nreasons;
	const char *
		inline_mark; /* "MARK: reason" beside the value that accepts it, not masked, or NULL; lives as long as reasons */
};

/* Adds a reason; a full list drops it. `text` must be static or live as long as the finding (arena). */
void judgement_add(struct judgement *j, const char *code, const char *text);

#endif
