"""Ways to become more through principals, trust, groups, boundaries and denials, and what only looks like one."""

from iam_lab import *  # noqa: F403

pa("self-put", "B", lambda l, k: me(l, k, al(f"iam:Put{K[k]}Policy", A + k + "/starter")))
pa("self-put-wild", "B", lambda l, k: me(l, k, al("iam:Put?serPolicy" if k == "user" else "iam:Put?olePolicy")))
pa("self-put-glob", "B", lambda l, k: me(l, k, al("iam:*Policy*")))
pa("self-put-other", "N", lambda l, k: me(l, k, al(f"iam:Put{K[k]}Policy", A + k + "/another")))
pa("self-put-path", "N", lambda l, k: me(l, k, al(f"iam:Put{K[k]}Policy", A + k + "/team/*")))
pa("self-put-wrongkind", "N", lambda l, k: me(l, k, al("iam:PutUserPolicy" if k == "role" else "iam:PutRolePolicy")), note="no other principals")
pa("self-attach", "B", lambda l, k: me(l, k, al(f"iam:Attach{K[k]}Policy")))
pa(
    "self-attach-arncond-ro",
    "N",
    lambda l, k: me(l, k, al(f"iam:Attach{K[k]}Policy", "*", {"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess"}})),
)
pa(
    "self-attach-arncond-adm",
    "B",
    lambda l, k: me(l, k, al(f"iam:Attach{K[k]}Policy", "*", {"ArnLike": {"iam:PolicyARN": "arn:aws:iam::aws:policy/Admin*"}})),
)
pa(
    "self-attach-arncond-any",
    "B",
    lambda l, k: me(l, k, al(f"iam:Attach{K[k]}Policy", "*", {"ArnLike": {"iam:PolicyARN": "arn:aws:iam::aws:policy/*"}})),
)
pa(
    "self-attach-denyadm",
    "B",
    lambda l, k: me(
        l,
        k,
        al(f"iam:Attach{K[k]}Policy"),
        de(f"iam:Attach{K[k]}Policy", "*", {"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess"}}),
    ),
    note="IAMFullAccess still",
)
pa(
    "self-attach-boundcond",
    "N",
    lambda l, k: me(l, k, al(f"iam:Attach{K[k]}Policy", "*", {"StringEquals": {"iam:PermissionsBoundary": A + "policy/dev"}})),
    note="I have no boundary",
)


def cpv(l, k, res=None, attach=True, extra=()):
    p = l.policy("mine", P(al("iam:CreatePolicyVersion", res or l.arn("policy", "mine")), *extra))
    return start(l, k, "starter", managed=[p] if attach else [])


pa("cpv-own", "B", cpv)
pa("cpv-wild", "B", lambda l, k: cpv(l, k, A + "policy/*"))
pa("cpv-other", "N", lambda l, k: cpv(l, k, A + "policy/notmine"))
pa(
    "cpv-awsmanaged",
    "N",
    lambda l, k: start(l, k, "starter", managed=["ReadOnlyAccess"], inline=[P(al("iam:CreatePolicyVersion"))]),
    note="only AWS managed attached",
)
pa(
    "cpv-groupattached",
    "B",
    lambda l, k: (
        l.group("g", managed=[l.policy("gp", P(al("s3:Get*")))]),
        l.user("starter", groups=["g"], inline=[P(al("iam:CreatePolicyVersion", "*"))]),
    )[1],
    kinds=("user",),
)
pa(
    "cpv-pathpolicy",
    "B",
    lambda l, k: start(l, k, "starter", managed=[l.policy("pp", P(al("iam:CreatePolicyVersion", A + "policy/team/*")), path="/team/")]),
)
pa("group-add", "B", lambda l, k: (l.group("admins", managed=[ADM]), me(l, k, al("iam:AddUserToGroup", A + "group/admins")))[1], kinds=("user",))
pa("group-add-nog", "N", lambda l, k: (l.group("devs", managed=["ReadOnlyAccess"]), me(l, k, al("iam:AddUserToGroup")))[1], kinds=("user",))
pa("group-add-wrongg", "N", lambda l, k: (l.group("admins", managed=[ADM]), me(l, k, al("iam:AddUserToGroup", A + "group/devs")))[1], kinds=("user",))
pa(
    "group-add-role",
    "M",
    lambda l, k: (l.group("admins", managed=[ADM]), me(l, k, al("iam:AddUserToGroup")))[1],
    kinds=("role",),
    note="a role cannot join; no users",
)
pa(
    "group-put-member",
    "B",
    lambda l, k: (l.group("g"), l.user("starter", groups=["g"], inline=[P(al("iam:PutGroupPolicy", A + "group/g"))]))[1],
    kinds=("user",),
)
pa("group-put-nonmember", "M", lambda l, k: (l.group("g"), me(l, k, al("iam:PutGroupPolicy", A + "group/g")))[1])
pa(
    "group-put-add",
    "B",
    lambda l, k: (l.group("g"), me(l, k, al(["iam:PutGroupPolicy", "iam:AddUserToGroup"], A + "group/g")))[1],
    kinds=("user",),
    note="both",
)
pa(
    "group-attach-member",
    "B",
    lambda l, k: (l.group("g"), l.user("starter", groups=["g"], inline=[P(al("iam:AttachGroupPolicy"))]))[1],
    kinds=("user",),
)


