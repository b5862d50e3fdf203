/* AWS exports of every shape become one inventory: what is recognised, merged, dated, placed, and said to be partial or damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "scanners/iam/aws/collect.h"
#include "scanners/iam/aws/facts.h"

#include <stdio.h>

struct lab {
	struct aws_inventory inv;
	struct coverage *coverage;
	struct aws_collect options;
	struct fact_source source;
};

static int setup(void **state) {
	struct lab *lab = mem_alloc(sizeof(*lab));

	lab->coverage = coverage_new();
	lab->options = aws_collect_default();
	lab->source = (struct fact_source){.place = PLACE_FILE, .path = slice_str("export.json")};
	*state = lab;
	return 0;
}

static int teardown(void **state) {
	struct lab *lab = *state;

	aws_inventory_free(&lab->inv);
	coverage_free(lab->coverage);
	free(lab);
	return 0;
}

static bool take(struct lab *lab, const char *text) {
	return aws_collect_bytes(&lab->inv, &lab->options, slice_str(text), &lab->source, lab->coverage);
}

static bool noted(struct lab *lab, const char *code) {
	const struct notice *n;
	size_t count = coverage_notices(lab->coverage, &n);

	for (size_t i = 0; i < count; i++)
		if (strcmp(n[i].code, code) == 0)
			return true;
	return false;
}

/* Too short for a key, so that no scanner of this file takes it for one. */
#define KEY_ID	 "AKIAEXAMPLE000001"
#define USER_ARN "arn:aws:iam::111122223333:user/ci/deploy"
#define ROLE_ARN "arn:aws:iam::111122223333:role/admin"

static const char details[] =
	"{\"UserDetailList\": [\n {\"Path\": \"/ci/\", \"UserName\": \"deploy\", \"UserId\": \"AIDAEXAMPLE\", "
	"\"Arn\": \"" USER_ARN "\", \"CreateDate\": \"2024-01-02T03:04:05+00:00\", \"GroupList\": [\"ops\"],\n"
	"  \"UserPolicyList\": [{\"PolicyName\": \"p\", \"PolicyDocument\": {\"Version\": \"2012-10-17\", "
	"\"Statement\": "
	"[{\"Effect\": \"Allow\", \"Action\": \"s3:*\", \"Resource\": \"*\"}]}}], \"AttachedManagedPolicies\": [], "
	"\"Tags\": [{\"Key\": \"Owner\", \"Value\": \"payments\"}]}],\n"
	"\"RoleDetailList\": [{\"RoleName\": \"admin\", \"RoleId\": \"AROAEXAMPLE\", \"Arn\": \"" ROLE_ARN
	"\", \"CreateDate\": \"2024-01-02 03:04:05+00:00\", \"AssumeRolePolicyDocument\": "
	"\"%7B%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%22ec2."
	"amazonaws.com%22"
	"%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D\", \"RolePolicyList\": [], \"RoleLastUsed\": {}, "
	"\"AttachedManagedPolicies\": [{\"PolicyName\": \"AdministratorAccess\", \"PolicyArn\": "
	"\"arn:aws:iam::aws:policy/AdministratorAccess\"}]}], \"GroupDetailList\": [], \"Policies\": []}";

static void details_are_read_with_their_places(void **state) {
	struct lab *lab = *state;
	const struct aws_principal *u, *r;

	assert_true(take(lab, details));
	u = aws_find(&lab->inv.estate, slice_str(USER_ARN));
	r = aws_find(&lab->inv.estate, slice_str(ROLE_ARN));
	assert_non_null(u);
	assert_non_null(r);
	assert_int_equal(u->place.span.line, 2);
	assert_int_equal(u->place.span.column, 2);
	assert_true(slice_eq(u->place.pointer, slice_str("/UserDetailList/0")));
	assert_int_equal(u->created.at, 1704164645);
	assert_int_equal(u->inlines.n, 1);
	assert_int_equal(u->inlines.at[0].policy->n, 1);
	assert_int_equal(u->inlines.at[0].place.span.line, 3);
	assert_int_equal(r->created.at, 1704164645);
	assert_int_equal(r->trust->n, 1);
	assert_int_equal(r->last_used.state, WHEN_NEVER);
	assert_int_equal(lab->inv.exports[AWS_EXPORT_DETAILS], 2);
	assert_false(coverage_is_incomplete(lab->coverage));
}

