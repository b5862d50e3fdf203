/* Facts of federated trust, and what its readers share. Issuers: the vendors' pages on OpenID Connect, named in rules/privilege/oidc.c. */
#include "scanners/iam/federation/federation.h"

#include "core/buf.h"

#include <stdlib.h>

const struct attribute federation_attributes[] = {
	{FACT_TRUST, "format", VALUE_TEXT, FACT_KIND_COUNT, "what declares it: terraform, cloudformation, bicep"},
	{FACT_TRUST, "role", VALUE_TEXT, FACT_KIND_COUNT, "who is entered: a role, a pool, an application"},
	{FACT_TRUST, "policy", VALUE_TEXT, FACT_KIND_COUNT, "name in code of the policy that says so"},
	{FACT_TRUST, "issuer", VALUE_TEXT, FACT_KIND_COUNT, "whose identity tokens are taken"},
	{FACT_TRUST, "pipelines_of", VALUE_TEXT, FACT_KIND_COUNT, "CI system that signs these tokens"},
	{FACT_TRUST, "conditions", VALUE_TEXTS, FACT_KIND_COUNT, "what a token must hold: operator, claim, value"},
	{FACT_TRUST, "oidc_open", VALUE_BOOL, FACT_KIND_COUNT, "somebody else can mint a token that fits"},
	{FACT_TRUST, "oidc_weakness", VALUE_TEXT, FACT_KIND_COUNT, "what is wrong with its conditions"},
	{FACT_TRUST, "oidc_example", VALUE_TEXT, FACT_KIND_COUNT, "a foreign subject that would fit"},
	{FACT_TRUST, "assumable_by", VALUE_FACTS, FACT_JOB, "jobs here whose token fits"},
	{FACT_TRUST, "used_by", VALUE_FACTS, FACT_JOB, "jobs here that name it and whose token fits"},
	{FACT_TRUST, "assumable_names", VALUE_TEXTS, FACT_KIND_COUNT, "these jobs by name"},
	{FACT_TRUST, "pull_request_jobs", VALUE_FACTS, FACT_JOB,
		"jobs here whose token fits in the run of a pull or merge request"},
	{FACT_TRUST, "pull_request_subject", VALUE_TEXT, FACT_KIND_COUNT, "subject of the token in such a run"},
	{FACT_TRUST, "stranger_jobs", VALUE_FACTS, FACT_JOB, "jobs here that anyone can start and whose token fits"},
	{FACT_TRUST, "takes_pull_requests", VALUE_BOOL, FACT_KIND_COUNT,
		"it takes the token of a pull or merge request's run"},
	{FACT_JOB, "enters", VALUE_FACTS, FACT_TRUST, "cloud roles declared here that take its identity token"},
	{FACT_JOB, "enters_names", VALUE_TEXTS, FACT_KIND_COUNT, "these roles by name"},
	{FACT_STEP, "role", VALUE_TEXT, FACT_KIND_COUNT, "cloud identity that it asks for, as written"},
	{.name = NULL},
};

/* Hosts of issuers. `*` stands for one label or path of the owner's. */
static const struct {
	const char *host, *system;
} issuers[] = {
	{"token.actions.githubusercontent.com", "github"},
	{"gitlab.com", "gitlab"},
	{"oidc.circleci.com/org/", "circleci"},
	{"api.bitbucket.org/", "bitbucket"},
	{"agent.buildkite.com", "buildkite"},
	{"vstoken.dev.azure.com/", "azure"},
	{"app.terraform.io", "terraform-cloud"},
};

struct slice federation_issuer(struct slice name) {
	static const char provider[] = ":oidc-provider/";
	const ptrdiff_t arn = slice_find(name, slice_str(provider));

	name = slice_trim(arn < 0 ? name : slice_sub(name, (size_t)arn + strlen(provider), name.n));
	if (slice_has_prefix(name, "https://"))
		name = slice_sub(name, 8, name.n);
	while (name.n && name.p[name.n - 1] == '/')
		name.n--;
	return name;
}

const char *federation_system(struct slice issuer) {
	for (size_t i = 0; i < sizeof(issuers) / sizeof(*issuers); i++)
		if (slice_has_prefix(issuer, issuers[i].host))
			return issuers[i].system;
	/* a server of the owner's, by the name that nearly all have */
	return slice_has_prefix(issuer, "gitlab.") ? "gitlab" : NULL;
}

static void set_conditions(const struct federation *f, struct fact *fact, const struct aws_statement *s) {
	VEC(struct slice) all = {0};

	for (size_t i = 0; i < s->nconditions; i++)
		for (size_t k = 0; k < s->conditions[i].values.n; k++) {
			const struct aws_condition *c = &s->conditions[i];
			struct buf text = {0};

			buf_add_slice(&text, c->op);
			buf_add_byte(&text, ' ');
			buf_add_slice(&text, c->key);
			buf_add_byte(&text, ' ');
			buf_add_slice(&text, c->values.at[k]);
			VEC_PUSH(&all, arena_copy(f->arena, buf_slice(&text)));
			buf_free(&text);
		}
	fact_set_texts(f->set, fact, "conditions", all.at, all.n, s->nconditions ? s->conditions[0].span : s->span);
	VEC_FREE(&all);
}

static void set_text(const struct federation *f, struct fact *fact, const char *name, struct slice text) {
	if (text.n)
		fact_set_text(f->set, fact, name, text, fact->span);
	else
		fact_set_none(f->set, fact, name, fact->span);
}

