"""Every action set of the catalogue on its own: the exact minimal permissions in several shapes, and what stands in the way of it one thing at a time."""

import os

from iam_world import *

PROVED, COND, NO = "proved", "conditional", "no"
ADMIN_ONLY = document(allow("*"))
S3_ONLY = document(allow(["s3:*", "cloudwatch:*"]))

# Which service takes the role. From each service's guide to its service roles.
SERVICE = {
    "apprunner": "tasks.apprunner.amazonaws.com", "autoscaling": "ec2.amazonaws.com", "batch": "ecs-tasks.amazonaws.com",
    "bedrock-agentcore": "bedrock-agentcore.amazonaws.com", "braket": "braket.amazonaws.com", "cloudformation": "cloudformation.amazonaws.com",
    "codebuild": "codebuild.amazonaws.com", "codestar": "codestar.amazonaws.com", "datapipeline": "ec2.amazonaws.com", "dynamodb": "lambda.amazonaws.com",
    "lambda": "lambda.amazonaws.com", "ec2": "ec2.amazonaws.com", "ecs": "ecs-tasks.amazonaws.com", "elasticmapreduce": "ec2.amazonaws.com",
    "emr-serverless": "emr-serverless.amazonaws.com", "gamelift": "gamelift.amazonaws.com", "glue": "glue.amazonaws.com", "imagebuilder": "ec2.amazonaws.com",
    "kinesisanalytics": "kinesisanalytics.amazonaws.com", "omics": "omics.amazonaws.com", "sagemaker": "sagemaker.amazonaws.com",
    "scheduler": "scheduler.amazonaws.com", "ssm": "ssm.amazonaws.com", "states": "states.amazonaws.com", "codedeploy": "ec2.amazonaws.com",
    "ec2-instance-connect": "ec2.amazonaws.com",
}
# New things made with a passed role that need something which must be there already.
NEEDS_MORE = {"iam:PassRole+autoscaling:CreateLaunchConfiguration+autoscaling:UpdateAutoScalingGroup", "iam:PassRole+ecs:RunTask", "iam:PassRole+ecs:StartTask",
              "iam:PassRole+glue:CreateTrigger+glue:UpdateJob", "iam:PassRole+glue:StartJobRun+glue:UpdateJob", "iam:PassRole+cloudformation:UpdateStackSet",
              "iam:PassRole+ecs:DeregisterContainerInstance+ecs:RegisterContainerInstance+ecs:StartTask", "iam:PassRole+cognito-identity:SetIdentityPoolRoles",
              "iam:PassRole+ecs:CreateService+ecs:RegisterTaskDefinition", "iam:PassRole+ecs:RegisterTaskDefinition+ecs:RunTask",
              "iam:PassRole+ecs:RegisterTaskDefinition+ecs:StartTask", "iam:PassRole+batch:RegisterJobDefinition+batch:SubmitJob"}


class Path:
    def __init__(self, row, rows):
        self.actions = row["required"]
        self.name = "+".join(self.actions)
        self.category = row["category"]
        self.passes = "iam:PassRole" in self.actions
        self.rows = [set(r["required"]) for r in rows]
        others = [a.split(":")[0] for a in self.actions if a.split(":")[0] not in ("iam", "sts", "s3")]
        self.service = None
        if self.passes or (others and others[0] != "sso"):
            self.service = SERVICE.get(others[0], "cognito-identity.amazonaws.com")
            if self.name.startswith("ssm:"):
                self.service = "ec2.amazonaws.com"
        self.iam = not others

    def left(self, without):
        """Does what remains without one action hold another set of the catalogue?"""
        rest = set(self.actions) - {without}
        return any(r <= rest for r in self.rows)


def trust_of(path):
    if path.service == "cognito-identity.amazonaws.com":
        return trusting(principal={"Federated": "cognito-identity.amazonaws.com"}, action="sts:AssumeRoleWithWebIdentity")
    return trusting(path.service)


NAMES = {
    # the resource that each action of IAM is asked on, in the world below
    "iam:AddUserToGroup": "group/admins", "iam:AttachGroupPolicy": "group/own", "iam:PutGroupPolicy": "group/own", "iam:AttachRolePolicy": "role/plain",
    "iam:PutRolePolicy": "role/plain", "iam:AttachUserPolicy": "user/other", "iam:PutUserPolicy": "user/other", "iam:CreatePolicyVersion": "policy/plain",
    "iam:SetDefaultPolicyVersion": "policy/own", "iam:CreateAccessKey": "user/other", "iam:DeleteAccessKey": "user/other",
    "iam:CreateLoginProfile": "user/other", "iam:UpdateLoginProfile": "user/other", "iam:UpdateAssumeRolePolicy": "role/plain", "sts:AssumeRole": "role/plain",
    "iam:PassRole": "role/target", "iam:DeleteUserPermissionsBoundary": "user/start", "iam:DeleteRolePermissionsBoundary": "role/plain",
}
SELF = {"iam:AttachRolePolicy": "role/start", "iam:PutRolePolicy": "role/start", "iam:AttachUserPolicy": "user/start", "iam:PutUserPolicy": "user/start",
        "iam:CreatePolicyVersion": "policy/own"}


