/* The answer of `nhiscan iam` for people, and the script. */
#ifndef NHISCAN_CMD_IAM_TEXT_H
#define NHISCAN_CMD_IAM_TEXT_H

#include "cmd/exports.h"
#include "cmd/iam_rank.h"
#include "rules/fact_judge.h"

struct iam_telling {
	const struct exports *exports;
	const struct iam_answer *answer;
	const fact_verdict_vec *verdicts;
	struct coverage *coverage;
	size_t top;
};

void iam_tell(const struct iam_telling *t, FILE *out);

/* Writes a new file, mode 0600, that nobody but its reader runs. ERR_USAGE when there is one of that name, ERR_IO. */
int iam_script_write(const struct iam_telling *t, const char *file, struct error *err);

/* What was not exported, each with the command that fetches it. */
void iam_tell_unseen(const struct aws_inventory *inv, struct buf *out);

#endif
