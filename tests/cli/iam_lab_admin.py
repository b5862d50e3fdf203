"""Who is an administrator and who only looks like one."""

import urllib.parse

from iam_lab import *  # noqa: F403


def one(cid, expect, kind="user", note="", **kw):
    l = Lab()
    f = kw.pop("prep", None)
    if f:
        kw.update(f(l))
    a = l.user(cid, **kw) if kind == "user" else l.role(cid, T({"AWS": l.acct and f"arn:aws:iam::{l.acct}:root"}), **kw)
    case(cid, expect, l, a, note)


S = al("*")
for k in ("user", "role"):
    one(f"adm-aws-{k}", "A", k, managed=[ADM])
    one(f"adm-inline-{k}", "A", k, inline=[P(S)])
    one(f"adm-colon-{k}", "A", k, inline=[P(al("*:*"))])
    one(f"adm-cust-{k}", "A", k, prep=lambda l: dict(managed=[l.policy("p", P(S))]))
    one(f"adm-split-{k}", "A", k, inline=[P(al("iam:*")), P(raw(Effect="Allow", NotAction="iam:*", Resource="*"))])
    one(
        f"adm-split2-{k}",
        "A",
        k,
        inline=[P(raw(Effect="Allow", NotAction="iam:*", Resource="*")), P(raw(Effect="Allow", NotAction=["s3:*"], Resource="*"))],
    )
    one(f"adm-iam-{k}", "AB", k, inline=[P(al("iam:*"))])
    one(f"adm-IAMcase-{k}", "AB", k, inline=[P(al("IAM:*"))])
    one(f"adm-fullaccess-{k}", "AB", k, managed=["IAMFullAccess"])
    one(f"adm-notaction-{k}", "AB", k, inline=[P(raw(Effect="Allow", NotAction=["s3:*", "aws-portal:*"], Resource="*"))])
    one(f"no-power-{k}", "NM", k, managed=["PowerUserAccess"])
    one(f"no-notaction-iam-{k}", "NM", k, inline=[P(raw(Effect="Allow", NotAction=["iam:*", "organizations:*", "account:*"], Resource="*"))])
    one(f"no-denyall-{k}", "N", k, managed=[ADM], inline=[P(de("*"))])
    one(f"no-denyall2-{k}", "N", k, managed=[ADM], inline=[P(de("*:*"))])
    one(f"no-denycust-{k}", "N", k, prep=lambda l: dict(managed=[ADM, l.policy("d", P(de("*")))]))
    one(f"no-denysplit-{k}", "N", k, managed=[ADM], inline=[P(de("iam:*")), P(raw(Effect="Deny", NotAction="iam:*", Resource="*"))])
    one(
        f"no-denysplit2-{k}",
        "N",
        k,
        managed=[ADM],
        inline=[P(raw(Effect="Deny", NotAction="iam:*", Resource="*"), raw(Effect="Deny", NotAction="s3:*", Resource="*"))],
    )
    one(f"no-denynotres-{k}", "N", k, managed=[ADM], inline=[P(raw(Effect="Deny", Action="*", NotResource="arn:aws:s3:::public/*"))])
    one(f"adm-denyone-{k}", "A", k, managed=[ADM], inline=[P(de("s3:*", "arn:aws:s3:::logs/*"))])
    one(f"adm-denyorgs-{k}", "AB", k, managed=[ADM], inline=[P(de("organizations:*"))])
    one(f"adm-denydatepast-{k}", "A", k, managed=[ADM], inline=[P(de("*", cond={"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}))])
    one(f"no-denydategt-{k}", "N", k, managed=[ADM], inline=[P(de("*", cond={"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}))])
    one(
        f"adm-denymfa-{k}",
        "AM",
        k,
        managed=[ADM],
        inline=[
            P(
                raw(
                    Effect="Deny",
                    NotAction=["iam:ChangePassword", "iam:ListMFADevices", "sts:GetSessionToken"],
                    Resource="*",
                    Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
                )
            )
        ],
        note="deny w/o MFA",
    )
    one(
        f"adm-denyregion-{k}",
        "A",
        k,
        managed=[ADM],
        inline=[
            P(
                raw(
                    Effect="Deny",
                    NotAction=["iam:*", "sts:*", "organizations:*"],
                    Resource="*",
                    Condition={"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1"]}},
                )
            )
        ],
        note="deny region",
    )
    one(
        f"adm-denyip-{k}",
        "AM",
        k,
        managed=[ADM],
        inline=[P(de("*", cond={"NotIpAddress": {"aws:SourceIp": ["192.0.2.0/24"]}, "Bool": {"aws:ViaAWSService": "false"}}))],
        note="deny ip",
    )
    one(
        f"no-denyip0-{k}",
        "N",
        k,
        managed=[ADM],
        inline=[P(de("*", cond={"IpAddress": {"aws:SourceIp": ["0.0.0.0/0"]}}))],
        note="deny ip everywhere (v4 only..)",
    )
    one(f"adm-datepast-{k}", "A", k, inline=[P(al("*", cond={"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}))])
    one(f"no-datelt-{k}", "N", k, inline=[P(al("*", cond={"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}))])
    one(f"no-tokentime-{k}", "N", k, inline=[P(al("*", cond={"DateLessThan": {"aws:TokenIssueTime": "2020-01-01T00:00:00Z"}}))])
    one(
        f"adm-revoked-{k}",
        "A",
        k,
        managed=[ADM],
        inline=[P(de("*", cond={"DateLessThan": {"aws:TokenIssueTime": "2024-01-01T00:00:00Z"}}))],
        note="AWSRevokeOlderSessions",
    )
    one(f"adm-acct-{k}", "A", k, inline=[P(al("*", cond={"StringEquals": {"aws:PrincipalAccount": "111122223333"}}))])
    one(f"no-acct-{k}", "N", k, inline=[P(al("*", cond={"StringEquals": {"aws:PrincipalAccount": "999999999999"}}))])
    one(f"adm-tag-{k}", "A", k, tags={"team": "sec"}, inline=[P(al("*", cond={"StringEquals": {"aws:PrincipalTag/team": "sec"}}))])
    one(
        f"no-tag-{k}",
        "N" if k == "user" else "NM",
        k,
        tags={"team": "dev"},
        inline=[P(al("*", cond={"StringEquals": {"aws:PrincipalTag/team": "sec"}}))],
        note="role session tags could override",
    )
    one(f"no-tag-absent-{k}", "N" if k == "user" else "NM", k, inline=[P(al("*", cond={"StringEquals": {"aws:PrincipalTag/team": "sec"}}))])
    one(f"adm-mfa-{k}", "ABM", k, inline=[P(al("*", cond={"Bool": {"aws:MultiFactorAuthPresent": "true"}}))])
    one(f"adm-region-{k}", "ABM", k, inline=[P(al("*", cond={"StringEquals": {"aws:RequestedRegion": "us-east-1"}}))])
    one(f"adm-ip0-{k}", "A", k, inline=[P(al("*", cond={"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}))], note="?")
    one(f"adm-iplike-{k}", "A", k, inline=[P(al("*", cond={"StringLike": {"aws:PrincipalArn": "*"}}))])
    one(f"may-ip-{k}", "M", k, inline=[P(al("*", cond={"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}))])
    one(
        f"adm-ifexists-{k}",
        "A" if k == "user" else "M",
        k,
        inline=[P(al("*", cond={"StringEqualsIfExists": {"aws:PrincipalTag/team": "sec"}}))],
        note="no tag: passes",
    )
    one(f"adm-notequalsabs-{k}", "A" if k == "user" else "M", k, inline=[P(al("*", cond={"StringNotEquals": {"aws:PrincipalTag/team": "sec"}}))])
    one(f"adm-null-{k}", "A" if k == "user" else "M", k, inline=[P(al("*", cond={"Null": {"aws:PrincipalTag/team": "true"}}))])
    one(f"no-null-{k}", "N" if k == "user" else "NM", k, inline=[P(al("*", cond={"Null": {"aws:PrincipalTag/team": "false"}}))])
    one(
        f"adm-forallempty-{k}",
        "A" if k == "user" else "M",
        k,
        inline=[P(al("*", cond={"ForAllValues:StringEquals": {"aws:PrincipalTag/team": "sec"}}))],
    )
    one(f"adm-ver-{k}", "A", k, prep=lambda l: dict(managed=[l.policy("p", None, versions={"v1": P(al("s3:Get*")), "v2": P(S)}, default="v2")]))
    one(f"no-ver-{k}", "N", k, prep=lambda l: dict(managed=[l.policy("p", None, versions={"v1": P(S), "v2": P(al("s3:Get*"))}, default="v2")]))
    one(
        f"adm-setdef-{k}",
        "B",
        k,
        prep=lambda l: dict(managed=[l.policy("p", None, versions={"v1": P(S), "v2": P(al("iam:SetDefaultPolicyVersion"))}, default="v2")]),
    )
    one(
        f"no-setdef-{k}",
        "NM",
        k,
        prep=lambda l: dict(managed=[l.policy("p", None, versions={"v1": P(al("s3:Get*")), "v2": P(al("iam:SetDefaultPolicyVersion"))}, default="v2")]),
    )
    one(
        f"no-setdefother-{k}",
        "N",
        k,
        prep=lambda l: (
            l.policy("other", None, versions={"v1": P(S), "v2": P(al("s3:GetObject"))}, default="v2"),
            dict(managed=[l.policy("p", P(al("iam:SetDefaultPolicyVersion", l.arn("policy", "other"))))]),
        )[1],
        note="policy with admin v1 not attached to me",
    )
    one(f"adm-string-{k}", "A", k, inline=[json.dumps(P(S))])
    one(f"adm-pct-{k}", "A", k, inline=[urllib.parse.quote(json.dumps(P(S)))])
    one(f"adm-stmtobj-{k}", "A", k, inline=[dict(Version="2012-10-17", Statement=S)])
    one(f"adm-noversion-{k}", "A", k, inline=[dict(Statement=[S])])
    one(f"no-emptyallow-{k}", "N", k, inline=[P(al([]))])
    one(f"adm-arn-res-{k}", "ABM", k, inline=[P(al("*", "arn:aws:*"))], note="everything with an ARN")
    one(f"adm-arn-res2-{k}", "AB", k, inline=[P(al("*", ["arn:aws:iam::*:*", "arn:aws:s3:::*"]))])
    one(f"adm-arn-iamacct-{k}", "AB", k, inline=[P(al("iam:*", "arn:aws:iam::111122223333:*"))])
    one(f"no-otheracct-{k}", "N", k, inline=[P(al("iam:*", "arn:aws:iam::999999999999:*"))])
    one(f"no-wrongpart-{k}", "N", k, inline=[P(al("*", "arn:aws-cn:*"))])
    # boundaries
    one(f"adm-b-adm-{k}", "A", k, managed=[ADM], boundary=ADM)
    one(f"no-b-only-{k}", "N", k, boundary=ADM)
    one(f"no-b-ro-{k}", "N", k, managed=[ADM], boundary="ReadOnlyAccess")
    one(f"no-b-power-{k}", "NM", k, managed=[ADM], boundary="PowerUserAccess")
    one(f"no-b-view-{k}", "N", k, managed=[ADM], boundary="job-function/ViewOnlyAccess")
    one(f"no-b-deny-{k}", "N", k, managed=[ADM], prep=lambda l: dict(boundary=l.policy("b", P(S, de("*")))))
    one(f"no-b-none-{k}", "N", k, managed=[ADM], prep=lambda l: dict(boundary=l.policy("b", P(de("*")))))
    one(f"no-b-s3-{k}", "N", k, managed=[ADM], prep=lambda l: dict(boundary=l.policy("b", P(al("s3:*")))))
    one(f"no-b-getcaller-{k}", "N", k, managed=[ADM], prep=lambda l: dict(boundary=l.policy("b", P(al("sts:GetCallerIdentity")))))
    one(
        f"adm-b-split-{k}",
        "A",
        k,
        managed=[ADM],
        prep=lambda l: dict(boundary=l.policy("b", P(al("iam:*"), raw(Effect="Allow", NotAction="iam:*", Resource="*")))),
    )
    one(
        f"no-b-ver-{k}",
        "N",
        k,
        managed=[ADM],
        prep=lambda l: dict(boundary=l.policy("b", None, versions={"v1": P(S), "v2": P(al("s3:*"))}, default="v2")),
    )
    one(
        f"no-b-noniam-{k}",
        "NM",
        k,
        managed=[ADM],
        prep=lambda l: dict(boundary=l.policy("b", P(raw(Effect="Allow", NotAction="iam:*", Resource="*")))),
    )
    one(
        f"no-b-past-{k}",
        "N",
        k,
        managed=[ADM],
        prep=lambda l: dict(boundary=l.policy("b", P(al("*", cond={"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}})))),
    )
    one(
        f"may-b-missing-{k}",
        "M",
        k,
        managed=[ADM],
        boundary=dict(PolicyArn="arn:aws:iam::111122223333:policy/absent"),
        note="boundary not in the export",
    )
    one(f"no-b-iam-intersect-{k}", "N", k, inline=[P(al("s3:*"))], prep=lambda l: dict(boundary=l.policy("b", P(al("iam:*")))))
    one(
        f"adm-b-iam-{k}",
        "AB",
        k,
        managed=[ADM],
        prep=lambda l: dict(boundary=l.policy("b", P(al("iam:*")))),
        note="boundary allows iam:*: delete the boundary",
    )
    one(
        f"no-b-nodelete-{k}",
        "N",
        k,
        managed=[ADM],
        prep=lambda l: dict(
            boundary=l.policy(
                "b",
                P(al(["s3:*", "iam:Get*", "iam:List*", "iam:AttachUserPolicy", "iam:AttachRolePolicy", "iam:PutUserPolicy", "iam:PutRolePolicy"])),
            )
        ),
        note="attach to self inside boundary changes nothing",
    )
    one(
        f"no-b-self-{k}",
        "N",
        k,
        inline=[P(al("iam:Put*Policy"))],
        prep=lambda l: dict(boundary=l.policy("b", P(al(["s3:*", "iam:PutUserPolicy", "iam:PutRolePolicy"])))),
    )
    one(
        f"adm-b-edit-{k}",
        "B",
        k,
        inline=[P(al("iam:CreatePolicyVersion")), P(S)],
        prep=lambda l: dict(boundary=l.policy("b", P(al(["s3:*", "iam:CreatePolicyVersion"])))),
        note="edits the boundary policy itself",
    )
    one(
        f"adm-b-attachother-{k}",
        "B",
        k,
        inline=[P(al("iam:AttachRolePolicy"), al("sts:AssumeRole"))],
        prep=lambda l: (
            l.role("helper", T({"AWS": "arn:aws:iam::111122223333:root"})),
            dict(boundary=l.policy("b", P(al(["iam:AttachRolePolicy", "sts:AssumeRole"])))),
        )[1],
        note="other role has no boundary",
    )
    # 20-ish services combined
    one(
        f"adm-many-{k}",
        "AB",
        k,
        inline=[
            P(
                al(
                    [
                        s + ":*"
                        for s in "iam ec2 s3 lambda sts kms rds dynamodb sqs sns cloudformation logs cloudwatch ecs ecr eks glue athena organizations secretsmanager ssm".split()
                    ]
                )
            )
        ],
    )
    one(f"no-manyro-{k}", "N", k, managed=["SecurityAudit", "ReadOnlyAccess"])
    one(f"no-iamread-{k}", "N", k, inline=[P(al(["iam:Get*", "iam:List*", "iam:Simulate*", "iam:GenerateCredentialReport"]))])


# groups
def g(cid, expect, gm=(), gi=(), um=(), ui=(), **kw):
    l = Lab()
    l.group("grp", managed=gm, inline=gi)
    a = l.user(cid, managed=um, inline=ui, groups=["grp"], **kw)
    case(cid, expect, l, a)


g("adm-group", "A", gm=[ADM])
g("adm-groupinl", "A", gi=[P(S)])
g("no-groupdeny", "N", gi=[P(de("*"))], um=[ADM])
g("no-userdenygroupadm", "N", gm=[ADM], ui=[P(de("*"))])
g("no-groupb", "N", gm=[ADM], boundary="ReadOnlyAccess")
g("adm-groupsplit", "A", gi=[P(al("iam:*"))], ui=[P(raw(Effect="Allow", NotAction="iam:*", Resource="*"))])
l = Lab()
l.group("adm", managed=[ADM])
l.group("deny", inline=[P(de("*"))])
case("no-twogroups", "N", l, l.user("u", groups=["adm", "deny"]))
l = Lab()
l.group("adm", managed=[ADM], path="/ops/")
case("adm-grouppath", "A", l, l.user("u", groups=["adm"]))
l = Lab()
l.group("adm", managed=[ADM])
case("no-group-nonmember", "N", l, l.user("u"))
l = Lab()
case("no-group-absent", "NM", l, l.user("u", groups=["gone"]))
# username conds
one("adm-uname", "A", inline=[P(al("*", cond={"StringEquals": {"aws:username": "adm-uname"}}))])
one("no-uname", "N", inline=[P(al("*", cond={"StringEquals": {"aws:username": "bob"}}))])
one("no-uname-role", "N", "role", inline=[P(al("*", cond={"StringLike": {"aws:username": "*"}}))])
one("adm-unameglob", "A", inline=[P(al("*", cond={"StringLike": {"aws:username": "adm-*"}}))])
one("adm-ptype", "A", inline=[P(al("*", cond={"StringEquals": {"aws:PrincipalType": "User"}}))])
one("no-ptype", "N", inline=[P(al("*", cond={"StringEquals": {"aws:PrincipalType": "AssumedRole"}}))])
one("adm-ptyper", "A", "role", inline=[P(al("*", cond={"StringEquals": {"aws:PrincipalType": "AssumedRole"}}))])
one("adm-parn", "A", inline=[P(al("*", cond={"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:user/adm-parn"}}))])
one("no-parn", "N", inline=[P(al("*", cond={"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}}))])
one("adm-parnr", "A", "role", inline=[P(al("*", cond={"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/adm*"}}))])
one("adm-keycase", "A", inline=[P(al("*", cond={"stringequals": {"AWS:UserName": "adm-keycase"}}))], note="keys and operators are case-insensitive")
one("no-two-conds", "N", inline=[P(al("*", cond={"StringEquals": {"aws:username": "no-two-conds", "aws:PrincipalAccount": "999999999999"}}))])
one(
    "no-contra",
    "N",
    inline=[P(al("*", cond={"StringEquals": {"aws:RequestedRegion": "us-east-1"}, "StringNotEquals": {"aws:RequestedRegion": "us-east-1"}}))],
    note="contradiction",
)
one("adm-wild-eq", "N", inline=[P(al("*", cond={"StringEquals": {"aws:username": "adm-*"}}))], note="StringEquals has no wildcard")
# SLR
l = Lab()
case(
    "no-slr",
    "N",
    l,
    l.role("AWSServiceRoleForX", svc("ops"), managed=["aws-service-role/AWSSupportServiceRolePolicy"], path="/aws-service-role/support.amazonaws.com/"),
)
