/* Taking on roles: the identity's own policies and the trust policy of the role, each where it is needed. Same account: a trust policy that names the
 * principal is enough; one that names the account asks for both. Across accounts: always both. */
#include "rules/privilege/parts.h"

#include <stdlib.h>

/* Roles that trust a whole account: `proved` and `maybe` when its principals are allowed too, `open` to anybody without. */
struct account_trust {
	uint64_t *proved, *open;
	VEC(uint32_t) roles;
};

static struct account_trust *account_trust_of(struct privilege *p, struct slice account) {
	struct map_entry *e = map_put(&p->account_trusts, account, NULL);
	struct account_trust *t = e->value.ptr;
	struct aws_principal fake = {.kind = AWS_ROLE, .account = account, .arn = slice_str("-")};

	if (t)
		return t;
	e->value.ptr = t = ARENA_NEW(&p->arena, struct account_trust);
	t->proved = arena_alloc(&p->arena, p->node_words * sizeof(uint64_t));
	t->open = arena_alloc(&p->arena, p->node_words * sizeof(uint64_t));
	for (uint32_t i = 0; i < p->n; i++) {
		const struct aws_principal *role = p->subjects[i].p;
		struct trusted by;
		enum answer a;

		if (role->kind != AWS_ROLE || !role->trust || p->subjects[i].service_linked || trust_is_personal(role))
			continue;
		by = trust_of(p, role, &fake);
		a = answer_max(by.direct, by.delegated);
		if (a != ANSWER_NO)
			VEC_PUSH(&t->roles, i);
		if (a == ANSWER_YES)
			bit_add(t->proved, i);
		if (by.direct == ANSWER_YES && slice_eq(role->account, account))
			bit_add(t->open, i);
	}
	return t;
}

static void pair_add(struct subject *s, uint32_t to, enum answer a, const char *needs) {
	const struct privilege_path *path = NULL;

	for (size_t i = 0; !path && i < privilege_npaths; i++)
		if (privilege_paths[i].how == ASSUME)
			path = &privilege_paths[i];
	if (a != ANSWER_NO && to != s->p->index)
		VEC_PUSH(&s->pairs, ((struct pair){path, to, false, a, needs}));
}

#define NEEDS_TRUST "what the condition of the trust policy asks for"

void fill_assumed(struct privilege *p, const struct subject *s, struct edge_set *e) {
	const struct account_trust *t = account_trust_of(p, s->p->account);
	uint32_t assume = p->key_action[key_index("sts:AssumeRole")];

	for (size_t k = 0; k < t->roles.n; k++) {
		uint32_t i = t->roles.at[k];
		struct request r;
		enum answer a;

		request_on(p, p->subjects[i].p, &r);
		a = answer_min(bit_has(t->proved, i) ? ANSWER_YES : ANSWER_MAYBE, evaluate(p, s, assume, &r));
		if (a == ANSWER_NO)
			continue;
		e->any = true;
		e->any_proved |= a == ANSWER_YES;
		bit_add(e->maybe, i);
		if (a == ANSWER_YES)
			bit_add(e->proved, i);
		else
			e->needs = NEEDS_TRUST;
	}
}

/* A trust policy of its own account that names `s`: what may still keep it from taking the role on. A user named in a resource's policy is not held back
 * by a boundary that merely does not allow; a role is. IAM User Guide: "Permissions boundaries for IAM entities", resource-based policies. */
enum answer when_named(struct privilege *p, const struct subject *s, const struct subject *role) {
	uint32_t assume = p->key_action[key_index("sts:AssumeRole")];
	struct subject unfenced = *s;
	struct request r;
	struct verdict v;
	enum answer a;

	request_on(p, role->p, &r);
	v = weigh(p, s, assume, &r);
	if (v.denied == ANSWER_YES)
		return ANSWER_NO;
	if (s->p->kind == AWS_USER)
		unfenced.boundary = BOUNDARY_NONE;
	a = weigh(p, &unfenced, assume, &r).fenced;
	return v.denied == ANSWER_MAYBE ? answer_min(a, ANSWER_MAYBE) : a;
}

