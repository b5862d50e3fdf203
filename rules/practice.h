/* Practices: what configurations show of how identities that act on their own are run. For each practice and target one of four answers, with
 * the places it rests on. The practices are data, rules/practices/practices.yaml, built in. */
#ifndef NHISCAN_RULES_PRACTICE_H
#define NHISCAN_RULES_PRACTICE_H

#include "core/error.h"
#include "core/vec.h"
#include "scanners/fact.h"

enum practice_answer {
	PRACTICE_NOT_ASSESSED,	/* nothing of the kind is there */
	PRACTICE_NOT_EVIDENCED, /* looked at, found neither */
	PRACTICE_PRESENT,
	PRACTICE_CONTRADICTED, /* evidence of the opposite, whatever else there is */
	PRACTICE_ANSWER_COUNT
};
const char *practice_answer_name(enum practice_answer a); /* "not-assessed", … */

struct practice_evidence;

struct practice {
	const char *id, *title;
	uint16_t nhi; /* bit i set: NHI(i+1) */
	const struct practice_evidence *evidence;
	size_t nevidence;
};

struct practice_list {
	const struct practice *at;
	size_t n;
};

/* A place that speaks for or against. */
struct practice_place {
	const struct fact *fact;
	struct span span;
	const char *text;
	bool against;
};

struct practice_result {
	const struct practice *practice;
	unsigned target;
	enum practice_answer answer;
	uint64_t looked; /* facts that an answer could have come from */
	uint64_t present, contradicted;
	VEC(struct practice_place) places; /* at most PRACTICE_PLACES_MAX of each side, in the order of the facts */
};

#define PRACTICE_PLACES_MAX 50

/* ERR_USAGE "FILE:LINE: reason". Everything lives in `a`. */
int practices_parse(struct arena *a, const char *file, struct slice yaml, struct practice_list *out, struct error *err);
/* Those that are built in; a mistake in them ends in an error, which a test keeps from happening. */
int practices_builtin(struct arena *a, struct practice_list *out, struct error *err);

void practice_judge(const struct practice *p, unsigned target, const struct fact_set *set, int64_t now,
	struct practice_result *out);
void practice_result_free(struct practice_result *r);

#endif
