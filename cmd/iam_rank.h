/* Which identities matter most, and what can be switched off without loss: worked out of facts, for the answer of `nhiscan iam` and its script. */
#ifndef NHISCAN_CMD_IAM_RANK_H
#define NHISCAN_CMD_IAM_RANK_H

#include "cmd/power.h"

/* power x exposure x neglect, at most 1000. */
struct iam_rank {
	const struct fact *identity;
	struct factor power, exposure, neglect;
	unsigned score;
	const struct fact *const *credentials;
	size_t ncredentials;
};

/* Something that nobody needs, with the evidence for it and the command that switches it off so that it can be undone. */
struct iam_removal {
	const struct fact *what;
	const char *label;    /* "access key AKIA… of user/ci" */
	const char *evidence; /* "never used in 400 days; nothing refers to it" */
	const char *command;  /* shell line, quoted; NULL: a name that no command should hold */
	const char *account;  /* or NULL */
	double idle;	      /* seconds: the order */
};

struct iam_answer {
	struct iam_rank *ranks; /* highest score first; none with a score of 0 */
	size_t nranks;
	struct iam_removal *removals; /* safest first: longest unused */
	size_t nremovals;
};

/* Thresholds of what is safe to remove, in days: printed with the list. */
#define IAM_NEVER_USED_DAYS 45
#define IAM_UNUSED_DAYS	    90
#define IAM_INACTIVE_DAYS   30

/* `workloads`: functions, instances and tasks were exported, so that a role that none of them has is known to have none. */
void iam_answer_take(struct arena *a, const struct fact_set *set, bool workloads, struct iam_answer *out);

/* `text` in single quotes for a shell; NULL when it holds anything but what names of IAM may hold, or a resource of theirs. */
const char *iam_quote(struct arena *a, struct slice text);

#endif
