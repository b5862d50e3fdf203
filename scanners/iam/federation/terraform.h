/* What the files that read Terraform share. Internal to this folder. */
#ifndef NHISCAN_SCANNERS_IAM_FEDERATION_TERRAFORM_H
#define NHISCAN_SCANNERS_IAM_FEDERATION_TERRAFORM_H

#include "scanners/iam/federation/federation.h"

struct terraform {
	struct federation f;
	const struct node *root;
	struct aws_estate estate; /* of the policies read */
	unsigned following;	  /* variables that lead to variables */
	size_t spent;		  /* of SPENT_MAX, see terraform_text.c */
	bool cut;		  /* a bound was met: some of it is not worked out */
};

/* The first block `resource "type" "name"` of the document, or NULL. */
const struct node *terraform_block(const struct terraform *t, const char *word, struct slice type, struct slice name);
/* aws_iam_role.NAME.arn and data.aws_iam_policy_document.NAME.json into type and name. */
bool terraform_reference(struct slice s, struct slice *type, struct slice *name);

/* terraform_text.c: a value as far as this document tells it; the rest stays as ${…}. */
struct slice terraform_text(struct terraform *t, const struct node *n);
/* A list of values, whatever builds it; the count. In the document's arena. */
size_t terraform_texts(struct terraform *t, const struct node *n, struct slice **out);
/* The `name` of a resource, else its label. */
struct slice terraform_name(struct terraform *t, const struct node *body, struct slice label);

/* terraform_policy.c: jsonencode({…}) or a JSON text; and data "aws_iam_policy_document". */
void terraform_policy(struct terraform *t, const struct node *policy, struct federation_trust trust);
void terraform_document(struct terraform *t, const struct node *body, struct federation_trust trust);

#endif