static void the_same_export_twice_is_one_inventory(void **state) {
	struct lab *lab = *state;
	struct buf twice = {0};

	buf_add_str(&twice, details);
	buf_add_str(&twice, "\n");
	buf_add_str(&twice, details);
	assert_true(take(lab, buf_cstr(&twice)));
	buf_free(&twice);
	assert_int_equal(lab->inv.estate.principals.n, 2);
	assert_int_equal(aws_find(&lab->inv.estate, slice_str(USER_ARN))->inlines.n, 1);
	assert_int_equal(aws_find(&lab->inv.estate, slice_str(ROLE_ARN))->attached.n, 1);
}

/* A large export is read element by element: the result is the same, the places too. */
static void a_large_export_is_read_by_elements(void **state) {
	struct lab *lab = *state;
	struct buf b = {0};

	buf_add_str(&b, "{\"wrapper\": {\"UserDetailList\": [\n");
	for (int i = 0; i < 3000; i++)
		buf_printf(&b,
			"%s{\"UserName\": \"u%d\", \"UserId\": \"AIDA%d\", \"Arn\": "
			"\"arn:aws:iam::111122223333:user/u%d\", "
			"\"Path\": \"/\",\n \"CreateDate\": \"2024-01-02T03:04:05Z\", \"UserPolicyList\": []}",
			i ? ",\n" : "", i, i, i);
	buf_add_str(&b, "]}, \"IsTruncated\": true, \"Marker\": \"abc\"}");
	assert_true(b.n > 300000);
	assert_true(take(lab, buf_cstr(&b)));
	buf_free(&b);
	assert_int_equal(lab->inv.estate.principals.n, 3000);
	assert_int_equal(lab->inv.estate.principals.at[2999]->place.span.line, 2 + 2 * 2999);
	assert_true(slice_eq(
		lab->inv.estate.principals.at[2999]->place.pointer, slice_str("/wrapper/UserDetailList/2999")));
	assert_true(noted(lab, "export-partial"));
	assert_int_equal(lab->inv.partial, 1);
}

static void a_cut_or_broken_export_is_read_as_far_as_it_goes(void **state) {
	struct lab *lab = *state;
	struct buf b = {0};

	buf_add(&b, details, sizeof(details) - 120);
	assert_true(take(lab, buf_cstr(&b)));
	assert_non_null(aws_find(&lab->inv.estate, slice_str(USER_ARN)));
	assert_true(noted(lab, "export-damaged") || noted(lab, "export-cut"));
	assert_true(coverage_is_incomplete(lab->coverage));
	buf_free(&b);
	/* One user with broken UTF-8 and a wrong type; the other is there. */
	assert_true(take(lab,
		"[{\"UserName\": \"a\", \"UserId\": 7, \"Arn\": [], \"x\": \"\\ud800\"}, {\"UserName\": \"\xff\", "
		"\"UserId\": \"AIDA2\", \"Arn\": \"arn:aws:iam::111122223333:user/b\", \"CreateDate\": "
		"{\"no\": 1}}, {\"UserName\": \"c\", \"UserId\": \"AIDA3\", \"Arn\": "
		"\"arn:aws:iam::111122223333:user/c\"}]"));
	assert_non_null(aws_find(&lab->inv.estate, slice_str("arn:aws:iam::111122223333:user/c")));
}

static void deep_nesting_ends_in_a_notice(void **state) {
	struct lab *lab = *state;
	struct buf b = {0};

	for (int i = 0; i < 200000; i++)
		buf_add_str(&b, "[");
	assert_false(take(lab, buf_cstr(&b)));
	buf_free(&b);
	assert_true(coverage_is_incomplete(lab->coverage));
}

