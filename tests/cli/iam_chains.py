"""Scenarios of one way each, as labs build them: chains of roles, other accounts, groups, tags, trust of every form, resources that exist, and what looks
like a way and is none."""

import base64

from iam_world import *

PROVED, COND, NO, GAINS, MAYGAIN = "proved", "conditional", "no", "gains", "may-gain"
ANY = [PROVED, COND]


def admin_role(a, trust, name="target", **how):
    return a.role(name, trust, attached=[AWS_ADMIN], **how)


def by(arn, condition=None, action="sts:AssumeRole"):
    return trusting(principal={"AWS": arn}, condition=condition, action=action)


def assume(to):
    return document(allow("sts:AssumeRole", to))


def taking_on(cases):
    def case(name, right, trust, start=None, kind="user", boundary=None, scp=None, tags=None, role_tags=None, extra=()):
        a = Account()
        admin_role(a, trust(a), tags=role_tags)
        fence = a.policy("fence", boundary) if boundary else None
        docs = ([] if start is None else [document(*many(start(a)))]) + list(extra)
        if kind == "user":
            a.user("start", docs, boundary=fence, tags=tags)
        else:
            a.role("start", trusting("ec2.amazonaws.com"), docs, boundary=fence, tags=tags)
        if scp:
            a.scp(scp)
        cases.add("assume: " + name, a, right, kind + "/start")

    target = lambda a: allow("sts:AssumeRole", a.arn("role/target"))
    me = lambda a: by(a.arn("user/start"))
    root = lambda a: by(a.arn("root"))
    case("named, no policy of its own", PROVED, me)
    case("named role, no policy of its own", PROVED, lambda a: by(a.arn("role/start")), kind="role")
    case("named with a policy", PROVED, me, target)
    case("account trusted, allowed", PROVED, root, target)
    case("account trusted by number", PROVED, lambda a: by(a.number), target)
    case("account trusted, not allowed", NO, root)
    case("account trusted, allowed on star", PROVED, root, lambda a: allow("sts:*"))
    case("account trusted, allowed on another role", NO, root, lambda a: allow("sts:AssumeRole", a.arn("role/other")))
    case("account trusted, allowed on a pattern", PROVED, root, lambda a: allow("sts:AssumeRole", "arn:aws:iam::*:role/tar*"))
    case("account trusted, allowed by NotResource", PROVED, root, lambda a: allow("sts:AssumeRole", None, NotResource="arn:aws:iam::*:role/prod-*"))
    case("account trusted, left out by NotResource", NO, root, lambda a: allow("sts:AssumeRole", None, NotResource="arn:aws:iam::*:role/tar*"))
    case("named, denied", NO, me, lambda a: deny("sts:AssumeRole"))
    case("named, denied on it", NO, me, lambda a: [target(a), deny("sts:*", a.arn("role/target"))])
    case("named, denied on another", PROVED, me, lambda a: [target(a), deny("sts:*", a.arn("role/another"))])
    case("named, denied by SCP", NO, me, target, scp=document(deny("sts:AssumeRole")))
    case("named user, boundary says nothing", PROVED, me, target, boundary=document(allow("s3:*")))
    case("named role, boundary says nothing", NO, lambda a: by(a.arn("role/start")), target, kind="role", boundary=document(allow("s3:*")))
    case("named user, boundary denies", NO, me, target, boundary=document(allow("*"), deny("sts:*")))
    case("account trusted, boundary says nothing", NO, root, target, boundary=document(allow("s3:*")))
    case("trust names somebody else", NO, lambda a: by(a.arn("user/somebody")), target)
    case("trust names another account", NO, lambda a: by("arn:aws:iam::444455556666:root"), target)
    case("trust of a service", NO, lambda a: trusting("lambda.amazonaws.com"), target)
    case("trust of anybody, not allowed", PROVED, lambda a: by("*"))
    case("trust of anybody, bare star", PROVED, lambda a: trusting(principal="*"), target)
    case("trust of anybody in the organization", PROVED, lambda a: by("*", {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}), target)
    case("trust of anybody in another organization", NO, lambda a: by("*", {"StringEquals": {"aws:PrincipalOrgID": "o-zzzzzzzzzz"}}), target)
    case("trust denies it by name", NO, lambda a: document(*by(a.arn("root"))["Statement"], dict(by(a.arn("user/start"))["Statement"][0], Effect="Deny")), target)
    case("trust denies somebody else", PROVED, lambda a: document(*by(a.arn("root"))["Statement"], dict(by(a.arn("user/else"))["Statement"][0], Effect="Deny")), target)
    case("trust denies by ARN in a condition", NO, lambda a: document(*by(a.arn("root"))["Statement"], {
        "Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole", "Condition": {"ArnNotEquals": {"aws:PrincipalArn": a.arn("user/boss")}}}), target)
    case("trust asks for its ARN", PROVED, lambda a: by(a.arn("root"), {"ArnEquals": {"aws:PrincipalArn": a.arn("user/start")}}), target)
    case("trust asks for another ARN", NO, lambda a: by(a.arn("root"), {"ArnEquals": {"aws:PrincipalArn": a.arn("user/boss")}}), target)
    case("trust asks for a pattern of ARNs", PROVED, lambda a: by(a.arn("root"), {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/sta*"}}), target)
    case("trust asks for MFA", COND, lambda a: by(a.arn("root"), {"Bool": {"aws:MultiFactorAuthPresent": "true"}}), target)
    case("trust asks for an external id", [PROVED, COND], lambda a: by(a.arn("root"), {"StringEquals": {"sts:ExternalId": "abc"}}), target)
    case("trust asks for a session name", PROVED, lambda a: by(a.arn("root"), {"StringLike": {"sts:RoleSessionName": "*-deploy"}}), target)
    case("trust asks for its own name as session", [PROVED, COND], lambda a: by(a.arn("root"), {"StringLike": {"sts:RoleSessionName": "${aws:username}"}}), target)
    case("trust is over", NO, lambda a: by(a.arn("root"), NEVER), target)
    case("trust asks for its tag", PROVED, lambda a: by(a.arn("root"), {"StringEquals": {"aws:PrincipalTag/admin": "yes"}}), target, tags={"admin": "yes"})
    case("trust asks for a tag it has not", NO, lambda a: by(a.arn("root"), {"StringEquals": {"aws:PrincipalTag/admin": "yes"}}), target, tags={"admin": "no"})
    case("trust asks for a tag, which it gives itself", PROVED, lambda a: by(a.arn("root"), {"StringEquals": {"aws:PrincipalTag/admin": "yes"}}),
         lambda a: [target(a), allow("iam:TagUser", a.arn("user/start"))])
    case("trust asks for a tag, which it may give to others only", NO, lambda a: by(a.arn("root"), {"StringEquals": {"aws:PrincipalTag/admin": "yes"}}),
         lambda a: [target(a), allow("iam:TagUser", a.arn("user/other"))])
    case("trust asks for a tag, which it may give with another value", NO, lambda a: by(a.arn("root"), {"StringEquals": {"aws:PrincipalTag/admin": "yes"}}),
         lambda a: [target(a), allow("iam:TagUser", a.arn("user/start"), {"StringEquals": {"aws:RequestTag/admin": "no"}})])
    case("the role must bear a tag", PROVED, root, lambda a: allow("sts:AssumeRole", "*", {"StringEquals": {"aws:ResourceTag/open": "yes"}}), role_tags={"open": "yes"})
    case("the role must bear a tag, and does not", NO, root, lambda a: allow("sts:AssumeRole", "*", {"StringEquals": {"aws:ResourceTag/open": "yes"}}), role_tags={"open": "no"})
    case("the role must bear a tag, which it gives it", PROVED, root,
         lambda a: [allow("sts:AssumeRole", "*", {"StringEquals": {"aws:ResourceTag/open": "yes"}}), allow("iam:TagRole", a.arn("role/target"))])
    case("the role must bear one's own tag", PROVED, root, lambda a: allow("sts:AssumeRole", "*", {"StringEquals": {"iam:ResourceTag/team": "${aws:PrincipalTag/team}"}}),
         tags={"team": "a"}, role_tags={"team": "a"})
    case("the role bears another's tag", NO, root, lambda a: allow("sts:AssumeRole", "*", {"StringEquals": {"iam:ResourceTag/team": "${aws:PrincipalTag/team}"}}),
         tags={"team": "a"}, role_tags={"team": "b"})
    case("trust of all but somebody", PROVED, lambda a: document({"Effect": "Allow", "NotPrincipal": {"AWS": a.arn("user/else")}, "Action": "sts:AssumeRole"}), target)
    case("trust of all but it", NO, lambda a: document({"Effect": "Allow", "NotPrincipal": {"AWS": [a.arn("user/start"), a.arn("root")]}, "Action": "sts:AssumeRole"}), target)
    case("trust for tagging alone", NO, lambda a: by(a.arn("root"), action="sts:TagSession"), target)
    case("trust with a wildcard action", PROVED, lambda a: by(a.arn("root"), action="sts:*"), target)
    case("a session of the role", ANY, lambda a: by("arn:aws:sts::%s:assumed-role/start/s" % a.number), target, kind="role")
    case("trust of SAML", NO, lambda a: trusting(principal={"Federated": a.arn("saml-provider/x")}, action="sts:AssumeRoleWithSAML"), target)

    # longer ways
    for hops in (2, 3, 5):
        a = Account()
        names = ["user/start"] + ["role/hop%d" % i for i in range(hops - 1)] + ["role/target"]
        for i, n in enumerate(names[1:]):
            last = n == "role/target"
            a.role(n[5:], by(a.arn(names[i])), [] if last else [assume(a.arn(names[i + 2]))], [AWS_ADMIN] if last else [])
        a.user("start", [assume(a.arn(names[1]))])
        cases.add("chain of %d roles" % hops, a, PROVED)
        a = Account()
        for i, n in enumerate(names[1:]):
            last = n == "role/target"
            trust = trusting("ec2.amazonaws.com") if i == hops - 1 else by(a.arn(names[i]))
            a.role(n[5:], trust, [] if last else [assume(a.arn(names[i + 2]))], [AWS_ADMIN] if last else [])
        a.user("start", [assume(a.arn(names[1]))])
        cases.add("chain of %d roles, the last lets nobody in" % hops, a, NO if hops == 2 else [NO, GAINS])
    a = Account()
    a.role("a", by(a.arn("role/b")), [assume(a.arn("role/b"))])
    a.role("b", by([a.arn("role/a"), a.arn("user/start")]), [assume(a.arn("role/a"))])
    a.user("start", [assume("arn:aws:iam::%s:role/*" % a.number)])
    cases.add("roles in a circle, none of them powerful", a, [NO, GAINS])
    a = Account()
    a.role("own", by(a.arn("user/start")), [document(allow("iam:PutRolePolicy", a.arn("role/own")))])
    a.user("start", [assume(a.arn("role/own"))])
    cases.add("takes on a role that writes its own policy", a, PROVED)
    a = Account()
    a.role("own", by(a.arn("user/start")), [document(allow("iam:PutRolePolicy", a.arn("role/own")))], boundary=a.policy("fence", document(allow(["s3:*", "iam:PutRolePolicy"]))))
    a.user("start", [assume(a.arn("role/own"))])
    cases.add("takes on a role that writes its own policy, within a boundary", a, [NO, GAINS])
    a = Account()
    a.role("passer", by(a.arn("user/start")), [document(allow(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]))])
    admin_role(a, trusting("lambda.amazonaws.com"))
    a.user("start", [assume(a.arn("role/passer"))])
    cases.add("takes on a role that passes one", a, PROVED)
    a = Account()
    admin_role(a, by(a.arn("role/middle")))
    a.role("middle", trusting("lambda.amazonaws.com"), [assume(a.arn("role/target"))])
    a.user("start", [document(allow(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]))])
    cases.add("passes a role that takes on another", a, PROVED)


def other_accounts(cases):
    def pair(name, right, trust, start, target_scp=None, start_scp=None):
        a, b = Account(), Account()
        a.others = [b]
        b.role("target", trust(a, b), attached=[AWS_ADMIN])
        a.role("nobody", trusting("lambda.amazonaws.com"))
        a.user("start", [document(*many(start(a, b)))] if start else [])
        if target_scp:
            b.scp(target_scp)
        if start_scp:
            a.scp(start_scp)
        cases.add("other account: " + name, a, right)

    to = lambda a, b: allow("sts:AssumeRole", b.arn("role/target"))
    pair("root trusted and allowed", PROVED, lambda a, b: by(a.arn("root")), to)
    pair("named and allowed", PROVED, lambda a, b: by(a.arn("user/start")), to)
    pair("named, not allowed", NO, lambda a, b: by(a.arn("user/start")), None)
    pair("not trusted", NO, lambda a, b: by(b.arn("root")), to)
    pair("external id", [PROVED, COND], lambda a, b: by(a.arn("root"), {"StringEquals": {"sts:ExternalId": "x"}}), to)
    pair("allowed on star", PROVED, lambda a, b: by(a.arn("root")), lambda a, b: allow("sts:AssumeRole"))
    pair("denied to that account", NO, lambda a, b: by(a.arn("root")), lambda a, b: [
        allow("sts:AssumeRole", ["arn:aws:iam::%s:*" % x.number for x in (a, b)]), deny("sts:AssumeRole", "arn:aws:iam::%s:*" % b.number)])
    pair("denied by its SCP", NO, lambda a, b: by(a.arn("root")), to, start_scp=document(deny("sts:AssumeRole")))
    pair("SCP of the other account does not hold for it", PROVED, lambda a, b: by(a.arn("root")), to, target_scp=document(deny("sts:AssumeRole")))
    pair("administrator fenced by the other account's SCP", [NO, GAINS], lambda a, b: by(a.arn("root")), to, target_scp=document(deny(None, NotAction="s3:*")))
    pair("resource account condition holds", PROVED, lambda a, b: by(a.arn("root")), lambda a, b: allow("sts:AssumeRole", "*", {"StringEquals": {"aws:ResourceAccount": b.number}}))
    pair("resource account condition does not", NO, lambda a, b: by(a.arn("root")), lambda a, b: allow("sts:AssumeRole", "*", {"StringEquals": {"aws:ResourceAccount": a.number}}))
    pair("writes IAM of the other account", NO, lambda a, b: trusting("ec2.amazonaws.com"), lambda a, b: allow("iam:PutUserPolicy", "arn:aws:iam::%s:user/*" % b.number))
    pair("passes a role of the other account", NO, lambda a, b: trusting("lambda.amazonaws.com"),
         lambda a, b: allow(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]))
    a, b, c = Account(), Account(), Account()
    a.others = [b, c]
    c.role("target", by(b.arn("role/hub")), attached=[AWS_ADMIN])
    b.role("hub", by(a.arn("root")), [assume(c.arn("role/target"))])
    a.user("start", [assume(b.arn("role/hub"))])
    cases.add("other account: by a hub to a third", a, PROVED)


