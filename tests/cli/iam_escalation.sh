#!/bin/sh
# A labelled account through the whole program: names say what is true. ADMIN-: administrator as it stands. ESC-: can become more, or may if something exists
# that the export does not show. SAFE-: neither, whatever it looks like.
. "$(dirname "$0")/lib.sh"

cat >make.py <<'END'
import json

ACCOUNT = "111122223333"
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
WHEN = "2024-01-01T00:00:00Z"
users, roles, policies = [], [], []


def arn(kind, name):
    return f"arn:aws:iam::{ACCOUNT}:{kind}/{name}"


def document(statements):
    return {"Version": "2012-10-17", "Statement": statements}


def allow(actions, resource="*", **more):
    return {"Effect": "Allow", "Action": actions, "Resource": resource, **more}


def deny(actions, **more):
    return {"Effect": "Deny", "Resource": "*", **({"Action": actions} if actions else {}), **more}


def managed(name, statements):
    policies.append({"PolicyName": name, "Arn": arn("policy", name), "Path": "/", "DefaultVersionId": "v1", "AttachmentCount": 2, "CreateDate": WHEN,
                     "PolicyVersionList": [{"Document": document(statements), "VersionId": "v1", "IsDefaultVersion": True, "CreateDate": WHEN}]})
    return arn("policy", name)


def attached(arns):
    return [{"PolicyName": a.split("/")[-1], "PolicyArn": a} for a in arns]


def boundary(a):
    return {"PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": a}} if a else {}


def user(name, arns, fence=None):
    users.append({"Path": "/", "UserName": name, "Arn": arn("user", name), "CreateDate": WHEN, "GroupList": [], "AttachedManagedPolicies": attached(arns),
                  "UserPolicyList": [], **boundary(fence)})


