/* What the files of judging by content share. Only judge.c, judge_password.c, judge_code.c and judge_strong.c include this. */
#ifndef NHISCAN_RULES_JUDGE_PARTS_H
#define NHISCAN_RULES_JUDGE_PARTS_H

#include "rules/judge.h"
#include "rules/measure.h"
#include "rules/naming.h"

void judged_reject(struct judgement *j, const char *code, const char *text);
void judged_shift(struct judgement *j, int by, const char *code, const char *text);

/* judge_strong.c */
void weigh_strength(
	const struct matched *m, const struct shape *h, enum named told, struct arena *a, struct judgement *j);

/* judge_code.c */
bool value_is_identifier(struct slice v);
bool value_is_expression(struct slice v, const struct shape *h); /* without quotes: calls, members, indexing */
bool value_is_constant(struct slice v, const struct shape *h);	 /* ARG_TYPE_STRING */
bool value_is_between_strings(struct slice v);
bool value_is_slug(struct slice v, const struct shape *h);     /* custom-api-key-123 */
bool value_is_own_name(struct slice v, const struct shape *h); /* APNs_TOKEN_1 */

/* judge_password.c */
bool shape_is_wordy(const struct shape *h); /* letters that a person could say */
bool value_is_joined_words(struct slice v, const struct shape *h);
void judge_password(const struct matched *m, const struct shape *h, struct judgement *j);
void judge_known_password(const struct matched *m, const struct shape *h, struct judgement *j);
void judge_url(const struct matched *m, const struct shape *h, struct judgement *j);

#endif
