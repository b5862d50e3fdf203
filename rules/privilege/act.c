/* An action of IAM on a principal. Whoever attaches a policy picks which: a condition on iam:PolicyARN that keeps one away leaves others that make an
 * administrator as well. */
#include "rules/privilege/parts.h"

/* So many of the account's own policies are tried. */
#define GRANTING_MAX 16

/* Policies of AWS that make an administrator: "AWS managed policies for job functions", and IAM's own. */
static const char *const granting[] = {
	"arn:P:iam::aws:policy/AdministratorAccess", "arn:P:iam::aws:policy/IAMFullAccess"};
#define NGRANTING (sizeof(granting) / sizeof(*granting))

static bool attaches(const char *action) {
	return strncmp(action, "iam:Attach", strlen("iam:Attach")) == 0;
}

/* May the answer depend on which policy it is? */
static bool asks_for_policy(const struct subject *s, size_t key) {
	const struct stmts *lists[] = {&s->own, &s->fence};

	for (size_t l = 0; l < 2; l++)
		for (size_t i = 0; i < lists[l]->n; i++)
			if (!lists[l]->at[i]->trivial && key_has(lists[l]->at[i]->keys, key))
				return true;
	return s->guard != NULL;
}

/* An unconditioned Allow of IAM's permission management on everything. */
static bool grants(const struct privilege *p, const struct stmts *list) {
	bool any = false;

	for (size_t i = 0; i < list->n; i++) {
		const struct stmt *st = list->at[i];

		if (!st->allow)
			return false;
		any |= st->all_resources && st->trivial &&
		       action_set_has(st->actions, p->key_action[key_index("iam:PutUserPolicy")]) &&
		       action_set_has(st->actions, p->key_action[key_index("iam:PutRolePolicy")]);
	}
	return any;
}

/* The account's own policies that do so: found once. */
static void find_granting(struct privilege *p) {
	if (p->granting_known)
		return;
	p->granting_known = true;
	for (size_t i = 0; i < p->estate->managed.n && p->granting.n < GRANTING_MAX; i++) {
		const struct aws_policy *policy = aws_default_document(p->estate->managed.at[i]);

		if (policy && grants(p, policy_stmts(p, policy)))
			VEC_PUSH(&p->granting, p->estate->managed.at[i]->arn);
	}
}

static bool is_of_account(struct slice arn, const struct subject *s) {
	struct aws_arn a;

	return aws_arn_parse(arn, &a) && slice_eq(a.account, s->p->account);
}

enum answer act_on(
	struct privilege *p, const struct subject *s, const char *action, const struct aws_principal *target) {
	return act_by(p, s, key_index(action), target);
}

enum answer act_by(struct privilege *p, const struct subject *s, size_t k, const struct aws_principal *target) {
	const char *action = key_actions[k].name;
	enum answer best = ANSWER_NO;
	struct buf text = {0};
	struct request r;

	if (!key_has(s->keys, k))
		return ANSWER_NO;
	if (!attaches(action)) {
		request_on(p, target, &r);
		return evaluate(p, s, p->key_action[k], &r);
	}
	for (size_t i = 0; i < NGRANTING && best != ANSWER_YES; i++) {
		if (i > 0 && !asks_for_policy(s, k))
			break;
		request_on(p, target, &r);
		r.policy_arn = fill_in(s, slice_str(granting[i]), &text);
		best = answer_max(best, evaluate(p, s, p->key_action[k], &r));
	}
	if (best != ANSWER_YES && asks_for_policy(s, k)) {
		find_granting(p);
		for (size_t i = 0; i < p->granting.n && best != ANSWER_YES; i++) {
			if (!is_of_account(p->granting.at[i], s))
				continue;
			request_on(p, target, &r);
			r.policy_arn = p->granting.at[i];
			best = answer_max(best, evaluate(p, s, p->key_action[k], &r));
		}
	}
	buf_free(&text);
	return best;
}
