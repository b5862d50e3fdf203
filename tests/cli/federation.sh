#!/bin/sh
# Both ends of federated trust in one repository: roles in Terraform, CloudFormation and Bicep against the jobs whose tokens fit, at exact places.
. "$(dirname "$0")/lib.sh"
command -v python3 >/dev/null || {
	skip federation 'python3 is not installed'
	finish
}
git init -q app && cd app || exit 1
git remote add origin https://github.com/octo-org/app.git
mkdir -p .github/workflows infra/aws
cat >.github/workflows/deploy.yml <<'E'
on:
  push: {branches: [main]}
jobs:
  deploy:
    runs-on: ubuntu-latest
    environment: production
    permissions: {id-token: write, contents: read}
    steps:
      - uses: aws-actions/configure-aws-credentials@0123456789012345678901234567890123456789
        with:
          role-to-assume: arn:aws:iam::111122223333:role/ci/deployer
          aws-region: eu-west-1
E
cat >.github/workflows/plan.yml <<'E'
on: pull_request
jobs:
  plan:
    runs-on: ubuntu-latest
    permissions: {id-token: write, contents: read}
    steps: [{run: terraform plan}]
  preview:
    runs-on: ubuntu-latest
    environment: preview
    permissions: {id-token: write, contents: read}
    steps: [{run: terraform plan}]
  lint:
    runs-on: ubuntu-latest
    permissions: {contents: read}
    steps: [{run: terraform fmt}]
E
cat >infra/aws/policy.tf <<'E'
variable "org" { default = "octo-org" }
data "aws_iam_policy_document" "reader" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [data.aws_iam_openid_connect_provider.github.arn]
    }
    condition {
      test     = "StringLike"
      variable = "token.actions.githubusercontent.com:sub"
      values   = ["repo:${var.org}/app:*"]
    }
    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:aud"
      values   = ["sts.amazonaws.com"]
    }
  }
}
E
cat >infra/aws/roles.tf <<'E'
resource "aws_iam_role" "reader" {
  name               = "state-reader"
  assume_role_policy = data.aws_iam_policy_document.reader.json
}

resource "aws_iam_role" "deployer" {
  name = "deployer"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }
      Condition = {
        StringEquals = {
          "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
          "token.actions.githubusercontent.com:sub" = "repo:octo-org/app:environment:production"
        }
      }
    }]
  })
}

resource "aws_iam_role" "other" {
  name               = "elsewhere"
  assume_role_policy = <<-EOT
    {"Version": "2012-10-17",
     "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
       "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},
       "Condition": {"StringLike": {
         "token.actions.githubusercontent.com:sub": "repo:*/app:*"}}}]}
  EOT
}

resource "aws_iam_role" "ids" {
  name = "by-ids"
  assume_role_policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = aws_iam_openid_connect_provider.github.arn }
      Condition = { StringEquals = {
        "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
        "token.actions.githubusercontent.com:sub" = "repo:octo-org@12/app@34:pull_request"
      } }
    }]
  })
}
E
cat >infra/pool.tf <<'E'
resource "google_iam_workload_identity_pool_provider" "github" {
  workload_identity_pool_id          = "ci"
  workload_identity_pool_provider_id = "github"
  attribute_mapping = {
    "google.subject"       = "assertion.sub"
    "attribute.repository" = "assertion.repository"
  }
  attribute_condition = "assertion.repository_owner == 'octo-org' && assertion.ref == 'refs/heads/main'"
  oidc { issuer_uri = "https://token.actions.githubusercontent.com" }
}
E
cat >infra/identity.bicep <<'E'
resource fed 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2023-01-31' = {
  name: 'pr-credential'
  properties: {
    issuer: 'https://token.actions.githubusercontent.com'
    subject: 'repo:octo-org/app:pull_request'
    audiences: [ 'api://AzureADTokenExchange' ]
  }
}
E
cat >infra/stack.yaml <<'E'
Resources:
  Release:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Action: sts:AssumeRoleWithWebIdentity
            Principal: {Federated: !Sub "arn:aws:iam::${AWS::AccountId}:oidc-provider/token.actions.githubusercontent.com"}
            Condition:
              StringEquals:
                token.actions.githubusercontent.com:aud: sts.amazonaws.com
E
git add -A && git -c user.name=a -c user.email=a@example.org commit -qm one
cd .. || exit 1

run --format json --only 'cloud-trust-*' app
python3 - >places.txt <<'E'
import json
for f in json.load(open(".out"))["findings"]:
    for s in f["sightings"]:
        print("%s %d:%d-%d:%d %s %s" % (s["path"], s["line"], s["column"], s["end_line"], s["end_column"], f["severity"], f["rule"]))
