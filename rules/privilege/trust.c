/* Trust policies: which principal, account or service a role may be taken on by. What OIDC tokens fit is oidc.c's. IAM User Guide: "AWS JSON policy
 * elements: Principal", "Cross-account policy evaluation logic". */
#include "rules/privilege/oidc.h"
#include "rules/privilege/parts.h"

#include <stdio.h>
#include <stdlib.h>

static bool is_aws(const struct aws_who *w) {
	return slice_eq_nocase(w->type, slice_str("AWS"));
}

static bool is_anyone(const struct aws_who *w) {
	return slice_eq(w->value, slice_str("*")) && (is_aws(w) || slice_eq(w->type, slice_str("*")));
}

/* The account that a whole-account entry names: 12 digits, or its root. Empty: none. */
static struct slice account_of(struct slice value) {
	struct aws_arn arn;

	if (value.n == 12 && !memchr(value.p, ':', value.n)) {
		for (size_t i = 0; i < value.n; i++)
			if (value.p[i] < '0' || value.p[i] > '9')
				return (struct slice){0};
		return value;
	}
	if (aws_arn_parse(value, &arn) && slice_eq(arn.service, slice_str("iam")) &&
		slice_eq(arn.resource, slice_str("root")))
		return arn.account;
	return (struct slice){0};
}

/* A session of the role: arn:aws:sts::ACCOUNT:assumed-role/Name/session. */
static bool is_session_of(struct slice value, const struct aws_principal *p) {
	struct aws_arn arn;
	struct slice rest;

	if (p->kind != AWS_ROLE || !aws_arn_parse(value, &arn) || !slice_eq(arn.service, slice_str("sts")) ||
		!slice_eq(arn.account, p->account) || !slice_has_prefix(arn.resource, "assumed-role/"))
		return false;
	rest = slice_sub(arn.resource, strlen("assumed-role/"), arn.resource.n);
	return rest.n > p->name.n && rest.p[p->name.n] == '/' && slice_eq(slice_sub(rest, 0, p->name.n), p->name);
}

static enum answer entry_is(const struct aws_who *w, const struct aws_principal *p, bool *direct) {
	if (is_anyone(w)) {
		*direct = true;
		return ANSWER_YES;
	}
	if (!is_aws(w))
		return ANSWER_NO;
	if (slice_eq(w->value, p->arn) || (p->id.n && slice_eq(w->value, p->id))) {
		*direct = true;
		return ANSWER_YES;
	}
	if (p->account.n && slice_eq(account_of(w->value), p->account))
		return ANSWER_YES;
	*direct |= is_session_of(w->value, p);
	return is_session_of(w->value, p) ? ANSWER_MAYBE : ANSWER_NO;
}

enum answer who_is(const struct aws_statement *s, const struct aws_principal *p, bool *direct) {
	enum answer best = ANSWER_NO;
	bool named = false, one;

	for (size_t i = 0; i < s->nwho; i++) {
		one = false;
		enum answer a = entry_is(&s->who[i], p, &one);

		best = answer_max(best, a);
		named |= one && a != ANSWER_NO;
	}
	*direct = s->not_who || named;
	return s->not_who ? (enum answer)(ANSWER_YES - best) : best;
}

static const struct stmts *trust_stmts(struct privilege *p, const struct aws_principal *role) {
	return policy_stmts(p, role->trust);
}

struct trusted trust_of(struct privilege *p, const struct aws_principal *role, const struct aws_principal *who) {
	struct trusted t = {ANSWER_NO, ANSWER_NO, false};
	uint32_t assume = p->key_action[key_index("sts:AssumeRole")];
	const struct stmts *list = role->trust ? trust_stmts(p, role) : NULL;
	struct request r;