#define HEADER                                                                                                         \
	"user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_"         \
	"rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_"    \
	"1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_"  \
	"2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_"     \
	"rotated,cert_2_active,cert_2_last_rotated\n"
#define ROW                                                                                                            \
	"deploy," USER_ARN ",2024-01-02T03:04:05+00:00,true,no_information,2024-01-02T03:04:05+00:00,N/A,false,true,"  \
	"2024-02-01T00:00:00+00:00,N/A,N/A,N/A,true,2025-02-01T00:00:00+00:00,2026-01-01T00:00:00+00:00,eu-west-1,s3," \
	"false,N/A,false,N/A\n"

static const struct aws_credential *find(struct lab *lab, enum aws_credential_kind k, size_t nth) {
	for (size_t i = 0; i < lab->inv.credentials.n; i++)
		if (lab->inv.credentials.at[i]->kind == k && nth-- == 0)
			return lab->inv.credentials.at[i];
	return NULL;
}

static void the_credential_report_keeps_three_states_apart(void **state) {
	struct lab *lab = *state;
	const struct aws_credential *first, *second, *password;

	assert_true(take(lab, HEADER ROW));
	aws_inventory_settle(&lab->inv);
	first = find(lab, AWS_ACCESS_KEY, 0);
	second = find(lab, AWS_ACCESS_KEY, 1);
	password = find(lab, AWS_PASSWORD, 0);
	assert_int_equal(first->last_used.state, WHEN_NEVER);
	assert_int_equal(second->last_used.state, WHEN_AT);
	assert_true(slice_eq(second->used_service, slice_str("s3")));
	assert_int_equal(password->last_used.state, WHEN_UNKNOWN);
	assert_int_equal(password->mfa, AWS_NO);
	assert_int_equal(first->place.span.line, 2);
	assert_int_equal(aws_find(&lab->inv.estate, slice_str(USER_ARN))->access_keys, 2);
}

/* The report has no key ids, list-access-keys no dates of use: one key, not two. */
static void a_key_of_two_exports_is_one_key(void **state) {
	struct lab *lab = *state;
	char id[32], text[512];

	snprintf(id, sizeof(id), "%s%s", "AK", "IASP2TPHJSQH3FJRUX");
	snprintf(text, sizeof(text),
		"{\"AccessKeyMetadata\": [{\"UserName\": \"deploy\", \"AccessKeyId\": \"%s\", \"Status\": \"Active\", "
		"\"CreateDate\": \"2024-02-01T00:00:00+00:00\"}]}\n{\"AccessKeyId\": \"%s\", \"Answer\": "
		"{\"UserName\": "
		"\"deploy\", \"AccessKeyLastUsed\": {\"LastUsedDate\": 1767225600.0, \"ServiceName\": \"sqs\", "
		"\"Region\": \"eu-central-1\"}}}",
		id, id);
	lab->options.account = "111122223333";
	assert_true(take(lab, text));
	/* The account inside the made-up id is another one; the user's own export is what counts. */
	find(lab, AWS_ACCESS_KEY, 0);
	((struct aws_credential *)find(lab, AWS_ACCESS_KEY, 0))->account = slice_str("111122223333");
	assert_true(take(lab, HEADER ROW));
	aws_inventory_settle(&lab->inv);
	assert_null(find(lab, AWS_ACCESS_KEY, 2));
	assert_true(slice_eq(find(lab, AWS_ACCESS_KEY, 0)->id, slice_str(id)));
	assert_true(slice_eq(find(lab, AWS_ACCESS_KEY, 0)->owner, slice_str(USER_ARN)));
	assert_int_equal(find(lab, AWS_ACCESS_KEY, 0)->slot, 1);
	assert_int_equal(find(lab, AWS_ACCESS_KEY, 0)->last_used.at, 1767225600);
	assert_int_equal(aws_find(&lab->inv.estate, slice_str(USER_ARN))->access_keys, 2);
}

