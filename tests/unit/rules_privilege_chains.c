/* Chains and their limits: trust from both sides, accounts, variables, keys and passwords that are there already, resources that are known, circles, cuts. */
#include "tests/unit/privilege_lab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define OTHER		       "444455556666"
#define ARN(account, rest)     "arn:aws:iam::" account ":" rest
#define MAY(actions, resource) "{'Effect':'Allow','Action':[" actions "],'Resource':'" resource "'}"

struct world {
	struct aws_estate e;
	struct aws_principal *start, *admin; /* a user with nothing; a role of administrators that trusts nobody */
	struct privilege *p;
};

static int setup(void **state) {
	struct world *w = calloc(1, sizeof(*w));

	w->start = lab_principal(&w->e, ACCOUNT, "user/start");
	w->admin = lab_role(&w->e, ACCOUNT, "admin", "unrelated.amazonaws.com");
	lab_inline(&w->e, w->admin, ALLOW_ALL);
	*state = w;
	return 0;
}

static int teardown(void **state) {
	struct world *w = *state;

	privilege_free(w->p);
	aws_estate_free(&w->e);
	free(w);
	return 0;
}

static const struct privilege_identity *judge(struct world *w, struct aws_principal *who) {
	privilege_free(w->p);
	w->p = lab_judge(&w->e);
	return privilege_identity(w->p, who);
}

static void trust_by(struct world *w, struct aws_principal *role, const char *who) {
	role->trust = lab_policy(
		&w->e, arena_printf(&w->e.arena,
			       "{'Effect':'Allow','Action':'sts:AssumeRole','Principal':{'AWS':'%s'}}", who));
}

static void a_chain_is_told_step_by_step(void **state) {
	struct world *w = *state;
	struct aws_principal *middle = lab_role(&w->e, ACCOUNT, "middle", ACCOUNT);
	const struct privilege_identity *i;
	struct buf text = {0};

	lab_inline(&w->e, w->start, MAY("'sts:AssumeRole'", ARN(ACCOUNT, "role/middle")));
	lab_inline(&w->e, middle, MAY("'iam:PassRole','lambda:CreateFunction','lambda:InvokeFunction'", "*"));
	w->admin->trust = lab_policy(
		&w->e, "{'Effect':'Allow','Action':'sts:AssumeRole','Principal':{'Service':'lambda.amazonaws.com'}}");
	i = judge(w, w->start);
	assert_int_equal(i->reaches_admin, ANSWER_YES);
	assert_int_equal(i->admin, ANSWER_NO);
	assert_int_equal(i->nchain, 2);
	assert_ptr_equal(i->chain[0].to, middle);
	assert_string_equal(i->chain[0].path->id, "sts-001");
	assert_ptr_equal(i->chain[1].to, w->admin);
	privilege_chain_text(i, &text);
	assert_string_equal(buf_cstr(&text), "start -> (sts:AssumeRole) middle -> (iam:PassRole + "
					     "lambda:CreateFunction + lambda:InvokeFunction) admin, administrator");
	buf_free(&text);
}

static void a_whole_account_that_is_trusted_asks_for_permission_too(void **state) {
	struct world *w = *state;

	trust_by(w, w->admin, ACCOUNT);
	assert_int_equal(judge(w, w->start)->reaches_admin, ANSWER_NO);
	lab_inline(&w->e, w->start, MAY("'sts:AssumeRole'", ARN(ACCOUNT, "role/other")));
	assert_int_equal(judge(w, w->start)->reaches_admin, ANSWER_NO);
	lab_inline(&w->e, w->start, MAY("'sts:*'", ARN("*", "role/adm*")));
	assert_int_equal(judge(w, w->start)->reaches_admin, ANSWER_YES);
	lab_inline(&w->e, w->start,
		"{'Effect':'Deny','Action':'sts:AssumeRole','Resource':'" ARN(ACCOUNT, "role/admin") "'}");
	assert_int_equal(judge(w, w->start)->reaches_admin, ANSWER_NO);
}

