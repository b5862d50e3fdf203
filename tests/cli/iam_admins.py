"""Administrators in odd forms, and what only looks like one."""

from iam_world import *

ADMIN, IF, PROVED, COND, NO = "admin", "admin-if", "proved", "conditional", "no"
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
READ = "arn:aws:iam::aws:policy/ReadOnlyAccess"
POWER = "arn:aws:iam::aws:policy/PowerUserAccess"
IAMFULL = "arn:aws:iam::aws:policy/IAMFullAccess"


def simple(cases, name, right, *docs, **how):
    """A user and, in another account, a role that hold the documents."""
    for kind in ("user", "role"):
        a = Account()
        for group, (inl, att) in how.get("held", {}).items():
            a.group(group, inl, att)
        made = [a.policy("made%d" % i, *m) for i, m in enumerate(how.get("managed", []))]
        boundary = how.get("boundary")
        if isinstance(boundary, dict):
            boundary = a.policy("fence", boundary)
        for doc, instead in how.get("scps", []):
            a.scp(doc, instead)
        if kind == "user":
            a.user("start", docs, list(how.get("attached", [])) + made, list(how.get("held", {})), boundary, how.get("tags"))
        elif how.get("held") or how.get("user_only"):
            continue
        else:
            a.role("start", trusting("ec2.amazonaws.com"), docs, list(how.get("attached", [])) + made, boundary, tags=how.get("tags"))
        r = how.get("role_right", right) if kind == "role" else right
        cases.add("%s (%s)" % (name, kind), a, r, kind + "/start")


