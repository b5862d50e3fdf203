/* Judging a matched value: is it a secret, and how sure? Pure functions of the value, its name, the line around it and
 * the path; each step is one named row, and every step that says something leaves a reason. */
#ifndef NHISCAN_RULES_JUDGE_H
#define NHISCAN_RULES_JUDGE_H

#include "rules/rule.h"
#include "rules/telling_prefix.h"
#include "rules/telling_service.h"
#include "rules/verdict.h"

/* What stands between a name and its value. */
enum joint {
	JOINT_NONE,
	JOINT_ASSIGNS, /* = : := => */
	JOINT_COMPARES,
	JOINT_CALL,  /* name(value */
	JOINT_COMMA, /* "name", value */
	JOINT_TAG,   /* <name>value */
	JOINT_BLANK  /* name "value" */
};

/* A match in its surroundings. */
struct matched {
	const struct rule *rule;
	struct slice text; /* the document or layer, whole; judges look at most JUDGE_CONTEXT bytes around the match */
	size_t match_start, match_end;
	size_t start, end;  /* the secret */
	struct slice value; /* text[start, end) */
	struct slice name;  /* identifier the value is assigned to, as far as it can be seen; may be empty */
	bool quoted;	    /* the value stands in quotes */
	bool name_quoted;   /* so does the name */
	bool spaced;	    /* a blank stands before the value */
	enum joint joint;
	struct telling_prefixes *prefixes; /* of the catalogue, or NULL */
	struct telling_services *services; /* likewise */
	int64_t now;
};

/* Fills name, quotes and joint from the text. */
void matched_look_around(struct matched *m);

/* The string that the value begins, when it is written in parts ("abc" + "def"); put into `out`, or the value as it is. */
struct slice matched_whole_string(const struct matched *m, uint8_t *out, size_t room);

/* By content: everything that does not need the path. Texts of reasons that are not static live in `a`. */
void judge_content(const struct matched *m, struct arena *a, struct judgement *j);

/* The reason that a value of no known vendor is told as surely as a vendor's; paths of tests and manuals take it back. */
#define REASON_STRONG "strong"
/* … that a vendor is named beside whose tokens have its form. */
#define REASON_VENDOR "vendor-beside"

/* Is the rule meant for files of this path? */
bool rule_wants_path(const struct rule *r, struct slice path);

/* By path, added to what content said: lock files, fixtures, documentation, minified bundles, translations. */
void judge_path(const struct rule *r, struct slice path, struct slice value, struct judgement *j);

/* The rule's confidence moved by the judgement's shift, within bounds. */
enum confidence judged_confidence(const struct rule *r, const struct judgement *j);
enum severity judged_severity(const struct rule *r, const struct judgement *j);

#endif
