"""Accounts for tests of `nhiscan iam`: exports written by a few words each, with what is true of their principals, and the run that compares.

Letters: A administrator, B becomes one, M may (a condition, or something that no export shows), N none of these. The labels follow the documented
evaluation logic of the IAM User Guide, not what the program says."""

import json
import os
import subprocess
import urllib.parse  # for the files of cases

NHISCAN = os.environ["NHISCAN"]
CASES = []
ADM = "AdministratorAccess"
A = "arn:aws:iam::111122223333:"
K = {"user": "User", "role": "Role"}


class Lab:
    def __init__(s, acct="111122223333", part="aws"):
        s.acct = acct
        s.part = part
        s.users = []
        s.roles = []
        s.groups = []
        s.pols = {}

    def arn(s, kind, name, path="/"):
        return f"arn:{s.part}:iam::{s.acct}:{kind}{path}{name}"

    def aws(s, name):
        return dict(PolicyName=name.split("/")[-1], PolicyArn=f"arn:{s.part}:iam::aws:policy/{name}")

    def policy(s, name, doc, path="/", versions=None, default="v1"):
        a = s.arn("policy", name, path)
        vs = versions or {"v1": doc}
        s.pols[name] = dict(
            PolicyName=name,
            PolicyId="ANPA" + name.upper().replace("-", "")[:16],
            Arn=a,
            Path=path,
            DefaultVersionId=default,
            AttachmentCount=1,
            PermissionsBoundaryUsageCount=0,
            IsAttachable=True,
            CreateDate="2025-01-01T00:00:00+00:00",
            UpdateDate="2025-01-01T00:00:00+00:00",
            PolicyVersionList=[dict(Document=d, VersionId=v, IsDefaultVersion=(v == default), CreateDate="2025-01-01T00:00:00+00:00") for v, d in vs.items()],
        )
        return dict(PolicyName=name, PolicyArn=a)

    def _common(s, o, managed, inline, key, boundary, tags):
        o["AttachedManagedPolicies"] = [m if isinstance(m, dict) else s.aws(m) for m in managed]
        if inline:
            o[key] = [dict(PolicyName=f"inline{i}", PolicyDocument=d) for i, d in enumerate(inline)]
        if boundary:
            o["PermissionsBoundary"] = dict(
                PermissionsBoundaryType="Policy",
                PermissionsBoundaryArn=(boundary["PolicyArn"] if isinstance(boundary, dict) else s.aws(boundary)["PolicyArn"]),
            )
        o["Tags"] = [dict(Key=k, Value=v) for k, v in (tags or {}).items()]

    def user(s, name, managed=(), inline=(), groups=(), boundary=None, tags=None, path="/"):
        o = dict(
            Path=path,
            UserName=name,
            UserId="AIDA" + name.upper().replace("-", "")[:17],
            Arn=s.arn("user", name, path),
            CreateDate="2025-01-01T00:00:00+00:00",
            GroupList=list(groups),
        )
        s._common(o, managed, inline, "UserPolicyList", boundary, tags)
        s.users.append(o)
        return o["Arn"]

    def role(s, name, trust, managed=(), inline=(), boundary=None, tags=None, path="/", profile=False):
        o = dict(
            Path=path,
            RoleName=name,
            RoleId="AROA" + name.upper().replace("-", "")[:17],
            Arn=s.arn("role", name, path),
            CreateDate="2025-01-01T00:00:00+00:00",
            AssumeRolePolicyDocument=trust,
            InstanceProfileList=[],
            RoleLastUsed={},
        )
        if profile:
            o["InstanceProfileList"] = [
                dict(
                    Path="/",
                    InstanceProfileName=name,
                    InstanceProfileId="AIPA" + name.upper(),
                    Arn=s.arn("instance-profile", name),
                    CreateDate="2025-01-01T00:00:00+00:00",
                    Roles=[dict(Path="/", RoleName=name, RoleId="AROA1", Arn=o["Arn"], CreateDate="2025-01-01T00:00:00+00:00")],
                )
            ]
        o["RolePolicyList"] = []
        s._common(o, managed, inline, "RolePolicyList", boundary, tags)
        s.roles.append(o)
        return o["Arn"]

    def group(s, name, managed=(), inline=(), path="/"):
        o = dict(
            Path=path,
            GroupName=name,
            GroupId="AGPA" + name.upper(),
            Arn=s.arn("group", name, path),
            CreateDate="2025-01-01T00:00:00+00:00",
            GroupPolicyList=[],
        )
        s._common(o, managed, inline, "GroupPolicyList", None, None)
        o.pop("Tags")
        s.groups.append(o)
        return o["Arn"]

    def dump(s):
        return dict(UserDetailList=s.users, GroupDetailList=s.groups, RoleDetailList=s.roles, Policies=list(s.pols.values()))


