/* Asking about a short list of actions, once for each identity that is no administrator. The lists are the most telling of
 * https://github.com/primeharbor/sensitive_iam_actions (CC0): an identity that holds one of them on everything is told, not all that it could do. */
#include "rules/privilege/sensitive.h"

#include "rules/privilege/parts.h"

#define ACTIONS_MAX 32

static const struct list {
	const char *attribute;
	const char *const *actions;
} lists[] = {
	{"credential_actions",
		(const char *const[]){"chime:CreateApiKey", "codepipeline:PollForJobs",
			"cognito-identity:GetCredentialsForIdentity", "cognito-identity:GetOpenIdToken",
			"connect:GetFederationToken", "ecr:GetAuthorizationToken", "ecr-public:GetAuthorizationToken",
			"gamelift:RequestUploadCredentials", "iam:CreateAccessKey", "iam:CreateLoginProfile",
			"iam:CreateServiceSpecificCredential", "iam:ResetServiceSpecificCredential",
			"iam:UpdateAccessKey", "lightsail:GetInstanceAccessDetails",
			"lightsail:GetRelationalDatabaseMasterUserPassword", "rds-db:connect",
			"redshift:GetClusterCredentials", "sso:GetRoleCredentials", "sts:AssumeRole",
			"sts:GetFederationToken", NULL}},
	{"data_actions", (const char *const[]){"athena:GetQueryResults", "codecommit:GitPull",
				 "dynamodb:ExportTableToPointInTime", "dynamodb:Scan", "ebs:GetSnapshotBlock",
				 "kms:Decrypt", "lambda:GetFunction", "logs:GetLogEvents", "rds:CopyDBSnapshot",
				 "s3:GetObject", "secretsmanager:GetSecretValue", "sqs:ReceiveMessage",
				 "ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath", NULL}},
	{"sharing_actions",
		(const char *const[]){"ec2:ModifyImageAttribute", "ec2:ModifySnapshotAttribute",
			"ecr:SetRepositoryPolicy", "iam:UpdateAssumeRolePolicy", "kms:CreateGrant", "kms:PutKeyPolicy",
			"lambda:AddPermission", "lambda:CreateFunctionUrlConfig", "ram:CreateResourceShare",
			"rds:ModifyDBSnapshotAttribute", "s3:PutBucketAcl", "s3:PutBucketPolicy",
			"secretsmanager:PutResourcePolicy", "sns:AddPermission", "sqs:AddPermission", NULL}},
};

static void ask(struct privilege *p, struct aws_principal *who, const struct list *l, const uint32_t *known,
	struct fact_set *set) {
	struct slice at[ACTIONS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < ACTIONS_MAX && l->actions[i]; i++) {
		const struct subject *s = &p->subjects[who->index];
		struct request r;

		if (known[i] == ACTION_NONE || (p->resource_rules.n == 0 && !bit_has(s->possible, known[i])))
			continue;
		request_on(p, NULL, &r);
		r.resource = slice_str("*");
		if (evaluate(p, s, known[i], &r) == ANSWER_YES)
			at[n++] = slice_str(l->actions[i]);
	}
	fact_set_texts(set, who->fact, l->attribute, at, n, (struct span){0});
}

void sensitive_set_facts(struct privilege *p, const struct aws_estate *e, struct fact_set *set) {
	uint32_t known[sizeof(lists) / sizeof(*lists)][ACTIONS_MAX] = {{0}};

	for (size_t l = 0; l < sizeof(lists) / sizeof(*lists); l++)
		for (size_t i = 0; i < ACTIONS_MAX && lists[l].actions[i]; i++)
			known[l][i] = action_find(&p->actions, slice_str(lists[l].actions[i]));
	for (size_t i = 0; i < e->principals.n; i++) {
		struct aws_principal *who = e->principals.at[i];
		const struct privilege_identity *id = who->fact ? privilege_identity(p, who) : NULL;

		if (!id || id->admin == ANSWER_YES)
			continue;
		for (size_t l = 0; l < sizeof(lists) / sizeof(*lists); l++)
			ask(p, who, &lists[l], known[l], set);
	}
}
