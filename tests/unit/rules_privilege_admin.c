/* Who is administrator: unions over policies and groups, Deny anywhere, boundaries, guardrails, NotAction, NotResource, conditions, documents that are not there.
 * Each row says what a principal holds and what the answer is. */
#include "tests/unit/privilege_lab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define ALLOW(actions)		 "{'Effect':'Allow','Action':[" actions "],'Resource':'*'}"
#define ALLOW_BUT(actions)	 "{'Effect':'Allow','NotAction':[" actions "],'Resource':'*'}"
#define DENY(actions)		 "{'Effect':'Deny','Action':[" actions "],'Resource':'*'}"
#define DENY_BUT(actions)	 "{'Effect':'Deny','NotAction':[" actions "],'Resource':'*'}"
#define ON(effect, resource)	 "{'Effect':'" effect "','Action':'*','Resource':'" resource "'}"
#define IF(effect, condition)	 "{'Effect':'" effect "','Action':'*','Resource':'*','Condition':{" condition "}}"
#define NOT_ON(effect, resource) "{'Effect':'" effect "','Action':'*','NotResource':['" resource "']}"

#define TAKES_ITS_BOUNDARY_OFF "boundary of IAM alone"

struct row {
	const char *name;
	const char *first, *second, *group; /* inline statements; of its group */
	const char *boundary, *guard;	    /* statements of each, or NULL: none */
	enum answer admin;
};