/* The trust policy names the principal itself, or asks about it. */
static void one_pair(struct privilege *p, struct subject *s, const struct subject *role) {
	struct trusted by;
	uint32_t assume = p->key_action[key_index("sts:AssumeRole")];
	struct request r;
	enum answer own, a = ANSWER_NO;

	p->tagged = false;
	by = trust_of(p, role->p, s->p);
	if (by.direct == ANSWER_NO && by.delegated == ANSWER_NO)
		return;
	request_on(p, role->p, &r);
	own = evaluate(p, s, assume, &r);
	if (by.direct != ANSWER_NO && slice_eq(s->p->account, role->p->account))
		a = answer_min(by.direct, when_named(p, s, role));
	a = answer_max(a, answer_min(own, answer_max(by.direct, by.delegated)));
	pair_add(s, role->p->index, a, a == ANSWER_MAYBE ? NEEDS_TRUST : p->tagged ? AFTER_TAG : NULL);
}

/* The principal that an entry names: by ARN, or the role of a session. */
static const struct aws_principal *named_in(const struct privilege *p, struct slice value) {
	const struct aws_principal *who = aws_find(p->estate, value);
	struct slice name;
	struct aws_arn arn;
	char key[192];
	size_t end = 0;

	if (who || !aws_arn_parse(value, &arn) || !slice_has_prefix(arn.resource, "assumed-role/"))
		return who;
	name = slice_sub(arn.resource, strlen("assumed-role/"), arn.resource.n);
	while (end < name.n && name.p[end] != '/')
		end++;
	return principal_named(p, arn.account, AWS_ROLE, slice_sub(name, 0, end), key, sizeof(key));
}

static void named_pairs(struct privilege *p, const struct subject *role) {
	for (size_t i = 0; i < role->p->trust->n; i++) {
		const struct aws_statement *st = &role->p->trust->statements[i];

		for (size_t w = 0; st->allow && w < st->nwho; w++) {
			const struct aws_principal *who = named_in(p, st->who[w].value);

			if (who && (who->kind == AWS_USER || who->kind == AWS_ROLE))
				one_pair(p, &p->subjects[who->index], role);
		}
	}
}

/* Whoever may ask to take on roles, and whoever need not be allowed to: asked one by one, since the trust policy asks about each. */
static void personal_pairs(struct privilege *p, const struct subject *role, const uint64_t *asking) {
	bool anybody = false;

	named_pairs(p, role);
	for (size_t i = 0; i < role->p->trust->n; i++) {
		const struct aws_statement *st = &role->p->trust->statements[i];

		anybody |= st->allow && st->not_who;
		for (size_t w = 0; st->allow && w < st->nwho; w++)
			anybody |= slice_eq(st->who[w].value, slice_str("*"));
	}
	for (uint32_t s = 0; s < p->n; s++)
		if (bit_has(asking, s) ||
			(anybody && p->subjects[s].home == role->home && p->subjects[s].p->kind != AWS_GROUP))
			one_pair(p, &p->subjects[s], role);
}

void trust_pairs(struct privilege *p) {
	uint64_t *asking = mem_alloc_n(p->node_words + 1, sizeof(*asking));
	size_t k = key_index("sts:AssumeRole");

	for (uint32_t i = 0; i < p->n; i++)
		if (p->subjects[i].p->kind != AWS_GROUP && key_has(p->subjects[i].keys, k))
			bit_add(asking, i);
	for (uint32_t i = 0; i < p->n; i++) {
		const struct subject *role = &p->subjects[i];

		if (role->p->kind != AWS_ROLE || !role->p->trust || role->service_linked)
			continue;
		if (trust_is_personal(role->p))
			personal_pairs(p, role, asking);
		else
			named_pairs(p, role);
	}
	free(asking);
	/* Open to anybody of its own account: no policy of theirs is needed. */
	for (uint32_t s = 0; s < p->n; s++) {
		const struct account_trust *t;

		if (p->subjects[s].p->kind == AWS_GROUP)
			continue;
		t = account_trust_of(p, p->subjects[s].p->account);
		for (size_t w = 0; w < p->node_words; w++)
			for (uint64_t bits = t->open[w]; bits; bits &= bits - 1)
				one_pair(p, &p->subjects[s], &p->subjects[w * 64 + (size_t)__builtin_ctzll(bits)]);
	}
}

void account_trusts_free(struct privilege *p) {
	for (size_t i = 0; i < p->account_trusts.n; i++) {
		struct account_trust *t = p->account_trusts.entries[i].value.ptr;

		VEC_FREE(&t->roles);
	}
	map_free(&p->account_trusts);
}