def somebody_else(cases):
    def case(name, right, docs, more=lambda a: None, target=None, groups=(), kind="user", boundary=None):
        a = Account()
        (target or (lambda a: a.user("boss", attached=[AWS_ADMIN])))(a)
        more(a)
        if kind == "user":
            a.user("start", [document(*many(docs(a)))], groups=groups, boundary=a.policy("fence", boundary) if boundary else None)
        else:
            a.role("start", trusting("ec2.amazonaws.com"), [document(*many(docs(a)))])
        cases.add("somebody else: " + name, a, right, kind + "/start")

    key = "iam:CreateAccessKey"
    case("key of the boss", PROVED, lambda a: allow(key, a.arn("user/boss")))
    case("key of oneself", NO, lambda a: allow(key, "arn:aws:iam::*:user/${aws:username}"))
    case("key of oneself and its pattern", NO, lambda a: allow(["iam:*AccessKey*"], "arn:aws:iam::*:user/${aws:username}"))
    case("key of all but the boss", NO, lambda a: [allow(key), deny(key, a.arn("user/boss"))])
    case("key of all, the boss fenced", [NO, GAINS], lambda a: allow(key), target=lambda a: a.user("boss", attached=[AWS_ADMIN], boundary=a.policy("f", document(allow("s3:*")))))
    case("key of all, nobody has more", NO, lambda a: allow(key), target=lambda a: a.user("peer"))
    case("key of a user that reads a bucket", GAINS, lambda a: allow(key), target=lambda a: a.user("data", [document(allow("s3:*", "arn:aws:s3:::secret/*"))]))
    case("key of a user in a path", PROVED, lambda a: allow(key, "arn:aws:iam::*:user/boss"))
    case("key of a user with a tag it has not", NO, lambda a: allow(key, "*", {"StringEquals": {"aws:ResourceTag/open": "yes"}}))
    case("key of a user with a tag that it gives", PROVED, lambda a: [allow(key, "*", {"StringEquals": {"aws:ResourceTag/open": "yes"}}), allow("iam:TagUser", a.arn("user/boss"))])
    case("key of a user but with a tag that it takes away", PROVED, lambda a: [allow(key), deny(key, "*", {"StringEquals": {"aws:ResourceTag/guarded": "yes"}}), allow("iam:UntagUser", a.arn("user/boss"))],
         target=lambda a: a.user("boss", attached=[AWS_ADMIN], tags={"guarded": "yes"}))
    case("key of a user but with a tag", NO, lambda a: [allow(key), deny(key, "*", {"StringEquals": {"aws:ResourceTag/guarded": "yes"}})],
         target=lambda a: a.user("boss", attached=[AWS_ADMIN], tags={"guarded": "yes"}))
    case("key of a user by a group's policy", PROVED, lambda a: allow("s3:ListBucket"), lambda a: a.group("keys", [document(allow(key))]), groups=["keys"])
    case("key of a user with two keys", NO, lambda a: allow(key, a.arn("user/boss")), lambda a: a.two_keys("boss"))
    for has, right_create, right_update in (("true", NO, PROVED), ("false", PROVED, NO)):
        report = lambda a, has=has: a.extra.append(credential_report(a, {"boss": has, "start": "false"}))
        case("login made, password_enabled %s" % has, right_create, lambda a: allow("iam:CreateLoginProfile", a.arn("user/boss")), report)
        case("login changed, password_enabled %s" % has, right_update, lambda a: allow("iam:UpdateLoginProfile", a.arn("user/boss")), report)
    # groups
    case("into a group of the boss", PROVED, lambda a: allow("iam:AddUserToGroup", a.arn("group/bosses")), target=lambda a: a.group("bosses", attached=[AWS_ADMIN]))
    case("into a group that may read a bucket", GAINS, lambda a: allow("iam:AddUserToGroup", a.arn("group/data")), target=lambda a: a.group("data", [document(allow("s3:GetObject"))]))
    case("into a group that writes keys", PROVED, lambda a: allow("iam:AddUserToGroup", a.arn("group/k")), target=lambda a: (
        a.user("boss", attached=[AWS_ADMIN]), a.group("k", [document(allow(key))])))
    case("into the boss's group, denied", NO, lambda a: [allow("iam:AddUserToGroup"), deny("iam:AddUserToGroup", a.arn("group/bosses"))],
         target=lambda a: a.group("bosses", attached=[AWS_ADMIN]))
    case("writes a group and joins it", PROVED, lambda a: allow(["iam:PutGroupPolicy", "iam:AddUserToGroup"], a.arn("group/g")), target=lambda a: a.group("g"))
    # policies of others
    case("writes a policy of a role that it takes on", PROVED, lambda a: [allow("iam:CreatePolicyVersion", a.arn("policy/p")), allow("sts:AssumeRole", a.arn("role/r"))],
         target=lambda a: (a.policy("p", document(allow("s3:*"))), a.role("r", by(a.arn("root")), attached=[a.arn("policy/p")])))
    case("writes a policy of its group", PROVED, lambda a: allow("iam:CreatePolicyVersion", a.arn("policy/p")),
         target=lambda a: (a.policy("p", document(allow("s3:*"))), a.group("g", attached=[a.arn("policy/p")])), groups=["g"])
    case("writes a policy of nobody", NO, lambda a: allow("iam:CreatePolicyVersion", a.arn("policy/p")), target=lambda a: a.policy("p", document(allow("s3:*"))))
    case("writes a policy of nobody and attaches it to itself", PROVED, lambda a: [allow("iam:CreatePolicyVersion", a.arn("policy/p")), allow(
        "iam:AttachUserPolicy", a.arn("user/start"), {"ArnEquals": {"iam:PolicyARN": a.arn("policy/p")}})], target=lambda a: a.policy("p", document(allow("s3:*"))))
    case("makes a policy and attaches it to itself", PROVED, lambda a: [allow("iam:CreatePolicy"), allow(
        "iam:AttachUserPolicy", a.arn("user/start"), {"ArnLike": {"iam:PolicyARN": "arn:aws:iam::%s:policy/*" % a.number}})], target=lambda a: None)
    case("attaches a policy of its account that is everything", PROVED, lambda a: allow("iam:AttachUserPolicy", a.arn("user/start"), {"ArnEquals": {"iam:PolicyARN": a.arn("policy/all")}}),
         target=lambda a: a.policy("all", document(allow("*"))))
    case("attaches the 30th policy of its account", PROVED, lambda a: allow("iam:AttachUserPolicy", a.arn("user/start"), {"ArnEquals": {"iam:PolicyARN": a.arn("policy/p29")}}),
         target=lambda a: [a.policy("p%d" % i, document(allow("*"))) for i in range(30)])
    case("attaches PowerUserAccess to itself", [COND, GAINS], lambda a: allow("iam:AttachUserPolicy", a.arn("user/start"), {"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/PowerUserAccess"}}),
         target=lambda a: None)
    case("role writes itself by its name", PROVED, lambda a: allow("iam:PutRolePolicy", "arn:aws:iam::*:role/start"), kind="role")
    case("trust of a role with everything, no sts", PROVED, lambda a: allow("iam:UpdateAssumeRolePolicy", a.arn("role/big")), target=lambda a: admin_role(a, trusting("ec2.amazonaws.com"), "big"))
    case("trust of a role with everything, sts denied", NO, lambda a: [allow("iam:UpdateAssumeRolePolicy", a.arn("role/big")), deny("sts:*")],
         target=lambda a: admin_role(a, trusting("ec2.amazonaws.com"), "big"))
    case("trust of a service-linked role", NO, lambda a: allow("iam:UpdateAssumeRolePolicy"), target=lambda a: a.role(
        "AWSServiceRoleForSupport", trusting("support.amazonaws.com"), attached=[AWS_ADMIN], path="/aws-service-role/support.amazonaws.com/"))
    case("trust of a role in a path", PROVED, lambda a: allow("iam:UpdateAssumeRolePolicy", a.arn("role/ops/big")), target=lambda a: admin_role(
        a, trusting("ec2.amazonaws.com"), "big", path="/ops/"))
    case("trust of a role, its path left out", NO, lambda a: allow("iam:UpdateAssumeRolePolicy", a.arn("role/big")), target=lambda a: admin_role(
        a, trusting("ec2.amazonaws.com"), "big", path="/ops/"))


