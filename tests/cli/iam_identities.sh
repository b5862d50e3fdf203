#!/bin/sh
# What the JSON report says of every identity of an export: the answers, the methods by their ids, what a conditional one hangs on; by the schema.
. "$(dirname "$0")/lib.sh"
equals() { # name, right, came
	if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "$3"; fi
}
cat >make.py <<'END2'
import json, sys
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
from iam_world import *

def write(name, a):
    with open(name, "w") as f:
        for value in a.export():
            json.dump(value, f)

a = Account()
a.number = "111122223333"
a.user("boss", attached=[AWS_ADMIN])
a.user("mfa", [document(allow("*", "*", {"Bool": {"aws:MultiFactorAuthPresent": "true"}}))])
a.user("put", [document(allow("iam:PutUserPolicy", "arn:aws:iam::ACCT:user/${aws:username}"))])
a.user("passes", [document(allow(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]))])
a.user("updates", [document(allow("lambda:UpdateFunctionCode"))])
a.user("reads", [document(allow("s3:Get*"))])
a.user("hops", [document(allow("sts:AssumeRole", "arn:aws:iam::ACCT:role/middle"))])
a.role("middle", trusting(principal={"AWS": "arn:aws:iam::ACCT:root"}), [document(allow("iam:AttachRolePolicy", "arn:aws:iam::ACCT:role/middle"))])
a.role("target", trusting("lambda.amazonaws.com"), attached=[AWS_ADMIN])
write("account.json", a)
b = Account()
b.number = "444455556666"
b.user("passes", [document(allow(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]))])
b.user("updates", [document(allow("lambda:UpdateFunctionCode"))])
write("rolesless.json", b)
END2
python3 make.py "$root/tests/cli" || exit 1
run iam account.json --as-of 2024-06-01 --format json -o account.out -q
equals 'with -q and a report in a file nothing is printed' '' "$(cat .out .err)"
cat >look.py <<'END2'
import json, sys
d = json.load(open(sys.argv[1]))
ids = {m["id"]: m["actions"] for m in d["methods"]}
for i in d["identities"]:
    ways = ["%s>%s:%s%s" % (w["method"], w["to"].rsplit("/", 1)[-1], w["certainty"], " (%s)" % w["needs"] if "needs" in w else "") for w in i["methods"]]
    chain = ["%s %s>%s" % (w["method"], w["from"].rsplit("/", 1)[-1], w["to"].rsplit("/", 1)[-1]) for w in i["chain"]]
    assert all(w["method"] in ids for w in i["methods"] + i["chain"])
    print(i["name"].rsplit("/", 1)[-1], i["administrator"], i["reaches_administrator"], i["escalates"], "; ".join(ways) or "-", "|", "; ".join(chain) or "-")
END2
cat >right <<'END2'
middle no yes yes iam-009>administrator:proved | iam-009 middle>administrator
target yes yes no - | -
boss yes yes no - | -
hops no yes yes sts-001>middle:proved | sts-001 hops>middle; iam-009 middle>administrator
mfa conditional conditional conditional
passes no yes yes lambda-001>target:proved | lambda-001 passes>target
put no yes yes iam-007>administrator:proved | iam-007 put>administrator
reads no no no - | -
updates no conditional conditional lambda-003>target:conditional (a function that carries the role) | lambda-003 updates>target
END2
python3 look.py account.out | sed 's/^\(mfa [a-z]* [a-z]* [a-z]*\).*/\1/' >came
equals 'every identity, its answers, its methods and its chain' "$(cat right)" "$(cat came)"
run iam rolesless.json --as-of 2024-06-01 --format json -o rolesless.out -q
equals 'without roles in the export, passing and updating are conditional, and say why' "\
passes no conditional conditional lambda-001>administrator:conditional (a role of more power, and the exports hold no role at all)
updates no conditional conditional lambda-003>administrator:conditional (a role of more power, and the exports hold no role at all)" \
	"$(python3 look.py rolesless.out | sed 's/ | .*//')"
holds 'findings name the methods by id' python3 -c '
import json
d = json.load(open("account.out"))
said = {f["rule"] + " " + r["text"].split(" ")[0].rsplit("/", 1)[-1]: r["text"] for f in d["findings"] for r in f["reasons"] if r["code"] == "condition"}
assert "iam-007 proved" in said["aws-escalation-to-administrator put"], said
assert "lambda-003 conditional" in said["aws-escalation-conditional updates"], said'
run iam account.json --as-of 2024-06-01 --format jsonl
equals 'JSON lines have the same' "$(python3 -c 'import json; d = json.load(open("account.out")); print(json.dumps(d["identities"]))')" \
	"$(python3 -c '
import json
all = [json.loads(x) for x in open(".out")]
print(json.dumps([{k: v for k, v in x.items() if k != "type"} for x in all if x["type"] == "identity"]))')"
if python3 -c 'import jsonschema' 2>/dev/null; then
	holds 'both fit the schema' python3 -c "
import json, jsonschema
s = json.load(open('$root/report/nhiscan-report.schema.json'))
jsonschema.validate(json.load(open('account.out')), s)
v = jsonschema.Draft202012Validator({'\$ref': '#/\$defs/record', '\$defs': s['\$defs']})
for line in open('.out'):
    v.validate(json.loads(line))"
else
	skip 'both fit the schema' 'no jsonschema'
fi
# Each action set of the public catalogues is told by the method that has exactly those actions, so that reports can be compared with labels.
cat >sets.py <<'END2'
import json, subprocess, sys
sys.path.insert(0, sys.argv[2])
sys.dont_write_bytecode = True
import iam_paths, iam_world
cases = iam_world.Set()
rows = iam_paths.add_all(cases)
cases.cases = [c for c in cases.cases if c[0].endswith(" star")]
cases.write("sets")
out = subprocess.run([sys.argv[1], "iam", "--as-of", "2024-06-01", "--no-config", "--exit-zero", "-q", "--format", "json", "sets"], stdout=subprocess.PIPE).stdout
d = json.loads(out)
actions = {m["id"]: frozenset(m["actions"]) for m in d["methods"]}
told = {i["name"]: i for i in d["identities"]}
missing = []
for name, _, _, arn in cases.cases:
    want = frozenset(name[:-5].split("+"))
    if want == {"iam:UpdateAssumeRolePolicy", "sts:AssumeRole"}:  # the first alone is enough
        want = frozenset(["iam:UpdateAssumeRolePolicy"])
    if want not in [actions[m["method"]] for m in told[arn]["methods"]]:
        missing.append(name)
print(len(cases.cases), rows, missing)
sys.exit(len(cases.cases) != rows or rows < 103 or missing != [])
END2
holds 'each of the 103 action sets is named by its own method' python3 sets.py "$NHISCAN" "$root/tests/cli"
holds 'a report of files without exports has neither' sh -c "mkdir -p plain && echo x >plain/a && '$NHISCAN' scan --format json plain | python3 -c 'import json, sys; d = json.load(sys.stdin); assert \"identities\" not in d and \"methods\" not in d'"
finish