E
LC_ALL=C sort -u places.txt >sorted.txt
cat >expected.txt <<'E'
.github/workflows/deploy.yml 4:3-4:9 critical cloud-trust-open
.github/workflows/deploy.yml 4:3-4:9 medium cloud-trust-weak
.github/workflows/plan.yml 3:3-3:7 critical cloud-trust-open
.github/workflows/plan.yml 3:3-3:7 high cloud-trust-pull-request
.github/workflows/plan.yml 3:3-3:7 medium cloud-trust-weak
.github/workflows/plan.yml 7:3-7:10 critical cloud-trust-open
.github/workflows/plan.yml 7:3-7:10 medium cloud-trust-weak
infra/aws/policy.tf 12:18-12:43 high cloud-trust-pull-request
infra/aws/policy.tf 12:18-12:43 medium cloud-trust-weak
infra/aws/roles.tf 31:53-31:67 critical cloud-trust-open
infra/aws/roles.tf 31:53-31:67 high cloud-trust-pull-request
infra/aws/roles.tf 43:53-43:72 high cloud-trust-pull-request
infra/identity.bicep 5:14-5:46 high cloud-trust-pull-request
infra/stack.yaml 12:58-12:75 critical cloud-trust-open
infra/stack.yaml 12:58-12:75 high cloud-trust-pull-request
E
holds every_end_is_where_it_stands diff -u expected.txt sorted.txt
run --format json --only 'cloud-trust-*' app
says a_role_of_another_file_is_named 'state-reader checks the token of github too little'
says the_subject_of_ids_is_one_too 'repo:octo-org@\*/app@\*:pull_request'
run ci --format json app
python3 - >enter.txt <<'E'
import json
for j in json.load(open(".out"))["jobs"]:
    print(" ".join([j["job"]] + sorted(j["may"]["enter"])))
E
cat >expected.txt <<'E'
deploy Release deployer elsewhere github state-reader
plan Release by-ids elsewhere pr-credential state-reader
preview Release elsewhere state-reader
lint
E
holds each_job_says_what_it_enters diff -u expected.txt enter.txt
# what the repository is not called is not its own
git -C app remote set-url origin https://github.com/somebody/fork.git
run --format json --only cloud-trust-pull-request app
if grep -q 'pr-credential' .out; then not_ok a_fork_does_not_fit 'pr-credential fits'; else ok a_fork_does_not_fit; fi
# Hostile files: names that lead to themselves, lists without an end. Each is read in no time, and what is left out is told.
mkdir -p loop many who cel
python3 - <<'E'
def role(issuers, subjects, name='"x"'):
    return ('resource "aws_iam_role" "x" {\n  name = %s\n  assume_role_policy = jsonencode({Statement = [{Effect = "Allow", '
        'Action = "sts:AssumeRoleWithWebIdentity", Principal = {Federated = %s}, '
        'Condition = {StringEquals = {"gitlab.com:sub" = %s}}}]})\n}\n' % (name, issuers, subjects))

def texts(form, n):
    return "[" + ", ".join('"' + form % i + '"' for i in range(n)) + "]"

open("loop/itself.tf", "w").write('locals {\n  a = replace(local.a, "https://", "")\n}\n' + role('["gitlab.com"]', '["a"]', "local.a"))
open("loop/often.tf", "w").write('locals {\n  a = "' + "${local.a}" * 12 + '"\n}\n' + role('["gitlab.com"]', '["a"]', "local.a"))
open("many/main.tf", "w").write('data "aws_iam_policy_document" "x" {\n  statement {\n    actions = ["sts:AssumeRoleWithWebIdentity"]\n'
    '    principals {\n      type = "Federated"\n      identifiers = ["gitlab.com"]\n    }\n'
    + '    condition {\n      test = "StringEquals"\n      variable = "gitlab.com:aud"\n      values = ["a"]\n    }\n' * 20000 + "  }\n}\n")
open("who/main.tf", "w").write(role(texts("gitlab.%d", 5000), texts("x%d", 5000)))

def provider(name, condition):
    return ('resource "google_iam_workload_identity_pool_provider" "%s" {\n  workload_identity_pool_provider_id = "%s"\n'
        '  attribute_condition = "%s"\n  oidc { issuer_uri = "https://token.actions.githubusercontent.com" }\n}\n' % (name, name, condition))

def refs(n):
    return ["assertion.ref in [" + ", ".join("'o%d'" % i for i in range(n)) + ",]",
        " || ".join("assertion.ref == 'o%d'" % i for i in range(n))]

open("cel/pool.tf", "w").write(provider("brackets", "(assertion.repository_owner != 'a)b')")
    + "".join(provider("%s-%d" % (how, n), c) for n in (64, 70) for how, c in zip(("listed", "either"), refs(n))))
E
run --format json --only 'cloud-trust-*' loop
exits names_that_lead_to_themselves_end 3
says names_that_lead_on_without_end_are_told '"limit-configuration"'
run --format json --only 'cloud-trust-*' many
exits many_conditions_are_read 1
run --format json --only 'cloud-trust-*' who
exits issuers_without_end_make_the_scan_incomplete 3
says issuers_beyond_the_limit_are_told '"limit-configuration"'
run --format json --only cloud-trust-open cel
python3 - >open.txt <<'E'
import json
print(" ".join(sorted(f["reasons"][0]["text"].split(" for ")[1].split(":")[0] for f in json.load(open(".out"))["findings"])))
E
# what pins no owner is open where it is understood: a bracket in a text closes nothing, and of a list nothing is left out
echo 'brackets either-64 listed-64' >expected.txt
holds conditions_are_understood_as_a_whole_or_not_at_all diff -u expected.txt open.txt
finish
