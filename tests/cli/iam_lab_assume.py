"""Roles that are taken on: what their trust policy and the policies of whoever asks make of it."""

from iam_lab import *  # noqa: F403

pa("assume-root", "B", lambda l, k: (adm(l, "role", T({"AWS": A + "root"})), me(l, k, al("sts:AssumeRole", A + "role/boss")))[1])
pa("assume-acctid", "B", lambda l, k: (adm(l, "role", T({"AWS": "111122223333"})), me(l, k, al("sts:AssumeRole", A + "role/boss")))[1])
pa("assume-rootno", "N", lambda l, k: (adm(l, "role", T({"AWS": A + "root"})), me(l, k, al("s3:GetObject")))[1])
pa(
    "assume-named",
    "B",
    lambda l, k: (adm(l, "role", T({"AWS": A + k + "/starter"})), me(l, k, al("s3:GetObject")))[1],
    note="trust names me: no identity allow needed",
)
pa("assume-namednopol", "B", lambda l, k: (adm(l, "role", T({"AWS": [A + k + "/starter", A + "user/zz"]})), start(l, k, "starter"))[1])
pa("assume-nameddeny", "N", lambda l, k: (adm(l, "role", T({"AWS": A + k + "/starter"})), me(l, k, de("sts:*")))[1])
pa("assume-notrust", "N", lambda l, k: (adm(l, "role", svc("ec2")), me(l, k, al("sts:AssumeRole")))[1])
pa("assume-othertrust", "N", lambda l, k: (adm(l, "role", T({"AWS": A + "user/other"})), me(l, k, al("sts:AssumeRole")))[1])
pa("assume-otheracct", "N", lambda l, k: (adm(l, "role", T({"AWS": "arn:aws:iam::999999999999:root"})), me(l, k, al("sts:AssumeRole")))[1])
pa("star-assume", "B", lambda l, k: (adm(l, "role", T({"AWS": "*"})), me(l, k, al("sts:AssumeRole")))[1])
pa(
    "star-assume-noident",
    "B",
    lambda l, k: (adm(l, "role", T("*")), start(l, k, "starter"))[1],
    note="Principal * in same account: resource policy alone",
)
pa(
    "star-assume-parn",
    "B",
    lambda l, k: (adm(l, "role", T({"AWS": "*"}, {"ArnLike": {"aws:PrincipalArn": A + k + "/start*"}})), me(l, k, al("sts:AssumeRole")))[1],
)
pa(
    "star-assume-parnno",
    "N",
    lambda l, k: (adm(l, "role", T({"AWS": "*"}, {"ArnLike": {"aws:PrincipalArn": A + k + "/xyz*"}})), me(l, k, al("sts:AssumeRole")))[1],
)
pa(
    "assume-extid",
    "BM",
    lambda l, k: (adm(l, "role", T({"AWS": A + "root"}, {"StringEquals": {"sts:ExternalId": "12345"}})), me(l, k, al("sts:AssumeRole")))[1],
    note="external id is chosen by caller: proof unknown",
)
pa(
    "assume-mfa",
    "M",
    lambda l, k: (adm(l, "role", T({"AWS": A + "root"}, {"Bool": {"aws:MultiFactorAuthPresent": "true"}})), me(l, k, al("sts:AssumeRole")))[1],
)
pa(
    "assume-trustdeny",
    "N",
    lambda l, k: (
        adm(
            l,
            "role",
            P(
                dict(Effect="Allow", Principal={"AWS": A + "root"}, Action="sts:AssumeRole"),
                dict(Effect="Deny", Principal={"AWS": A + k + "/starter"}, Action="sts:AssumeRole"),
            ),
        ),
        me(l, k, al("sts:AssumeRole")),
    )[1],
)
pa(
    "assume-trustdenyall",
    "N",
    lambda l, k: (
        adm(
            l,
            "role",
            P(dict(Effect="Allow", Principal={"AWS": A + "root"}, Action="sts:AssumeRole"), dict(Effect="Deny", Principal="*", Action="sts:*")),
        ),
        me(l, k, al("sts:AssumeRole")),
    )[1],
)
pa(
    "assume-tagsession",
    "N",
    lambda l, k: (adm(l, "role", T({"AWS": A + "root"}, act="sts:TagSession")), me(l, k, al("sts:AssumeRole")))[1],
    note="trust allows only TagSession",
)
pa("assume-stsstar", "B", lambda l, k: (adm(l, "role", T({"AWS": A + "root"}, act="sts:*")), me(l, k, al("sts:AssumeRole")))[1])
pa(
    "assume-chain",
    "B",
    lambda l, k: (
        adm(l, "role", T({"AWS": A + "role/mid"})),
        l.role("mid", T({"AWS": A + "root"}), inline=[P(al("sts:AssumeRole"))]),
        me(l, k, al("sts:AssumeRole", A + "role/mid")),
    )[2],
)
pa(
    "assume-chain3",
    "B",
    lambda l, k: (
        adm(l, "role", T({"AWS": A + "role/mid2"})),
        l.role("mid2", T({"AWS": A + "role/mid"})),
        l.role("mid", T({"AWS": A + "root"}), inline=[P(al("sts:AssumeRole"))]),
        me(l, k, al("sts:AssumeRole", A + "role/mid")),
    )[3],
)
pa(
    "assume-chaincut",
    "N",
    lambda l, k: (
        adm(l, "role", T({"AWS": A + "role/mid2"})),
        l.role("mid2", T({"AWS": A + "role/zz"})),
        l.role("mid", T({"AWS": A + "root"}), inline=[P(al("sts:AssumeRole"))]),
        me(l, k, al("sts:AssumeRole", A + "role/mid")),
    )[3],
)
pa("assume-admbound", "N", lambda l, k: (adm(l, "role", T({"AWS": A + "root"}), boundary="ReadOnlyAccess"), me(l, k, al("sts:AssumeRole")))[1])
pa(
    "assume-mybound",
    "N",
    lambda l, k: (adm(l, "role", T({"AWS": A + "root"})), me(l, k, al("sts:AssumeRole"), boundary="job-function/ViewOnlyAccess"))[1],
)
pa(
    "assume-user-arn-bound",
    "B",
    lambda l, k: (adm(l, "role", T({"AWS": A + "user/starter"})), start(l, k, "starter", boundary="job-function/ViewOnlyAccess"))[1],
    kinds=("user",),
    note="resource policy naming the user bypasses boundary implicit deny",
)
pa(
    "assume-role-arn-bound",
    "N",
    lambda l, k: (adm(l, "role", T({"AWS": A + "role/starter"})), start(l, k, "starter", boundary="job-function/ViewOnlyAccess"))[1],
    kinds=("role",),
)
pa(
    "assume-trustpath",
    "N",
    lambda l, k: (adm(l, "role", T({"AWS": A + k + "/starter"})), start(l, k, "starter", path="/dev/"))[1],
    note="ARN with path differs",
)
pa(
    "assume-saml",
    "N",
    lambda l, k: (
        adm(
            l,
            "role",
            T(
                {"Federated": A + "saml-provider/okta"},
                {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
                "sts:AssumeRoleWithSAML",
            ),
        ),
        me(l, k, al("sts:*")),
    )[1],
)
pa(
    "assume-oidc",
    "N",
    lambda l, k: (
        adm(
            l,
            "role",
            T(
                {"Federated": A + "oidc-provider/token.actions.githubusercontent.com"},
                {
                    "StringEquals": {
                        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
                        "token.actions.githubusercontent.com:sub": "repo:o/r:ref:refs/heads/main",
                    }
                },
                "sts:AssumeRoleWithWebIdentity",
            ),
        ),
        me(l, k, al("sts:*")),
    )[1],
)
pa(
    "assume-tagcond",
    "B",
    lambda l, k: (
        adm(l, "role", T({"AWS": A + "root"}, {"StringEquals": {"aws:PrincipalTag/team": "sec"}})),
        me(l, k, al("sts:AssumeRole"), tags={"team": "sec"}),
    )[1],
)
pa(
    "assume-tagcondno",
    "N",
    lambda l, k: (
        adm(l, "role", T({"AWS": A + "root"}, {"StringEquals": {"aws:PrincipalTag/team": "sec"}})),
        me(l, k, al("sts:AssumeRole"), tags={"team": "dev"}),
    )[1],
    kinds=("user",),
)