static void a_principal_that_is_named_needs_no_permission_in_its_account(void **state) {
	struct world *w = *state;
	struct aws_principal *role = lab_role(&w->e, ACCOUNT, "start-role", "unrelated.amazonaws.com");

	trust_by(w, w->admin, ARN(ACCOUNT, "user/start"));
	assert_int_equal(judge(w, w->start)->reaches_admin, ANSWER_YES);
	/* A boundary that does not allow it does not hold back a user that is named, but a role that is. */
	w->start->boundary = lab_managed(&w->e, ACCOUNT, "fence", MAY("'s3:*'", "*"))->arn;
	assert_int_equal(judge(w, w->start)->reaches_admin, ANSWER_YES);
	trust_by(w, w->admin, ARN(ACCOUNT, "role/start-role"));
	assert_int_equal(judge(w, role)->reaches_admin, ANSWER_YES);
	role->boundary = w->start->boundary;
	assert_int_equal(judge(w, role)->reaches_admin, ANSWER_NO);
	trust_by(w, w->admin, ARN(ACCOUNT, "user/start"));
	lab_inline(&w->e, w->start, "{'Effect':'Deny','Action':'sts:*','Resource':'*'}");
	assert_int_equal(judge(w, w->start)->reaches_admin, ANSWER_NO);
}

static void a_session_that_is_named_is_its_role(void **state) {
	struct world *w = *state;
	struct aws_principal *role = lab_role(&w->e, ACCOUNT, "start-role", "unrelated.amazonaws.com");

	trust_by(w, w->admin, "arn:aws:sts::" ACCOUNT ":assumed-role/start-role/me");
	assert_int_equal(judge(w, role)->reaches_admin, ANSWER_MAYBE); /* of that name only */
	assert_int_equal(judge(w, w->start)->reaches_admin, ANSWER_NO);
}

static void across_accounts_both_sides_must_allow(void **state) {
	struct world *w = *state;
	struct aws_principal *far = lab_principal(&w->e, OTHER, "user/far");

	trust_by(w, w->admin, ARN(OTHER, "user/far"));
	assert_int_equal(judge(w, far)->reaches_admin, ANSWER_NO);
	lab_inline(&w->e, far, MAY("'sts:AssumeRole'", "*"));
	assert_int_equal(judge(w, far)->reaches_admin, ANSWER_YES);
	trust_by(w, w->admin, ARN(OTHER, "root"));
	assert_int_equal(judge(w, far)->reaches_admin, ANSWER_YES);
	trust_by(w, w->admin, ARN(ACCOUNT, "root"));
	assert_int_equal(judge(w, far)->reaches_admin, ANSWER_NO);
	trust_by(w, w->admin, "*");
	assert_int_equal(judge(w, far)->reaches_admin, ANSWER_YES);
	assert_int_equal(judge(w, w->start)->reaches_admin, ANSWER_YES);
}

static void a_condition_on_trust_counts(void **state) {
	static const struct {
		const char *condition;
		enum answer reaches;
	} rows[] = {
		{"'StringEquals':{'aws:PrincipalTag/team':'red'}", ANSWER_YES},
		{"'StringEquals':{'aws:PrincipalTag/team':'blue'}", ANSWER_NO},
		{"'StringEquals':{'sts:ExternalId':'x'}", ANSWER_MAYBE},
		{"'Bool':{'aws:MultiFactorAuthPresent':'true'}", ANSWER_MAYBE},
		{"'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::*:user/st*'}", ANSWER_YES},
		{"'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::*:role/*'}", ANSWER_NO},
		{"'StringLike':{'sts:RoleSessionName':'${aws:username}'}", ANSWER_YES},
	};
	struct world *w = *state;

	VEC_PUSH(&w->start->tags, ((struct aws_tag){slice_str("team"), slice_str("red")}));
	lab_inline(&w->e, w->start, MAY("'sts:AssumeRole'", "*"));
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		w->admin->trust = lab_policy(
			&w->e, arena_printf(&w->e.arena,
				       "{'Effect':'Allow','Action':'sts:AssumeRole','Principal':{'AWS':'" ACCOUNT
				       "'},'Condition':{%s}}",
				       rows[i].condition));
		if (judge(w, w->start)->reaches_admin != rows[i].reaches)
			fail_msg("%s: %s", rows[i].condition, answer_name(judge(w, w->start)->reaches_admin));
	}
}

static void a_role_whose_trust_is_written_must_still_be_taken_on(void **state) {
	struct world *w = *state;

	lab_inline(&w->e, w->start, MAY("'iam:UpdateAssumeRolePolicy'", "*"));
	assert_int_equal(judge(w, w->start)->reaches_admin, ANSWER_YES);
	lab_inline(&w->e, w->start, "{'Effect':'Deny','Action':'sts:*','Resource':'*'}");
	assert_int_equal(judge(w, w->start)->reaches_admin, ANSWER_NO);
}

