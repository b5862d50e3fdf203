#!/usr/bin/env python3
"""Writes the export of an AWS account (get-account-authorization-details) with N principals of ten policies each: half users, half roles. Deterministic.
    accounts.py N"""

import json
import random
import sys

SERVICES = {
    "s3": ["GetObject", "PutObject", "ListBucket", "DeleteObject", "GetBucketPolicy"],
    "ec2": ["DescribeInstances", "RunInstances", "StartInstances", "StopInstances", "CreateTags"],
    "lambda": ["CreateFunction", "InvokeFunction", "UpdateFunctionCode", "GetFunction", "ListFunctions"],
    "dynamodb": ["GetItem", "PutItem", "Query", "Scan", "CreateTable"],
    "logs": ["CreateLogGroup", "PutLogEvents", "DescribeLogGroups"],
    "sqs": ["SendMessage", "ReceiveMessage", "DeleteMessage"],
    "kms": ["Decrypt", "Encrypt", "GenerateDataKey"],
    "ssm": ["GetParameter", "SendCommand", "StartSession"],
    "iam": ["GetRole", "ListUsers", "GetPolicy"],
    "cloudformation": ["DescribeStacks", "CreateStack", "UpdateStack"],
}
RISKY = ["iam:PassRole", "iam:CreateAccessKey", "iam:AttachUserPolicy", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy", "sts:AssumeRole"]
TRUSTED = ["lambda", "ec2", "ecs-tasks", "codebuild", "glue", "sagemaker", "states", "cloudformation"]
ACCOUNT = "111122223333"
WHEN = "2025-03-01T10:00:00+00:00"


def arn(kind, name):
    return f"arn:aws:iam::{ACCOUNT}:{kind}/{name}"


def statement(draw, risky):
    service = draw.choice(sorted(SERVICES))
    names = draw.sample(SERVICES[service], k=draw.randint(1, 3))
    actions = [f"{service}:{name}" for name in names]
    if draw.randrange(4) == 0:
        actions.append(f"{service}:{draw.choice(['Get', 'List', 'Describe'])}*")
    if risky:
        actions.append(draw.choice(RISKY))
    out = {"Effect": "Deny" if draw.randrange(25) == 0 else "Allow", "Action": actions, "Resource": "*"}
    if draw.randrange(2):
        out["Resource"] = [f"arn:aws:{service}:*:{ACCOUNT}:{draw.choice('abcdefgh')}{draw.randrange(100)}*" for _ in range(draw.randint(1, 3))]
    if draw.randrange(6) == 0:
        out["Condition"] = draw.choice([{"Bool": {"aws:MultiFactorAuthPresent": "true"}}, {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}},
                                        {"StringLike": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:*"}}])
    return out


def document(draw, risky=False):
    return {"Version": "2012-10-17", "Statement": [statement(draw, risky and i == 0) for i in range(draw.randint(2, 6))]}


def trust(draw, users):
    who = draw.randrange(10)
    if who < 6:
        principal = {"Service": f"{draw.choice(TRUSTED)}.amazonaws.com"}
    elif who < 8:
        principal = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    else:
        principal = {"AWS": arn("user", f"user-{draw.randrange(users)}")}
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}]}


def main():
    n = int(sys.argv[1])
    draw = random.Random(20260101)
    pool = [f"policy-{i}" for i in range(500)]
    users = n // 2

    def holder(kind, i):
        name = f"{kind}-{i}"
        names = draw.sample(pool, 9)
        attached = [{"PolicyName": p, "PolicyArn": arn("policy", p)} for p in names]
        if draw.randrange(200) == 0:
            attached.append({"PolicyName": "AdministratorAccess", "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"})
        out = {"Path": "/", f"{kind.title()}Name": name, f"{kind.title()}Id": f"{'AIDA' if kind == 'user' else 'AROA'}{i:017d}",
               "Arn": arn(kind, name), "CreateDate": WHEN, "AttachedManagedPolicies": attached,
               f"{kind.title()}PolicyList": [{"PolicyName": "inline", "PolicyDocument": document(draw)}]}
        if draw.randrange(20) == 0:
            out["PermissionsBoundary"] = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn("policy", draw.choice(pool))}
        if kind == "user":
            out["GroupList"] = [f"group-{draw.randrange(20)}"]
        else:
            out.update(AssumeRolePolicyDocument=trust(draw, users), InstanceProfileList=[], RoleLastUsed={}, Tags=[])
        return out

    json.dump({
        "UserDetailList": [holder("user", i) for i in range(users)],
        "GroupDetailList": [{"Path": "/", "GroupName": f"group-{i}", "GroupId": f"AGPA{i:017d}", "Arn": arn("group", f"group-{i}"), "CreateDate": WHEN,
                             "GroupPolicyList": [], "AttachedManagedPolicies": [{"PolicyName": p, "PolicyArn": arn("policy", p)} for p in draw.sample(pool, 2)]}
                            for i in range(20)],
        "RoleDetailList": [holder("role", i) for i in range(n - users)],
        "Policies": [{"PolicyName": p, "PolicyId": f"ANPA{i:017d}", "Arn": arn("policy", p), "Path": "/", "DefaultVersionId": "v1", "AttachmentCount": 1,
                      "PermissionsBoundaryUsageCount": 0, "IsAttachable": True, "CreateDate": WHEN, "UpdateDate": WHEN,
                      "PolicyVersionList": [{"Document": document(draw, risky=i % 40 == 0), "VersionId": "v1", "IsDefaultVersion": True, "CreateDate": WHEN}]}
                     for i, p in enumerate(pool)],
    }, sys.stdout, indent=4)


if __name__ == "__main__":
    main()