def add_all(cases):
    s = lambda *x, **k: simple(cases, *x, **k)
    # ---- are administrators
    s("everything", ADMIN, document(allow("*")))
    s("everything, with a colon", ADMIN, document(allow("*:*")))
    s("a list with a star", ADMIN, document(allow(["s3:GetObject", "*"], ["*"])))
    s("AdministratorAccess without document", ADMIN, attached=[AWS_ADMIN])
    s("two stars", ADMIN, document(allow("**")))
    s("statement that is no list", ADMIN, {"Version": "2012-10-17", "Statement": allow("*")})
    s("old version", ADMIN, {"Version": "2008-10-17", "Statement": [allow("*")]})
    s("no version", ADMIN, {"Statement": [allow("*")]})
    s("question mark in the service", ADMIN, document(allow("?am:*")))
    s("upper case", ADMIN, document(allow("IAM:*")))
    s("all of IAM's own resources", [ADMIN, PROVED], document(allow("iAm:*", "arn:aws:iam::*:*")))
    s("all of IAM", ADMIN, document(allow("iam:*")))
    s("IAM's P and A", ADMIN, document(allow(["iam:P*", "iam:A*", "iam:C*", "iam:U*", "iam:D*", "iam:S*", "iam:R*", "iam:T*", "iam:E*", "iam:G*", "iam:L*"])))
    s("all services by letters", ADMIN, document(allow(["%s*" % c for c in "abcdefghijklmnopqrstuvwxyz"])))
    s("two halves", ADMIN, document(allow(None, NotAction="iam:*")), document(allow("iam:*")))
    s("NotAction of one and of another", ADMIN, document(allow(None, NotAction="iam:*")), document(allow(None, NotAction="s3:*")))
    s("NotAction of something small", ADMIN, document(allow(None, NotAction=["aws-portal:*", "support:*"])))
    s("NotAction of nothing there is", ADMIN, document(allow(None, NotAction="nosuchservice:Nothing")))
    s("NotResource of a bucket", ADMIN, document(allow("*", None, NotResource="arn:aws:s3:::secret/*")))
    s("PowerUserAccess and IAMFullAccess", ADMIN, attached=[POWER, IAMFULL])
    s("IAMFullAccess", ADMIN, attached=[IAMFULL])
    s("PowerUserAccess and iam:*", ADMIN, document(allow("iam:*")), attached=[POWER])
    for default, right in ((1, NO), (2, ADMIN)):
        a = Account()
        arn = a.policy("versions", document(allow("s3:*")), document(allow("*")), default=default)
        a.user("start", attached=[arn])
        cases.add("version %d of a managed policy is the default" % default, a, right)
    s("by a group", ADMIN, held={"g": ([], [AWS_ADMIN])})
    s("half by a group, half inline", ADMIN, document(allow("iam:*")), held={"g": ([document(allow(None, NotAction=["iam:*"]))], [])})
    s("by the second group", ADMIN, held={"a": ([], [READ]), "b": ([document(allow("*"))], [])})
    s("a boundary of everything", ADMIN, attached=[AWS_ADMIN], boundary=AWS_ADMIN)
    s("a boundary of everything in pieces", ADMIN, attached=[AWS_ADMIN], boundary=document(allow("iam:*"), allow(None, NotAction="iam:*")))
    s("a boundary but for billing", ADMIN, attached=[AWS_ADMIN], boundary=document(allow("*"), deny(["aws-portal:*", "budgets:*"])))
    s("Deny of small things", ADMIN, document(allow("*"), deny(["organizations:LeaveOrganization", "cloudtrail:StopLogging"])))
    s("Deny that is over", ADMIN, document(allow("*"), deny("*", "*", NEVER)))
    s("Deny to somebody else", ADMIN, document(allow("*"), deny("*", "*", {"StringEquals": {"aws:PrincipalAccount": "444455556666"}})))
    s("Deny in other regions", [ADMIN], document(allow("*"), deny("*", "*", {"StringNotEquals": {"aws:RequestedRegion": ["us-east-1", "eu-west-1"]}})))
    s("Deny without TLS", ADMIN, document(allow("*"), deny("*", "*", {"Bool": {"aws:SecureTransport": "false"}})))
    s("Deny of one bucket", ADMIN, document(allow("*"), deny("s3:*", ["arn:aws:s3:::audit", "arn:aws:s3:::audit/*"])))
    s("SCP of everything", ADMIN, attached=[AWS_ADMIN], scps=[(document(allow("*")), False)])
    s("SCP denies leaving", ADMIN, attached=[AWS_ADMIN], scps=[(document(deny("organizations:LeaveOrganization")), False)])
    s("SCP in pieces", ADMIN, attached=[AWS_ADMIN], scps=[(document(allow("iam:*")), True), (document(allow(None, NotAction="iam:*")), True)])
    s("condition that always holds", ADMIN, document(allow("*", "*", {"StringLike": {"aws:PrincipalArn": "*"}})))
    s("condition of the past", ADMIN, document(allow("*", "*", {"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}})))
    s("condition of TLS", ADMIN, document(allow("*", "*", {"Bool": {"aws:SecureTransport": "true"}})))
    s("condition of any address", ADMIN, document(allow("*", "*", {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}})))
    s("condition of its own tag", ADMIN, document(allow("*", "*", {"StringEquals": {"aws:PrincipalTag/team": "platform"}})), tags={"team": "platform"})
    s("condition of its account", ADMIN, document(allow("*", "*", {"StringEquals": {"aws:PrincipalAccount": "ACCT"}})))
    s("condition of its organization", ADMIN, document(allow("*", "*", {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}})))
    s("IfExists of what is not there", ADMIN, document(allow("*", "*", {"StringEqualsIfExists": {"aws:CalledViaFirst": "x.amazonaws.com"}})))
    s("negated on what is not there", ADMIN, document(allow("*", "*", {"StringNotEquals": {"aws:CalledViaFirst": "x.amazonaws.com"}})))
    s("ForAllValues on what is not there", ADMIN, document(allow("*", "*", {"ForAllValues:StringEquals": {"aws:CalledVia": ["x.amazonaws.com"]}})))
    s("empty condition", ADMIN, document(allow("*", "*", {}), dict(allow("*"), Condition={})))
    # ---- administrators if something holds
    s("with MFA", IF, document(allow("*", "*", MFA)))
    s("from an address", IF, document(allow("*", "*", {"IpAddress": {"aws:SourceIp": ["198.51.100.0/24"]}})))
    s("Deny without MFA", IF, document(allow("*"), deny("*", "*", {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}})))
    s("Deny outside of addresses", IF, document(allow("*"), deny("*", "*", {"NotIpAddress": {"aws:SourceIp": ["198.51.100.0/24"]}})))
    s("from an endpoint", IF, document(allow("*", "*", {"StringEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}})))
    s("unknown boundary", IF, attached=[AWS_ADMIN], boundary="arn:aws:iam::ACCT:policy/lost")
    s("a boundary with MFA", IF, attached=[AWS_ADMIN], boundary=document(allow("*", "*", MFA)))
    # ---- not administrators
    # Identity Center, and functions that exist already: whether there are any, the export does not say
    s("PowerUserAccess", [NO, COND], attached=[POWER])
    s("ReadOnlyAccess", NO, attached=[READ])
    s("SecurityAudit and ViewOnly", NO, attached=["arn:aws:iam::aws:policy/SecurityAudit", "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"])
    s("nothing", NO)
    s("all of S3", NO, document(allow("s3:*")))
    s("read of IAM", NO, document(allow(["iam:Get*", "iam:List*", "iam:Generate*", "iam:Simulate*"])))
    s("everything denied", NO, document(allow("*"), deny("*")))
    s("denied by another policy", NO, document(deny("*")), attached=[AWS_ADMIN])
    s("denied by NotAction", NO, document(deny(None, NotAction=["s3:*"])), attached=[AWS_ADMIN])
    s("denied by a group", NO, attached=[AWS_ADMIN], held={"g": ([document(deny("*"))], [])})
    s("AWSDenyAll", NO, attached=[AWS_ADMIN, "arn:aws:iam::aws:policy/AWSDenyAll"])
    s("denied by letters", NO, document(allow("*"), deny(["%s*" % c for c in "abcdefghijklmnopqrstuvwxyz"])))
    s("denied on all but a bucket", NO, document(allow("*"), deny("*", None, NotResource=["arn:aws:s3:::b", "arn:aws:s3:::b/*"])))
    s("denied for ever", NO, document(allow("*"), deny("*", "*", {"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}})))
    s("denied for this account", NO, document(allow("*"), deny("*", "*", {"StringEquals": {"aws:PrincipalAccount": "ACCT"}})))
    s("denied but for somebody else", NO, document(allow("*"), deny("*", "*", {"StringNotEquals": {"aws:PrincipalArn": "arn:aws:iam::ACCT:role/breakglass"}})))
    s("denied but for somebody else, like", NO, document(allow("*"), deny("*", "*", {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/break*"}})))
    s("boundary of S3", NO, attached=[AWS_ADMIN], boundary=document(allow("s3:*")))
    s("boundary of ReadOnlyAccess", NO, attached=[AWS_ADMIN], boundary=READ)
    s("boundary of PowerUserAccess", [NO, COND], attached=[AWS_ADMIN], boundary=POWER)
    s("boundary that is empty", NO, attached=[AWS_ADMIN], boundary=document())
    s("boundary that only denies", NO, attached=[AWS_ADMIN], boundary=document(deny("s3:DeleteBucket")))
    s("boundary that is over", NO, attached=[AWS_ADMIN], boundary=document(allow("*", "*", NEVER)))
    s("boundary of everything denied", NO, attached=[AWS_ADMIN], boundary=document(allow("*"), deny("*")))
    s("boundary alone", NO, boundary=AWS_ADMIN)
    s("boundary of NotAction IAM", [NO, COND], attached=[AWS_ADMIN], boundary=document(allow(None, NotAction=["iam:*", "organizations:*", "account:*", "sts:*", "sso:*"])))
    s("SCP denies everything", NO, attached=[AWS_ADMIN], scps=[(document(deny("*")), False)])
    s("SCP allows S3 alone", NO, attached=[AWS_ADMIN], scps=[(document(allow("s3:*")), True)])
    s("SCP denies all but S3", NO, attached=[AWS_ADMIN], scps=[(document(deny(None, NotAction="s3:*")), False)])
    s("SCP denies but a role", NO, attached=[AWS_ADMIN], scps=[(document(deny("*", "*", {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/OrgAdmin"}})), False)])
    s("NotAction of IAM", [NO, COND], document(allow(None, NotAction=["iam:*", "sts:*", "organizations:*", "sso:*", "account:*", "lambda:*", "ec2:*", "ecs:*", "cloudformation:*"])))
    s("on one bucket", NO, document(allow("*", "arn:aws:s3:::bucket/*")))
    s("on buckets", NO, document(allow("*", ["arn:aws:s3:::*", "arn:aws:dynamodb:*:*:table/*"])))
    s("on another account", NO, document(allow("*", "arn:aws:*:*:444455556666:*")))
    s("when time is over", NO, document(allow("*", "*", NEVER)))
    s("two times that exclude each other", NO, document(allow("*", "*", {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}, "DateGreaterThan": {"aws:CurrentTime": "2021-01-01T00:00:00Z"}})))
    s("for another account's principal", NO, document(allow("*", "*", {"StringEquals": {"aws:PrincipalAccount": "444455556666"}})))
    s("for a name that it has not", NO, document(allow("*", "*", {"StringEquals": {"aws:username": "root"}})))
    s("for another organization", NO, document(allow("*", "*", {"StringEquals": {"aws:PrincipalOrgID": "o-zzzzzzzzzz"}})))
    s("for a service that calls", NO, document(allow("*", "*", {"StringEquals": {"aws:CalledViaFirst": "athena.amazonaws.com"}})))
    s("for requests of services", NO, document(allow("*", "*", {"Bool": {"aws:ViaAWSService": "true"}})))
    s("for AWS's own principals", NO, document(allow("*", "*", {"Bool": {"aws:PrincipalIsAWSService": "true"}})))
    s("without TLS", NO, document(allow("*", "*", {"Bool": {"aws:SecureTransport": "false"}})))
    s("ForAnyValue on what is not there", NO, document(allow("*", "*", {"ForAnyValue:StringLike": {"aws:CalledVia": ["*"]}})))
    s("Null on what is there", NO, document(allow("*", "*", {"Null": {"aws:PrincipalArn": "true"}})))
    s("a star in an exact operator", NO, document(allow("*", "*", {"StringEquals": {"aws:PrincipalArn": "*"}})))
    s("a tag that it has otherwise", NO, document(allow("*", "*", {"StringEquals": {"aws:PrincipalTag/team": "platform"}})), tags={"team": "billing"}, user_only=True)
    s("old version has no variables", NO, {"Version": "2008-10-17", "Statement": [allow("*", "arn:aws:iam::*:user/${aws:username}")]}, user_only=True)
    s("an action without a service", NO, document(allow("AssumeRole")))
    s("a service that is none", NO, document(allow(["aim:*", "i am:*"])))
    # ---- administrators by one step of their own
    s("writes its own inline policy", PROVED, document(allow("iam:PutUserPolicy", "arn:aws:iam::*:user/${aws:username}")), user_only=True)
    s("attaches to itself", PROVED, document(allow("iam:AttachUserPolicy", "arn:aws:iam::ACCT:user/start")), user_only=True)
    s("attaches only ReadOnlyAccess", NO, document(allow("iam:AttachUserPolicy", "*", {"ArnEquals": {"iam:PolicyARN": READ}})), user_only=True)
    s("attaches all but AdministratorAccess", PROVED, document(allow("iam:AttachUserPolicy", "*", {"ArnNotEquals": {"iam:PolicyARN": AWS_ADMIN}})), user_only=True)
    s("attaches only its team's policies, of which there is none", NO, document(allow("iam:AttachUserPolicy", "*", {"ArnLike": {"iam:PolicyARN": "arn:aws:iam::ACCT:policy/team/*"}})), user_only=True)
    s("PowerUserAccess and PutUserPolicy", [ADMIN, PROVED], document(allow("iam:PutUserPolicy")), attached=[POWER], user_only=True)
    s("writes an AWS policy", NO, document(allow("iam:CreatePolicyVersion", "arn:aws:iam::aws:policy/*")), attached=[READ])
    s("writes policies of which it holds none", NO, document(allow("iam:CreatePolicyVersion")))
    s("writes itself but its boundary holds", NO, document(allow("iam:PutUserPolicy")), boundary=document(allow(["s3:*", "iam:PutUserPolicy"])), user_only=True)
    s("writes itself but an SCP holds", NO, document(allow("iam:PutUserPolicy")), scps=[(document(allow(["s3:*", "iam:PutUserPolicy"])), True)], user_only=True)
    s("joins a group that is not there", NO, document(allow("iam:AddUserToGroup", "arn:aws:iam::ACCT:group/ghosts")), user_only=True)
    s("makes a user with everything", PROVED, document(allow(["iam:CreateUser", "iam:AttachUserPolicy", "iam:CreateAccessKey"], "arn:aws:iam::*:user/tmp-*")), user_only=True)
    s("makes a user that must have a boundary", NO, document(
        allow("iam:CreateUser", "arn:aws:iam::*:user/tmp-*", {"StringEquals": {"iam:PermissionsBoundary": "arn:aws:iam::ACCT:policy/made0"}}),
        allow(["iam:AttachUserPolicy", "iam:CreateAccessKey"], "arn:aws:iam::*:user/tmp-*")), managed=[[document(allow("s3:*"))]], user_only=True)
    s("makes a role and takes it on", PROVED, document(allow(["iam:CreateRole", "iam:PutRolePolicy", "sts:AssumeRole"])))