static const struct row rows[] = {
	{"everything", ALLOW("'*'"), NULL, NULL, NULL, NULL, ANSWER_YES},
	{"everything, star twice", ALLOW("'*:*'"), NULL, NULL, NULL, NULL, ANSWER_YES},
	{"by its group", NULL, NULL, ALLOW("'*'"), NULL, NULL, ANSWER_YES},
	{"two halves", ALLOW_BUT("'iam:*'"), ALLOW("'iam:*'"), NULL, NULL, NULL, ANSWER_YES},
	{"half of its own, half of its group", ALLOW_BUT("'iam:*','s3:*'"), NULL, ALLOW("'iam:*','s3:*'"), NULL, NULL,
		ANSWER_YES},
	{"two exceptions that do not meet", ALLOW_BUT("'iam:*'"), ALLOW_BUT("'s3:*'"), NULL, NULL, NULL, ANSWER_YES},
	{"two exceptions that meet", ALLOW_BUT("'iam:*'"), ALLOW_BUT("'iam:*','s3:*'"), NULL, NULL, NULL, ANSWER_NO},
	{"a question mark", ALLOW("'i?m:*'"), NULL, NULL, NULL, NULL, ANSWER_YES},
	{"all of IAM", ALLOW("'iam:*'"), NULL, NULL, NULL, NULL, ANSWER_YES},
	{"many services", ALLOW("'a*','b*','c*','d*','e*','i*','l*','s*'"), NULL, NULL, NULL, NULL, ANSWER_YES},
	{"all but IAM", ALLOW_BUT("'iam:*','organizations:*','account:*'"), NULL, NULL, NULL, NULL, ANSWER_NO},
	{"reads IAM", ALLOW("'iam:Get*','iam:List*'"), NULL, NULL, NULL, NULL, ANSWER_NO},
	{"denied all", ALLOW("'*'"), DENY("'*'"), NULL, NULL, NULL, ANSWER_NO},
	{"denied by its group", ALLOW("'*'"), NULL, DENY("'*'"), NULL, NULL, ANSWER_NO},
	{"denied IAM", ALLOW("'*'"), DENY("'iam:*'"), NULL, NULL, NULL, ANSWER_NO},
	{"denied all but reading", ALLOW("'*'"), DENY_BUT("'s3:Get*','ec2:Describe*'"), NULL, NULL, NULL, ANSWER_NO},
	{"denied in two halves", ALLOW("'*'"),
		DENY("'a*','b*','c*','d*','e*','f*','g*','h*','i*'") "," DENY("'j*','k*','l*'"), NULL, NULL, NULL,
		ANSWER_NO},
	{"denied IAM by ARN", ALLOW("'*'"), ON("Deny", "arn:aws:iam::*:*"), NULL, NULL, NULL, ANSWER_NO},
	{"denied all but a bucket", ALLOW("'*'"), NOT_ON("Deny", "arn:aws:s3:::b"), NULL, NULL, NULL, ANSWER_NO},
	{"denied on a bucket", ALLOW("'*'"), ON("Deny", "arn:aws:s3:::b"), NULL, NULL, NULL, ANSWER_YES},
	{"denied leaving the organization", ALLOW("'*'"), DENY("'organizations:LeaveOrganization'"), NULL, NULL, NULL,
		ANSWER_YES},
	{"allowed on all ARNs", ON("Allow", "arn:aws:*"), NULL, NULL, NULL, NULL, ANSWER_YES},
	{"allowed on buckets", ON("Allow", "arn:aws:s3:::*"), NULL, NULL, NULL, NULL, ANSWER_NO},
	{"allowed on all but a bucket", NOT_ON("Allow", "arn:aws:s3:::b"), NULL, NULL, NULL, NULL, ANSWER_YES},
	{"allowed on all but IAM", NOT_ON("Allow", "arn:aws:iam::*"), NULL, NULL, NULL, NULL, ANSWER_NO},
	{"boundary of all", ALLOW("'*'"), NULL, NULL, ALLOW("'*'"), NULL, ANSWER_YES},
	{"boundary of a service", ALLOW("'*'"), NULL, NULL, ALLOW("'s3:*'"), NULL, ANSWER_NO},
	{TAKES_ITS_BOUNDARY_OFF, ALLOW("'*'"), NULL, NULL, ALLOW("'iam:*'"), NULL, ANSWER_NO},
	{"boundary of all but IAM", ALLOW("'*'"), NULL, NULL, ALLOW_BUT("'iam:*'"), NULL, ANSWER_NO},
	{"boundary denies", ALLOW("'*'"), NULL, NULL, ALLOW("'*'") "," DENY("'*'"), NULL, ANSWER_NO},
	{"a boundary grants nothing", NULL, NULL, NULL, ALLOW("'*'"), NULL, ANSWER_NO},
	{"guardrail of all", ALLOW("'*'"), NULL, NULL, NULL, ALLOW("'*'"), ANSWER_YES},
	{"guardrail of a service", ALLOW("'*'"), NULL, NULL, NULL, ALLOW("'ec2:*'"), ANSWER_NO},
	{"guardrail denies IAM", ALLOW("'*'"), NULL, NULL, NULL, ALLOW("'*'") "," DENY("'iam:*'"), ANSWER_NO},
	{"guardrail denies one thing", ALLOW("'*'"), NULL, NULL, NULL,
		ALLOW("'*'") "," DENY("'cloudtrail:StopLogging'"), ANSWER_YES},
	{"condition that never holds", IF("Allow", "'DateLessThan':{'aws:CurrentTime':'2020-01-01T00:00:00Z'}"), NULL,
		NULL, NULL, NULL, ANSWER_NO},
	{"condition that always holds", IF("Allow", "'DateGreaterThan':{'aws:CurrentTime':'2020-01-01T00:00:00Z'}"),
		NULL, NULL, NULL, NULL, ANSWER_YES},
	{"condition that takes any value", IF("Allow", "'StringLike':{'aws:PrincipalArn':'*'}"), NULL, NULL, NULL, NULL,
		ANSWER_YES},
	{"any address", IF("Allow", "'IpAddress':{'aws:SourceIp':'0.0.0.0/0'}"), NULL, NULL, NULL, NULL, ANSWER_YES},
	{"somebody else's name", IF("Allow", "'StringEquals':{'aws:username':'other'}"), NULL, NULL, NULL, NULL,
		ANSWER_NO},
	{"its own name", IF("Allow", "'StringEquals':{'aws:username':'start'}"), NULL, NULL, NULL, NULL, ANSWER_YES},
	{"its account", IF("Allow", "'StringEquals':{'aws:PrincipalAccount':'" ACCOUNT "'}"), NULL, NULL, NULL, NULL,
		ANSWER_YES},
	{"a tag it has not", IF("Allow", "'StringEquals':{'aws:PrincipalTag/admin':'yes'}"), NULL, NULL, NULL, NULL,
		ANSWER_NO},
	{"with a second factor", IF("Allow", "'Bool':{'aws:MultiFactorAuthPresent':'true'}"), NULL, NULL, NULL, NULL,
		ANSWER_MAYBE},
	{"from an address", IF("Allow", "'IpAddress':{'aws:SourceIp':'192.0.2.0/24'}"), NULL, NULL, NULL, NULL,
		ANSWER_MAYBE},
	{"denied without a second factor", ALLOW("'*'"),
		IF("Deny", "'BoolIfExists':{'aws:MultiFactorAuthPresent':'false'}"), NULL, NULL, NULL, ANSWER_MAYBE},
	{"denied by a condition that never holds", ALLOW("'*'"),
		IF("Deny", "'DateLessThan':{'aws:CurrentTime':'2020-01-01'}"), NULL, NULL, NULL, ANSWER_YES},
	{"denied by a condition that always holds", ALLOW("'*'"),
		IF("Deny", "'DateGreaterThan':{'aws:CurrentTime':'2020-01-01'}"), NULL, NULL, NULL, ANSWER_NO},
	{"denied for everybody else", ALLOW("'*'"), IF("Deny", "'StringNotEquals':{'aws:username':'start'}"), NULL,
		NULL, NULL, ANSWER_YES},
	{"all of a nothing", ALLOW("'nosuchservice:*'"), NULL, NULL, NULL, NULL, ANSWER_NO},
};

