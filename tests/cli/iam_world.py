"""Accounts made up for tests, one for each question, so that no case leans on another: what the account holds, who is asked about, and which answers are
right by AWS's documented evaluation logic. Written beside the engine, from the documents alone; who is asked is always called `start`."""

import copy
import json
import os
import subprocess
import urllib.parse

WHEN = "2024-01-01T00:00:00Z"
AWS_ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
NEVER = {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}
ROOT = "r-ab12"


def many(x):
    return list(x) if isinstance(x, (list, tuple)) else [x]


def statement(effect, actions, resources="*", condition=None, **more):
    s = {"Effect": effect}
    if actions is not None:
        s["Action"] = actions if isinstance(actions, str) else list(actions)
    if resources is not None:
        s["Resource"] = resources
    if condition:
        s["Condition"] = condition
    s.update(more)
    return s


def allow(actions, resources="*", condition=None, **more):
    return statement("Allow", actions, resources, condition, **more)


def deny(actions, resources="*", condition=None, **more):
    return statement("Deny", actions, resources, condition, **more)


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def trusting(*services, principal=None, condition=None, action="sts:AssumeRole"):
    s = {"Effect": "Allow", "Principal": principal or {"Service": list(services)}, "Action": action}
    if condition:
        s["Condition"] = condition
    return document(s)


class Account:
    numbers = 100200300000

    def __init__(self):
        Account.numbers += 37
        self.number = str(Account.numbers)
        self.users, self.groups, self.roles, self.policies = [], [], [], []
        self.scps = []
        self.extra = []  # other exports of the account
        self.encoded = False

    def arn(self, rest):
        return "arn:aws:iam::%s:%s" % (self.number, rest)

    def fill(self, x):
        """ACCT stands for the account's number."""
        return json.loads(json.dumps(x).replace("ACCT", self.number))

    def _held(self, key, inlines, attached):
        attached = [self.fill(a) for a in attached]
        return {
            key: [{"PolicyName": "inline%d" % i, "PolicyDocument": self.fill(d)} for i, d in enumerate(inlines)],
            "AttachedManagedPolicies": [{"PolicyName": a.rsplit("/", 1)[1], "PolicyArn": a} for a in attached],
        }

    def user(self, name, inlines=(), attached=(), groups=(), boundary=None, tags=None):
        u = {"Path": "/", "UserName": name, "UserId": "AIDA%016d" % (len(self.users) + int(self.number) % 10**9),
             "Arn": self.arn("user/" + name), "CreateDate": WHEN, "GroupList": list(groups),
             "Tags": [{"Key": k, "Value": v} for k, v in (tags or {}).items()]}
        u.update(self._held("UserPolicyList", inlines, attached))
        if boundary:
            u["PermissionsBoundary"] = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": self.fill(boundary)}
        self.users.append(u)
        return u

    def group(self, name, inlines=(), attached=()):
        g = {"Path": "/", "GroupName": name, "GroupId": "AGPA%016d" % len(self.groups), "Arn": self.arn("group/" + name), "CreateDate": WHEN}
        g.update(self._held("GroupPolicyList", inlines, attached))
        self.groups.append(g)
        return g

    def role(self, name, trust, inlines=(), attached=(), boundary=None, profile=False, tags=None, path="/"):
        r = {"Path": path, "RoleName": name, "RoleId": "AROA%016d" % (len(self.roles) + int(self.number) % 10**9),
             "Arn": self.arn("role" + path + name), "CreateDate": WHEN,
             "AssumeRolePolicyDocument": self.fill(trust), "InstanceProfileList": [], "RoleLastUsed": {},
             "Tags": [{"Key": k, "Value": v} for k, v in (tags or {}).items()]}
        r.update(self._held("RolePolicyList", inlines, attached))
        if boundary:
            r["PermissionsBoundary"] = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": self.fill(boundary)}
        if profile:
            r["InstanceProfileList"] = [{"Path": "/", "InstanceProfileName": name, "InstanceProfileId": "AIPA0000000000000001",
                                         "Arn": self.arn("instance-profile/" + name), "CreateDate": WHEN, "Roles": [
                                             {"Path": path, "RoleName": name, "RoleId": r["RoleId"], "Arn": r["Arn"], "CreateDate": WHEN,
                                              "AssumeRolePolicyDocument": r["AssumeRolePolicyDocument"]}]}]
        self.roles.append(r)
        return r

    def policy(self, name, *documents, default=1):
        arn = self.arn("policy/" + name)
        self.policies.append({
            "PolicyName": name, "PolicyId": "ANPA%016d" % len(self.policies), "Arn": arn, "Path": "/",
            "DefaultVersionId": "v%d" % default, "AttachmentCount": 1, "PermissionsBoundaryUsageCount": 0, "IsAttachable": True,
            "CreateDate": WHEN, "UpdateDate": WHEN,
            "PolicyVersionList": [{"Document": self.fill(d), "VersionId": "v%d" % (i + 1), "IsDefaultVersion": i + 1 == default, "CreateDate": WHEN}
                                  for i, d in enumerate(documents)]})
        return arn

    def scp(self, doc, instead=False):
        """At the account's own level; instead of FullAWSAccess, or beside it."""
        self.scps.append((doc, instead))

    def two_keys(self, user):
        self.extra.append({"AccessKeyMetadata": [{"UserName": user, "AccessKeyId": "AKIA%s%06d" % (self.number[-10:], i), "Status": "Active", "CreateDate": WHEN}
                                                 for i in (1, 2)]})

    def export(self):
        d = {"UserDetailList": self.users, "GroupDetailList": self.groups, "RoleDetailList": self.roles, "Policies": self.policies, "IsTruncated": False}
        if self.encoded:
            d = copy.deepcopy(d)
            for u in d["UserDetailList"]:
                for p in u["UserPolicyList"]:
                    p["PolicyDocument"] = urllib.parse.quote(json.dumps(p["PolicyDocument"]))
            for r in d["RoleDetailList"]:
                r["AssumeRolePolicyDocument"] = urllib.parse.quote(json.dumps(r["AssumeRolePolicyDocument"]))
        return [d] + self.extra


