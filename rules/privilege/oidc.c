/* Federated trust as a question about languages: the subjects that the conditions let in, and those that somebody else than meant can have minted by the same
 * issuer. Forms of subjects are rows: GitHub "About security hardening with OpenID Connect" (also with immutable ids), GitLab "OpenID Connect ID token",
 * HCP Terraform "Workload identity tokens", Buildkite "OIDC", CircleCI "OpenID Connect tokens", Bitbucket "Integrate with resource servers using OIDC",
 * Kubernetes service account tokens. */
#include "rules/privilege/oidc.h"
#include "rules/privilege/parts.h"
#include "rules/privilege/wild.h"

#include <stdlib.h>

/* Subjects of an issuer. The tenant stands between `before` and the first byte of `behind`; the smaller unit is what should be pinned as well. */
struct form {
	const char *before, *behind;
};

struct issuer {
	const char *host; /* a pattern over what follows oidc-provider/, or over a bare name */
	bool shared;	  /* anybody can have tokens of it: else the issuer itself is the tenant */
	struct form forms[4];
	const char *claims[4]; /* other claims that pin the tenant */
	const char *loose;     /* what a subject that ends in a wildcard lets in */
};

static const struct issuer issuers[] = {
	{"token.actions.githubusercontent.com", true,
		{{"repo:", "/"}, {"repository_owner:", ":"}, {"job_workflow_ref:", "/"}, {NULL, NULL}},
		{"repository", "repository_owner", "repository_owner_id", "repository_id"},
		"any branch, tag, environment or pull request fits"},
	{"token.actions.githubusercontent.com/*", false, {{"repo:", "/"}}, {NULL}, "any branch or pull request fits"},
	{"gitlab.com", true, {{"project_path:", "/"}}, {"namespace_path", "namespace_id", "project_path", "project_id"},
		"any branch or tag fits"},
	{"https://gitlab.com", true, {{"project_path:", "/"}},
		{"namespace_path", "namespace_id", "project_path", "project_id"}, "any branch or tag fits"},
	{"app.terraform.io", true, {{"organization:", ":"}},
		{"terraform_organization_id", "terraform_organization_name"}, "any workspace or phase fits"},
	{"agent.buildkite.com", true, {{"organization:", ":"}}, {"organization_slug", "organization_id"},
		"any pipeline or branch fits"},
	{"accounts.google.com", true, {{"", ""}}, {"aud", "email"}, NULL},
	{"cognito-identity.amazonaws.com", true, {{"", ":"}}, {"aud"}, NULL},
	{"www.amazon.com", true, {{"", ""}}, {"app_id"}, NULL},
	{"graph.facebook.com", true, {{"", ""}}, {"app_id"}, NULL},
	{"oidc.circleci.com/org/*", false, {{"org/", "/"}}, {NULL}, "any project or user of the organization fits"},
	{"api.bitbucket.org/*", false, {{"", ":"}}, {NULL}, "any repository of the workspace fits"},
	{"oidc.eks.*", false, {{"system:serviceaccount:", ":"}}, {NULL},
		"any service account that fits, in any namespace, may use it"},
};

static const struct issuer unknown_issuer = {"*", false, {{"", ""}}, {NULL}, NULL};

/* "arn:aws:iam::…:oidc-provider/host/path" into host/path; bare names stay. */
static struct slice host_of(struct slice federated) {
	ptrdiff_t at = slice_find(federated, slice_str(":oidc-provider/"));

	return at < 0 ? federated : slice_sub(federated, (size_t)at + strlen(":oidc-provider/"), federated.n);
}

static const struct issuer *issuer_of(struct slice host) {
	for (size_t i = 0; i < sizeof(issuers) / sizeof(*issuers); i++)
		if (wild_match(slice_str(issuers[i].host), host))
			return &issuers[i];
	return &unknown_issuer;
}

