/* Steps by which a principal gets rid of what holds it back: its boundary, the policies that deny, or itself in favour of a new principal that nothing
 * holds back. IAM User Guide: "Permissions boundaries for IAM entities"; Service Authorization Reference: AWS Identity and Access Management. */
#include "rules/privilege/parts.h"

#include <ctype.h>
#include <stdlib.h>

typedef VEC(const struct stmt *) statement_list;

/* Takes its boundary off, or puts one that allows everything in its place. */
void shed_boundary(struct privilege *p, struct subject *s, const struct privilege_path *path) {
	const char *action = path->actions[0];
	size_t k = key_index(action);
	bool of_user = strstr(action, "User") != NULL;
	struct buf text = {0};
	struct subject v;
	struct request r;
	enum answer a;

	if (s->boundary == BOUNDARY_NONE || (s->p->kind == AWS_USER) != of_user)
		return;
	request_on(p, s->p, &r);
	if (strncmp(action, "iam:Put", strlen("iam:Put")) == 0) {
		r.boundary_given = true;
		r.boundary = fill_in(s, slice_str("arn:P:iam::aws:policy/AdministratorAccess"), &text);
	}
	a = evaluate(p, s, p->key_action[k], &r);
	buf_free(&text);
	if (a == ANSWER_NO)
		return;
	subject_variant(p, s, NULL, true, &v);
	own_step(s, path, answer_min(a, v.admin), NULL);
	subject_free(&v);
}

/* A policy that `s` holds, and the ways to be rid of it. */
struct held {
	const struct aws_principal *holder;
	const struct aws_policy *policy;
	struct slice arn; /* of an attached one */
};

static const char *removal(const struct held *h) {
	static const char *const drop[][2] = {
		[AWS_USER] = {"iam:DeleteUserPolicy", "iam:DetachUserPolicy"},
		[AWS_ROLE] = {"iam:DeleteRolePolicy", "iam:DetachRolePolicy"},
		[AWS_GROUP] = {"iam:DeleteGroupPolicy", "iam:DetachGroupPolicy"},
	};

	return drop[h->holder->kind][h->arn.n > 0];
}

static enum answer may_remove(struct privilege *p, const struct subject *s, const struct held *h, const char *action) {
	size_t k = key_index(action);
	struct request r;

	if (!key_has(s->keys, k))
		return ANSWER_NO;
	request_on(p, h->holder, &r);
	r.policy_arn = h->arn;
	return evaluate(p, s, p->key_action[k], &r);
}

static bool denies(struct privilege *p, const struct aws_policy *policy) {
	const struct stmts *list = policy_stmts(p, policy);

	for (size_t i = 0; i < list->n; i++)
		if (!list->at[i]->allow)
			return true;
	return false;
}

struct shedding {
	const char *by;	    /* the action of the path */
	bool others;	    /* the other ways count as well */
	enum answer sure;   /* of everything that was removed */
	bool any;	    /* something goes by the path's own action */
	statement_list own; /* what is left */
};

static void keep_or_shed(struct privilege *p, const struct subject *s, const struct held *h, struct shedding *x) {
	const struct stmts *list = policy_stmts(p, h->policy);
	const char *ways[] = {removal(h), h->holder->kind == AWS_GROUP ? "iam:RemoveUserFromGroup" : NULL};
	enum answer best = ANSWER_NO;

	for (size_t w = 0; w < 2 && denies(p, h->policy); w++) {
		bool mine = ways[w] && strcmp(ways[w], x->by) == 0;
		enum answer a = ways[w] && (mine || x->others) ? may_remove(p, s, h, ways[w]) : ANSWER_NO;

		x->any |= mine && a != ANSWER_NO;
		best = answer_max(best, a);
	}
	if (best != ANSWER_NO) {
		x->sure = answer_min(x->sure, best);
		return;
	}
	for (size_t i = 0; i < list->n; i++)
		VEC_PUSH(&x->own, list->at[i]);
}

