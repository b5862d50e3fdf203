/* Which of the accounts that an identity trusts are somebody else's, and whose. */
#ifndef NHISCAN_RULES_PRIVILEGE_FOREIGN_H
#define NHISCAN_RULES_PRIVILEGE_FOREIGN_H

#include "scanners/iam/aws/model.h"

struct vendor {
	const char *account, *name;
};
/* Sorted by account; generated from aws-vendors.txt. */
extern const struct vendor vendor_table[];
extern const size_t vendor_table_n;

/* The vendor with this account, or NULL. */
const char *vendor_of(struct slice account);

/* Sets foreign_accounts, foreign_without_external_id and vendors of roles' facts, after privilege_set_facts(): without the accounts that were
 * exported and those of the organization, which are one's own. */
void foreign_set_facts(const struct aws_estate *e, struct fact_set *set);

#endif