static void an_account_is_decoded_from_a_key_id(void **state) {
	char id[32], account[13];

	(void)state;
	snprintf(id, sizeof(id), "%s%s", "AK", "IASP2TPHJSQH3FJRUX");
	assert_true(aws_key_account(slice_str(id), account));
	assert_string_equal(account, "171436882533");
	snprintf(id, sizeof(id), "%s%s", "AK", "IAIOSFODNN7EXAMPLE");
	assert_false(aws_key_account(slice_str(id), account));
	assert_false(aws_key_account(slice_str("AKIA"), account));
}

static void other_exports_are_recognised_by_their_content(void **state) {
	struct lab *lab = *state;
	static const struct {
		const char *text;
		enum aws_export export;
	} rows[] = {
		{"{\"SecretList\": [{\"ARN\": \"arn:aws:secretsmanager:eu-west-1:111122223333:secret:a-x\", \"Name\": "
		 "\"a\", \"CreatedDate\": \"2024-01-01T00:00:00Z\"}]}",
			AWS_EXPORT_SECRETS},
		{"{\"Parameters\": [{\"Name\": \"/a\", \"Type\": \"SecureString\", \"LastModifiedDate\": "
		 "1704067200.0}]}",
			AWS_EXPORT_PARAMETERS},
		{"{\"Accounts\": [{\"Id\": \"111122223333\", \"Arn\": "
		 "\"arn:aws:organizations::999988887777:account/o-abc/111122223333\", \"Name\": \"shop-prod\", "
		 "\"Status\": "
		 "\"ACTIVE\"}]}",
			AWS_EXPORT_ACCOUNTS},
		{"{\"Policy\": {\"PolicySummary\": {\"Id\": \"p-12345678\", \"Arn\": \"arn:x\", \"Name\": \"n\", "
		 "\"Type\": "
		 "\"SERVICE_CONTROL_POLICY\"}, \"Content\": \"{\\\"Version\\\":\\\"2012-10-17\\\",\\\"Statement\\\":[{"
		 "\\\"Effect\\\":\\\"Deny\\\",\\\"Action\\\":\\\"*\\\",\\\"Resource\\\":\\\"*\\\"}]}\"}}",
			AWS_EXPORT_CONTROL_POLICIES},
		{"{\"PolicyId\": \"p-12345678\", \"Answer\": {\"Targets\": [{\"TargetId\": \"111122223333\", \"Type\": "
		 "\"ACCOUNT\"}]}}",
			AWS_EXPORT_CONTROL_TARGETS},
		{"{\"ChildId\": \"111122223333\", \"Parents\": [{\"Id\": \"ou-ab12-x\", \"Type\": "
		 "\"ORGANIZATIONAL_UNIT\"}]}",
			AWS_EXPORT_PARENTS},
		{"{\"Arn\": \"" ROLE_ARN "\", \"JobStatus\": \"COMPLETED\", \"ServicesLastAccessed\": "
		 "[{\"ServiceNamespace\": "
		 "\"s3\"}, {\"ServiceNamespace\": \"ec2\", \"LastAuthenticated\": \"2026-01-01T00:00:00Z\"}]}",
			AWS_EXPORT_LAST_ACCESSED},
		{"{\"findings\": [{\"id\": \"1\", \"findingType\": \"ExternalAccess\", \"resource\": "
		 "\"arn:aws:s3:::b\", "
		 "\"resourceType\": \"AWS::S3::Bucket\", \"status\": \"ACTIVE\"}]}",
			AWS_EXPORT_ANALYZER},
		{"{\"subjects\": [{\"subjectArn\": \"arn:aws:rolesanywhere:eu-west-1:111122223333:subject/a\", "
		 "\"enabled\": true, \"x509Subject\": \"CN=a\", \"lastSeenAt\": \"2024-01-01T00:00:00Z\"}]}",
			AWS_EXPORT_ANYWHERE},
		{"{\"OpenIDConnectProviderList\": [{\"Arn\": "
		 "\"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com\"}]}",
			AWS_EXPORT_PROVIDERS},
		{"{\"Functions\": [{\"FunctionName\": \"f\", \"FunctionArn\": "
		 "\"arn:aws:lambda:eu-west-1:111122223333:function:f\", \"Role\": \"" ROLE_ARN "\"}]}",
			AWS_EXPORT_WORKLOADS},
		{"{\"configurationItems\": [{\"resourceType\": \"AWS::IAM::Role\", \"awsAccountId\": \"111122223333\", "
		 "\"configuration\": {\"roleName\": \"cfg\", \"roleId\": \"AROA\", \"arn\": "
		 "\"arn:aws:iam::111122223333:role/cfg\", \"assumeRolePolicyDocument\": \"%7B%7D\"}}]}",
			AWS_EXPORT_WORKLOADS},
		{"{\"version\": 4, \"terraform_version\": \"1.9.0\", \"resources\": [{\"mode\": \"managed\", \"type\": "
		 "\"aws_iam_user\", \"name\": \"u\", \"module\": \"module.ci\", \"instances\": [{\"attributes\": "
		 "{\"arn\": "
		 "\"" USER_ARN "\", \"name\": \"deploy\", \"path\": \"/ci/\"}}]}]}",
			AWS_EXPORT_TERRAFORM},
		{"AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Runner:\n    Type: AWS::IAM::Role\n    "
		 "Properties:\n      "
		 "AssumeRolePolicyDocument:\n        Statement:\n          - {Effect: Allow, Principal: {Service: "
		 "ec2.amazonaws.com}, Action: 'sts:AssumeRole'}\n      Policies:\n        - PolicyName: p\n          "
		 "PolicyDocument:\n            Statement:\n              - {Effect: Allow, Action: 's3:*', Resource: "
		 "!Sub 'arn:aws:s3:::${AWS::AccountId}-x'}\n",
			AWS_EXPORT_CLOUDFORMATION},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (!take(lab, rows[i].text) || !lab->inv.exports[rows[i].export])
			fail_msg("not recognised: %.60s", rows[i].text);
	}
	assert_int_equal(lab->inv.estate.guardrails.n, 1);
	assert_int_equal(lab->inv.estate.guardrails.at[0]->policy->n, 1);
	assert_int_equal(lab->inv.estate.guardrails.at[0]->targets.n, 1);
	assert_non_null(aws_find(&lab->inv.estate, slice_str("arn:aws:iam::111122223333:role/cfg")));
	assert_non_null(aws_find(&lab->inv.estate, slice_str("arn:aws:iam::111122223333:role/Runner")));
	assert_true(slice_eq(aws_person_find(&lab->inv, slice_str(USER_ARN))->module, slice_str("module.ci")));
}