def al(act, res="*", cond=None, **k):
    d = dict(Effect="Allow", Action=act, Resource=res)
    if cond:
        d["Condition"] = cond
    d.update(k)
    return d


def de(act, res="*", cond=None, **k):
    d = al(act, res, cond, **k)
    d["Effect"] = "Deny"
    return d


def raw(**k):
    return k


def P(*st):
    return dict(Version="2012-10-17", Statement=list(st))


def T(principal, cond=None, act="sts:AssumeRole", effect="Allow"):
    d = dict(Effect=effect, Principal=principal, Action=act)
    if cond:
        d["Condition"] = cond
    return P(d)


def svc(*names):
    return T({"Service": [n + ".amazonaws.com" for n in names] if len(names) > 1 else names[0] + ".amazonaws.com"})


def case(cid, expect, lab, start, note=""):
    CASES.append((cid, expect, lab, start, note))


def start(l, kind, name, **kw):
    return l.user(name, **kw) if kind == "user" else l.role(name, T({"AWS": f"arn:aws:iam::{l.acct}:root"}), **kw)


def me(l, k, *st, name="starter", **kw):
    return start(l, k, name, inline=[P(*st)], **kw)


def adm(l, kind="user", trust=None, **kw):
    return l.user("boss", managed=[ADM], **kw) if kind == "user" else l.role("boss", trust or svc("ec2"), managed=[ADM], **kw)


def pa(cid, expect, fn, note="", kinds=("user", "role")):
    """One case for each kind of principal: `fn` fills the account and answers the ARN of whom it is about."""
    for k in kinds:
        l = Lab()
        s = fn(l, k)
        case(f"{cid}-{k}", expect, l, s, note)


def classify(p):
    if p is None:
        return "-"
    if "if a condition holds" in p or p.startswith("may "):
        return "M"
    if p.startswith("administrator"):
        return "A"
    if p.startswith("becomes administrator"):
        return "B"
    if p.startswith("may become administrator") or p.startswith("may be"):
        return "M"
    return "N"


def run(partition):
    """All cases in one run, each as an account of its own. Trust in everybody would reach into all of them, so those cases come in a second run."""
    bad = 0
    for alone in (False, True):
        starts, texts = {}, []
        for n, (cid, expect, lab, start, note) in enumerate(CASES):
            if (cid.startswith("star-")) != alone:
                continue
            own, other = "%012d" % (100000000000 + n), "%012d" % (500000000000 + n)

            def put(text):
                text = text.replace("111122223333", own).replace("999999999999", other)
                return text.replace("arn:aws-cn:", "arn:aws-none:").replace("arn:aws:", f"arn:{partition}:")

            texts.append(put(json.dumps(lab.dump())))
            starts[put(start)] = (cid, expect, note)
        if alone:
            for text, (start, case_) in zip(texts, starts.items()):
                bad += judge([text], {start: case_}, partition)
        else:
            bad += judge(texts, starts, partition)
    print(f"{partition}: {len(CASES)} cases, {bad} wrong")
    return bad


def judge(texts, starts, partition):
    with open("lab.json", "w") as f:
        f.write("\n".join(texts))
    out = subprocess.run([NHISCAN, "inventory", "--format", "json", "lab.json"], capture_output=True, text=True).stdout
    power = {i["name"]: i["power"] for i in json.loads(out)["items"] if i["type"] == "identity"}
    bad = 0
    for start, (cid, expect, note) in starts.items():
        got = classify(power.get(start))
        right = got in "ABM" or "gain" in (power.get(start) or "") if expect == "e" else got in expect
        if not right:
            print(f"wrong: {partition} {cid}: {expect} expected, {got} told: {power.get(start)} {note}")
            bad += 1
    return bad