class World:
    """What one path meets: who starts, whom it could become. `start` is a role where the path is about a role's own policies."""

    def __init__(self, path, trust=True):
        self.path, self.a = path, Account()
        a = self.a
        single = path.actions[0] if len(path.actions) == 1 else None
        self.kind = "role" if single in ("iam:AttachRolePolicy", "iam:PutRolePolicy") else "user"
        self.where = dict(NAMES)
        if path.category == "self-escalation":
            self.where.update(SELF)
        powerful = single in ("iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile") or path.name == "iam:CreateAccessKey+iam:DeleteAccessKey"
        a.user("other", attached=[AWS_ADMIN] if powerful else [])
        a.group("admins", attached=[AWS_ADMIN])
        a.group("own")
        if path.service:
            wrong = trusting("monitoring.rds.amazonaws.com")
            a.role("target", trust_of(path) if trust else wrong, attached=[AWS_ADMIN], profile=path.service.startswith("ec2."))
        if path.iam and any(a_ in path.actions for a_ in ("sts:AssumeRole", "iam:UpdateAssumeRolePolicy", "iam:PutRolePolicy", "iam:AttachRolePolicy")):
            strong = path.name in ("iam:UpdateAssumeRolePolicy", "sts:AssumeRole", "iam:UpdateAssumeRolePolicy+sts:AssumeRole",
                                   "iam:DeleteRolePermissionsBoundary+sts:AssumeRole")
            open_ = "sts:AssumeRole" in path.actions and trust
            lower = a.policy("lower", S3_ONLY)
            # Nobody but a service may take it on, where its trust policy is what the path writes.
            if path.name == "iam:UpdateAssumeRolePolicy+sts:AssumeRole":
                open_ = False
            a.role("plain", trusting(principal={"AWS": a.arn("root")}) if open_ else trusting("lambda.amazonaws.com"),
                   attached=([AWS_ADMIN] if strong else []) + ([a.arn("policy/plain")] if "iam:CreatePolicyVersion" in path.actions else []),
                   boundary=lower if "iam:DeleteRolePermissionsBoundary" in path.actions else None)
        if "iam:CreatePolicyVersion" in path.actions and path.category != "self-escalation":
            a.policy("plain", S3_ONLY)
        self.start_attached, self.start_boundary = [], None
        if "iam:DeleteUserPermissionsBoundary" in path.actions:
            self.start_attached.append(AWS_ADMIN)
        if single in ("iam:CreatePolicyVersion",):
            a.policy("own", S3_ONLY)
            self.start_attached.append(a.arn("policy/own"))
        if single == "iam:SetDefaultPolicyVersion":
            a.policy("own", S3_ONLY, ADMIN_ONLY)
            self.start_attached.append(a.arn("policy/own"))
        self.groups = ["own"] if single in ("iam:AttachGroupPolicy", "iam:PutGroupPolicy") else []
        if path.name == "iam:CreateAccessKey+iam:DeleteAccessKey":
            a.two_keys("other")

    def on(self, action, shape):
        if shape == "star" or action not in self.where:
            return "*"
        return self.a.arn(self.where[action])

    def statements(self, shape="star", only=None, condition=None, effect="Allow"):
        return [statement(effect, act, self.on(act, shape), condition) for act in self.path.actions if only is None or act in only]

    def begin(self, documents, kind=None, attached=(), groups=(), boundary=None, tags=None):
        a, att = self.a, list(self.start_attached) + list(attached)
        if "iam:DeleteUserPermissionsBoundary" in self.path.actions and not boundary:
            boundary = a.policy("fence", document(allow(["s3:*", "iam:DeleteUserPermissionsBoundary"])))
        if (kind or self.kind) == "role":
            a.role("start", trusting("ec2.amazonaws.com"), documents, att, boundary=boundary, tags=tags)
            return "role/start"
        a.user("start", documents, att, list(self.groups) + list(groups), boundary, tags)
        return "user/start"


def expected(path):
    if path.name in ("iam:CreateLoginProfile", "iam:UpdateLoginProfile"):
        return [COND]  # whether there is a password
    if path.name in NEEDS_MORE:
        return [PROVED, COND] if "cognito" in path.name else [COND]
    if path.category == "existing-passrole" and not path.iam:
        return [COND]
    if path.name == "cloudformation:CreateChangeSet+cloudformation:ExecuteChangeSet":
        return [COND]
    return [PROVED]