def role(name, arns, who, fence=None):
    roles.append({"Path": "/", "RoleName": name, "Arn": arn("role", name), "CreateDate": WHEN, "RolePolicyList": [], "AttachedManagedPolicies": attached(arns),
                  "InstanceProfileList": [{"Arn": arn("instance-profile", name), "Roles": []}], "RoleLastUsed": {}, "Tags": [], **boundary(fence),
                  "AssumeRolePolicyDocument": document([{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": who}])})


def both(label, name, statements, fence=None):
    p = managed(f"p-{name}", statements)
    user(f"{label}-{name}", [p], fence)
    role(f"{label}-{name}-role", [p], {"AWS": arn("user", "somebody-not-exported")}, fence)


PASS = "iam:PassRole"
ESCALATE = {
    "version": ["iam:CreatePolicyVersion"], "default": ["iam:SetDefaultPolicyVersion"], "ec2": [PASS, "ec2:RunInstances"], "key": ["iam:CreateAccessKey"],
    "login": ["iam:CreateLoginProfile"], "password": ["iam:UpdateLoginProfile"], "attach-user": ["iam:AttachUserPolicy"],
    "attach-group": ["iam:AttachGroupPolicy"], "attach-role": ["iam:AttachRolePolicy"], "put-user": ["iam:PutUserPolicy"],
    "put-group": ["iam:PutGroupPolicy"], "put-role": ["iam:PutRolePolicy"], "group": ["iam:AddUserToGroup"], "trust": ["iam:UpdateAssumeRolePolicy", "sts:AssumeRole"],
    "lambda": [PASS, "lambda:CreateFunction", "lambda:InvokeFunction"], "code": ["lambda:UpdateFunctionCode"], "glue": [PASS, "glue:CreateDevEndpoint"],
    "endpoint": ["glue:UpdateDevEndpoint"], "stack": [PASS, "cloudformation:CreateStack"], "update": ["cloudformation:UpdateStack"],
    "pipeline": [PASS, "datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition", "datapipeline:ActivatePipeline"],
    "build": [PASS, "codebuild:CreateProject", "codebuild:StartBuild"], "notebook": [PASS, "sagemaker:CreateNotebookInstance"],
    "url": ["sagemaker:CreatePresignedNotebookInstanceUrl"], "training": [PASS, "sagemaker:CreateTrainingJob"], "command": ["ssm:SendCommand"],
    "session": ["ssm:StartSession"], "wildcards": ["iam:*User*", "iam:Attach*"],
}
for name, actions in ESCALATE.items():
    both("ESC", name, [allow(actions)])
past, future = "2020-01-01T00:00:00Z", "2090-01-01T00:00:00Z"
both("ADMIN", "all", [allow("*")])
both("ADMIN", "halves", [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, allow("iam:*")])
both("ADMIN", "not-action", [{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}])
both("ADMIN", "always", [allow("iam:*", Condition={"DateGreaterThan": {"aws:TokenIssueTime": past}})])
both("SAFE", "denied", [allow("iam:*"), deny("iam:*")])
both("SAFE", "denied-but", [allow("*"), deny(None, NotAction="s3:*")])
both("SAFE", "aws-policy", [allow(["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"], ADMIN)])
both("SAFE", "never", [allow("iam:*", Condition={"DateLessThan": {"aws:TokenIssueTime": past}})])
both("SAFE", "pass-alone", [allow([PASS])])
both("SAFE", "reads", [allow(["s3:*", "ec2:Describe*", "iam:Get*", "iam:List*"])])
both("SAFE", "own-key", [allow(["iam:CreateAccessKey"], arn("user", "${aws:username}"))])
both("SAFE", "passed-elsewhere", [allow([PASS], Condition={"StringEquals": {"iam:PassedToService": "ecs.amazonaws.com"}}), allow(["lambda:CreateFunction", "lambda:InvokeFunction"])])
both("SAFE", "wrong-role", [allow([PASS], arn("role", "nobody")), allow(["ec2:RunInstances"])])
both("SAFE", "fenced", [allow("*")], fence=managed("fence", [allow("s3:*")]))
both("SAFE", "harmless", [allow(["iam:AttachUserPolicy", "iam:AttachRolePolicy"], Condition={"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess"}})])
user("ADMIN-boss", [ADMIN])
role("ADMIN-service", [ADMIN], {"Service": [f"{s}.amazonaws.com" for s in ("ec2", "lambda", "glue", "cloudformation", "datapipeline", "codebuild", "sagemaker")]})
group = {"Path": "/", "GroupName": "admins", "Arn": arn("group", "admins"), "CreateDate": WHEN, "GroupPolicyList": [], "AttachedManagedPolicies": attached([ADMIN])}
json.dump({"UserDetailList": users, "RoleDetailList": roles, "GroupDetailList": [group], "Policies": policies}, open("account.json", "w"))
END
cat >check.py <<'END'
import json, re, sys

said = {"ADMIN": set(), "ESC": set()}
for line in open(sys.argv[1]):
    finding = json.loads(line)
    rule = finding.get("rule", "")
    kind = "ADMIN" if rule == "aws-administrator" else "ESC" if rule.startswith("aws-escalation") else None
    if kind:
        text = " ".join(r["text"] for r in finding["reasons"] if r["code"] == "condition")
        said[kind].add(re.search(r"arn:aws:iam::\d+:\w+/([\w-]+)", text).group(1))
account = json.load(open("account.json"))
names = [u["UserName"] for u in account["UserDetailList"]] + [r["RoleName"] for r in account["RoleDetailList"]]
wrong = []
for name in names:
    label = name.split("-")[0]
    if (name in said["ADMIN"]) != (label == "ADMIN"):
        wrong.append(f"{name}: administrator {name in said['ADMIN']}")
    if (name in said["ESC"]) != (label == "ESC"):
        wrong.append(f"{name}: escalates {name in said['ESC']}")
print(len(names), "principals")
print("\n".join(wrong))
sys.exit(bool(wrong))
END
python3 make.py
run iam --account 111122223333 --as-of 2026-01-01 --format jsonl account.json
exits 'findings fail the gate' 1
cp .out kept
holds 'every label is right: administrators, those who can become more, those who cannot' python3 check.py kept
finish
