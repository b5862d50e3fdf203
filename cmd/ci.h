/* Records of jobs, as a table for people and as JSON. */
#ifndef NHISCAN_CMD_CI_H
#define NHISCAN_CMD_CI_H

#include "report/text_style.h"
#include "rules/mask.h"
#include "scanners/fact.h"

#include <stdio.h>

/* What is told of, and what takes secrets out of the target's texts. */
struct ci_telling {
	struct map *plain; /* texts in which there was nothing to mask */
	const struct fact_set *set;
	struct masker *masker;
	struct engine *engine; /* that further maskers are made of */
	struct arena *arena;
	struct report_style style; /* width 0: no terminal */
};

/* In the order of the facts: by file, then as they stand in it. Texts of the target are made inert and masked. */
int ci_write_text(const struct ci_telling *t, unsigned threads, FILE *out, struct error *err);
void ci_write_json(const struct ci_telling *t, FILE *out);

/* Rows of a table, a file's jobs below its path, for terminals of CI_TABLE_COLUMNS and more. */
#define CI_TABLE_COLUMNS 100
void ci_write_table(const struct ci_telling *t, FILE *out);
/* The last line: how many jobs of which sort. */
void ci_write_sum(const struct ci_telling *t, FILE *out);

#endif