for act in ("iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile"):
    n = act.split(":")[1]
    pa(f"{n}-boss", "BM" if "Login" in n else "B", lambda l, k, act=act: (adm(l), me(l, k, al(act, A + "user/boss")))[1])
    pa(f"{n}-var", "N", lambda l, k, act=act: (adm(l), me(l, k, al(act, A + "user/${aws:username}")))[1], kinds=("user",))
    pa(f"{n}-other", "N", lambda l, k, act=act: (adm(l), l.user("low"), me(l, k, al(act, A + "user/low")))[2])
    pa(f"{n}-path", "N", lambda l, k, act=act: (adm(l, path="/adm/"), me(l, k, al(act, A + "user/boss")))[1], note="path differs")
    pa(f"{n}-bossdenied", "N", lambda l, k, act=act: (l.user("boss", managed=[ADM], inline=[P(de("*"))]), me(l, k, al(act)))[1])
    pa(f"{n}-bossbound", "NM", lambda l, k, act=act: (l.user("boss", managed=[ADM], boundary="ReadOnlyAccess"), me(l, k, al(act)))[1])
    pa(f"{n}-mfa", "M", lambda l, k, act=act: (adm(l), me(l, k, al(act, "*", {"Bool": {"aws:MultiFactorAuthPresent": "true"}})))[1])
    pa(
        f"{n}-restag",
        "B" if n == "CreateAccessKey" else "BM",
        lambda l, k, act=act: (adm(l, tags={"env": "x"}), me(l, k, al(act, "*", {"StringEquals": {"aws:ResourceTag/env": "x"}})))[1],
        note="tag of the target is in the export",
    )
    pa(
        f"{n}-restagno",
        "N",
        lambda l, k, act=act: (adm(l, tags={"env": "y"}), me(l, k, al(act, "*", {"StringEquals": {"aws:ResourceTag/env": "x"}})))[1],
    )