	request_on(p, role, &r);
	r.who = who;
	r.action = slice_str("sts:AssumeRole");
	if (who->index < p->n && p->subjects[who->index].p == who)
		let_tag(p, &p->subjects[who->index], &r);
	for (size_t i = 0; list && i < list->n; i++) {
		const struct stmt *st = list->at[i];
		bool direct, chosen;
		enum answer a = st->s->has_who ? who_is(st->s, who, &direct) : ANSWER_NO;

		if (a == ANSWER_NO || !action_set_has(st->actions, assume))
			continue;
		a = answer_min(a, conditions_of(st, &r, &chosen));
		if (!st->allow && a == ANSWER_YES)
			t.denied = true;
		else if (st->allow && direct)
			t.direct = answer_max(t.direct, a);
		else if (st->allow)
			t.delegated = answer_max(t.delegated, a);
	}
	if (t.denied)
		t.direct = t.delegated = ANSWER_NO;
	return t;
}

bool trust_is_personal(const struct aws_principal *role) {
	for (size_t i = 0; role->trust && i < role->trust->n; i++) {
		const struct aws_statement *s = &role->trust->statements[i];

		if (conditions_are_personal(s) || s->not_who || !s->allow)
			return true;
	}
	return false;
}

bool next_service(const char **list, struct slice partition, char *out, size_t cap) {
	size_t n = strcspn(*list, ",");
	bool china = slice_eq(partition, slice_str("aws-cn"));

	if (n == 0)
		return false;
	/* In China some services have the longer name; both are tried where a name is compared. */
	snprintf(out, cap, "%.*s.amazonaws.com%s", (int)n, *list, china && strncmp(*list, "ec2", n) == 0 ? ".cn" : "");
	*list += n + ((*list)[n] == ',');
	return true;
}

/* "ec2.amazonaws.com", "ec2.us-east-1.amazonaws.com", "ec2.amazonaws.com.cn" are one service. */
static bool is_service(struct slice value, struct slice service) {
	struct slice name = slice_sub(service, 0, service.n - strlen(".amazonaws.com"));

	if (slice_has_suffix(value, ".cn"))
		value = slice_sub(value, 0, value.n - 3);
	if (slice_eq(value, service))
		return true;
	return value.n > service.n && slice_eq(slice_sub(value, 0, name.n), name) && value.p[name.n] == '.' &&
	       slice_has_suffix(value, ".amazonaws.com") &&
	       !memchr(value.p + name.n + 1, '.', value.n - name.n - 1 - strlen(".amazonaws.com"));
}

static bool names_service(const struct aws_statement *s, struct slice service) {
	for (size_t i = 0; i < s->nwho; i++)
		if (slice_eq_nocase(s->who[i].type, slice_str("Service")) && is_service(s->who[i].value, service))
			return true;
	/* Cognito's identities come with a token: the trust names it as a federation. */
	for (size_t i = 0; i < s->nwho; i++)
		if (slice_eq_nocase(s->who[i].type, slice_str("Federated")) && is_service(s->who[i].value, service))
			return true;
	return false;
}

static enum answer trusts_one(struct privilege *p, const struct aws_principal *role, struct slice service) {
	const struct stmts *list = trust_stmts(p, role);
	bool federated = slice_has_prefix(service, "cognito-identity.");
	uint32_t assume =
		action_find(&p->actions, slice_str(federated ? "sts:AssumeRoleWithWebIdentity" : "sts:AssumeRole"));
	enum answer best = ANSWER_NO;
	struct request r;

	request_on(p, role, &r);
	r.service = service;
	r.action = slice_str("sts:AssumeRole");
	for (size_t i = 0; i < list->n; i++) {
		const struct stmt *st = list->at[i];
		bool chosen;
		enum answer a;

		if (!action_set_has(st->actions, assume) || st->s->not_who || !names_service(st->s, service))
			continue;
		a = conditions_of(st, &r, &chosen);
		if (!st->allow && a == ANSWER_YES)
			return ANSWER_NO;
		if (st->allow)
			best = answer_max(best, a);
	}
	return best;
}