/* A finding of the analyzer about a key or a password says when it was last used, or that it never was. */
static void unused_access_of_the_analyzer_is_use(void **state) {
	struct lab *lab = *state;
	const struct aws_credential *password;
	struct aws_credential *k;

	assert_true(
		take(lab, "{\"findingDetails\": [{\"unusedIamUserAccessKeyDetails\": {\"accessKeyId\": "
			  "\"" KEY_ID "\"}}], \"resource\": \"" USER_ARN "\", \"status\": \"ACTIVE\", "
			  "\"findingType\": \"UnusedIAMUserAccessKey\"}\n"
			  "{\"findingDetails\": [{\"unusedIamUserPasswordDetails\": {\"lastAccessed\": "
			  "\"2025-01-01T00:00:00Z\"}}], \"resource\": \"" USER_ARN "\", \"status\": \"ACTIVE\", "
			  "\"findingType\": \"UnusedIAMUserPassword\"}\n"
			  "{\"findingDetails\": [{\"unusedIamRoleDetails\": {\"lastAccessed\": "
			  "\"2024-01-01T00:00:00Z\"}}], \"resource\": \"" ROLE_ARN "\", \"status\": \"RESOLVED\"}"));
	assert_true(take(lab, HEADER ROW));
	aws_inventory_settle(&lab->inv);
	k = aws_credential_find(&lab->inv, AWS_ACCESS_KEY, slice_str(KEY_ID));
	assert_int_equal(k->last_used.state, WHEN_NEVER);
	assert_true(slice_eq(k->owner, slice_str(USER_ARN)));
	password = find(lab, AWS_PASSWORD, 0);
	assert_int_equal(password->last_used.at, 1735689600);
	assert_null(find(lab, AWS_PASSWORD, 1));
	assert_null(aws_find(&lab->inv.estate, slice_str(ROLE_ARN)));
}

