/* AWS accounts as their exports tell of them: principals, policies, guardrails, trust and the resources that carry a role, each with the exact place
 * it was read from. Readers (this folder) fill it, the privilege engine (rules/privilege) judges it. Nothing is judged here. */
#ifndef NHISCAN_SCANNERS_IAM_AWS_MODEL_H
#define NHISCAN_SCANNERS_IAM_AWS_MODEL_H

#include "core/date.h"
#include "core/map.h"
#include "core/vec.h"
#include "scanners/fact.h"

/* Where a thing was read. `pointer` is a JSON pointer (RFC 6901) into the value that `span` starts in, or empty. All texts of the model live
 * in the estate's arena. */
struct aws_place {
	const struct fact_source *source; /* NULL: nowhere, the engine's own knowledge */
	struct span span;
	struct slice pointer;
};

struct aws_texts {
	const struct slice *at;
	size_t n;
};

/* One entry of Principal or NotPrincipal: its type ("AWS", "Service", "Federated", "CanonicalUser"; "*" for a bare star) and value. */
struct aws_who {
	struct slice type, value;
};

/* One key of one operator of a Condition block. The operator as written: "ForAllValues:StringLikeIfExists". */
struct aws_condition {
	struct slice op, key;
	struct aws_texts values;
	struct span span;
};

struct aws_statement {
	struct slice sid;
	bool allow;				/* else Deny */
	bool not_action, not_resource, not_who; /* the Not… form of each list */
	bool has_resource, has_who;
	struct aws_texts actions, resources;
	const struct aws_who *who;
	size_t nwho;
	const struct aws_condition *conditions; /* all of them must hold */
	size_t nconditions;
	struct span span;
	unsigned index; /* in Statement, from 0; part of the JSON pointer */
};

/* A policy document: identity, resource, trust, SCP or RCP alike. `trouble` says what was not understood, in a clause for people (NULL: all was);
 * statements that could be read are there all the same, one that could not is left out and `incomplete` is set. */
struct aws_policy {
	struct aws_place place;
	struct slice id;
	bool variables; /* Version 2012-10-17: ${…} are variables; older: plain text */
	bool incomplete;
	const char *trouble;
	const struct aws_statement *statements;
	size_t n;
};

struct aws_inline {
	struct slice name;
	const struct aws_policy *policy;
	struct aws_place place; /* of this one: the same text elsewhere shares `policy` */
};

struct aws_version {
	struct slice id; /* "v3" */
	bool is_default;
	struct when created;
	const struct aws_policy *policy;
};

/* A managed policy. Without versions: only its name is known. */
struct aws_managed {
	struct slice arn, name, path;
	struct slice default_version; /* empty: unknown; then the version marked as default, or the only one, counts */
	VEC(struct aws_version) versions;
	struct when created, updated;
	bool attachments_known;
	uint64_t attachments;
	struct aws_place place;
};

struct aws_attachment {
	struct slice arn, name;
	struct aws_place place;
};

struct aws_tag {
	struct slice key, value;
};

enum aws_kind { AWS_USER, AWS_ROLE, AWS_GROUP, AWS_ROOT, AWS_KIND_COUNT };

/* What is known of a thing that may or may not be there. */
enum aws_known { AWS_UNKNOWN = 0, AWS_NO, AWS_YES };

struct aws_principal {
	enum aws_kind kind;
	struct slice arn, name, path, id; /* id: "AIDA…", "AROA…" */
	struct slice account;		  /* 12 digits */
	struct when created, last_used;	  /* of roles: RoleLastUsed */
	VEC(struct aws_inline) inlines;
	VEC(struct aws_attachment) attached;
	VEC(struct slice) groups; /* of users: names */
	struct slice boundary;	  /* ARN of the permissions boundary, or empty */
	struct aws_place boundary_place;
	const struct aws_policy *trust; /* of roles; NULL: not in the export */
	VEC(struct aws_tag) tags;
	VEC(struct slice) instance_profiles; /* ARNs of profiles that hold this role */
	enum aws_known password;	     /* a login profile */
	int access_keys; /* how many, active or not; -1: unknown. Set by the account's readers, AWS_KEYS_UNKNOWN at first */
	struct aws_place place;
	struct fact *fact; /* the identity's fact, for results; NULL when the reader made none */
	/* Of the engine: its number in what privilege_of() made. */
	uint32_t index;
};
#define AWS_KEYS_UNKNOWN (-1)