const struct some *roles_trusting(struct privilege *p, const struct home *home, struct slice service) {
	struct buf key = {0};
	struct map_entry *e;
	struct some *out;

	buf_add_slice(&key, home->account);
	buf_add_slice(&key, service);
	e = map_put(&p->trusting, buf_slice(&key), NULL);
	buf_free(&key);
	if (e->value.ptr)
		return e->value.ptr;
	e->value.ptr = out = ARENA_NEW(&p->arena, struct some);
	for (size_t k = 0; k < home->of[AWS_ROLE].n; k++) {
		uint32_t i = home->of[AWS_ROLE].at[k];
		const struct subject *t = &p->subjects[i];
		enum answer a = t->p->trust && !t->service_linked ? trusts_one(p, t->p, service) : ANSWER_NO;

		if (a == ANSWER_NO)
			continue;
		VEC_PUSH(&out->who, i);
		VEC_PUSH(&out->sure, (uint8_t)a);
	}
	return out;
}

void somes_free(struct map *m) {
	for (size_t i = 0; i < m->n; i++) {
		struct some *s = m->entries[i].value.ptr;

		VEC_FREE(&s->who);
		VEC_FREE(&s->sure);
	}
	map_free(m);
}

/* --- what comes from outside --- */
static bool asks_for(const struct aws_statement *s, const char *key) {
	for (size_t i = 0; i < s->nconditions; i++)
		if (slice_eq_nocase(s->conditions[i].key, slice_str(key)))
			return true;
	return false;
}

static bool is_limited(const struct aws_statement *s) {
	static const char *const keys[] = {"aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID",
		"aws:SourceOrgPaths", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:PrincipalArn",
		"aws:PrincipalAccount", "aws:userid", "aws:SourceVpce", "aws:SourceVpc", "aws:SourceIp"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (asks_for(s, keys[i]))
			return true;
	return false;
}

static bool is_unique_id(struct slice v) {
	return v.n >= 16 && v.n <= 32 && (slice_has_prefix(v, "AIDA") || slice_has_prefix(v, "AROA"));
}

static void fill_kind(
	const struct aws_principal *role, const struct aws_who *w, struct privilege_trust *t, bool *outside) {
	struct slice account = account_of(w->value);
	struct aws_arn arn;

	*outside = true;
	if (is_anyone(w)) {
		t->kind = TRUST_ANYONE;
	} else if (slice_eq_nocase(w->type, slice_str("Service"))) {
		t->kind = TRUST_SERVICE;
	} else if (slice_eq_nocase(w->type, slice_str("Federated"))) {
		t->kind = slice_find(w->value, slice_str(":saml-provider/")) >= 0 ? TRUST_SAML : TRUST_OIDC;
	} else if (is_unique_id(w->value)) {
		t->kind = TRUST_DELETED;
	} else if (account.n) {
		t->kind = TRUST_ACCOUNT;
		t->who = account;
		*outside = !slice_eq(account, role->account);
	} else {
		t->kind = TRUST_PRINCIPAL;
		*outside = aws_arn_parse(w->value, &arn) && !slice_eq(arn.account, role->account);
	}
}

static void add_trust(
	struct privilege *p, const struct aws_principal *role, const struct aws_statement *s, const struct aws_who *w) {
	struct privilege_trust t = {.role = role, .who = w->value, .statement = s};
	bool outside;

	fill_kind(role, w, &t, &outside);
	t.external_id = asks_for(s, "sts:ExternalId");
	t.limited = is_limited(s);
	t.inverted = s->not_who;
	if (s->not_who && t.kind != TRUST_ANYONE) { /* everybody but those: one entry is enough */
		t.kind = TRUST_ANYONE;
		outside = w == s->who;
	}
	if (!outside)
		return;
	if (t.kind == TRUST_OIDC)
		oidc_judge(&p->arena, &t);
	else if (t.kind == TRUST_SAML)
		saml_judge(p, &t);
	else if (is_roles_anywhere(&t))
		anywhere_judge(p, &t);
	VEC_PUSH(&p->trusts, t);
}

void trusts_make(struct privilege *p) {
	for (size_t i = 0; i < p->n; i++) {
		const struct aws_principal *role = p->subjects[i].p;

		if (role->kind != AWS_ROLE || !role->trust || p->subjects[i].service_linked)
			continue;
		for (size_t k = 0; k < role->trust->n; k++) {
			const struct aws_statement *s = &role->trust->statements[k];

			for (size_t w = 0; s->allow && w < s->nwho; w++)
				add_trust(p, role, s, &s->who[w]);
		}
	}
}