static void ones_own_keys_are_no_escalation(void **state) {
	struct world *w = *state;
	struct aws_principal *boss = lab_principal(&w->e, ACCOUNT, "user/boss");

	lab_inline(&w->e, boss, ALLOW_ALL);
	lab_inline(&w->e, w->start, MAY("'iam:CreateAccessKey'", ARN(ACCOUNT, "user/${aws:username}")));
	assert_int_equal(judge(w, w->start)->escalates, ANSWER_NO);
	lab_inline(&w->e, w->start, MAY("'iam:CreateAccessKey'", ARN(ACCOUNT, "user/b*")));
	assert_int_equal(judge(w, w->start)->escalates, ANSWER_YES);
	boss->access_keys = 2; /* no third */
	assert_int_equal(judge(w, w->start)->escalates, ANSWER_NO);
	lab_inline(&w->e, w->start, MAY("'iam:DeleteAccessKey'", "*"));
	assert_int_equal(judge(w, w->start)->escalates, ANSWER_YES);
	assert_non_null(lab_step(judge(w, w->start), "iam-003"));
}

static void a_password_is_made_or_changed(void **state) {
	static const struct {
		enum aws_known password;
		const char *action;
		enum answer reaches;
	} rows[] = {{AWS_NO, "CreateLoginProfile", ANSWER_YES}, {AWS_YES, "CreateLoginProfile", ANSWER_NO},
		{AWS_UNKNOWN, "CreateLoginProfile", ANSWER_MAYBE}, {AWS_YES, "UpdateLoginProfile", ANSWER_YES},
		{AWS_NO, "UpdateLoginProfile", ANSWER_NO}, {AWS_UNKNOWN, "UpdateLoginProfile", ANSWER_MAYBE}};
	struct world *w = *state;
	struct aws_principal *boss = lab_principal(&w->e, ACCOUNT, "user/boss");

	lab_inline(&w->e, boss, ALLOW_ALL);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		boss->password = rows[i].password;
		w->start->inlines.n = 0;
		lab_inline(&w->e, w->start, arena_printf(&w->e.arena, MAY("'iam:%s'", "*"), rows[i].action));
		assert_int_equal(judge(w, w->start)->reaches_admin, rows[i].reaches);
	}
}

static void policies_of_aws_and_of_other_accounts_cannot_be_written(void **state) {
	struct world *w = *state;
	const char *may = MAY("'iam:CreatePolicyVersion'", "*");

	lab_inline(&w->e, w->start, may);
	lab_attach(w->start, slice_str("arn:aws:iam::aws:policy/ReadOnlyAccess"));
	aws_managed_of(&w->e, slice_str("arn:aws:iam::aws:policy/ReadOnlyAccess"));
	assert_int_equal(judge(w, w->start)->escalates, ANSWER_NO);
	lab_attach(w->start, lab_managed(&w->e, ACCOUNT, "mine", MAY("'s3:*'", "*"))->arn);
	assert_int_equal(judge(w, w->start)->reaches_admin, ANSWER_YES);
	w->start->inlines.n = 0;
	lab_inline(&w->e, w->start, MAY("'iam:CreatePolicyVersion'", ARN(ACCOUNT, "policy/not-mine")));
	assert_int_equal(judge(w, w->start)->escalates, ANSWER_NO);
}

static void only_harmless_policies_may_be_attached(void **state) {
	struct world *w = *state;

	lab_inline(&w->e, w->start,
		"{'Effect':'Allow','Action':'iam:AttachUserPolicy','Resource':'*','Condition':{'ArnEquals':"
		"{'iam:PolicyARN':'arn:aws:iam::aws:policy/ReadOnlyAccess'}}}");
	assert_int_equal(judge(w, w->start)->escalates, ANSWER_NO);
	w->start->inlines.n = 0;
	lab_inline(&w->e, w->start,
		"{'Effect':'Allow','Action':'iam:AttachUserPolicy','Resource':'*','Condition':{'ArnLike':"
		"{'iam:PolicyARN':'arn:aws:iam::aws:policy/*'}}}");
	assert_int_equal(judge(w, w->start)->reaches_admin, ANSWER_YES);
}