static void fill(struct aws_estate *e, struct aws_principal *p, const struct row *r) {
	if (r->first)
		lab_inline(e, p, r->first);
	if (r->second)
		lab_attach(p, lab_managed(e, ACCOUNT, "second", r->second)->arn);
	if (r->boundary)
		p->boundary = lab_managed(e, ACCOUNT, "boundary", r->boundary)->arn;
	if (r->group) {
		lab_inline(e, lab_principal(e, ACCOUNT, "group/g"), r->group);
		VEC_PUSH(&p->groups, slice_str("g"));
	}
	if (r->guard) {
		struct aws_guardrail *g = ARENA_NEW(&e->arena, struct aws_guardrail);

		g->policy = lab_policy(e, r->guard);
		VEC_PUSH(&g->targets, slice_str(ACCOUNT));
		VEC_PUSH(&e->guardrails, g);
	}
}

static void administrators_are_who_can_do_everything(void **state) {
	unsigned failures = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct aws_estate e = {0};
		struct aws_principal *user = lab_principal(&e, ACCOUNT, "user/start");
		const struct privilege_identity *id;
		struct privilege *p;

		fill(&e, user, &rows[i]);
		p = lab_judge(&e);
		id = privilege_identity(p, user);
		if (id->admin != rows[i].admin ||
			(id->reaches_admin == ANSWER_YES) !=
				(id->admin == ANSWER_YES || strcmp(rows[i].name, TAKES_ITS_BOUNDARY_OFF) == 0)) {
			print_message("%s: %s, reaches %s, %zu actions\n", rows[i].name, answer_name(id->admin),
				answer_name(id->reaches_admin), id->actions);
			failures++;
		}
		privilege_free(p);
		aws_estate_free(&e);
	}
	assert_int_equal(failures, 0);
}

