/* Hanging what was worked out on facts, as the attributes of scanners/iam/power_attributes.c. */
#include "rules/privilege/parts.h"

#include <stdlib.h>

#define WORKED_OUT ((struct span){0})

typedef VEC(struct slice) texts;

static void set_texts(struct fact_set *set, struct fact *f, const char *name, texts *t) {
	fact_set_texts(set, f, name, t->at, t->n, WORKED_OUT);
	VEC_FREE(t);
}

static void add_once(texts *t, struct slice s) {
	for (size_t i = 0; i < t->n; i++)
		if (slice_eq(t->at[i], s))
			return;
	VEC_PUSH(t, s);
}

static void set_chain(struct fact_set *set, struct fact *f, const struct privilege_identity *i) {
	struct buf text = {0};

	if (i->nchain) {
		privilege_chain_text(i, &text);
		fact_set_text(set, f, "chain", buf_slice(&text), WORKED_OUT);
		fact_set_number(set, f, "chain_length", (double)i->nchain, WORKED_OUT);
	}
	buf_free(&text);
}

static void set_paths(struct privilege *p, struct fact_set *set, struct fact *f, const struct privilege_identity *i) {
	texts paths = {0};
	VEC(const struct fact *) becomes = {0};

	for (size_t k = 0; k < i->nsteps; k++) {
		const struct privilege_step *s = &i->steps[k];
		bool known = s->to == NULL || s->to == i->principal || s->to->fact == NULL;

		add_once(&paths, slice_str(arena_printf(&p->arena, "%s %s", s->path->id, answer_name(s->certainty))));
		for (size_t b = 0; b < becomes.n && !known; b++)
			known = becomes.at[b] == s->to->fact;
		if (!known && s->certainty == ANSWER_YES)
			VEC_PUSH(&becomes, s->to->fact);
	}
	set_texts(set, f, "escalation_paths", &paths);
	fact_set_facts(set, f, "becomes", becomes.at, becomes.n);
	VEC_FREE(&becomes);
}

static void set_power(struct privilege *p, struct fact_set *set, struct fact *f, const struct privilege_identity *i) {
	texts wildcards = {0}, missing = {0};

	fact_set_bool(set, f, "is_admin", i->admin == ANSWER_YES, WORKED_OUT);
	fact_set_bool(set, f, "may_be_admin", i->admin != ANSWER_NO, WORKED_OUT);
	fact_set_bool(set, f, "reaches_admin", i->reaches_admin == ANSWER_YES, WORKED_OUT);
	fact_set_bool(set, f, "may_reach_admin", i->reaches_admin != ANSWER_NO, WORKED_OUT);
	fact_set_bool(set, f, "escalates", i->escalates == ANSWER_YES, WORKED_OUT);
	fact_set_bool(set, f, "may_escalate", i->escalates != ANSWER_NO, WORKED_OUT);
	fact_set_bool(set, f, "all_actions", i->complete, WORKED_OUT);
	fact_set_bool(set, f, "passes_any_role", i->passes_any_role, WORKED_OUT);
	fact_set_bool(set, f, "circular", i->group != 0, WORKED_OUT);
	fact_set_number(set, f, "actions", (double)i->actions, WORKED_OUT);
	fact_set_number(set, f, "possible_actions", (double)i->possible, WORKED_OUT);
	for (size_t k = 0; k < i->wildcards.n; k++)
		VEC_PUSH(&wildcards, i->wildcards.at[k]);
	for (size_t k = 0; k < i->missing.n; k++)
		VEC_PUSH(&missing, i->missing.at[k]);
	set_texts(set, f, "wildcard_services", &wildcards);
	set_texts(set, f, "missing_policies", &missing);
	set_chain(set, f, i);
	set_paths(p, set, f, i);
}

static void set_weakness(struct fact_set *set, struct fact *f, const char *name, const struct privilege_trust *t) {
	if (t)
		fact_set_text(set, f, name, slice_str(t->weakness), t->statement->span);
	else
		fact_set_none(set, f, name, WORKED_OUT);
}