static void a_role_makes_whoever_holds_it_administrator(void **state) {
	struct world *w = *state;
	struct aws_principal *tool = lab_role(&w->e, ACCOUNT, "tool", "unrelated.amazonaws.com");

	lab_inline(&w->e, tool, MAY("'iam:AttachUserPolicy'", "*"));
	assert_int_equal(judge(w, tool)->reaches_admin, ANSWER_MAYBE); /* some user, but which? */
	assert_int_equal(judge(w, w->start)->reaches_admin, ANSWER_NO);
	trust_by(w, tool, ARN(ACCOUNT, "user/start"));
	assert_int_equal(judge(w, w->start)->reaches_admin, ANSWER_YES);
	assert_int_equal(judge(w, w->start)->nchain, 2);
}

static void a_target_with_a_boundary_is_no_administrator(void **state) {
	struct world *w = *state;

	w->admin->boundary = lab_managed(&w->e, ACCOUNT, "fence", MAY("'s3:*'", "*"))->arn;
	trust_by(w, w->admin, ARN(ACCOUNT, "user/start"));
	assert_int_equal(judge(w, w->start)->reaches_admin, ANSWER_NO);
	assert_int_equal(judge(w, w->start)->escalates, ANSWER_YES); /* but it gains s3 */
}

static void a_resource_that_is_there_proves_the_path(void **state) {
	struct world *w = *state;
	struct aws_carrier function = {.service = slice_str("lambda"),
		.arn = slice_str("arn:aws:lambda:eu-west-1:" ACCOUNT ":function:job"),
		.role = w->admin->arn};

	w->admin->trust = lab_policy(
		&w->e, "{'Effect':'Allow','Action':'sts:AssumeRole','Principal':{'Service':'lambda.amazonaws.com'}}");
	lab_inline(&w->e, w->start, MAY("'lambda:UpdateFunctionCode'", "arn:aws:lambda:*:*:function:j*"));
	assert_int_equal(judge(w, w->start)->reaches_admin, ANSWER_MAYBE);
	VEC_PUSH(&w->e.carriers, function);
	assert_int_equal(judge(w, w->start)->reaches_admin, ANSWER_YES);
	w->start->inlines.n = 0;
	lab_inline(&w->e, w->start, MAY("'lambda:UpdateFunctionCode'", "arn:aws:lambda:*:*:function:other"));
	assert_int_equal(judge(w, w->start)->reaches_admin, ANSWER_MAYBE);
}

static void a_denied_name_is_avoided_and_a_denied_account_is_not(void **state) {
	struct world *w = *state;
	const char *pass = MAY("'iam:PassRole','lambda:CreateFunction','lambda:InvokeFunction'", "*");

	w->admin->trust = lab_policy(
		&w->e, "{'Effect':'Allow','Action':'sts:AssumeRole','Principal':{'Service':'lambda.amazonaws.com'}}");
	lab_inline(&w->e, w->start, pass);
	lab_inline(&w->e, w->start,
		"{'Effect':'Deny','Action':'lambda:*','Resource':'arn:aws:lambda:*:*:function:prod-*'}");
	assert_int_equal(judge(w, w->start)->reaches_admin, ANSWER_YES);
	lab_inline(&w->e, w->start,
		"{'Effect':'Deny','Action':'lambda:Create*','NotResource':'arn:aws:lambda:*:*:function:prod-*'}");
	assert_int_equal(judge(w, w->start)->reaches_admin, ANSWER_NO);
	w->start->inlines.n = 1;
	lab_inline(&w->e, w->start,
		"{'Effect':'Deny','Action':'lambda:CreateFunction','Resource':'arn:aws:lambda:*:" ACCOUNT ":*'}");
	assert_int_equal(judge(w, w->start)->reaches_admin, ANSWER_NO);
}

static void circles_share_a_number(void **state) {
	struct world *w = *state;
	struct aws_principal *a = lab_role(&w->e, ACCOUNT, "a", ARN(ACCOUNT, "role/b")),
			     *b = lab_role(&w->e, ACCOUNT, "b", ARN(ACCOUNT, "role/c")),
			     *c = lab_role(&w->e, ACCOUNT, "c", ARN(ACCOUNT, "role/a")),
			     *d = lab_role(&w->e, ACCOUNT, "d", ARN(ACCOUNT, "role/a"));
	const struct privilege_identity *i = judge(w, a);

	assert_int_not_equal(i->group, 0);
	assert_int_equal(privilege_identity(w->p, b)->group, i->group);
	assert_int_equal(privilege_identity(w->p, c)->group, i->group);
	assert_int_equal(privilege_identity(w->p, d)->group, 0);
	assert_int_equal(privilege_identity(w->p, w->start)->group, 0);
}

