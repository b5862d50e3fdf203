/* What AWS exports say about credentials and their use, beside the model of principals and policies: keys, passwords, certificates, secrets and
 * tokens, each once however many exports name it; what was used when; and which exports were read, whole or in part. Readers fill it. */
#ifndef NHISCAN_SCANNERS_IAM_AWS_INVENTORY_H
#define NHISCAN_SCANNERS_IAM_AWS_INVENTORY_H

#include "core/buf.h"
#include "core/coverage.h"
#include "core/limits.h"
#include "scanners/iam/aws/model.h"

enum aws_credential_kind {
	AWS_ACCESS_KEY,
	AWS_PASSWORD,
	AWS_SIGNING_CERTIFICATE,
	AWS_SERVER_CERTIFICATE,
	AWS_SERVICE_CREDENTIAL, /* CodeCommit, Keyspaces, Bedrock API keys */
	AWS_SSH_KEY,
	AWS_SECRET,    /* of Secrets Manager */
	AWS_PARAMETER, /* of SSM Parameter Store, SecureString */
	AWS_ANYWHERE_SUBJECT,
	AWS_ANYWHERE_ANCHOR,
	AWS_ANYWHERE_PROFILE,
	AWS_OIDC_PROVIDER,
	AWS_SAML_PROVIDER,
	AWS_CREDENTIAL_KINDS
};
const char *aws_credential_kind_name(enum aws_credential_kind k); /* "access-key", … */

/* Something that names a principal or a credential: a line of Terraform, an instance, a stack. */
struct aws_reference {
	struct slice what; /* "terraform module.ci.aws_iam_user.deploy", "instance i-0abc" */
	struct aws_place place;
};

struct aws_credential {
	enum aws_credential_kind kind;
	struct slice
		id; /* key id, ARN, name; empty for a password and for a slot of a credential report without a key id */
	unsigned slot;		 /* 1 or 2 of a credential report, 0: not from one */
	struct slice owner;	 /* ARN of its principal, or empty */
	struct slice owner_name; /* of its user, when the export has no more */
	struct slice account;	 /* or empty */
	enum aws_known active;
	enum aws_known mfa; /* of passwords */
	struct when created, last_used, rotated, expires;
	struct slice used_service, used_region;
	/* Of secrets. */
	enum aws_known rotation;
	double rotation_days; /* 0: unknown */
	struct when next_rotation, deleted;
	struct slice owning_service;
	/* Of profiles of Roles Anywhere: has a session policy; of service credentials: the service. */
	enum aws_known narrowed;
	struct slice service;
	VEC(struct slice) roles; /* ARNs that a profile may take */
	VEC(struct aws_tag) tags;
	VEC(struct aws_reference) references;
	struct aws_place place;
	struct fact *fact;
};

/* When a principal last used a service, or an action of it. */
struct aws_use {
	struct slice service;
	struct slice action; /* empty: the service as a whole */
	struct when last;
	struct aws_place place;
};

/* What is known of a principal beyond the model. */
struct aws_person {
	struct slice arn;
	struct slice description;
	VEC(struct aws_use) uses; /* from service last accessed and Access Analyzer */
	bool uses_known;
	VEC(struct aws_reference) references;
	struct slice module; /* of Terraform, that makes it; or empty */
};

/* An external access or another finding of IAM Access Analyzer that is no unused credential. */
struct aws_exposure {
	struct slice resource, kind, principal, condition;
	bool is_public;
	struct aws_place place;
};

/* Kinds of exports, one row each in exports.c: how to fetch it, and what is not seen without. */
enum aws_export {
	AWS_EXPORT_DETAILS,
	AWS_EXPORT_CREDENTIAL_REPORT,
	AWS_EXPORT_ACCESS_KEYS,
	AWS_EXPORT_KEY_LAST_USED,
	AWS_EXPORT_LAST_ACCESSED,
	AWS_EXPORT_ANALYZER,
	AWS_EXPORT_ACCOUNTS,
	AWS_EXPORT_CONTROL_POLICIES,
	AWS_EXPORT_CONTROL_TARGETS,
	AWS_EXPORT_PARENTS,
	AWS_EXPORT_SECRETS,
	AWS_EXPORT_PARAMETERS,
	AWS_EXPORT_ANYWHERE,
	AWS_EXPORT_SERVICE_CREDENTIALS,
	AWS_EXPORT_CERTIFICATES,
	AWS_EXPORT_PROVIDERS,
	AWS_EXPORT_WORKLOADS, /* functions, instances, tasks and what role they have; Config snapshots */
	AWS_EXPORT_POLICY,    /* single documents, principals, versions */
	AWS_EXPORT_TERRAFORM,
	AWS_EXPORT_CLOUDFORMATION,
	AWS_EXPORT_IDENTITY, /* sts get-caller-identity: only the account */
	AWS_EXPORT_COUNT
};

struct aws_export_kind {
	const char *name;     /* for people: "account authorization details" */
	const char *commands; /* shell lines that fetch it, or NULL when nobody fetches it so */
	const char *actions;  /* IAM actions those need, separated by blanks */
	const char *without;  /* what is not seen without it, one clause; NULL: nothing that would be missed */
};
extern const struct aws_export_kind aws_export_kinds[AWS_EXPORT_COUNT];

struct aws_inventory {
	struct aws_estate estate;
	VEC(struct aws_credential *) credentials;
	VEC(struct aws_person *) persons;
	VEC(struct aws_exposure) exposures;
	VEC(struct slice) accounts;  /* seen, in the order read */
	struct map credential_by_id; /* kind and id -> struct aws_credential * */
	struct map person_by_arn;
	uint64_t exports[AWS_EXPORT_COUNT]; /* how many values of each kind were read */
	struct map account_exports;	    /* "ACCOUNT/kind": of each account of those exports that tell theirs */
	struct when as_of;		    /* newest time that an export carries about itself */
	struct when newest_file;	    /* newest change of a file that held an export */
	uint64_t partial;		    /* values that end with a pagination token */
};

/* The credential with this kind and id, made when new. An empty id is made new each time. */
struct aws_credential *aws_credential_of(struct aws_inventory *inv, enum aws_credential_kind k, struct slice id);
/* NULL when there is none. */
struct aws_credential *aws_credential_find(
	const struct aws_inventory *inv, enum aws_credential_kind k, struct slice id);
struct aws_person *aws_person_of(struct aws_inventory *inv, struct slice arn);
const struct aws_person *aws_person_find(const struct aws_inventory *inv, struct slice arn);
void aws_account_seen(struct aws_inventory *inv, struct slice account);
/* Was an export of this kind read of this account? False as well when an export does not say its account. */
bool aws_account_has(const struct aws_inventory *inv, struct slice account, enum aws_export k);
void aws_account_export(struct aws_inventory *inv, struct slice account, enum aws_export k);
bool aws_account_is_seen(const struct aws_inventory *inv, struct slice account);

/* After the last export: slots of credential reports and key ids become one credential where both are known, users get their number of keys. */
void aws_inventory_settle(struct aws_inventory *inv);
void aws_inventory_free(struct aws_inventory *inv);

/* The account that an access key id was made for, from its own characters; false for ids of the old form and what is no key id.
 * Source: the base32 of characters 5 to 14 holds it in bits 1 to 40 (published by Tal Be'ery, 2023; confirmed on documented pairs). */
bool aws_key_account(struct slice key_id, char out[13]);

#endif
