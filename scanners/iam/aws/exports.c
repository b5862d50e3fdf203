/* The exports: how to fetch each, with which permission, and what stays unseen without. Commands only read. Source: AWS CLI command reference and
 * the Service Authorization Reference. */
#include "scanners/iam/aws/inventory.h"

#define EACH_USER "for u in $(aws iam list-users --query 'Users[].UserName' --output text); do "

const struct aws_export_kind aws_export_kinds[AWS_EXPORT_COUNT] = {
	[AWS_EXPORT_DETAILS] = {"account authorization details",
		"aws iam get-account-authorization-details > authorization-details.json",
		"iam:GetAccountAuthorizationDetails",
		"what any identity may do, who may take a role, and what is an administrator"},
	[AWS_EXPORT_CREDENTIAL_REPORT] = {"credential report",
		"aws iam generate-credential-report\n"
		"sleep 15\n"
		"aws iam get-credential-report > credential-report.json",
		"iam:GenerateCredentialReport iam:GetCredentialReport",
		"passwords, MFA, the root user's keys, and how old each key is"},
	[AWS_EXPORT_ACCESS_KEYS] = {"access keys",
		EACH_USER "aws iam list-access-keys --user-name \"$u\"; done > access-keys.json",
		"iam:ListUsers iam:ListAccessKeys",
		"the ids of access keys, so that a leaked key cannot be matched to its user"},
	[AWS_EXPORT_KEY_LAST_USED] = {"last use of access keys",
		EACH_USER "for k in $(aws iam list-access-keys --user-name \"$u\" --query "
			  "'AccessKeyMetadata[].AccessKeyId' --output text); do\n"
			  "  printf '{\"AccessKeyId\": \"%s\", \"Answer\": ' \"$k\"; aws iam get-access-key-last-used "
			  "--access-key-id \"$k\"; echo '}'\n"
			  "done; done > access-keys-last-used.json",
		"iam:ListUsers iam:ListAccessKeys iam:GetAccessKeyLastUsed",
		"when each key was last used (the credential report tells it without the key's id)"},
	[AWS_EXPORT_LAST_ACCESSED] = {"service last accessed details",
		"for a in $(aws iam list-roles --query 'Roles[].Arn' --output text) $(aws iam list-users --query "
		"'Users[].Arn' --output text); do\n"
		"  j=$(aws iam generate-service-last-accessed-details --arn \"$a\" --granularity ACTION_LEVEL --query "
		"JobId --output text); sleep 3\n"
		"  printf '{\"Arn\": \"%s\", \"Answer\": ' \"$a\"; aws iam get-service-last-accessed-details --job-id "
		"\"$j\"; echo '}'\n"
		"done > last-accessed.json",
		"iam:ListRoles iam:ListUsers iam:GenerateServiceLastAccessedDetails "
		"iam:GetServiceLastAccessedDetails",
		"which of the granted services an identity really uses"},
	[AWS_EXPORT_ANALYZER] = {"IAM Access Analyzer findings",
		"for a in $(aws accessanalyzer list-analyzers --query 'analyzers[].arn' --output text); do\n"
		"  for f in $(aws accessanalyzer list-findings-v2 --analyzer-arn \"$a\" --query 'findings[].id' "
		"--output text); do aws accessanalyzer get-finding-v2 --analyzer-arn \"$a\" --id \"$f\"; done\n"
		"done > analyzer-findings.json",
		"access-analyzer:ListAnalyzers access-analyzer:ListFindingsV2 access-analyzer:GetFindingV2",
		"access from outside that resource policies give"},
	[AWS_EXPORT_ACCOUNTS] = {"accounts of the organization",
		"aws organizations describe-organization > organization.json\n"
		"aws organizations list-accounts > accounts.json",
		"organizations:DescribeOrganization organizations:ListAccounts",
		"which foreign accounts are one's own, and which account is production"},
	[AWS_EXPORT_CONTROL_POLICIES] = {"service and resource control policies",
		"for t in SERVICE_CONTROL_POLICY RESOURCE_CONTROL_POLICY; do\n"
		"  for p in $(aws organizations list-policies --filter $t --query 'Policies[].Id' --output text); do "
		"aws organizations describe-policy --policy-id \"$p\"; done\n"
		"done > control-policies.json",
		"organizations:ListPolicies organizations:DescribePolicy",
		"what the organization forbids: a power reported here may be denied by it"},
	[AWS_EXPORT_CONTROL_TARGETS] = {"targets of control policies",
		"for t in SERVICE_CONTROL_POLICY RESOURCE_CONTROL_POLICY; do\n"
		"  for p in $(aws organizations list-policies --filter $t --query 'Policies[].Id' --output text); do\n"
		"    printf '{\"PolicyId\": \"%s\", \"Answer\": ' \"$p\"; aws organizations list-targets-for-policy "
		"--policy-id \"$p\"; echo '}'\n"
		"  done\n"
		"done > control-policy-targets.json",
		"organizations:ListPolicies organizations:ListTargetsForPolicy",
		"which accounts a control policy holds in"},
	[AWS_EXPORT_PARENTS] = {"parents of accounts",
		"for a in $(aws organizations list-accounts --query 'Accounts[].Id' --output text); do\n"
		"  printf '{\"ChildId\": \"%s\", \"Answer\": ' \"$a\"; aws organizations list-parents --child-id "
		"\"$a\"; echo '}'\n"
		"done > parents.json",
		"organizations:ListAccounts organizations:ListParents",
		"which organizational unit an account is in, and so which control policies it has from above"},
	[AWS_EXPORT_SECRETS] = {"secrets of Secrets Manager",
		"for r in $(aws ec2 describe-regions --query 'Regions[].RegionName' --output text); do aws "
		"secretsmanager list-secrets --include-planned-deletion --region \"$r\"; done > secrets.json",
		"ec2:DescribeRegions secretsmanager:ListSecrets", "secrets that are never or too late turned over"},
	[AWS_EXPORT_PARAMETERS] = {"parameters of SSM",
		"for r in $(aws ec2 describe-regions --query 'Regions[].RegionName' --output text); do aws ssm "
		"describe-parameters --region \"$r\"; done > parameters.json",
		"ec2:DescribeRegions ssm:DescribeParameters", "secure strings that nobody changed for years"},
	[AWS_EXPORT_ANYWHERE] = {"IAM Roles Anywhere",
		"aws rolesanywhere list-trust-anchors > trust-anchors.json\n"
		"aws rolesanywhere list-profiles > profiles.json\n"
		"aws rolesanywhere list-subjects > subjects.json",
		"rolesanywhere:ListTrustAnchors rolesanywhere:ListProfiles rolesanywhere:ListSubjects",
		"workloads outside of AWS that take roles with a certificate"},
	[AWS_EXPORT_SERVICE_CREDENTIALS] = {"service-specific credentials and SSH keys",
		"aws iam list-service-specific-credentials --all-users > service-credentials.json\n" EACH_USER
		"aws iam list-ssh-public-keys --user-name \"$u\"; done > ssh-keys.json",
		"iam:ListUsers iam:ListServiceSpecificCredentials iam:ListSSHPublicKeys",
		"API keys of Bedrock, credentials of CodeCommit and Keyspaces"},
	[AWS_EXPORT_CERTIFICATES] = {"certificates",
		"aws iam list-server-certificates > server-certificates.json\n" EACH_USER
		"aws iam list-signing-certificates --user-name \"$u\"; done > signing-certificates.json",
		"iam:ListUsers iam:ListServerCertificates iam:ListSigningCertificates",
		"certificates that are past their end"},
	[AWS_EXPORT_PROVIDERS] = {"identity providers",
		"for p in $(aws iam list-open-id-connect-providers --query "
		"'OpenIDConnectProviderList[].Arn' --output text); do\n"
		"  printf '{\"Arn\": \"%s\", \"Answer\": ' \"$p\"; aws iam get-open-id-connect-provider "
		"--open-id-connect-provider-arn \"$p\"; echo '}'\n"
		"done > oidc-providers.json\n"
		"aws iam list-saml-providers > saml-providers.json",
		"iam:ListOpenIDConnectProviders iam:GetOpenIDConnectProvider iam:ListSAMLProviders",
		"providers that no role trusts any more"},
	[AWS_EXPORT_WORKLOADS] = {"workloads and their roles",
		"for r in $(aws ec2 describe-regions --query 'Regions[].RegionName' --output text); do\n"
		"  aws lambda list-functions --region \"$r\"; aws ec2 describe-instances --region \"$r\"\n"
		"done > workloads.json",
		"ec2:DescribeRegions lambda:ListFunctions ec2:DescribeInstances",
		"which functions and instances run with a role: chains through them stay conditional"},
	[AWS_EXPORT_POLICY] = {"single principals and policies", NULL, NULL, NULL},
	[AWS_EXPORT_TERRAFORM] = {"Terraform state", "terraform show -json > terraform.json", NULL,
		"who makes an identity: the module it comes from"},
	[AWS_EXPORT_CLOUDFORMATION] = {"CloudFormation templates", NULL, NULL, NULL},
	[AWS_EXPORT_IDENTITY] = {"caller identity", NULL, NULL, NULL},
};
