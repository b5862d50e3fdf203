/* OIDC trust: whether somebody else than meant can have a token that fits, issuer by issuer. */
#include "tests/unit/privilege_lab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define GITHUB		 "token.actions.githubusercontent.com"
#define AUD		 "'StringEquals':{'" GITHUB ":aud':'sts.amazonaws.com'}"
#define SUB(op, value)	 AUD ",'" op "':{'" GITHUB ":sub':" value "}"
#define GITLAB(value)	 "'StringEquals':{'gitlab.com:aud':'x'},'StringLike':{'gitlab.com:sub':'" value "'}"
#define TERRAFORM(value) "'StringEquals':{'app.terraform.io:aud':'x'},'StringLike':{'app.terraform.io:sub':'" value "'}"
#define BUILDKITE(value)                                                                                               \
	"'StringEquals':{'agent.buildkite.com:aud':'x'},'StringLike':{'agent.buildkite.com:sub':'" value "'}"
#define EKS	  "oidc.eks.eu-west-1.amazonaws.com/id/0123"
#define CIRCLE	  "oidc.circleci.com/org/1111"
#define BITBUCKET "api.bitbucket.org/2.0/workspaces/w/pipelines-config/identity/oidc"

static const struct {
	const char *issuer, *condition;
	enum answer open;
	const char *weakness; /* part of it; NULL: none */
	const char *example;  /* its start; NULL: none */
} rows[] = {
	{GITHUB, AUD, ANSWER_YES, "not asked for", "repo:"},
	{GITHUB, "'StringEquals':{'x':'y'}", ANSWER_YES, "not asked for", "repo:"},
	{GITHUB, SUB("StringLike", "'repo:*'"), ANSWER_YES, "wildcard", "repo:somebody-else/"},
	{GITHUB, SUB("StringLike", "'*'"), ANSWER_YES, "wildcard", "repo:"},
	{GITHUB, SUB("StringLike", "'repo:org*/app:*'"), ANSWER_YES, "wildcard", "repo:orgsomebody-else/app:"},
	{GITHUB, SUB("StringLike", "'*:ref:refs/heads/main'"), ANSWER_YES, "wildcard", "repo:somebody-else/"},
	{GITHUB, SUB("StringLike", "'repo:o?g/app:*'"), ANSWER_YES, "wildcard", "repo:oxg/app:"},
	{GITHUB, SUB("StringLike", "['repo:org/app:*','repo:*/app:*']"), ANSWER_YES, "wildcard", "repo:"},
	{GITHUB, SUB("StringLike", "'repo:org/*'"), ANSWER_NO, "any branch", NULL},
	{GITHUB, SUB("StringLike", "'repo:org/app:*'"), ANSWER_NO, "any branch", NULL},
	{GITHUB, SUB("StringLike", "'repo:org/app:ref:refs/heads/main'"), ANSWER_NO, NULL, NULL},
	{GITHUB, SUB("StringEquals", "'repo:org/app:environment:prod'"), ANSWER_NO, NULL, NULL},
	{GITHUB, SUB("StringEquals", "'repo:org@12/app@34:ref:refs/heads/main'"), ANSWER_NO, NULL, NULL},
	{GITHUB, SUB("StringEquals", "'repo:org@12/app@34:environment:prod'"), ANSWER_NO, NULL, NULL},
	/* A colon in an environment's name is %3A in the claim, in both forms. */
	{GITHUB, SUB("StringEquals", "'repo:org/app:environment:prod%3Aeu'"), ANSWER_NO, NULL, NULL},
	{GITHUB, SUB("StringEquals", "'repo:org@12/app@34:environment:prod%3Aeu'"), ANSWER_NO, NULL, NULL},
	{GITHUB, SUB("StringLike", "'repo:*:environment:prod%3A*'"), ANSWER_YES, "wildcard", "repo:somebody-else/"},
	{GITHUB, SUB("ForAllValues:StringEquals", "'repo:org@12/app@34:environment:prod'"), ANSWER_MAYBE, "without one",
		NULL},
	{GITHUB, SUB("StringLike", "'repo:org@*/app@*:ref:refs/heads/main'"), ANSWER_MAYBE, "id is open", NULL},
	{GITHUB, SUB("StringEquals", "'repo:org/app:*'"), ANSWER_NO, "stands for itself", NULL},
	{GITHUB, SUB("StringNotLike", "'repo:evil/*'"), ANSWER_YES, "shut out", "repo:"},
	{GITHUB, SUB("ForAllValues:StringLike", "'repo:org/app:ref:x'"), ANSWER_MAYBE, "without one", NULL},
	{GITHUB, SUB("StringLikeIfExists", "'repo:org/app:ref:x'"), ANSWER_MAYBE, "without one", NULL},
	{GITHUB,
		AUD ",'StringLike':{'" GITHUB ":sub':'repo:*/app:*'},'ForAnyValue:StringLike':{'" GITHUB
		    ":sub':'repo:org/*'}",
		ANSWER_NO, "any branch", NULL},
	{GITHUB, AUD ",'StringEquals':{'" GITHUB ":repository_owner':'org'}", ANSWER_NO, NULL, NULL},
	{GITHUB, AUD ",'StringLike':{'" GITHUB ":repository':'*/app'}", ANSWER_YES, "not asked for", "repo:"},
	{GITHUB, "'StringEquals':{'" GITHUB ":sub':'repo:org/app:environment:prod'}", ANSWER_NO, "audience", NULL},
	{"gitlab.com", GITLAB("project_path:group/app:ref_type:branch:ref:main"), ANSWER_NO, NULL, NULL},
	{"gitlab.com", GITLAB("project_path:*:ref_type:branch:ref:main"), ANSWER_YES, "wildcard", "project_path:"},
	{"gitlab.com", GITLAB("project_path:group/*"), ANSWER_NO, "any branch", NULL},
	{"app.terraform.io", TERRAFORM("organization:*:project:*"), ANSWER_YES, "wildcard", "organization:"},
	{"app.terraform.io", TERRAFORM("organization:org:project:p:workspace:w:run_phase:apply"), ANSWER_NO, NULL,
		NULL},
	{"app.terraform.io", TERRAFORM("organization:org:*"), ANSWER_NO, "any workspace", NULL},
	{"agent.buildkite.com", BUILDKITE("organization:*"), ANSWER_YES, "wildcard", "organization:"},
	{"agent.buildkite.com", BUILDKITE("organization:org:pipeline:p:ref:refs/heads/main:commit:x:step:y"), ANSWER_NO,
		NULL, NULL},
	{CIRCLE, "'StringEquals':{'x':'y'}", ANSWER_NO, "this tenant", NULL},
	{CIRCLE, "'StringLike':{'" CIRCLE ":sub':'org/1111/project/*'}", ANSWER_NO, "any project", NULL},
	{BITBUCKET, "'StringLike':{'" BITBUCKET ":sub':'{repo}:*'}", ANSWER_NO, "any repository", NULL},
	{EKS, "'StringEquals':{'" EKS ":sub':'system:serviceaccount:ns:sa','" EKS ":aud':'sts.amazonaws.com'}",
		ANSWER_NO, NULL, NULL},
	{EKS, "'StringLike':{'" EKS ":sub':'system:serviceaccount:*:*'}", ANSWER_NO, "any service account", NULL},
	{EKS, "'StringEquals':{'" EKS ":aud':'sts.amazonaws.com'}", ANSWER_NO, "this tenant", NULL},
	{"login.example.org", "'StringEquals':{'login.example.org:sub':'me'}", ANSWER_NO, NULL, NULL},
};