void federation_add(const struct federation *f, const struct federation_trust *t) {
	static const char *const none[] = {"oidc_weakness", "oidc_example", "pull_request_subject", NULL};
	static const char *const lists[] = {"assumable_by", "used_by", "pull_request_jobs", "stranger_jobs", NULL};
	const char *system = federation_system(t->issuer);
	struct fact *fact;

	if (!system)
		return;
	fact = fact_add(f->set, FACT_TRUST, f->reader, f->in->source, t->span);
	fact->name = arena_copy(&f->set->arena, t->role.n ? t->role : t->policy);
	fact_set_text(f->set, fact, "system", slice_str(t->system), fact->span);
	fact_set_text(f->set, fact, "kind", slice_str("oidc"), fact->span);
	fact_set_text(f->set, fact, "format", slice_str(f->format), fact->span);
	fact_set_text(f->set, fact, "issuer", t->issuer, fact->span);
	fact_set_text(f->set, fact, "pipelines_of", slice_str(system), fact->span);
	fact_set_bool(f->set, fact, "limited", t->unread, fact->span);
	fact_set_bool(f->set, fact, "oidc_open", false, fact->span);
	fact_set_bool(f->set, fact, "takes_pull_requests", false, fact->span);
	set_text(f, fact, "role", t->role);
	set_text(f, fact, "policy", t->policy);
	for (size_t i = 0; none[i]; i++)
		fact_set_none(f->set, fact, none[i], fact->span);
	for (size_t i = 0; lists[i]; i++)
		fact_set_facts(f->set, fact, lists[i], NULL, 0);
	fact_set_texts(f->set, fact, "assumable_names", NULL, 0, fact->span);
	set_conditions(f, fact, t->statement);
}

void federation_cut(const struct federation *f) {
	coverage_note(f->in->coverage, "limit-configuration", true, arena_str(f->arena, f->in->doc->path),
		"it has more values than are worked out, in a list or of names that lead to names; split it");
}

static bool takes_tokens(const struct aws_statement *s) {
	for (size_t i = 0; i < s->actions.n; i++)
		if (slice_eq_nocase(s->actions.at[i], slice_str("sts:AssumeRoleWithWebIdentity")) ||
			slice_eq_nocase(s->actions.at[i], slice_str("sts:AssumeRole*")) ||
			slice_eq_nocase(s->actions.at[i], slice_str("sts:*")) ||
			slice_eq(s->actions.at[i], slice_str("*")))
			return true;
	return false;
}

/* The host in "host:sub": a condition names its issuer even where the principal is a name of code. */
static struct slice issuer_of_keys(const struct aws_statement *s) {
	for (size_t i = 0; i < s->nconditions; i++) {
		const struct slice key = s->conditions[i].key;
		size_t colon = key.n;

		while (colon && key.p[colon - 1] != ':')
			colon--;
		if (colon > 1 && federation_system(slice_sub(key, 0, colon - 1)))
			return slice_sub(key, 0, colon - 1);
	}
	return (struct slice){0};
}

/* Issuers that one statement takes tokens of. AWS takes 2,048 bytes of trust policy, 4,096 where more was asked for. */
#define ISSUERS_MAX 100

void federation_add_policy(const struct federation *f, const struct aws_policy *policy, struct federation_trust like,
	struct slice (*issuer_of)(struct slice principal)) {
	for (size_t i = 0; i < policy->n; i++) {
		const struct aws_statement *s = &policy->statements[i];
		size_t providers = 0;

		if (!s->allow || !takes_tokens(s))
			continue;
		for (size_t k = 0; k < s->nwho; k++) {
			struct federation_trust t = like;

			if (!slice_eq_nocase(s->who[k].type, slice_str("Federated")))
				continue;
			if (providers++ == ISSUERS_MAX) {
				federation_cut(f);
				break;
			}
			t.issuer = issuer_of(s->who[k].value);
			if (!federation_system(t.issuer))
				t.issuer = issuer_of_keys(s);
			t.statement = s;
			t.span = s->span;
			federation_add(f, &t);
		}
	}
}

void federation_condition(const struct federation *f, struct federation_conditions *c, const char *op,
	struct slice issuer, struct slice claim, struct slice value, struct span span) {
	struct slice *at = ARENA_NEW(f->arena, struct slice);
	struct buf key = {0};

	buf_add_slice(&key, issuer);
	buf_add_byte(&key, ':');
	buf_add_slice(&key, claim);
	*at = arena_copy(f->arena, value);
	VEC_PUSH(&c->all, ((struct aws_condition){.op = slice_str(op),
				  .key = arena_copy(f->arena, buf_slice(&key)),
				  .values = {at, 1},
				  .span = span}));
	buf_free(&key);
}

struct aws_statement *federation_statement(
	const struct federation *f, struct federation_conditions *c, struct slice issuer, struct span span) {
	struct aws_statement *s = ARENA_NEW(f->arena, struct aws_statement);
	struct aws_condition *at = ARENA_NEW_N(f->arena, struct aws_condition, c->all.n);
	struct aws_who *who = ARENA_NEW(f->arena, struct aws_who);

	*who = (struct aws_who){slice_str("Federated"), issuer};
	if (c->all.n)
		memcpy(at, c->all.at, c->all.n * sizeof(*at));
	*s = (struct aws_statement){.allow = true,
		.has_who = true,
		.who = who,
		.nwho = 1,
		.conditions = at,
		.nconditions = c->all.n,
		.span = span};
	VEC_FREE(&c->all);
	return s;
}
