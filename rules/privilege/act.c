/* An action of IAM on a principal. Which policy is attached is attach.c's. */
#include "rules/privilege/parts.h"

enum answer act_on(
	struct privilege *p, const struct subject *s, const char *action, const struct aws_principal *target) {
	return act_by(p, s, key_index(action), target);
}

enum answer act_by(struct privilege *p, const struct subject *s, size_t k, const struct aws_principal *target) {
	struct request r;

	if (!key_has(s->keys, k))
		return ANSWER_NO;
	if (strncmp(key_actions[k].name, "iam:Attach", strlen("iam:Attach")) == 0)
		return attach_any(p, s, k, target);
	request_on(p, target, &r);
	return evaluate(p, s, p->key_action[k], &r);
}