/* A service control or resource control policy and what it is attached to: "r-…", "ou-…" or an account's number. */
struct aws_guardrail {
	bool resource_control; /* RCP, else SCP */
	struct slice id, arn, name;
	const struct aws_policy *policy; /* NULL: its content is not in the exports */
	VEC(struct slice) targets;
	bool targets_known; /* false: it is taken to hold nowhere, and said so */
	struct aws_place place;
};

/* An account, organizational unit or root of an organization and what it hangs under. */
struct aws_node {
	struct slice id, name, parent; /* parent empty: unknown, or it is the root */
	bool suspended;
	struct aws_place place;
};

/* A policy on a resource: bucket, key, queue, function, secret, … */
struct aws_resource_policy {
	struct slice resource; /* ARN */
	const struct aws_policy *policy;
	struct aws_place place;
};

/* A resource that runs with a role: function, instance, task definition, notebook, stack, project, … Lets what needs an existing resource be proved. */
struct aws_carrier {
	struct slice
		service; /* as in actions: "lambda", "ec2", "ecs", "glue", "codebuild", "cloudformation", "sagemaker", … */
	struct slice arn;
	struct slice role; /* ARN of the role; of an instance with a profile only: the profile's ARN */
	struct aws_place place;
};

struct aws_oidc_provider {
	struct slice arn, url; /* url without https:// */
	struct aws_texts audiences;
	bool audiences_known;
	struct aws_place place;
};

/* All accounts of a run. One principal read twice is one principal: the readers merge by ARN through `by_arn`. */
struct aws_estate {
	struct arena arena;
	VEC(struct aws_principal *) principals; /* users, roles and groups, in the order read */
	VEC(struct aws_managed *) managed;
	VEC(struct aws_guardrail *) guardrails;
	VEC(struct aws_node) organization;
	VEC(struct aws_resource_policy) resource_policies;
	VEC(struct aws_carrier) carriers;
	VEC(struct aws_oidc_provider) oidc;
	struct map by_arn;	   /* ARN -> struct aws_principal * */
	struct map managed_by_arn; /* ARN -> struct aws_managed * */
	struct map
		documents; /* written bytes of a policy document -> struct aws_policy *: the same text is one policy */
	struct slice organization_id;	  /* "o-…" or empty */
	struct slice management_account;  /* or empty */
	enum aws_known organization_read; /* AWS_YES: guardrails were exported, so none on an account means none */
};

/* The principal or managed policy with this ARN, made when new (kind, account, name and path are taken from the ARN). */
struct aws_principal *aws_principal_of(struct aws_estate *e, struct slice arn);
struct aws_managed *aws_managed_of(struct aws_estate *e, struct slice arn);
/* NULL when there is none. */
struct aws_principal *aws_find(const struct aws_estate *e, struct slice arn);
/* The document in force of a managed policy, or NULL. */
const struct aws_policy *aws_default_document(const struct aws_managed *m);
void aws_estate_free(struct aws_estate *e);

/* arn:partition:service:region:account:resource; false when it has fewer than six parts. Slices borrow from `arn`. */
struct aws_arn {
	struct slice partition, service, region, account, resource;
};
bool aws_arn_parse(struct slice arn, struct aws_arn *out);

/* A policy document as it stands in an export: an object, a JSON text of one, or that percent-encoded (RFC 3986). Never NULL: what is no
 * policy at all has no statement, `incomplete` and `trouble`. Spans of a document inside a text are those of the text. `pointer` is where `n` stands. */
const struct aws_policy *aws_policy_read(
	struct aws_estate *e, const struct node *n, const struct fact_source *source, struct slice pointer);
/* From bytes of its own: a file, or a text taken out of something else; positions are within `text`. */
const struct aws_policy *aws_policy_parse(struct aws_estate *e, struct slice text, const struct fact_source *source);

#endif