static void policies_of_aws_are_known_by_name(void **state) {
	struct aws_estate e = {0};
	struct aws_principal *a = lab_principal(&e, ACCOUNT, "user/a"), *b = lab_principal(&e, ACCOUNT, "user/b"),
			     *c = lab_principal(&e, ACCOUNT, "user/c");
	struct privilege *p;

	(void)state;
	lab_attach(a, slice_str(ADMIN_ARN));
	lab_attach(b, slice_str("arn:aws:iam::aws:policy/PowerUserAccess"));
	lab_attach(c, slice_str("arn:aws:iam::" ACCOUNT ":policy/not-exported"));
	p = lab_judge(&e);
	assert_int_equal(privilege_identity(p, a)->admin, ANSWER_YES);
	assert_true(privilege_identity(p, a)->complete);
	assert_int_equal(privilege_identity(p, b)->admin, ANSWER_NO);
	assert_true(privilege_identity(p, b)->possible > 10000);
	assert_int_equal(privilege_identity(p, c)->missing.n, 1);
	assert_int_equal(privilege_identity(p, c)->admin, ANSWER_NO);
	privilege_free(p);
	aws_estate_free(&e);
}

static void a_boundary_that_is_not_exported_proves_nothing(void **state) {
	struct aws_estate e = {0};
	struct aws_principal *a = lab_principal(&e, ACCOUNT, "user/a");
	struct privilege *p;

	(void)state;
	lab_attach(a, slice_str(ADMIN_ARN));
	a->boundary = slice_str("arn:aws:iam::" ACCOUNT ":policy/not-exported");
	p = lab_judge(&e);
	assert_int_equal(privilege_identity(p, a)->admin, ANSWER_MAYBE);
	privilege_free(p);
	aws_estate_free(&e);
}

static void every_level_of_an_organization_must_allow(void **state) {
	static const struct {
		const char *target, *statements;
	} guards[] = {{"r-1", ALLOW("'*'")}, {"ou-1", ALLOW_BUT("'iam:*'")}, {ACCOUNT, ALLOW("'*'")}};
	struct aws_estate e = {0};
	struct aws_principal *a = lab_principal(&e, ACCOUNT, "user/a"),
			     *b = lab_principal(&e, "444455556666", "user/b");
	struct privilege *p;

	(void)state;
	lab_attach(a, slice_str(ADMIN_ARN));
	lab_attach(b, slice_str(ADMIN_ARN));
	VEC_PUSH(&e.organization, ((struct aws_node){.id = slice_str(ACCOUNT), .parent = slice_str("ou-1")}));
	VEC_PUSH(&e.organization, ((struct aws_node){.id = slice_str("ou-1"), .parent = slice_str("r-1")}));
	VEC_PUSH(&e.organization, ((struct aws_node){.id = slice_str("r-1")}));
	VEC_PUSH(&e.organization, ((struct aws_node){.id = slice_str("444455556666"), .parent = slice_str("r-1")}));
	for (size_t i = 0; i < 3; i++) {
		struct aws_guardrail *g = ARENA_NEW(&e.arena, struct aws_guardrail);

		g->policy = lab_policy(&e, guards[i].statements);
		VEC_PUSH(&g->targets, slice_str(guards[i].target));
		VEC_PUSH(&e.guardrails, g);
	}
	p = lab_judge(&e);
	assert_int_equal(privilege_identity(p, a)->admin, ANSWER_NO);
	assert_int_equal(privilege_identity(p, b)->admin, ANSWER_YES);
	privilege_free(p);
	e.management_account = slice_str(ACCOUNT); /* service control policies do not hold there */
	p = lab_judge(&e);
	assert_int_equal(privilege_identity(p, a)->admin, ANSWER_YES);
	privilege_free(p);
	aws_estate_free(&e);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(administrators_are_who_can_do_everything),
		cmocka_unit_test(policies_of_aws_are_known_by_name),
		cmocka_unit_test(a_boundary_that_is_not_exported_proves_nothing),
		cmocka_unit_test(every_level_of_an_organization_must_allow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