def blocked(path):
    """Right answers when one of the actions is taken away: half of a way to somebody else's policies still lets it make that one administrator."""
    if path.category == "principal-access" and len(path.actions) == 2 and any(x in path.name for x in ("Attach", "Put", "PolicyVersion")):
        return [NO, COND]
    return [NO]


def wildcarded(action):
    service, name = action.split(":")
    return "%s:%s*" % (service.upper() if len(name) % 2 else service, name[:-2]) if len(name) > 4 else action


def add_path(cases, path):
    right, gone = expected(path), blocked(path)
    n = path.name

    for shape in ("star", "arn"):
        w = World(path)
        cases.add(n + " " + shape, w.a, right, w.begin([document(*w.statements(shape))]))
    # held otherwise
    w = World(path)
    w.a.encoded = True
    cases.add(n + " each action in its own document, encoded", w.a, right, w.begin([document(s) for s in w.statements("arn")]))
    w = World(path)
    cases.add(n + " wildcards and case", w.a, right, w.begin([document(*[dict(s, Action=wildcarded(s["Action"])) for s in w.statements("arn")])]))
    w = World(path)
    arn = w.a.policy("given", document(*w.statements("arn")))
    cases.add(n + " managed", w.a, right, w.begin([], attached=[arn]))
    w = World(path)
    if w.kind == "user":
        w.a.group("team", [document(*w.statements("arn"))])
        cases.add(n + " by a group", w.a, right, w.begin([], groups=["team"]))
    if path.name != "iam:DeleteUserPermissionsBoundary":
        w = World(path)
        cases.add(n + " boundary of everything", w.a, right, w.begin([document(*w.statements("star"))], boundary=AWS_ADMIN))
        w = World(path)
        fence = w.a.policy("fence", S3_ONLY)
        cases.add(n + " boundary without it", w.a, [NO], w.begin([document(*w.statements("star"))], boundary=fence))
        if not path.left(path.actions[0]):
            w = World(path)
            fence = w.a.policy("fence", document(allow("*"), deny(path.actions[0])))
            cases.add(n + " boundary denies the first", w.a, gone, w.begin([document(*w.statements("arn"))], boundary=fence))
    w = World(path)
    cases.add(n + " denied elsewhere", w.a, right, w.begin([document(*w.statements("arn")), document(deny(["s3:DeleteBucket", "ec2:TerminateInstances"]))]))
    if path.name == "iam:DeleteUserPermissionsBoundary":
        add_fenced(cases, n)
        return
    w = World(path)
    cases.add(n + " condition of MFA", w.a, [COND], w.begin([document(*w.statements("arn", condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}))]))
    # in the way
    first = path.actions[0]
    w = World(path)
    if not path.left(first):
        cases.add(n + " Deny of the first", w.a, gone, w.begin([document(*w.statements("arn")), document(deny(first))]))
        w = World(path)
        cases.add(n + " Deny by NotAction", w.a, gone, w.begin([document(*w.statements("arn")), document(deny(None, NotAction=["s3:*", "ec2:Describe*"] + [
            x for x in path.actions if x != first]))]))
        w = World(path)
        w.a.scp(document(deny(first)))
        cases.add(n + " SCP denies the first", w.a, gone, w.begin([document(*w.statements("arn"))]))
    w = World(path)
    w.a.scp(document(allow(["s3:*", "ec2:Describe*"])), instead=True)
    cases.add(n + " SCP allows other services", w.a, [NO], w.begin([document(*w.statements("arn"))]))
    for act in path.actions[1:]:
        if path.left(act):
            continue
        w = World(path)
        cases.add(n + " without " + act, w.a, gone, w.begin([document(*w.statements("arn", only=set(path.actions) - {act}))]))
        w = World(path)
        cases.add(n + " Deny of " + act, w.a, gone, w.begin([document(*w.statements("star"), deny(act))]))
    for label, condition in (("time is over", NEVER), ("somebody else's name", {"StringEquals": {"aws:username": "nobody"}}),
                             ("a tag it has not", {"StringEquals": {"aws:PrincipalTag/team": "platform"}}),
                             ("another organization", {"StringEquals": {"aws:PrincipalOrgID": "o-zzzzzzzzzz"}}),
                             ("another account's principal", {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::444455556666:*"}})):
        w = World(path)
        maybe = [NO, COND] if label == "a tag it has not" and w.kind == "role" else [NO]  # a role's session may carry the tag
        cases.add(n + " condition: " + label, w.a, maybe, w.begin([document(*w.statements("arn", condition=condition))]))
    if path.service:
        w = World(path, trust=False)
        cases.add(n + " trust of another service", w.a, [NO], w.begin([document(*w.statements("star"))]))
    if path.passes:
        # what exists already carries its role whatever may be passed
        left = [COND] if path.left("iam:PassRole") else [NO]
        w = World(path)
        docs = document(*[allow(s["Action"], s["Resource"], {"StringEquals": {"iam:PassedToService": path.service}} if s["Action"] == "iam:PassRole" else None)
                          for s in w.statements("arn")])
        cases.add(n + " passed to the service", w.a, right, w.begin([docs]))
        w = World(path)
        docs = document(*[allow(s["Action"], s["Resource"], {"StringEquals": {"iam:PassedToService": "monitoring.rds.amazonaws.com"}} if s["Action"] == "iam:PassRole" else None)
                          for s in w.statements("arn")])
        cases.add(n + " passed to another service", w.a, left, w.begin([docs]))
        w = World(path)
        docs = document(*[allow(s["Action"], w.a.arn("role/another") if s["Action"] == "iam:PassRole" else "*") for s in w.statements("arn")])
        cases.add(n + " another role", w.a, left, w.begin([docs]))
        w = World(path)
        docs = document(*[allow(s["Action"], None, NotResource=w.a.arn("role/target")) if s["Action"] == "iam:PassRole" else s for s in w.statements("star")])
        cases.add(n + " all roles but the one", w.a, left, w.begin([docs]))
    elif path.iam:
        w = World(path)
        docs = document(*[allow(s["Action"], s["Resource"].replace("/", "/not-", 1)) for s in w.statements("arn")])
        cases.add(n + " another resource", w.a, [NO], w.begin([docs]))
        w = World(path)
        docs = document(*[allow(s["Action"], s["Resource"].replace(w.a.number, "444455556666")) for s in w.statements("arn")])
        cases.add(n + " another account", w.a, [NO], w.begin([docs]))
    else:
        w = World(path)
        docs = document(*[allow(s["Action"], "arn:aws:%s:us-east-1:444455556666:*" % s["Action"].split(":")[0]) for s in w.statements("star")])
        cases.add(n + " another account", w.a, [NO], w.begin([docs]))
    if path.name == "sts:AssumeRole" or (path.iam and "sts:AssumeRole" in path.actions and "UpdateAssumeRolePolicy" not in path.name):
        w = World(path, trust=False)
        cases.add(n + " trust lets nobody in", w.a, gone, w.begin([document(*w.statements("star"))]))
    if not path.iam or "iam:CreateAccessKey" in path.actions or "iam:UpdateAssumeRolePolicy" in path.actions:
        if "iam:DeleteUserPermissionsBoundary" not in path.actions:
            w = World(path)
            cases.add(n + " by a role", w.a, right, w.begin([document(*w.statements("arn"))], kind="role"))


def add_fenced(cases, n):
    """An administrator within a boundary: what the boundary says of taking it off decides."""
    for label, right, st in (
            ("with MFA", COND, allow("iam:DeleteUserPermissionsBoundary", "*", {"Bool": {"aws:MultiFactorAuthPresent": "true"}})),
            ("when time is over", NO, allow("iam:DeleteUserPermissionsBoundary", "*", NEVER)),
            ("for somebody else's name", NO, allow("iam:DeleteUserPermissionsBoundary", "*", {"StringEquals": {"aws:username": "nobody"}})),
            ("of itself", PROVED, allow("iam:DeleteUserPermissionsBoundary", "arn:aws:iam::*:user/${aws:username}")),
            ("of another", NO, allow("iam:DeleteUserPermissionsBoundary", "arn:aws:iam::ACCT:user/other")),
            ("of another account", NO, allow("iam:DeleteUserPermissionsBoundary", "arn:aws:iam::444455556666:user/start")),
            ("of roles", NO, allow("iam:DeleteRolePermissionsBoundary")),
            ("and denies it, but lets it write the boundary", PROVED, [allow("iam:*"), deny("iam:*Boundary")])):
        a = Account()
        fence = a.policy("fence", document(allow("s3:*"), *many(st)))
        a.user("start", attached=[AWS_ADMIN], boundary=fence)
        cases.add(n + " fence lets it " + label, a, right)


def catalogue():
    rows, category = [], None
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "iam_catalogue.txt")) as f:
        for line in f:
            if line.startswith("  "):
                rows.append({"category": category, "required": line.split()})
            else:
                category = line.strip().rstrip(":")
    return rows


def add_all(cases):
    rows = catalogue()
    for row in rows:
        add_path(cases, Path(row, rows))
    return len(rows)