def credential_report(a, passwords):
    head = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active," \
        "access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service," \
        "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service," \
        "cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated"
    rows = [head] + ["%s,%s,2024-01-01T00:00:00+00:00,%s,N/A,N/A,N/A,false,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A" % (
        u, a.arn("user/" + u), p) for u, p in passwords.items()]
    return {"Content": base64.b64encode("\n".join(rows).encode()).decode(), "ReportFormat": "text/csv", "GeneratedTime": "2024-06-01T00:00:00+00:00"}


def passing(cases):
    def case(name, right, docs, trust=None, more=lambda a: None, profile=True, **how):
        a = Account()
        if trust is not False:
            a.role("target", trust or trusting("lambda.amazonaws.com"), attached=[AWS_ADMIN], profile=profile, **how)
        more(a)
        a.user("start", [document(*many(docs(a)))])
        cases.add("pass: " + name, a, right)

    fn = allow(["lambda:CreateFunction", "lambda:InvokeFunction"])
    case("one role to lambda", PROVED, lambda a: [allow("iam:PassRole", a.arn("role/target")), fn])
    case("roles by prefix", PROVED, lambda a: [allow("iam:PassRole", a.arn("role/tar*")), fn])
    case("roles of all accounts", PROVED, lambda a: [allow("iam:PassRole", "arn:aws:iam::*:role/*"), fn])
    case("PassedToService like", PROVED, lambda a: [allow("iam:PassRole", "*", {"StringLike": {"iam:PassedToService": "lambda*"}}), fn])
    case("PassedToService of a list", PROVED, lambda a: [allow("iam:PassRole", "*", {"StringEquals": {"iam:PassedToService": ["ec2.amazonaws.com", "lambda.amazonaws.com"]}}), fn])
    case("PassedToService not lambda", NO, lambda a: [allow("iam:PassRole", "*", {"StringNotEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}), fn])
    case("PassedToService IfExists of ec2", NO, lambda a: [allow("iam:PassRole", "*", {"StringEqualsIfExists": {"iam:PassedToService": "ec2.amazonaws.com"}}), fn])
    case("Deny unless passed to ec2", NO, lambda a: [allow("iam:PassRole"), deny("iam:PassRole", "*", {"StringNotEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}), fn])
    case("associated resource of functions", PROVED, lambda a: [allow("iam:PassRole", "*", {"ArnLike": {"iam:AssociatedResourceARN": "arn:aws:lambda:*:*:function:*"}}), fn])
    case("trust with the source account", PROVED, lambda a: [allow("iam:PassRole"), fn],
         trusting("lambda.amazonaws.com", condition={"StringEquals": {"aws:SourceAccount": "ACCT"}}))
    case("trust with another source account", NO, lambda a: [allow("iam:PassRole"), fn],
         trusting("lambda.amazonaws.com", condition={"StringEquals": {"aws:SourceAccount": "444455556666"}}))
    case("trust with a source ARN of the account", ANY, lambda a: [allow("iam:PassRole"), fn],
         trusting("lambda.amazonaws.com", condition={"ArnLike": {"aws:SourceArn": "arn:aws:lambda:*:ACCT:function:*"}}))
    case("trust of the account only", NO, lambda a: [allow("iam:PassRole"), fn], trusting(principal={"AWS": "arn:aws:iam::ACCT:root"}))
    case("trust that denies", NO, lambda a: [allow("iam:PassRole"), fn], document(
        *trusting("lambda.amazonaws.com")["Statement"], dict(trusting("lambda.amazonaws.com")["Statement"][0], Effect="Deny")))
    case("functions of one name", PROVED, lambda a: [allow("iam:PassRole"), allow(["lambda:CreateFunction", "lambda:InvokeFunction"], "arn:aws:lambda:us-east-1:%s:function:tmp-*" % a.number)])
    case("functions made here, invoked there", [NO, COND], lambda a: [allow("iam:PassRole"), allow("lambda:CreateFunction", "arn:aws:lambda:*:*:function:a-*"), allow(
        "lambda:InvokeFunction", "arn:aws:lambda:*:*:function:b-*")])
    case("functions of another account", NO, lambda a: [allow("iam:PassRole"), allow(["lambda:CreateFunction", "lambda:InvokeFunction"], "arn:aws:lambda:us-east-1:444455556666:function:*")])
    case("lambda:* but no making", [NO], lambda a: [allow("iam:PassRole"), allow(["lambda:Get*", "lambda:List*", "lambda:InvokeFunction"])])
    case("all of lambda by NotAction", PROVED, lambda a: [allow("iam:PassRole", a.arn("role/target")), allow(None, NotAction=["iam:*", "sts:*", "sso:*", "organizations:*"])])
    case("instances without a profile for the role", COND, lambda a: allow(["iam:PassRole", "ec2:RunInstances"]), trusting("ec2.amazonaws.com"), profile=False)
    case("instances without a profile, and it makes one", [PROVED, COND], lambda a: allow(["iam:PassRole", "ec2:RunInstances", "iam:CreateInstanceProfile", "iam:AddRoleToInstanceProfile"]), trusting("ec2.amazonaws.com"), profile=False)
    case("instances without images", NO, lambda a: [allow("iam:PassRole"), allow("ec2:RunInstances", "arn:aws:ec2:*:*:instance/*")], trusting("ec2.amazonaws.com"))
    case("instances, each resource by itself", PROVED, lambda a: [allow("iam:PassRole"), allow("ec2:RunInstances", [
        "arn:aws:ec2:*::image/ami-*", "arn:aws:ec2:*:*:instance/*", "arn:aws:ec2:*:*:subnet/*", "arn:aws:ec2:*:*:security-group/*", "arn:aws:ec2:*:*:network-interface/*",
        "arn:aws:ec2:*:*:volume/*", "arn:aws:ec2:*:*:key-pair/*"])], trusting("ec2.amazonaws.com"))
    case("no role to pass has more", NO, lambda a: [allow("iam:PassRole"), fn], False, lambda a: a.role("weak", trusting("lambda.amazonaws.com")))
    case("the role to pass reads a bucket", GAINS, lambda a: [allow("iam:PassRole"), fn], False, lambda a: a.role("weak", trusting("lambda.amazonaws.com"), [document(allow("s3:GetObject"))]))
    case("the role to pass is fenced", [NO, GAINS], lambda a: [allow("iam:PassRole"), fn], False, lambda a: a.role(
        "big", trusting("lambda.amazonaws.com"), attached=[AWS_ADMIN], boundary=a.policy("f", document(allow("s3:GetObject")))))
    case("the role to pass is of a service", NO, lambda a: [allow("iam:PassRole"), fn], False, lambda a: a.role(
        "AWSServiceRoleForX", trusting("lambda.amazonaws.com"), attached=[AWS_ADMIN], path="/aws-service-role/lambda.amazonaws.com/"))
    case("the role to pass writes its own policy", PROVED, lambda a: [allow("iam:PassRole"), fn], False, lambda a: a.role(
        "self", trusting("lambda.amazonaws.com"), [document(allow("iam:AttachRolePolicy", a.arn("role/self")))]))
    # what exists already, and is shown
    function = lambda a: a.extra.append({"Functions": [{"FunctionName": "f", "FunctionArn": "arn:aws:lambda:us-east-1:%s:function:f" % a.number, "Runtime": "python3.12",
                                                        "Role": a.arn("role/target"), "Handler": "h", "CodeSize": 1, "LastModified": "2024-01-01T00:00:00.000+0000"}]})
    case("code of a function that is shown", PROVED, lambda a: allow("lambda:UpdateFunctionCode"), more=function)
    case("code of that function by name", PROVED, lambda a: allow(["lambda:UpdateFunctionCode", "lambda:InvokeFunction"], "arn:aws:lambda:us-east-1:%s:function:f" % a.number), more=function)
    case("code of another function", [COND], lambda a: allow("lambda:UpdateFunctionCode", "arn:aws:lambda:us-east-1:%s:function:g" % a.number), more=function)
    case("code of a function, none is shown", COND, lambda a: allow("lambda:UpdateFunctionCode"))
    case("code of a function, no role trusts lambda", NO, lambda a: allow("lambda:UpdateFunctionCode"), trusting("ec2.amazonaws.com"))
    instance = lambda a: a.extra.append({"Reservations": [{"ReservationId": "r-1", "OwnerId": a.number, "Groups": [], "Instances": [
        {"InstanceId": "i-0123456789abcdef0", "ImageId": "ami-1", "State": {"Code": 16, "Name": "running"}, "InstanceType": "t3.micro", "Placement": {"AvailabilityZone": "us-east-1a"},
         "IamInstanceProfile": {"Arn": a.arn("instance-profile/target"), "Id": "AIPA0000000000000001"}}]}]})
    case("session on an instance that is shown", PROVED, lambda a: allow("ssm:StartSession"), trusting("ec2.amazonaws.com"), instance)
    case("command on an instance that is shown", PROVED, lambda a: allow("ssm:SendCommand"), trusting("ec2.amazonaws.com"), instance)
    case("command, documents but no instance", NO, lambda a: allow("ssm:SendCommand", "arn:aws:ssm:*:*:document/*"), trusting("ec2.amazonaws.com"), instance)
    case("command, both by ARN", PROVED, lambda a: allow("ssm:SendCommand", ["arn:aws:ssm:*:*:document/AWS-RunShellScript", "arn:aws:ec2:*:*:instance/*"]), trusting("ec2.amazonaws.com"), instance)


def add_all(cases):
    taking_on(cases)
    other_accounts(cases)
    somebody_else(cases)
    passing(cases)
