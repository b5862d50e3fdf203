/* Reading members of a parsed object into report structs; shared by the saved_*.c files only. */
#ifndef NHISCAN_REPORT_SAVED_JSON_H
#define NHISCAN_REPORT_SAVED_JSON_H

#include "report/saved.h"

#include <jansson.h>

/* The text of a member in the arena; NULL when it is null, absent or no text. */
const char *saved_text(struct saved *s, const json_t *o, const char *key);
/* The same, and NULL also when a byte is none of a-z A-Z 0-9 and `more`, or there are more than 128: for what formats print as it is. */
const char *saved_id(struct saved *s, const json_t *o, const char *key, const char *more);
uint64_t saved_number(const json_t *o, const char *key);
bool saved_truth(const json_t *o, const char *key);
/* A time, "never", or unknown. */
struct when saved_when(const json_t *o, const char *key);
int64_t saved_time(const json_t *o, const char *key);
/* Index among `names` up to `n`, or -1. */
int saved_choice(const json_t *o, const char *key, const char *(*name)(unsigned), unsigned n);

const char *saved_severity_name(unsigned i);
const char *saved_confidence_name(unsigned i);

/* Texts of an array. */
const char **saved_texts(struct saved *s, const json_t *list, size_t *n);

/* -1 with "FILE:LINE: member KEY is wrong". */
int saved_wrong(const struct saved *s, struct error *err, const char *key);

#endif