pa("utrust", "B", lambda l, k: (adm(l, "role"), me(l, k, al(["iam:UpdateAssumeRolePolicy", "sts:AssumeRole"], A + "role/boss")))[1])
pa(
    "utrust-alone",
    "B",
    lambda l, k: (adm(l, "role"), me(l, k, al("iam:UpdateAssumeRolePolicy", A + "role/boss")))[1],
    note="same account trust names me directly",
)
pa(
    "utrust-denyassume",
    "N",
    lambda l, k: (adm(l, "role"), me(l, k, al("iam:UpdateAssumeRolePolicy", A + "role/boss"), de("sts:AssumeRole")))[1],
    note="could trust another principal.. none other",
)
pa("utrust-low", "N", lambda l, k: (l.role("low", svc("ec2")), me(l, k, al(["iam:UpdateAssumeRolePolicy", "sts:AssumeRole"], A + "role/low")))[1])
pa(
    "arp-assume",
    "B",
    lambda l, k: (l.role("low", T({"AWS": A + "root"})), me(l, k, al(["iam:AttachRolePolicy", "sts:AssumeRole"], A + "role/low")))[1],
)
pa("arp-assume-notrust", "M", lambda l, k: (l.role("low", svc("rds")), me(l, k, al(["iam:AttachRolePolicy", "sts:AssumeRole"], A + "role/low")))[1])
pa("prp-assume", "B", lambda l, k: (l.role("low", T({"AWS": A + k + "/starter"})), me(l, k, al(["iam:PutRolePolicy"], A + "role/low")))[1])
pa("prp-utrust", "B", lambda l, k: (l.role("low", svc("rds")), me(l, k, al(["iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"], A + "role/low")))[1])
pa(
    "cpv-assume",
    "B",
    lambda l, k: (
        l.role("low", T({"AWS": A + "root"}), managed=[l.policy("lp", P(al("s3:Get*")))]),
        me(l, k, al("iam:CreatePolicyVersion", A + "policy/lp"), al("sts:AssumeRole", A + "role/low")),
    )[1],
)
pa(
    "cpv-assume-no",
    "M",
    lambda l, k: (
        l.role("low", T({"AWS": A + "user/zz"}), managed=[l.policy("lp", P(al("s3:Get*")))]),
        me(l, k, al("iam:CreatePolicyVersion", A + "policy/lp"), al("sts:AssumeRole", A + "role/low")),
    )[1],
)
pa("aup-cak", "B", lambda l, k: (l.user("low"), me(l, k, al(["iam:AttachUserPolicy", "iam:CreateAccessKey"], A + "user/low")))[1])
pa("pup-cak", "B", lambda l, k: (l.user("low"), me(l, k, al(["iam:PutUserPolicy", "iam:CreateAccessKey"], A + "user/low")))[1])
pa("aup-only-other", "M", lambda l, k: (l.user("low"), me(l, k, al(["iam:AttachUserPolicy"], A + "user/low")))[1])
pa(
    "prp-lowcompute",
    "BM",
    lambda l, k: (
        l.role("low", svc("lambda")),
        me(
            l,
            k,
            al(["iam:PutRolePolicy"], A + "role/low"),
            al("iam:PassRole", A + "role/low"),
            al(["lambda:CreateFunction", "lambda:InvokeFunction"]),
        ),
    )[1],
    note="give the passed role a policy",
)
pa(
    "newrole-attach",
    "B",
    lambda l, k: me(l, k, al(["iam:CreateRole", "iam:AttachRolePolicy", "sts:AssumeRole"], A + "role/app-*")),
    note="creates a role",
)
pa("newrole-put", "B", lambda l, k: me(l, k, al(["iam:CreateRole", "iam:PutRolePolicy"], A + "role/app-*")), note="creates a role, trust names me")
pa(
    "newrole-bound",
    "N",
    lambda l, k: me(
        l,
        k,
        al(
            ["iam:CreateRole", "iam:AttachRolePolicy", "sts:AssumeRole"],
            A + "role/app-*",
            {"StringEquals": {"iam:PermissionsBoundary": A + "policy/dev"}},
        ),
    ),
    note="must carry a boundary (absent => unknown power)",
)
pa("newuser", "B", lambda l, k: me(l, k, al(["iam:CreateUser", "iam:AttachUserPolicy", "iam:CreateAccessKey"], A + "user/tmp-*")))
pa("newuser-login", "B", lambda l, k: me(l, k, al(["iam:CreateUser", "iam:PutUserPolicy", "iam:CreateLoginProfile"], A + "user/tmp-*")))
pa("newuser-nokey", "N", lambda l, k: me(l, k, al(["iam:CreateUser", "iam:AttachUserPolicy"], A + "user/tmp-*")))
pa(
    "newuser-group",
    "BM",
    lambda l, k: (
        l.group("admins", managed=[ADM]),
        me(l, k, al(["iam:CreateUser", "iam:CreateAccessKey"], A + "user/tmp-*"), al("iam:AddUserToGroup")),
    )[1],
)
pa(
    "newrole-split",
    "N",
    lambda l, k: me(l, k, al("iam:CreateRole", A + "role/app-*"), al(["iam:AttachRolePolicy", "sts:AssumeRole"], A + "role/web-*")),
    note="disjoint resources",
)
pa("bdel", "B", lambda l, k: start(l, k, "starter", managed=[ADM], boundary=l.policy("b", P(al(["s3:*", f"iam:Delete{K[k]}PermissionsBoundary"])))))
pa(
    "bdel-other",
    "N",
    lambda l, k: start(l, k, "starter", managed=[ADM], boundary=l.policy("b", P(al("s3:*"), al(f"iam:Delete{K[k]}PermissionsBoundary", A + k + "/zz")))),
)
pa(
    "bput",
    "B",
    lambda l, k: start(l, k, "starter", managed=[ADM], boundary=l.policy("b", P(al(["s3:*", f"iam:Put{K[k]}PermissionsBoundary"])))),
    note="replaces its boundary",
)
pa("bcpv", "B", lambda l, k: start(l, k, "starter", managed=[ADM], boundary=l.policy("b", P(al(["s3:*", "iam:CreatePolicyVersion"])))))
pa(
    "bcpv-other",
    "N",
    lambda l, k: start(l, k, "starter", managed=[ADM], boundary=l.policy("b", P(al("s3:*"), al("iam:CreatePolicyVersion", A + "policy/x")))),
)
pa(
    "detach-deny",
    "AB",
    lambda l, k: start(l, k, "starter", managed=[ADM, l.policy("d", P(de(["s3:*", "ec2:*"])))]),
    note="admin minus two services, with iam:*",
)
pa(
    "deny-selfdelete",
    "B",
    lambda l, k: start(
        l,
        k,
        "starter",
        inline=[P(al(f"iam:Delete{K[k]}Policy")), P(al("*")), P(raw(Effect="Deny", NotAction=f"iam:Delete{K[k]}Policy", Resource="*"))],
    ),
    note="deletes the inline policy that denies",
)
pa(
    "deny-detach",
    "B",
    lambda l, k: start(l, k, "starter", managed=[ADM, l.policy("d", P(raw(Effect="Deny", NotAction=f"iam:Detach{K[k]}Policy", Resource="*")))]),
    note="detaches the denying policy",
)
pa(
    "deny-leavegroup",
    "B",
    lambda l, k: (
        l.group("g", inline=[P(raw(Effect="Deny", NotAction="iam:RemoveUserFromGroup", Resource="*"))]),
        l.user("starter", managed=[ADM], groups=["g"]),
    )[1],
    kinds=("user",),
    note="leaves the group that denies",
)
# existing compute
for act in ("ssm:SendCommand", "ssm:StartSession"):
    n = act.split(":")[1]
    pa(f"{n}-ip", "BM", lambda l, k, act=act: (adm(l, "role", svc("ec2"), profile=True), me(l, k, al(act)))[1])
    pa(f"{n}-noadm", "NM", lambda l, k, act=act: (l.role("low", svc("ec2"), profile=True), me(l, k, al(act)))[1])
    pa(f"{n}-noec2", "NM", lambda l, k, act=act: (adm(l, "role", svc("lambda")), me(l, k, al(act)))[1])
    pa(f"{n}-none", "NM", lambda l, k, act=act: me(l, k, al(act)), note="iam-vulnerable: needs resource absent from export -> conditional")
