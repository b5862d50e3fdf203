/* Policy documents into statements: the three forms they are exported in, single values and lists, principals, what is not understood. */
#include "scanners/iam/aws/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

static const char document[] =
	"{\"Version\":\"2012-10-17\",\"Id\":\"i\",\"Statement\":[\n"
	" {\"Sid\":\"one\",\"Effect\":\"Allow\",\"Action\":[\"s3:GetObject\",\"s3:Put*\"],\"Resource\":\"*\"},\n"
	" {\"Effect\":\"Deny\",\"NotAction\":\"iam:*\",\"NotResource\":[\"arn:aws:s3:::b\"],\n"
	"  \"Condition\":{\"StringLike\":{\"aws:x\":[\"a\",\"b\"]},\"Bool\":{\"aws:y\":true}}}]}";

static void check(const struct aws_policy *p) {
	const struct aws_statement *s = p->statements;

	assert_null(p->trouble);
	assert_false(p->incomplete);
	assert_true(p->variables);
	assert_int_equal(p->n, 2);
	assert_true(slice_eq(s[0].sid, slice_str("one")));
	assert_true(s[0].allow && !s[1].allow);
	assert_int_equal(s[0].actions.n, 2);
	assert_true(slice_eq(s[0].actions.at[1], slice_str("s3:Put*")));
	assert_true(s[1].not_action && s[1].not_resource && s[1].has_resource && !s[1].has_who);
	assert_int_equal(s[1].nconditions, 2);
	assert_int_equal(s[1].conditions[0].values.n, 2);
	assert_true(slice_eq(s[1].conditions[1].values.at[0], slice_str("true")));
	assert_int_equal(s[1].index, 1);
}

static void the_three_forms_say_the_same(void **state) {
	struct aws_estate e = {0};
	struct arena a = {0};
	struct node text = {
		.kind = NODE_STRING, .quoted = true, .text = slice_str(document), .span = {.line = 7, .column = 3}};
	struct node_limits lim = node_limits_default();
	struct node_documents docs = {0};
	struct syntax_error err;
	const struct aws_policy *p;
	char encoded[sizeof(document) * 3 + 1];
	size_t n = 0;

	(void)state;
	p = aws_policy_parse(&e, slice_str(document), NULL);
	check(p);
	assert_int_equal(p->statements[1].span.line, 3);
	assert_int_equal(json_read(&a, slice_str(document), false, &lim, &docs, &err), 0);
	check(aws_policy_read(&e, docs.roots[0], NULL, slice_str("/P/0")));
	p = aws_policy_read(&e, &text, NULL, slice_str("/P/1"));
	check(p);
	assert_int_equal(p->statements[1].span.line, 7);
	assert_ptr_equal(aws_policy_read(&e, &text, NULL, slice_str("/P/2")), p);
	for (const char *c = document; *c; c++)
		n += (size_t)sprintf(encoded + n, strchr("{}\"[]: \n,", *c) ? "%%%02X" : "%c", (unsigned)*c);
	text.text = slice_of(encoded, n);
	check(aws_policy_read(&e, &text, NULL, slice_str("")));
	arena_free(&a);
	aws_estate_free(&e);
}

static void principals_keep_their_type(void **state) {
	struct aws_estate e = {0};
	const struct aws_policy *p = aws_policy_parse(&e,
		slice_str("{\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":"
			  "{\"AWS\":[\"arn:aws:iam::111122223333:root\",\"*\"],\"Service\":\"ec2.amazonaws.com\"}}}"),
		NULL);

	(void)state;
	assert_int_equal(p->n, 1);
	assert_false(p->variables);
	assert_int_equal(p->statements[0].nwho, 3);
	assert_true(slice_eq(p->statements[0].who[2].type, slice_str("Service")));
	p = aws_policy_parse(&e,
		slice_str("{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"NotPrincipal\":\"*\"}]}"), NULL);
	assert_true(p->statements[0].not_who);
	assert_true(slice_eq(p->statements[0].who[0].type, slice_str("*")));
	aws_estate_free(&e);
}

static void what_is_not_understood_is_said_and_the_rest_is_kept(void **state) {
	static const struct {
		const char *text;
		size_t n;
		const char *trouble;
	} rows[] = {
		{"[]", 0, "no Statement"},
		{"{\"Statement\":[{\"Effect\":\"allow\",\"Action\":\"*\"},{\"Effect\":\"Allow\",\"Action\":\"*\"}]}", 1,
			"Effect"},
		{"{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":1}]}", 0, "Action"},
		{"{\"Statement\":[{\"Effect\":\"Allow\",\"Resource\":\"*\"}]}", 0, "no action"},
		{"{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"NotAction\":\"*\"}]}", 0, "Action"},
		{"{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Condition\":[]}]}", 0, "Condition"},
		{"{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Principal\":\"x\"}]}", 0, "Principal"},
		{"{\"Statement\":[7]}", 0, "object"},
		{"{\"Statement\":[", 0, "no JSON"},
		{"%7b%22", 0, "no JSON"},
	};
	struct aws_estate e = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct aws_policy *p = aws_policy_parse(&e, slice_str(rows[i].text), NULL);

		assert_true(p->incomplete);
		assert_int_equal(p->n, rows[i].n);
		assert_non_null(strstr(p->trouble, rows[i].trouble));
	}
	assert_true(aws_policy_read(&e, NULL, NULL, slice_str(""))->incomplete);
	aws_estate_free(&e);
}

static void arns_give_kind_account_path_and_name(void **state) {
	struct aws_estate e = {0};
	struct aws_principal *p = aws_principal_of(&e, slice_str("arn:aws-cn:iam::111122223333:role/a/b/name"));
	struct aws_arn arn;

	(void)state;
	assert_int_equal(p->kind, AWS_ROLE);
	assert_true(slice_eq(p->path, slice_str("/a/b/")));
	assert_true(slice_eq(p->name, slice_str("name")));
	assert_true(slice_eq(p->account, slice_str("111122223333")));
	assert_ptr_equal(aws_principal_of(&e, p->arn), p);
	p = aws_principal_of(&e, slice_str("arn:aws:iam::111122223333:user/u"));
	assert_int_equal(p->kind, AWS_USER);
	assert_true(slice_eq(p->path, slice_str("/")));
	assert_int_equal(aws_principal_of(&e, slice_str("arn:aws:iam::1:root"))->kind, AWS_ROOT);
	assert_false(aws_arn_parse(slice_str("arn:aws:iam:x"), &arn));
	assert_true(aws_arn_parse(slice_str("arn:aws:s3:::b:c"), &arn));
	assert_true(slice_eq(arn.resource, slice_str("b:c")));
	aws_estate_free(&e);
}

int main(void) {
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_three_forms_say_the_same),
		cmocka_unit_test(principals_keep_their_type),
		cmocka_unit_test(what_is_not_understood_is_said_and_the_rest_is_kept),
		cmocka_unit_test(arns_give_kind_account_path_and_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
