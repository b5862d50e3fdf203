/* What is told of a job, in words: for records, the table and JSON alike. */
#ifndef NHISCAN_CMD_CI_WORDS_H
#define NHISCAN_CMD_CI_WORDS_H

#include "cmd/ci.h"

#include "core/buf.h"

/* NULL: unknown, or known to be nothing. */
const struct value *ci_value_of(const struct fact *f, const char *name);
size_t ci_count_of(const struct fact *f, const char *name); /* of a list; 0 when it is unknown */
/* A job of a pipeline, not the steps of an action that other jobs run. */
bool ci_is_job(const struct fact *f);

/* Texts of the target, masked and made inert for terminals and for CI runners that read commands from a log. */
void ci_add_text(const struct ci_telling *t, struct buf *b, struct slice s);
void ci_add_texts(const struct ci_telling *t, struct buf *b, const struct fact *f, const char *name);

void ci_tell_starters(const struct ci_telling *t, struct buf *b, const struct fact *job);
void ci_tell_reads(const struct ci_telling *t, struct buf *b, const struct fact *job);
void ci_tell_powers(const struct ci_telling *t, struct buf *b, const struct fact *job);
void ci_tell_limits(const struct ci_telling *t, struct buf *b, const struct fact *job);

/* Agents of pipelines, those of a job together, in the order of reading. The caller frees `all`. */
struct ci_agents {
	VEC(const struct fact *) all;
};
void ci_gather_agents(const struct fact_set *set, struct ci_agents *out);
/* The index of the first agent of `job`; where it would stand when there is none. */
size_t ci_first_agent(const struct ci_agents *agents, const struct fact *job);
const struct fact *ci_job_of(const struct fact *agent);
/* Records of the jobs among facts [from, to). */
void ci_write_records(const struct ci_telling *t, const struct ci_agents *agents, size_t from, size_t to, FILE *out);
void ci_tell_agent(const struct ci_telling *t, struct buf *b, const struct fact *agent);

#endif
