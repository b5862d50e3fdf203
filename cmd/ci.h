/* Records of jobs, as a table for people and as JSON. */
#ifndef NHISCAN_CMD_CI_H
#define NHISCAN_CMD_CI_H

#include "scanners/fact.h"

#include <stdio.h>

/* In the order of the facts: by file, then as they stand in it. Texts of the target are made inert and covered. */
void ci_write_text(const struct fact_set *set, FILE *out);
void ci_write_json(const struct fact_set *set, FILE *out);

#endif
