/* placeholder */
#include "rules/privilege/parts.h"
void oidc_judge(struct privilege *p, struct privilege_trust *t) {
	(void)p;
	(void)t;
}
