/* Judging a matched value: is it a secret, and how sure? Pure functions of the value, its name, the line around it and
 * the path; each step is one named row, and every step that says something leaves a reason. */
#ifndef NHISCAN_RULES_JUDGE_H
#define NHISCAN_RULES_JUDGE_H

#include "rules/rule.h"
#include "rules/verdict.h"

/* A match in its surroundings. */
struct matched {
	const struct rule *rule;
	struct slice text; /* the document or layer, whole; judges look at most JUDGE_CONTEXT bytes around the match */
	size_t match_start, match_end;
	size_t start, end;  /* the secret */
	struct slice value; /* text[start, end) */
	struct slice name;  /* identifier the value is assigned to, as far as it can be seen; may be empty */
	bool quoted;	    /* the value stands in quotes */
	int64_t now;
};

/* Fills name and quoted from the text. */
void matched_look_around(struct matched *m);

/* By content: everything that does not need the path. Texts of reasons that are not static live in `a`. */
void judge_content(const struct matched *m, struct arena *a, struct judgement *j);

/* Is the rule meant for files of this path? */
bool rule_wants_path(const struct rule *r, struct slice path);

/* By path, added to what content said: lock files, fixtures, documentation, minified bundles, translations. */
void judge_path(const struct rule *r, struct slice path, struct slice value, struct judgement *j);

/* The rule's confidence moved by the judgement's shift, within bounds. */
enum confidence judged_confidence(const struct rule *r, const struct judgement *j);
enum severity judged_severity(const struct rule *r, const struct judgement *j);

#endif
