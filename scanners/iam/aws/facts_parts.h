/* What the makers of facts share. Internal to this folder. */
#ifndef NHISCAN_SCANNERS_IAM_AWS_FACTS_PARTS_H
#define NHISCAN_SCANNERS_IAM_AWS_FACTS_PARTS_H

#include "scanners/iam/aws/facts.h"

#define NOWHERE	     ((struct span){0})
#define UNUSED_AFTER ((int64_t)90 * 86400) /* as Access Analyzer's default for unused access */

struct aws_making {
	struct aws_inventory *inv;
	struct fact_set *set;
	int64_t as_of;
};

/* Each sets an attribute when the value is known. */
void aws_fact_time(struct aws_making *m, struct fact *f, const char *name, struct when w);
void aws_fact_text(struct aws_making *m, struct fact *f, const char *name, struct slice s);
void aws_fact_known(struct aws_making *m, struct fact *f, const char *name, enum aws_known k);
void aws_fact_usage(struct aws_making *m, struct fact *f, struct when used, struct when made);
void aws_fact_since(struct aws_making *m, struct fact *f, const char *name, struct when w);
void aws_fact_about(struct aws_making *m, struct fact *f, const struct aws_credential *c);

const struct aws_node *aws_account_node(const struct aws_inventory *inv, struct slice account);
void aws_credential_facts(struct aws_making *m);
void aws_grant_facts(struct aws_making *m);

#endif