static void others_can_or_cannot_mint_a_token_that_fits(void **state) {
	unsigned failures = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct aws_estate e = {0};
		struct privilege *p;
		const struct privilege_trust *t;
		size_t n;

		lab_role(&e, ACCOUNT, "role",
			arena_printf(&e.arena,
				"{'Effect':'Allow','Action':'sts:AssumeRoleWithWebIdentity','Principal':{'Federated':"
				"'arn:aws:iam::" ACCOUNT ":oidc-provider/%s'},'Condition':{%s}}",
				rows[i].issuer, rows[i].condition));
		p = lab_judge(&e);
		t = privilege_trusts(p, &n);
		assert_int_equal(n, 1);
		assert_int_equal(t->kind, TRUST_OIDC);
		if (t->open != rows[i].open || !t->weakness != !rows[i].weakness ||
			(t->weakness && !strstr(t->weakness, rows[i].weakness)) || !t->example.n != !rows[i].example ||
			(t->example.n && !slice_has_prefix(t->example, rows[i].example))) {
			print_message("%s %s: %s, %s, example %.*s\n", rows[i].issuer, rows[i].condition,
				answer_name(t->open), t->weakness ? t->weakness : "no weakness", (int)t->example.n,
				(const char *)t->example.p);
			failures++;
		}
		privilege_free(p);
		aws_estate_free(&e);
	}
	assert_int_equal(failures, 0);
}

int main(void) {
	const struct CMUnitTest tests[] = {cmocka_unit_test(others_can_or_cannot_mint_a_token_that_fits)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
