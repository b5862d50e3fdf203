/* Which policy to attach: whoever may attach one picks it. A condition on iam:PolicyARN that keeps AWS's own administrators away leaves others: policies of
 * the account that make one, those that it can write, those that it can make. IAM User Guide: "Controlling access to policies". */
#include "rules/privilege/parts.h"
#include "rules/privilege/wild.h"

#include <stdlib.h>

/* So many of an account's own policies are tried for one principal: an account may have 5,000. */
#define TRIED_MAX 512
/* … and so many of the patterns of names that its statements give. */
#define PATTERNS_MAX 64

/* Policies of AWS that make an administrator: "AWS managed policies for job functions", and IAM's own. */
static const char *const granting[] = {
	"arn:P:iam::aws:policy/AdministratorAccess", "arn:P:iam::aws:policy/IAMFullAccess"};
#define NGRANTING (sizeof(granting) / sizeof(*granting))

/* Policies of AWS that let their holder change much: tried where a pattern of names is all that a condition gives. "AWS managed policies for job
 * functions" and those of the services that carry roles. */
static const char *const powerful[] = {"arn:P:iam::aws:policy/PowerUserAccess",
	"arn:P:iam::aws:policy/job-function/SystemAdministrator",
	"arn:P:iam::aws:policy/job-function/DatabaseAdministrator", "arn:P:iam::aws:policy/job-function/DataScientist",
	"arn:P:iam::aws:policy/job-function/NetworkAdministrator", "arn:P:iam::aws:policy/AmazonEC2FullAccess",
	"arn:P:iam::aws:policy/AWSLambda_FullAccess", "arn:P:iam::aws:policy/AmazonSSMFullAccess",
	"arn:P:iam::aws:policy/AmazonS3FullAccess", "arn:P:iam::aws:policy/AWSCloudFormationFullAccess"};
#define NPOWERFUL (sizeof(powerful) / sizeof(*powerful))

/* The policies of one account, and those of them that make an administrator. */
struct account_policies {
	VEC(const struct aws_managed *) all, granting;
};

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
static bool grants(const struct stmts *list) {
	bool any = false;

	for (size_t i = 0; i < list->n; i++) {
		const struct stmt *st = list->at[i];

		if (!st->allow)
			return false;
		any |= st->all_resources && st->trivial && key_has(st->keys, key_index("iam:PutUserPolicy")) &&
		       key_has(st->keys, key_index("iam:PutRolePolicy"));
	}
	return any;
}

static struct account_policies *policies_of(struct privilege *p, struct slice account) {
	struct map_entry *e = map_put(&p->account_policies, account, NULL);

	if (!e->value.ptr)
		e->value.ptr = ARENA_NEW(&p->arena, struct account_policies);
	return e->value.ptr;
}

/* Sorted by account once. */
static void index_policies(struct privilege *p) {
	if (p->account_policies_known)
		return;
	p->account_policies_known = true;
	for (size_t i = 0; i < p->estate->managed.n; i++) {
		const struct aws_managed *m = p->estate->managed.at[i];
		const struct aws_policy *policy = aws_default_document(m);
		struct account_policies *of;
		struct aws_arn arn;

		if (!aws_arn_parse(m->arn, &arn) || slice_eq(arn.account, slice_str("aws")))
			continue;
		of = policies_of(p, arn.account);
		VEC_PUSH(&of->all, m);
		if (policy && grants(policy_stmts(p, policy)))
			VEC_PUSH(&of->granting, m);
	}
}

void account_policies_free(struct privilege *p) {
	for (size_t i = 0; i < p->account_policies.n; i++) {
		struct account_policies *of = p->account_policies.entries[i].value.ptr;

		VEC_FREE(&of->all);
		VEC_FREE(&of->granting);
	}
	map_free(&p->account_policies);
}

/* Attaching this one to `target`. */
static enum answer attach(struct privilege *p, const struct subject *s, size_t k, const struct aws_principal *target,
	struct slice policy) {
	struct request r;

	request_on(p, target, &r);
	r.policy_arn = policy;
	return evaluate(p, s, p->key_action[k], &r);
}

struct attaching {
	size_t key;
	const struct aws_principal *target;
};

/* A policy that is made first: nobody has the name yet. */
static enum answer made_policy(struct privilege *p, const struct subject *s, struct slice arn, const void *x) {
	const struct attaching *a = x;

	return map_get(&p->estate->managed_by_arn, arn) ? ANSWER_NO : attach(p, s, a->key, a->target, arn);
}

typedef enum answer (*pattern_answer)(
	struct privilege *p, const struct subject *s, const struct attaching *a, struct slice pattern);

static enum answer make_within(
	struct privilege *p, const struct subject *s, const struct attaching *a, struct slice pattern) {
	uint32_t create = p->key_action[key_index("iam:CreatePolicy")];
	struct buf all = {0}, both = {0};
	enum answer best = ANSWER_NO;

	if (arn_meet(pattern, fill_in(s, slice_str("arn:P:iam::A:policy/*"), &all), &both))
		best = evaluate_together(p, s, &create, 1, buf_slice(&both), made_policy, a);
	buf_free(&all);
	buf_free(&both);
	return best;
}