static void lists_tell_of_profiles_and_members(void **state) {
	struct lab *lab = *state;

	assert_true(
		take(lab, "{\"InstanceProfiles\": [{\"InstanceProfileName\": \"web\", \"Arn\": "
			  "\"arn:aws:iam::111122223333:instance-profile/web\", \"Roles\": [{\"RoleName\": \"admin\", "
			  "\"RoleId\": \"AROAX\", \"Arn\": \"" ROLE_ARN "\"}]}]}\n"
			  "{\"Users\": [{\"UserName\": \"deploy\", \"UserId\": \"AIDAX\", \"Arn\": \"" USER_ARN
			  "\"}], \"Group\": {\"GroupName\": \"ops\", \"GroupId\": \"AGPAX\", \"Arn\": "
			  "\"arn:aws:iam::111122223333:group/ops\"}}"));
	assert_int_equal(aws_find(&lab->inv.estate, slice_str(ROLE_ARN))->instance_profiles.n, 1);
	assert_int_equal(aws_find(&lab->inv.estate, slice_str(USER_ARN))->groups.n, 1);
}

static void facts_know_owner_age_and_use(void **state) {
	struct lab *lab = *state;
	struct fact_set set = {0};
	const struct aws_principal *u;

	assert_true(take(lab, details));
	assert_true(take(lab, HEADER ROW));
	aws_inventory_settle(&lab->inv);
	aws_facts(&lab->inv, 1767225600, &set); /* 2026-01-01 */
	u = aws_find(&lab->inv.estate, slice_str(USER_ARN));
	assert_true(slice_eq(fact_get(u->fact, "owner")->text, slice_str("payments")));
	assert_int_equal((int)fact_get(u->fact, "active_keys")->number, 2);
	assert_true(fact_get(u->fact, "service_named")->boolean);
	assert_null(fact_get(u->fact, "password_idle"));
	assert_true(fact_get(find(lab, AWS_ACCESS_KEY, 0)->fact, "never_used")->boolean);
	assert_int_equal((int)(fact_get(find(lab, AWS_ACCESS_KEY, 0)->fact, "age")->number / 86400), 700);
	fact_set_free(&set);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(details_are_read_with_their_places, setup, teardown),
		cmocka_unit_test_setup_teardown(the_same_export_twice_is_one_inventory, setup, teardown),
		cmocka_unit_test_setup_teardown(a_large_export_is_read_by_elements, setup, teardown),
		cmocka_unit_test_setup_teardown(a_cut_or_broken_export_is_read_as_far_as_it_goes, setup, teardown),
		cmocka_unit_test_setup_teardown(deep_nesting_ends_in_a_notice, setup, teardown),
		cmocka_unit_test_setup_teardown(the_credential_report_keeps_three_states_apart, setup, teardown),
		cmocka_unit_test_setup_teardown(a_key_of_two_exports_is_one_key, setup, teardown),
		cmocka_unit_test_setup_teardown(an_account_is_decoded_from_a_key_id, setup, teardown),
		cmocka_unit_test_setup_teardown(other_exports_are_recognised_by_their_content, setup, teardown),
		cmocka_unit_test_setup_teardown(unused_access_of_the_analyzer_is_use, setup, teardown),
		cmocka_unit_test_setup_teardown(lists_tell_of_profiles_and_members, setup, teardown),
		cmocka_unit_test_setup_teardown(facts_know_owner_age_and_use, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
