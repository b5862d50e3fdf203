/* Actions that are dangerous without leading to administrator: those that hand out credentials, read data, or change who has access. */
#ifndef NHISCAN_RULES_PRIVILEGE_SENSITIVE_H
#define NHISCAN_RULES_PRIVILEGE_SENSITIVE_H

#include "rules/privilege/privilege.h"

/* Sets credential_actions, data_actions and sharing_actions of identities' facts to what each surely may do on every resource. */
void sensitive_set_facts(struct privilege *p, const struct aws_estate *e, struct fact_set *set);

#endif
