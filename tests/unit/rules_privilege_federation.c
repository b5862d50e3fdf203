/* Trust in SAML assertions and in certificates of Roles Anywhere: what the conditions leave open. Bounds of the engine: met, and named. */
#include "tests/unit/privilege_lab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SAML_ROLE(condition)                                                                                           \
	"{'Effect':'Allow','Action':'sts:AssumeRoleWithSAML','Principal':"                                             \
	"{'Federated':'arn:aws:iam::" ACCOUNT ":saml-provider/idp'}" condition "}"
#define ANCHOR "arn:aws:rolesanywhere:eu-west-1:" ACCOUNT ":trust-anchor/0a1b"
#define CERTIFICATE_ROLE(condition)                                                                                    \
	"{'Effect':'Allow','Action':['sts:AssumeRole','sts:TagSession'],'Principal':"                                  \
	"{'Service':'rolesanywhere.amazonaws.com'}" condition "}"

static const struct row {
	const char *trust, *weakness; /* part of it; NULL: none */
	bool limited;
} rows[] = {
	{SAML_ROLE(",'Condition':{'StringEquals':{'SAML:aud':'https://signin.aws.amazon.com/saml'}}"), NULL, false},
	{SAML_ROLE(",'Condition':{'StringEquals':{'saml:aud':'https://eu-west-1.signin.aws.amazon.com/saml'}}"), NULL,
		false},
	{SAML_ROLE(",'Condition':{'StringLike':{'SAML:aud':'https://*.signin.aws.amazon.com/saml'}}"), NULL, false},
	{SAML_ROLE(",'Condition':{'StringEquals':{'SAML:aud':'https://signin.amazonaws.cn/saml'}}"), NULL, false},
	{SAML_ROLE(",'Condition':{'StringEquals':{'SAML:aud':'https://signin.aws.amazon.com/saml','SAML:sub':'ci'}}"),
		NULL, true},
	{SAML_ROLE(""), "not asked for", false},
	{SAML_ROLE(",'Condition':{'StringEquals':{'SAML:sub':'ci'}}"), "not asked for", true},
	{SAML_ROLE(",'Condition':{'StringLike':{'SAML:aud':'*'}}"), "wildcard", false},
	{SAML_ROLE(",'Condition':{'StringEquals':{'SAML:aud':'https://signin.*'}}"), "stands for itself", false},
	{SAML_ROLE(",'Condition':{'StringEqualsIfExists':{'SAML:aud':'https://signin.aws.amazon.com/saml'}}"),
		"without one", false},
	{SAML_ROLE(",'Condition':{'StringNotEquals':{'SAML:aud':'https://other'}}"), "shut out", false},
	{CERTIFICATE_ROLE(""), "any trust anchor", false},
	{CERTIFICATE_ROLE(",'Condition':{'StringEquals':{'aws:SourceAccount':'" ACCOUNT "'}}"), "any trust anchor",
		false},
	{CERTIFICATE_ROLE(",'Condition':{'ArnEquals':{'aws:SourceArn':'" ANCHOR "'}}"), "subject is not asked", true},
	{CERTIFICATE_ROLE(",'Condition':{'ArnLike':{'aws:SourceArn':'arn:aws:rolesanywhere:*:*:trust-anchor/*'}}"),
		"any trust anchor", false},
	{CERTIFICATE_ROLE(",'Condition':{'StringEquals':{'aws:PrincipalTag/x509Subject/CN':'ci'}}"),
		"anchor is not asked", true},
	{CERTIFICATE_ROLE(",'Condition':{'StringLike':{'aws:PrincipalTag/x509Subject/CN':'*'}}"), "any trust anchor",
		false},
	{CERTIFICATE_ROLE(",'Condition':{'StringEqualsIfExists':{'aws:PrincipalTag/x509SAN/URI':'spiffe://x/ci'}}"),
		"without the tag", false},
	{CERTIFICATE_ROLE(",'Condition':{'ArnEquals':{'aws:SourceArn':'" ANCHOR
			  "'},'StringEquals':{'aws:PrincipalTag/x509Subject/CN':'ci'}}"),
		NULL, true},
};

static void what_is_left_open_is_told(void **state) {
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct aws_estate e = {0};
		struct privilege *p;
		const struct privilege_trust *t;
		size_t n;

		lab_role(&e, ACCOUNT, "role", rows[i].trust);
		p = lab_judge(&e);
		t = privilege_trusts(p, &n);
		assert_int_equal(n, 1);
		if (!!t->weakness != !!rows[i].weakness || (t->weakness && !strstr(t->weakness, rows[i].weakness)))
			fail_msg("%s: %s", rows[i].trust, t->weakness ? t->weakness : "nothing");
		if (t->limited != rows[i].limited)
			fail_msg("%s: limited %d", rows[i].trust, t->limited);
		privilege_free(p);
		aws_estate_free(&e);
	}
}

/* `n` statements in one policy, or `n` resources in one statement, none of which is what the action is for. */
static struct privilege_limits limits_of(size_t statements, size_t resources) {
	struct aws_estate e = {0};
	struct aws_principal *user = lab_principal(&e, ACCOUNT, "user/u");
	struct buf text = {0};
	struct privilege_limits l;
	struct privilege *p;