/* The claim that a condition key asks for: what follows the last colon, when the key is of this issuer. */
static struct slice claim_of(struct slice key, struct slice host) {
	if (key.n <= host.n + 1 || key.p[host.n] != ':' || !slice_eq_nocase(slice_sub(key, 0, host.n), host))
		return (struct slice){0};
	return slice_sub(key, host.n + 1, key.n);
}

static bool is_negated(struct slice op) {
	return slice_find_nocase(op, slice_str("Not")) >= 0;
}

static bool is_like(struct slice op) {
	return slice_find_nocase(op, slice_str("Like")) >= 0;
}

/* Both this condition and those before must hold: patterns meet pairwise. */
static void meet(struct arena *arena, struct asked *a, const struct aws_condition *c) {
	VEC(struct slice) out = {0};

	for (size_t i = 0; i < c->values.n; i++) {
		if (!a->positive) {
			VEC_PUSH(&out, c->values.at[i]);
			continue;
		}
		for (size_t k = 0; k < a->patterns.n && out.n < 64; k++) {
			struct buf both = {0};

			if (wild_meet(a->patterns.at[k], c->values.at[i], &both))
				VEC_PUSH(&out, arena_copy(arena, buf_slice(&both)));
			buf_free(&both);
		}
	}
	VEC_FREE(&a->patterns);
	a->patterns.at = out.at;
	a->patterns.n = out.n;
	a->patterns.cap = out.cap;
	a->positive = true;
}

void ask_claim(
	struct arena *arena, const struct aws_statement *s, struct slice host, const char *claim, struct asked *a) {
	for (size_t i = 0; i < s->nconditions; i++) {
		const struct aws_condition *c = &s->conditions[i];

		if (!slice_eq_nocase(claim_of(c->key, host), slice_str(claim)))
			continue;
		a->any = true;
		if (slice_find_nocase(c->op, slice_str("ForAllValues")) >= 0 ||
			slice_has_suffix_nocase(c->op, "IfExists"))
			a->absent_passes = true;
		if (is_negated(c->op))
			continue;
		for (size_t v = 0; v < c->values.n; v++)
			a->literal_star |= !is_like(c->op) && memchr(c->values.at[v].p, '*', c->values.at[v].n);
		meet(arena, a, c);
	}
}

/* The tenant part of a subject pattern of one form: NO: pinned, MAYBE: its id is open but not its name, YES: others fit. `example` gets one that does. */
static enum answer tenant_open(const struct form *f, struct slice pattern, struct buf *example) {
	struct buf all = {0}, both = {0};
	enum answer open = ANSWER_NO;
	size_t from = strlen(f->before), at;

	buf_printf(&all, "%s*%s%s", f->before, f->behind, *f->behind ? "*" : "");
	if (!wild_meet(pattern, buf_slice(&all), &both)) {
		buf_free(&all);
		return ANSWER_NO;
	}
	for (at = from; at < both.n && (!*f->behind || both.p[at] != (uint8_t)*f->behind); at++) {
		bool id = memchr(both.p + from, '@', at - from) != NULL;

		if (both.p[at] == '*' || both.p[at] == '?')
			open = answer_max(open, id ? ANSWER_MAYBE : ANSWER_YES);
	}
	if (open == ANSWER_YES && example->n == 0) {
		/* The plainest foreign subject when it fits, else what the pattern makes of one. */
		buf_clear(&all);
		buf_printf(&all, "%ssomebody-else%s%s*", f->before, f->behind, *f->behind ? "anything" : "");
		if (wild_meet(pattern, buf_slice(&all), NULL)) {
			buf_clear(&both);
			wild_meet(pattern, buf_slice(&all), &both);
		}
		wild_example(buf_slice(&both), "somebody-else", example);
	}
	buf_free(&all);
	buf_free(&both);
	return open;
}

static bool ends_loose(struct slice pattern) {
	return pattern.n && pattern.p[pattern.n - 1] == '*';
}

void weak_trust(struct privilege_trust *t, enum answer open, const char *text) {
	if (!t->weakness || open > t->open) {
		t->weakness = text;
		t->open = answer_max(open, t->open);
	}
}