/* The best answer over the names that conditions on iam:PolicyARN give. */
static enum answer of_names(
	struct privilege *p, const struct subject *s, const struct attaching *a, pattern_answer ask) {
	enum answer best = ANSWER_NO;
	size_t tried = 0;

	for (size_t i = 0; i < s->own.n; i++) {
		const struct stmt *st = s->own.at[i];

		for (size_t c = 0; st->allow && key_has(st->keys, a->key) && c < st->s->nconditions; c++) {
			const struct aws_condition *cond = &st->s->conditions[c];

			if (!slice_eq_nocase(cond->key, slice_str("iam:PolicyARN")))
				continue;
			for (size_t v = 0; v < cond->values.n && best != ANSWER_YES; v++) {
				if (tried++ == PATTERNS_MAX) {
					p->limits.attachments++;
					return best;
				}
				if (!has_variables(cond->values.at[v]))
					best = answer_max(best, ask(p, s, a, cond->values.at[v]));
			}
		}
	}
	return best;
}

/* Those of the account that make an administrator, then those that it can write, then new ones. */
static enum answer attach_own(struct privilege *p, const struct subject *s, const struct attaching *a) {
	const struct account_policies *of;
	enum answer best = ANSWER_NO;
	size_t tried = 0;

	index_policies(p);
	of = policies_of(p, s->p->account);
	for (size_t i = 0; i < of->granting.n && best != ANSWER_YES && tried < TRIED_MAX; i++, tried++)
		best = answer_max(best, attach(p, s, a->key, a->target, of->granting.at[i]->arn));
	if (key_has(s->keys, key_index("iam:CreatePolicyVersion"))) {
		for (size_t i = 0; i < of->all.n && best != ANSWER_YES && tried < TRIED_MAX; i++, tried++)
			best = answer_max(best, answer_min(on_policy(p, s, "iam:CreatePolicyVersion", of->all.at[i]),
							attach(p, s, a->key, a->target, of->all.at[i]->arn)));
	}
	p->limits.attachments += tried == TRIED_MAX && best == ANSWER_NO;
	if (best != ANSWER_YES && key_has(s->keys, key_index("iam:CreatePolicy")))
		best = answer_max(
			best, answer_max(make_within(p, s, a, slice_str("*")), of_names(p, s, a, make_within)));
	return best;
}

enum answer attach_any(struct privilege *p, const struct subject *s, size_t k, const struct aws_principal *target) {
	bool asks = asks_for_policy(s, k);
	enum answer best = ANSWER_NO;
	struct buf text = {0};

	for (size_t i = 0; i < NGRANTING && best != ANSWER_YES; i++) {
		if (i > 0 && !asks)
			break;
		best = answer_max(best, attach(p, s, k, target, fill_in(s, slice_str(granting[i]), &text)));
	}
	buf_free(&text);
	if (best != ANSWER_YES && asks)
		best = answer_max(best, attach_own(p, s, &(struct attaching){k, target}));
	return best;
}

static bool is_held(const struct aws_principal *who, struct slice arn) {
	for (size_t i = 0; i < who->attached.n; i++)
		if (slice_eq(who->attached.at[i].arn, arn))
			return true;
	return false;
}

/* One policy of that name more: does it make `s` an administrator, or more than it is? */
static void try_one(struct privilege *p, const struct subject *s, size_t k, struct slice arn, struct attached *out) {
	const struct aws_policy *policy = is_held(s->p, arn) ? NULL : managed_document(p, arn);
	enum answer a = policy ? attach(p, s, k, s->p, arn) : ANSWER_NO;
	struct subject v;
	struct stmts own;
	bool writes = false;

	if (a == ANSWER_NO)
		return;
	own = stmts_joined(p, &s->own, policy_stmts(p, policy));
	subject_variant(p, s, &own, false, &v);
	out->admin = answer_max(out->admin, answer_min(a, v.admin));
	for (size_t key = 0; key < nkey_actions; key++) /* somebody let it have those that read */
		writes |= key_has(v.keys, key) && !key_has(s->keys, key) && bit_has(p->writing, p->key_action[key]);
	if (writes)
		out->more = answer_max(out->more, a);
	subject_free(&v);
}

static void try_powerful(struct privilege *p, const struct subject *s, size_t k, struct attached *out) {
	struct buf text = {0};

	for (size_t i = 0; i < NPOWERFUL && out->more != ANSWER_YES; i++)
		try_one(p, s, k, fill_in(s, slice_str(powerful[i]), &text), out);
	buf_free(&text);
}

struct attached attach_to_itself(struct privilege *p, const struct subject *s, size_t k) {
	struct attached out = {ANSWER_NO, ANSWER_NO};
	const struct account_policies *of;
	bool patterns = false;
	size_t tried = 0;

	if (!asks_for_policy(s, k))
		return out;
	for (size_t i = 0; i < s->own.n && out.admin != ANSWER_YES; i++) {
		const struct stmt *st = s->own.at[i];

		for (size_t c = 0; st->allow && key_has(st->keys, k) && c < st->s->nconditions; c++) {
			const struct aws_condition *cond = &st->s->conditions[c];

			if (!slice_eq_nocase(cond->key, slice_str("iam:PolicyARN")))
				continue;
			for (size_t v = 0; v < cond->values.n && tried < PATTERNS_MAX; v++, tried++) {
				if (wild_is(cond->values.at[v]))
					patterns = true;
				else
					try_one(p, s, k, cond->values.at[v], &out);
			}
		}
	}
	p->limits.attachments += tried == PATTERNS_MAX;
	if (patterns)
		try_powerful(p, s, k, &out);
	index_policies(p);
	of = policies_of(p, s->p->account);
	for (size_t i = 0; i < of->all.n && out.more != ANSWER_YES; i++) {
		if (i == PATTERNS_MAX) {
			p->limits.attachments++;
			break;
		}
		try_one(p, s, k, of->all.at[i]->arn, &out);
	}
	return out;
}