/* The trusts of one role, p->trusts [from, to). */
static void set_trust(struct privilege *p, struct fact_set *set, struct fact *f, size_t from, size_t to) {
	texts accounts = {0}, whole = {0}, bare = {0}, deleted = {0}, services = {0}, deputies = {0}, issuers = {0};
	const struct privilege_trust *worst = NULL, *saml = NULL, *certificate = NULL;
	bool anyone = false, inverted = false;

	for (size_t i = from; i < to; i++) {
		const struct privilege_trust *t = &p->trusts.at[i];
		bool account = t->kind == TRUST_ACCOUNT || t->kind == TRUST_PRINCIPAL;
		struct aws_arn arn;
		struct slice who = t->kind == TRUST_PRINCIPAL && aws_arn_parse(t->who, &arn) ? arn.account : t->who;

		anyone |= t->kind == TRUST_ANYONE && !t->limited && !t->external_id;
		inverted |= t->inverted;
		if (account)
			add_once(&accounts, who);
		if (t->kind == TRUST_ACCOUNT)
			add_once(&whole, who);
		if (account && !t->external_id && !t->limited)
			add_once(&bare, who);
		if (t->kind == TRUST_DELETED)
			add_once(&deleted, t->who);
		if (t->kind == TRUST_SERVICE)
			add_once(&services, t->who);
		if (t->kind == TRUST_SERVICE && !t->limited)
			add_once(&deputies, t->who);
		if (t->kind == TRUST_OIDC)
			add_once(&issuers, t->who);
		if (t->weakness) {
			const struct privilege_trust **of = t->kind == TRUST_OIDC   ? &worst
							    : t->kind == TRUST_SAML ? &saml
										    : &certificate;

			if (!*of || t->open > (*of)->open)
				*of = t;
		}
	}
	fact_set_bool(set, f, "trusts_anyone", anyone, WORKED_OUT);
	fact_set_bool(set, f, "trusts_inverted", inverted, WORKED_OUT);
	set_texts(set, f, "trusted_accounts", &accounts);
	set_texts(set, f, "trusted_whole_accounts", &whole);
	set_texts(set, f, "trusted_without_external_id", &bare);
	set_texts(set, f, "trusted_deleted", &deleted);
	set_texts(set, f, "trusted_services", &services);
	set_texts(set, f, "deputy_services", &deputies);
	set_texts(set, f, "trusted_issuers", &issuers);
	set_weakness(set, f, "saml_weakness", saml);
	set_weakness(set, f, "certificate_weakness", certificate);
	if (!worst) {
		fact_set_none(set, f, "oidc_weakness", WORKED_OUT);
		fact_set_bool(set, f, "oidc_open", false, WORKED_OUT);
		fact_set_none(set, f, "oidc_example", WORKED_OUT);
		return;
	}
	fact_set_text(set, f, "oidc_weakness", slice_str(worst->weakness), worst->statement->span);
	fact_set_bool(set, f, "oidc_open", worst->open == ANSWER_YES, worst->statement->span);
	if (worst->example.n)
		fact_set_text(set, f, "oidc_example", worst->example, worst->statement->span);
	else
		fact_set_none(set, f, "oidc_example", worst->statement->span);
}

void privilege_set_facts(struct privilege *p, struct fact_set *set) {
	size_t from = 0, to;

	for (size_t i = 0; i < p->n; i++) {
		const struct subject *s = &p->subjects[i];

		/* Trusts come in the order of the principals. */
		for (to = from; to < p->trusts.n && p->trusts.at[to].role == s->p; to++)
			;
		if (s->p->fact && s->p->fact->kind == FACT_IDENTITY && s->p->kind != AWS_GROUP) {
			set_power(p, set, s->p->fact, &s->result);
			if (s->p->kind == AWS_ROLE && s->p->trust)
				set_trust(p, set, s->p->fact, from, to);
		}
		from = to;
	}
}
