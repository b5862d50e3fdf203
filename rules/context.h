/* Questions that judging asks of the text around a match; each looks at most JUDGE_CONTEXT bytes away from the value. */
#ifndef NHISCAN_RULES_CONTEXT_H
#define NHISCAN_RULES_CONTEXT_H

#include "rules/judge.h"

bool matched_cut_short(const struct matched *m);       /* by … or three dots */
bool matched_line_goes_on(const struct matched *m);    /* more words follow a value without quotes */
bool matched_words_follow(const struct matched *m);    /* three of them, of letters alone */
bool matched_assigns_nothing(const struct matched *m); /* what looks like a joint is part of a type or a variable */
bool matched_in_query(const struct matched *m);	       /* a parameter of an address */
bool matched_in_arn(const struct matched *m);
bool matched_in_badge(const struct matched *m);		 /* badge.svg?token=… */
bool matched_in_scope(const struct matched *m);		 /* KEY/20250101/region/service/aws4_request */
bool matched_called_public(const struct matched *m);	 /* "Public key: …" */
bool matched_joined_on(const struct matched *m);	 /* code appends something to the value */
bool matched_call_sets(const struct matched *m);	 /* put("name", "value") and its kin */
bool matched_is_user_too(const struct matched *m);	 /* guest:guest@ */
bool matched_in_binary(const struct matched *m);	 /* NUL bytes around */
bool matched_is_complaint(const struct matched *m);	 /* ${NAME:?not set} */
bool matched_in_choice(const struct matched *m);	 /* a ? "b" : "c" */
bool matched_beside_index(const struct matched *m);	 /* indexName: …, as pages that search have it */
bool matched_in_statement(const struct matched *m);	 /* INSERT INTO …, UPDATE … SET … */
bool matched_on_long_line(const struct matched *m);	 /* no line begins or ends near it */
bool matched_beside_account(const struct matched *m);	 /* username: …, DB_HOST=… close by */
bool matched_beside_scram(const struct matched *m);	 /* storedKey, serverKey */
bool matched_beside_salt(const struct matched *m);	 /* "salt": … */
bool matched_of_working_folder(const struct matched *m); /* `pwd`:/app, Join-Path $PWD "x" */

#endif