class Set:
    """Cases, written to a folder as exports of one organization."""

    def __init__(self):
        self.cases = []

    def add(self, name, account, right, start="user/start"):
        self.cases.append((name, account, many(right), start if start.startswith("arn:") else account.arn(start)))

    def write(self, folder):
        os.makedirs(folder)
        accounts = []
        seen = set()
        for name, a, _, _ in self.cases:
            for one in [a] + getattr(a, "others", []):
                if one.number in seen:
                    continue
                seen.add(one.number)
                accounts.append(one)
                with open(os.path.join(folder, "account-%s.json" % one.number), "w") as f:
                    for value in one.export():
                        json.dump(value, f)
                        f.write("\n")
        policies = [("p-FullAWSAccess", "FullAWSAccess", document(allow("*")), [ROOT] + [
            a.number for a in accounts if not any(instead for _, instead in a.scps)])]
        for a in accounts:
            for i, (doc, _) in enumerate(a.scps):
                policies.append(("p-%s%d" % (a.number[-8:], i), "scp%d" % i, a.fill(doc), [a.number]))
        with open(os.path.join(folder, "organization.json"), "w") as f:
            json.dump({"Organization": {"Id": "o-abcdefghij", "Arn": "arn:aws:organizations::999988887777:organization/o-abcdefghij",
                                        "MasterAccountId": "999988887777", "FeatureSet": "ALL"}}, f)
            json.dump({"Accounts": [{"Id": a.number, "Arn": "arn:aws:organizations::999988887777:account/o-abcdefghij/" + a.number, "Name": "a" + a.number,
                                     "Status": "ACTIVE", "JoinedMethod": "CREATED"} for a in accounts]}, f)
            for ident, pname, doc, to in policies:
                json.dump({"Policy": {"PolicySummary": {"Id": ident, "Arn": "arn:aws:organizations::999988887777:policy/o-abcdefghij/service_control_policy/" + ident,
                                                        "Name": pname, "Type": "SERVICE_CONTROL_POLICY", "AwsManaged": ident == "p-FullAWSAccess"},
                                      "Content": json.dumps(doc)}}, f)
                json.dump({"PolicyId": ident, "Answer": {"Targets": [{"TargetId": t, "Arn": "arn:x", "Name": t, "Type": "ROOT" if t == ROOT else "ACCOUNT"} for t in to]}}, f)
            for a in accounts:
                json.dump({"ChildId": a.number, "Answer": {"Parents": [{"Id": ROOT, "Type": "ROOT"}]}}, f)

    def check(self, inventory):
        """Answers of `nhiscan inventory --format json` against what is right: (name, what came, what is right) of each that differs."""
        got = {i["name"]: i["power"] or "" for i in inventory["items"] if i.get("type") == "identity"}
        wrong = []
        for name, _, right, arn in self.cases:
            text = got.get(arn, "not there")
            if answer(text) not in right:
                wrong.append((name, answer(text) + ": " + text, "/".join(right)))
        return wrong


def run(sets, folder, program):
    """All cases of the sets through the program; prints what differs, and returns how many do."""
    cases = Set()
    for add in sets:
        add(cases)
    cases.write(folder)
    out = subprocess.run([program, "inventory", "--as-of", "2024-06-01", "--format", "json", folder], stdout=subprocess.PIPE, check=False)
    wrong = cases.check(json.loads(out.stdout))
    for name, came, right in wrong:
        print("wrong: %s is %s, right is %s" % (name, came, right))
    print("%d accounts, %d wrong" % (len(cases.cases), len(wrong)))
    return len(wrong)


def answer(power):
    if power == "administrator":
        return "admin"
    if power.startswith("administrator if"):
        return "admin-if"
    if power.startswith("becomes administrator"):
        return "proved"
    if power.startswith("can gain"):
        return "gains"
    if power.startswith("may become administrator"):
        return "conditional"
    if power.startswith("may gain"):
        return "may-gain"
    return "no" if power != "not there" else power
