/* What each principal of the AWS accounts in an export can do and what it can become: effective permission, administrators, escalation chains, trust.
 * The model comes from scanners/iam/aws; nothing is read here. Everything is worked out once, then asked. */
#ifndef NHISCAN_RULES_PRIVILEGE_PRIVILEGE_H
#define NHISCAN_RULES_PRIVILEGE_PRIVILEGE_H

#include "core/buf.h"
#include "scanners/iam/aws/model.h"

/* Every answer has three values. MAYBE: it hangs on what the exports do not say (a condition's value, a resource, a missing document). */
enum answer { ANSWER_NO, ANSWER_MAYBE, ANSWER_YES };
const char *answer_name(enum answer a); /* "no", "conditional", "proved" */

struct privilege_options {
	int64_t as_of;	    /* the moment conditions on time are held against */
	const char *region; /* NULL: any */
};

/* A row of the catalogue of escalation paths. */
struct privilege_path {
	const char *id;		    /* "iam-001", or a name when the public catalogue has no number */
	const char *name;	    /* "iam:PassRole + lambda:CreateFunction + lambda:InvokeFunction" */
	const char *const *actions; /* NULL-terminated */
	uint8_t how;		    /* of edges.c */
	const char *
		service; /* of passed roles: the service principals that may carry it, with commas; of existing resources too */
	const char *needs; /* what must exist already, for people; NULL: nothing */
};
extern const struct privilege_path privilege_paths[];
extern const size_t privilege_npaths;

/* One step of a chain. */
struct privilege_step {
	const struct aws_principal *from;
	const struct aws_principal *to; /* NULL: administrator of its account */
	const struct privilege_path *path;
	enum answer certainty;
	const char *needs; /* why it is only conditional, a clause; when proved, what must be done first, or NULL */
};

/* Who may take on a role from outside, and how well the trust policy pins it down. */
enum trust_kind {
	TRUST_ANYONE,	 /* any AWS principal */
	TRUST_ACCOUNT,	 /* a whole other account */
	TRUST_PRINCIPAL, /* a principal of another account */
	TRUST_DELETED,	 /* a unique id in place of an ARN: who was meant is gone */
	TRUST_SERVICE,
	TRUST_OIDC,
	TRUST_SAML,
	TRUST_KIND_COUNT
};
struct privilege_trust {
	enum trust_kind kind;
	const struct aws_principal *role;
	struct slice who;     /* account, ARN, service or issuer as written */
	bool external_id;     /* sts:ExternalId is asked for */
	bool limited;	      /* some other condition narrows it down: source account or ARN, organization, … */
	bool inverted;	      /* NotPrincipal */
	enum answer open;     /* OIDC: can somebody else than meant mint a token that fits? */
	const char *weakness; /* what is wrong, a clause; NULL: nothing. Of OIDC, SAML and Roles Anywhere */
	struct slice example; /* a foreign subject that would fit, or empty */
	const struct aws_statement *statement;
};

/* What was worked out about a user or role. */
struct privilege_identity {
	const struct aws_principal *principal;
	enum answer admin;	   /* administrator as it stands */
	bool complete;		   /* every known action on every resource */
	enum answer reaches_admin; /* itself or by a chain */
	enum answer escalates;	   /* can gain what it does not hold: administrator, or another principal with more */
	const struct privilege_step *chain; /* the shortest to administrator, proved before conditional */
	size_t nchain;
	const struct privilege_step
		*steps; /* one for each path of the catalogue that it can take itself, best target first */
	size_t nsteps;
	size_t actions, possible;   /* known actions it surely, possibly can do on some resource */
	struct aws_texts wildcards; /* services of which it holds every action on every resource, unconditioned */
	struct aws_texts missing;   /* policies it holds whose documents are nowhere to be found */
	bool passes_any_role;	    /* iam:PassRole on every role, to any service */
	uint32_t group;		    /* principals that can all become one another share a number; 0: alone */
};

/* An edge whose removal cuts many chains. */
struct privilege_cut {
	struct privilege_step step;
	size_t cuts; /* how many principals would no longer reach administrator */
};

/* Bounds that were met, so that something may be missing from what is told. */
struct privilege_limits {
	size_t documents;   /* policies of more statements than are evaluated */
	size_t searches;    /* actions for which not every resource that a policy names could be tried */
	size_t attachments; /* questions which policy to attach, for which not all of them were tried */
	size_t groups;	    /* users for whom not every group that they can join was looked behind */
	size_t targets;	    /* identities for whom not every target of a path was looked at for what it holds */
	bool walks;	    /* the search for long detours was given up */
};

struct privilege;

/* Works out everything. The estate must outlive it and is not changed but for principals' `index`. */
struct privilege *privilege_new(struct aws_estate *e, const struct privilege_options *o);
void privilege_free(struct privilege *p);

const struct privilege_identity *privilege_identity(const struct privilege *p, const struct aws_principal *who);
/* May `who` do `action` ("iam:PassRole") on `resource` (an ARN; with * for "any such")? */
enum answer privilege_may(
	struct privilege *p, const struct aws_principal *who, struct slice action, struct slice resource);
/* Roles' trust to outside, in the order of the roles. */
const struct privilege_trust *privilege_trusts(const struct privilege *p, size_t *n);
/* The best `max` edges to cut, most first. */
const struct privilege_cut *privilege_cuts(struct privilege *p, size_t max, size_t *n);
/* Actions named in policies that the table does not know; date of the table. */
struct aws_texts privilege_unknown_actions(const struct privilege *p);
struct privilege_limits privilege_limits(const struct privilege *p);
const char *privilege_table_date(void);
/* One line for people: "ci -> (iam:PassRole + lambda:CreateFunction + …) admin-role -> administrator". */
void privilege_chain_text(const struct privilege_identity *i, struct buf *out);

/* Hangs the results on the principals' facts, as the attributes of scanners/iam/power_attributes.c. */
void privilege_set_facts(struct privilege *p, struct fact_set *set);

#endif