static void shed_of(
	struct privilege *p, const struct subject *s, const struct aws_principal *holder, struct shedding *x) {
	for (size_t i = 0; i < holder->inlines.n; i++)
		if (holder->inlines.at[i].policy)
			keep_or_shed(p, s, &(struct held){holder, holder->inlines.at[i].policy, {0}}, x);
	for (size_t i = 0; i < holder->attached.n; i++) {
		const struct aws_policy *policy = managed_document(p, holder->attached.at[i].arn);

		if (policy)
			keep_or_shed(p, s, &(struct held){holder, policy, holder->attached.at[i].arn}, x);
	}
}

static enum answer admin_without(
	struct privilege *p, const struct subject *s, const struct privilege_path *path, bool others) {
	struct shedding x = {.by = path->actions[0], .others = others, .sure = ANSWER_YES};
	enum answer a = ANSWER_NO;

	shed_of(p, s, s->p, &x);
	for (size_t i = 0; i < s->p->groups.n; i++) {
		const struct aws_principal *g = group_of(p, s->p, s->p->groups.at[i]);

		if (g)
			shed_of(p, s, g, &x);
	}
	if (x.any) {
		struct stmts own = {x.own.at, x.own.n};
		struct subject v;

		subject_variant(p, s, &own, false, &v);
		a = answer_min(x.sure, v.admin);
		subject_free(&v);
	}
	VEC_FREE(&x.own);
	return a;
}

/* Takes away the policies that deny; what they allow goes with them. First by the path alone, then by whatever else it may do as well. */
void shed_denial(struct privilege *p, struct subject *s, const struct privilege_path *path) {
	bool any = false;
	enum answer a;

	for (size_t i = 0; i < s->own.n && !any; i++)
		any = !s->own.at[i]->allow;
	if (!any)
		return;
	a = admin_without(p, s, path, false);
	if (a != ANSWER_YES)
		a = answer_max(a, admin_without(p, s, path, true));
	own_step(s, path, a, NULL);
}

/* IAM takes letters, digits and these in a name, and slashes in a path: "IAM and AWS STS quotas". */
static bool is_nameable(struct slice arn) {
	ptrdiff_t slash = slice_find(arn, slice_str("/"));
	struct slice name = slice_sub(arn, slash < 0 ? arn.n : (size_t)slash + 1, arn.n);

	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] > 0x7e || (!isalnum(name.p[i]) && !strchr("+=,.@_-/", name.p[i])))
			return false;
	return name.n > 0;
}

/* Nobody has the name yet; a role's trust policy names its maker, who must then be able to take it on. */
static enum answer can_be_made(struct privilege *p, const struct subject *s, struct slice arn, const void *x) {
	struct aws_principal made = {.arn = arn, .account = s->p->account, .kind = AWS_ROLE};
	struct subject role = {.p = &made};
	const struct privilege_path *path = x;

	if (!is_nameable(arn) || aws_find(p->estate, arn) || slice_find(arn, slice_str("/aws-service-role/")) >= 0)
		return ANSWER_NO;
	return strcmp(path->actions[0], "iam:CreateRole") == 0 ? when_named(p, s, &role) : ANSWER_YES;
}

void make_new(struct privilege *p, struct subject *s, const struct privilege_path *path) {
	const struct path_keys *keys = &p->path_keys[path - privilege_paths];
	bool role = strcmp(path->actions[0], "iam:CreateRole") == 0;
	uint32_t actions[PATH_ACTIONS_MAX];
	struct buf pattern = {0};
	struct subject v;
	enum answer a;

	for (size_t i = 0; i < keys->n; i++)
		actions[i] = p->key_action[keys->key[i]];
	a = evaluate_together(p, s, actions, keys->n,
		fill_in(s, slice_str(role ? "arn:P:iam::A:role/*" : "arn:P:iam::A:user/*"), &pattern), can_be_made,
		path);
	buf_free(&pattern);
	if (a == ANSWER_NO)
		return;
	/* Only guardrails hold the new one back. */
	subject_variant(p, s, NULL, true, &v);
	own_step(s, path, answer_min(a, v.can_be_admin), NULL);
	subject_free(&v);
}