for acts in (
    "lambda:UpdateFunctionCode",
    "glue:UpdateDevEndpoint",
    "sagemaker:CreatePresignedNotebookInstanceUrl",
    "cloudformation:UpdateStack",
    "codebuild:StartBuild",
    "apprunner:UpdateService",
):
    pa("exist-" + acts.split(":")[1], "M", lambda l, k, acts=acts: me(l, k, al(acts, "*")), note="absent -> conditional", kinds=("user",))
    pa("exist-deny-" + acts.split(":")[1], "N", lambda l, k, acts=acts: me(l, k, al(acts, "*"), de(acts)), note="denied")
for acts in ("lambda:UpdateFunctionCode", "cloudformation:UpdateStack"):
    pa(
        "exist-otheracct-" + acts.split(":")[1],
        "N",
        lambda l, k, acts=acts: (adm(l, "role", svc("lambda", "cloudformation")), me(l, k, al(acts, f"arn:aws:{acts.split(':')[0]}:*:999999999999:*")))[1],
        note="resources of another account",
    )
    pa(
        "exist-ownacct-" + acts.split(":")[1],
        "M",
        lambda l, k, acts=acts: (adm(l, "role", svc("lambda", "cloudformation")), me(l, k, al(acts, f"arn:aws:{acts.split(':')[0]}:*:111122223333:*")))[1],
    )
# SLR target etc
pa(
    "slr-pass",
    "N",
    lambda l, k: (
        l.role("AWSServiceRoleForX", svc("lambda"), managed=[ADM], path="/aws-service-role/lambda.amazonaws.com/"),
        me(l, k, al(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"])),
    )[1],
    note="SLR cannot be passed?",
)
pa(
    "slr-put",
    "N",
    lambda l, k: (
        l.role("AWSServiceRoleForX", svc("lambda"), path="/aws-service-role/lambda.amazonaws.com/"),
        me(l, k, al(["iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"], A + "role/aws-service-role/*")),
    )[1],
    note="SLR cannot be edited",
)
