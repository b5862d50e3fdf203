/* Conditions over facts: the `when` of rules. A small, total language: it cannot loop, read anything or be slow. Described in
 * nhiscan-rules(5); parsed in condition_parse.c, checked for types there, evaluated in condition.c. */
#ifndef NHISCAN_RULES_CONDITION_H
#define NHISCAN_RULES_CONDITION_H

#include "core/arena.h"
#include "core/buf.h"
#include "scanners/fact.h"

/* Bounds of one condition: wide for any honest rule. */
#define CONDITION_BYTES_MAX 4096
#define CONDITION_DEPTH_MAX 32
#define CONDITION_STEPS_MAX 100000 /* of one evaluation: over lists within lists */

struct condition;

struct condition_error {
	size_t at;	/* offset in the text */
	char text[256]; /* "unknown attribute 'kimd' of a credential, did you mean 'kind'?" */
};

/* Compiles `text` for facts of kind `on`; everything lives in `a`. NULL with `err` filled: a word that is no attribute (with the nearest
 * that is), types that do not fit, a pattern that does not compile, a bound. */
const struct condition *condition_parse(
	struct arena *a, enum fact_kind on, struct slice text, struct condition_error *err);

enum truth { TRUTH_NO, TRUTH_YES, TRUTH_UNKNOWN };

/* What an evaluation is given and leaves behind. Zero but `now` before the first. */
struct judging {
	int64_t now;
	const struct attribute *unknown; /* the first attribute whose unknown value made the answer unknown, or NULL */
	const struct fact *unknown_of;	 /* the fact that lacks it */
	uint32_t steps;
	bool stopped; /* CONDITION_STEPS_MAX was reached: the answer is unknown */
};

/* Three-valued: what is unknown makes the whole unknown unless the rest decides by itself. Thread-safe. */
enum truth condition_judge(const struct condition *c, const struct fact *f, struct judging *j);

/* A dotted attribute alone, "identity.owner": for `at`, `also` and {templates} of messages. */
struct attribute_path;
const struct attribute_path *attribute_path_parse(
	struct arena *a, enum fact_kind on, struct slice text, struct condition_error *err);
enum value_type attribute_path_type(const struct attribute_path *p);
/* The value, NULL when unknown or nothing. `*holder` is the fact that has it (may be NULL as an argument). */
const struct value *attribute_path_value(
	const struct attribute_path *p, const struct fact *f, const struct fact **holder);
/* Appends the value for people: texts joined by ", ", the names of facts, times as dates; "unknown" when it is not known. */
void attribute_path_tell(const struct attribute_path *p, const struct fact *f, struct buf *out);

#endif