	for (size_t s = 0; s < statements; s++) {
		buf_printf(
			&text, "%s{'Effect':'Allow','Action':'lambda:UpdateFunctionCode','Resource':[", s ? "," : "");
		for (size_t r = 0; r < resources; r++)
			buf_printf(&text, "%s'arn:aws:lambda:*:" ACCOUNT ":function:f%zu-%zu*'", r ? "," : "", s, r);
		buf_add_str(&text, "]}");
	}
	lab_inline(&e, user, buf_cstr(&text));
	lab_role(&e, ACCOUNT, "r", "lambda.amazonaws.com");
	p = lab_judge(&e);
	l = privilege_limits(p);
	privilege_free(p);
	aws_estate_free(&e);
	buf_free(&text);
	return l;
}

static void bounds_that_are_met_are_named(void **state) {
	struct privilege_limits l;

	(void)state;
	l = limits_of(3, 3);
	assert_false(l.documents || l.searches || l.walks);
	l = limits_of(2001, 1);
	assert_int_equal(l.documents, 1);
	/* One that is allowed is enough: the others need not be tried. */
	l = limits_of(1, 2000);
	assert_int_equal(l.searches, 0);
}

/* The account number of the resources is wrong, so that none of them will do. */
static void resources_that_were_not_tried_are_told(void **state) {
	struct aws_estate e = {0};
	struct aws_principal *user = lab_principal(&e, ACCOUNT, "user/u");
	struct buf text = {0};
	struct privilege *p;

	(void)state;
	buf_add_str(&text, "{'Effect':'Allow','Action':'lambda:UpdateFunctionCode','Resource':[");
	for (size_t r = 0; r < 2000; r++)
		buf_printf(&text, "%s'arn:aws:lambda:*:999999999999:function:f%zu*'", r ? "," : "", r);
	buf_add_str(&text, "]}");
	lab_inline(&e, user, buf_cstr(&text));
	lab_role(&e, ACCOUNT, "r", "lambda.amazonaws.com");
	p = lab_judge(&e);
	assert_true(privilege_limits(p).searches > 0);
	privilege_free(p);
	aws_estate_free(&e);
	buf_free(&text);
}

/* Six hundred policies that make an administrator, and a condition that takes none of them. */
static void policies_that_were_not_tried_are_told(void **state) {
	for (int many = 0; many < 2; many++) {
		struct aws_estate e = {0};
		struct aws_principal *user = lab_principal(&e, ACCOUNT, "user/u");
		struct privilege *p;
		char name[16];

		(void)state;
		lab_inline(&e, user,
			"{'Effect':'Allow','Action':'iam:AttachUserPolicy','Resource':'*',"
			"'Condition':{'ArnLike':{'iam:PolicyARN':'arn:aws:iam::*:policy/team/*'}}}");
		for (int i = 0; i < (many ? 600 : 30); i++) {
			snprintf(name, sizeof(name), "p%d", i);
			lab_managed(&e, ACCOUNT, name, ALLOW_ALL);
		}
		p = lab_judge(&e);
		assert_int_equal(privilege_identity(p, user)->escalates, ANSWER_NO);
		assert_int_equal(privilege_limits(p).attachments > 0, many);
		privilege_free(p);
		aws_estate_free(&e);
	}
}

/* The 40th group has what the first ones have not. */
static void groups_that_were_not_looked_behind_are_told(void **state) {
	for (int many = 0; many < 2; many++) {
		struct aws_estate e = {0};
		struct aws_principal *user = lab_principal(&e, ACCOUNT, "user/u");
		struct privilege *p;
		int n = many ? 40 : 20;

		(void)state;
		lab_inline(&e, user, "{'Effect':'Allow','Action':'iam:AddUserToGroup','Resource':'*'}");
		lab_inline(&e, lab_principal(&e, ACCOUNT, "user/boss"), ALLOW_ALL);
		for (int i = 0; i < n; i++)
			lab_inline(&e, lab_principal(&e, ACCOUNT, arena_printf(&e.arena, "group/g%02d", i)),
				i + 1 < n ? "{'Effect':'Allow','Action':'s3:GetObject','Resource':'*'}"
					  : "{'Effect':'Allow','Action':'iam:CreateAccessKey','Resource':'*'}");
		p = lab_judge(&e);
		assert_int_equal(privilege_identity(p, user)->reaches_admin, many ? ANSWER_NO : ANSWER_YES);
		assert_int_equal(privilege_limits(p).groups, many);
		privilege_free(p);
		aws_estate_free(&e);
	}
}

/* More roles that hold nothing than are looked at. */
static void targets_that_were_not_compared_are_told(void **state) {
	for (int many = 0; many < 2; many++) {
		struct aws_estate e = {0};
		struct aws_principal *user = lab_principal(&e, ACCOUNT, "user/u");
		struct privilege *p;

		(void)state;
		lab_inline(&e, user, "{'Effect':'Allow','Action':'sts:AssumeRole','Resource':'*'}");
		for (int i = 0; i < (many ? 70 : 50); i++)
			lab_role(&e, ACCOUNT, arena_printf(&e.arena, "r%02d", i), ACCOUNT);
		p = lab_judge(&e);
		assert_int_equal(privilege_limits(p).targets > 0, many);
		privilege_free(p);
		aws_estate_free(&e);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_left_open_is_told),
		cmocka_unit_test(bounds_that_are_met_are_named),
		cmocka_unit_test(resources_that_were_not_tried_are_told),
		cmocka_unit_test(policies_that_were_not_tried_are_told),
		cmocka_unit_test(groups_that_were_not_looked_behind_are_told),
		cmocka_unit_test(targets_that_were_not_compared_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