static void one_edge_cuts_what_goes_through_it(void **state) {
	struct world *w = *state;
	struct aws_principal *hub = lab_role(&w->e, ACCOUNT, "hub", ACCOUNT);
	const struct privilege_cut *cuts;
	size_t n;

	for (int i = 0; i < 9; i++)
		lab_inline(&w->e, lab_principal(&w->e, ACCOUNT, arena_printf(&w->e.arena, "user/u%d", i)),
			MAY("'sts:AssumeRole'", ARN(ACCOUNT, "role/hub")));
	trust_by(w, w->admin, ARN(ACCOUNT, "role/hub"));
	judge(w, w->start);
	cuts = privilege_cuts(w->p, 3, &n);
	assert_int_equal(n, 3);
	assert_ptr_equal(cuts[0].step.from, hub);
	assert_ptr_equal(cuts[0].step.to, w->admin);
	assert_int_equal(cuts[0].cuts, 10);
	assert_int_equal(cuts[1].cuts, 1);
}

static void an_action_that_nobody_knows_is_kept(void **state) {
	struct world *w = *state;

	lab_inline(&w->e, w->start, MAY("'lambda:BrandNewThing','lambda:Invoke*'", "*"));
	judge(w, w->start);
	assert_int_equal(privilege_unknown_actions(w->p).n, 1);
	assert_true(slice_eq(privilege_unknown_actions(w->p).at[0], slice_str("lambda:BrandNewThing")));
	assert_int_equal(privilege_may(w->p, w->start, slice_str("lambda:brandnewthing"), slice_str("*")), ANSWER_YES);
	assert_int_equal(privilege_may(w->p, w->admin, slice_str("lambda:BrandNewThing"), slice_str("*")), ANSWER_YES);
}

static void a_resource_policy_denies_and_names(void **state) {
	struct world *w = *state;
	struct slice key = slice_str("arn:aws:kms:eu-west-1:" ACCOUNT ":key/1");

	VEC_PUSH(&w->e.resource_policies,
		((struct aws_resource_policy){.resource = key,
			.policy = lab_policy(&w->e,
				"{'Effect':'Allow','Action':'kms:Decrypt','Principal':{'AWS':'" ARN(ACCOUNT,
					"user/start") "'},'Resource':'*'},"
						      "{'Effect':'Deny','Action':'kms:*','Principal':{'AWS':'" ARN(
							      ACCOUNT, "role/admin") "'},'Resource':'*'}")}));
	judge(w, w->start);
	assert_int_equal(privilege_may(w->p, w->start, slice_str("kms:Decrypt"), key), ANSWER_YES);
	assert_int_equal(privilege_may(w->p, w->start, slice_str("kms:Encrypt"), key), ANSWER_NO);
	assert_int_equal(privilege_may(w->p, w->admin, slice_str("kms:Encrypt"), key), ANSWER_NO);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
	const struct CMUnitTest tests[] = {
		TEST(a_chain_is_told_step_by_step),
		TEST(a_whole_account_that_is_trusted_asks_for_permission_too),
		TEST(a_principal_that_is_named_needs_no_permission_in_its_account),
		TEST(a_session_that_is_named_is_its_role),
		TEST(across_accounts_both_sides_must_allow),
		TEST(a_condition_on_trust_counts),
		TEST(a_role_whose_trust_is_written_must_still_be_taken_on),
		TEST(ones_own_keys_are_no_escalation),
		TEST(a_password_is_made_or_changed),
		TEST(policies_of_aws_and_of_other_accounts_cannot_be_written),
		TEST(only_harmless_policies_may_be_attached),
		TEST(a_role_makes_whoever_holds_it_administrator),
		TEST(a_target_with_a_boundary_is_no_administrator),
		TEST(a_resource_that_is_there_proves_the_path),
		TEST(a_denied_name_is_avoided_and_a_denied_account_is_not),
		TEST(circles_share_a_number),
		TEST(one_edge_cuts_what_goes_through_it),
		TEST(an_action_that_nobody_knows_is_kept),
		TEST(a_resource_policy_denies_and_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
