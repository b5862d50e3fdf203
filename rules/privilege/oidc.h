/* Federated trust judged: can somebody else than meant mint a token that fits? For the roles of an account's export and for what code declares. */
#ifndef NHISCAN_RULES_PRIVILEGE_OIDC_H
#define NHISCAN_RULES_PRIVILEGE_OIDC_H

#include "rules/privilege/privilege.h"

/* Fills `open`, `weakness`, `example`, `limited` and the issuer in `who`, from the statement. `who` is an issuer or the ARN of its provider. */
void oidc_judge(struct arena *arena, struct privilege_trust *t);

#endif
