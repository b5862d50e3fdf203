/* Conditions of policy statements with three values: holds, does not, hangs on what exports do not say. IAM User Guide: "IAM JSON policy elements:
 * Condition operators", "Multivalued context keys", "AWS global condition context keys". */
#ifndef NHISCAN_RULES_PRIVILEGE_CONDITION_H
#define NHISCAN_RULES_PRIVILEGE_CONDITION_H

#include "rules/privilege/privilege.h"

/* One request: who asks for what. Only what is known is filled. */
struct request {
	const struct aws_estate *estate;
	int64_t as_of;
	const struct aws_principal *who;    /* NULL: a service or a federated user asks */
	struct slice service;		    /* the service that asks for itself in `account` */
	struct slice account;		    /* of the resource */
	struct slice action;		    /* "iam:PassRole" */
	struct slice resource;		    /* an ARN without wildcards */
	const struct aws_principal *target; /* the IAM principal that `resource` is; or NULL */
	struct slice passed_to;		    /* iam:PassedToService */
	struct slice policy_arn;	    /* iam:PolicyARN */
	struct slice boundary; /* iam:PermissionsBoundary, when it is the request that says so; empty: none */
	bool boundary_given;
	bool no_region; /* the action is of a global service */
	/* Tags that whoever asks may give to itself or to the target first; `value` of a tag to be taken away is empty. NULL: it does not. */
	enum answer (*may_tag)(
		const struct request *r, const struct aws_principal *of, struct slice key, struct slice value);
	void *engine;
	const void *subject;
	bool tagging;			 /* what is asked for is to tag */
	bool tags_open;			 /* its own tags may become anything */
	struct slice tag_key, tag_value; /* of a request to tag or, without value, to untag */
	uint8_t key;			 /* the action among those of the catalogue, KEY_OF_NONE; of evaluate.c */
};

enum key_state { KEY_UNKNOWN, KEY_ABSENT, KEY_KNOWN, KEY_CHOSEN };

/* What is known of a condition key in a request. KEY_CHOSEN: whoever asks picks it, within one of the patterns in `values`. */
struct key_value {
	enum key_state state;
	struct slice values[2];
	size_t n;
	char text[64]; /* storage of a value worked out here */
};

/* The principal whose tag a condition key asks for, by its name; NULL: of none, or of one that is not known. */
const struct aws_principal *tag_of(const struct request *r, struct slice key, struct slice *name);
void request_key(const struct request *r, struct slice key, struct key_value *out);

/* Do all conditions of the statement hold? `chosen` is set when the answer rests on a key that whoever asks picks: such an Allow and such a Deny
 * may pull in different directions. */
enum answer conditions_hold(const struct aws_statement *s, bool variables, const struct request *r, bool *chosen);

/* Only those on keys of who asks: what they say is the same whatever is asked. */
enum answer conditions_hold_for(const struct aws_statement *s, bool variables, const struct request *r);
/* Two of its conditions exclude each other, whatever is asked: it never applies. Costs as much as its values are many. */
bool conditions_contradict(const struct aws_statement *s);
bool conditions_have_variables(const struct aws_statement *s);
/* … on tags of who asks or of what is asked for? */
bool conditions_ask_for_tags(const struct aws_statement *s);
/* Do they hang on who asks? */
bool conditions_are_personal(const struct aws_statement *s);

/* `text` with its policy variables put in. NO: a variable has no value, so nothing matches. MAYBE: some are unknown and stand as `*`. */
enum answer variables_resolve(struct slice text, const struct request *r, struct buf *out);
bool has_variables(struct slice text);

#endif