static void judge_subject(
	struct arena *arena, struct privilege_trust *t, const struct issuer *is, const struct asked *sub) {
	struct buf example = {0};

	for (size_t i = 0; i < sub->patterns.n; i++) {
		struct slice pattern = sub->patterns.at[i];
		enum answer open = ANSWER_NO;
		bool fits = false;

		for (size_t f = 0; f < 4 && is->forms[f].before; f++) {
			fits = true;
			open = answer_max(open, tenant_open(&is->forms[f], pattern, &example));
		}
		if (is->shared && fits && open == ANSWER_YES)
			weak_trust(t, ANSWER_YES, "a wildcard where the owner stands: subjects of others fit");
		else if (is->shared && open == ANSWER_MAYBE)
			weak_trust(t, ANSWER_MAYBE, "the owner's id is open: whoever registers the name later fits");
		else if (ends_loose(pattern) && is->loose)
			weak_trust(t, ANSWER_NO, is->loose);
	}
	if (t->open == ANSWER_YES)
		t->example = arena_copy(arena, buf_slice(&example));
	buf_free(&example);
}

/* Another claim pins the tenant: asked for by values without wildcards, or with them behind the owner. */
static bool pinned_elsewhere(
	struct arena *arena, const struct issuer *is, const struct aws_statement *s, struct slice host) {
	bool pinned = false;

	for (size_t i = 0; i < 4 && is->claims[i]; i++) {
		struct asked a = {0};

		ask_claim(arena, s, host, is->claims[i], &a);
		pinned |= a.positive && !a.absent_passes;
		for (size_t k = 0; k < a.patterns.n; k++) {
			const uint8_t *slash = memchr(a.patterns.at[k].p, '/', a.patterns.at[k].n);
			size_t owner = slash ? (size_t)(slash - a.patterns.at[k].p) : a.patterns.at[k].n;

			if (wild_is(slice_sub(a.patterns.at[k], 0, owner)))
				pinned = false;
		}
		VEC_FREE(&a.patterns);
	}
	return pinned;
}

void oidc_judge(struct arena *arena, struct privilege_trust *t) {
	struct slice host = host_of(t->who);
	const struct issuer *is = issuer_of(host);
	struct asked sub = {0}, aud = {0};
	bool pinned = pinned_elsewhere(arena, is, t->statement, host);

	t->who = host;
	ask_claim(arena, t->statement, host, "sub", &sub);
	ask_claim(arena, t->statement, host, "aud", &aud);
	if (sub.literal_star)
		weak_trust(t, ANSWER_NO, "a * in StringEquals stands for itself: no subject fits");
	else if (pinned)
		t->limited = true;
	else if (!sub.any && is->shared)
		weak_trust(t, ANSWER_YES, "the subject is not asked for: any token of the issuer fits");
	else if (!sub.any)
		weak_trust(t, ANSWER_NO, "the subject is not asked for: any token of this tenant of the issuer fits");
	else if (!sub.positive)
		weak_trust(t, is->shared ? ANSWER_YES : ANSWER_NO, "subjects are only shut out, never asked for");
	else
		judge_subject(arena, t, is, &sub);
	if (sub.any && sub.absent_passes && t->open != ANSWER_YES)
		weak_trust(t, ANSWER_MAYBE,
			"the condition on the subject holds for a token without one (ForAllValues or IfExists)");
	if (!t->weakness && !aud.any && is != &unknown_issuer && !pinned)
		weak_trust(t, ANSWER_NO, "the audience is not asked for");
	if (t->open == ANSWER_YES && t->example.n == 0 && is->forms[0].before) {
		struct buf example = {0};

		buf_printf(&example, "%ssomebody-else%sanything", is->forms[0].before, is->forms[0].behind);
		if (*is->forms[0].before)
			t->example = arena_copy(arena, buf_slice(&example));
		buf_free(&example);
	}
	VEC_FREE(&sub.patterns);
	VEC_FREE(&aud.patterns);
}
