/* Trust of clouds in the identity tokens of CI systems, as code declares it: Terraform, CloudFormation, Bicep. Whatever the cloud, a trust is a
 * fact whose conditions are written as AWS writes them, so that one engine (rules/ci/federation.c) judges all. What is declared is read here, not
 * judged. */
#ifndef NHISCAN_SCANNERS_IAM_FEDERATION_FEDERATION_H
#define NHISCAN_SCANNERS_IAM_FEDERATION_FEDERATION_H

#include "scanners/iam/aws/model.h"
#include "scanners/reader.h"

extern const struct reader terraform_trust_reader, cloudformation_trust_reader, bicep_trust_reader;
extern const struct attribute federation_attributes[];

/* A document under way. */
struct federation {
	const struct reader_input *in;
	struct fact_set *set;
	struct arena *arena; /* of the document */
	const char *reader;
	const char *format; /* "terraform", "cloudformation", "bicep" */
};

/* What is said of one trust. The statement holds the conditions; texts that only a deployment knows stand in them as ${…}. */
struct federation_trust {
	const char *system; /* "aws", "gcp", "azure" */
	struct slice role;  /* by its name; empty: not in this document */
	struct slice
		policy; /* the policy document by its name in code, when a role may take it from elsewhere; or empty */
	struct slice issuer; /* host and path */
	const struct aws_statement *statement;
	bool unread;	  /* a condition that is not understood narrows it */
	struct span span; /* of the trust as a whole */
};

/* The CI system whose tokens an issuer signs; NULL when it is none: then no fact is made. */
const char *federation_system(struct slice issuer);
/* Host and path without https:// and a slash behind, of an issuer's URL or of the ARN of its provider. */
struct slice federation_issuer(struct slice name);
/* One fact. */
void federation_add(const struct federation *f, const struct federation_trust *t);
/* Every allowing statement of a policy that takes identity tokens. `issuer_of` turns a principal as written into an issuer, or empty. */
void federation_add_policy(const struct federation *f, const struct aws_policy *policy, struct federation_trust like,
	struct slice (*issuer_of)(struct slice principal));

/* Tells that a bound was met. */
void federation_cut(const struct federation *f);

/* Conditions built one by one, for what is no policy. */
struct federation_conditions {
	VEC(struct aws_condition) all;
};
void federation_condition(const struct federation *f, struct federation_conditions *c, const char *op,
	struct slice issuer, struct slice claim, struct slice value, struct span span);
struct aws_statement *federation_statement(
	const struct federation *f, struct federation_conditions *c, struct slice issuer, struct span span);

/* cel.c: the condition of a Google pool provider, `assertion.repository == "o/r" && …`. `mapping` are its attributes. False when a part of it is not understood. */
bool federation_cel(const struct federation *f, struct federation_conditions *c, struct slice issuer, struct slice text,
	const struct node *mapping, struct span span);
/* … and of a flexible credential of Entra, `claims['sub'] matches 'repo:o/r:*' and …`. */
bool federation_entra(const struct federation *f, struct federation_conditions *c, struct slice issuer,
	struct slice text, struct span span);

#endif
