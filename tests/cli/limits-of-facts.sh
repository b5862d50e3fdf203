#!/bin/sh
# Bounds of what readers and engines over facts take in: below a bound nothing is said, above it the report names the bound and the scan is incomplete,
# and what lies before it is still told.
. "$(dirname "$0")/lib.sh"

notices() { # of the report in .out, by code
	python3 -c '
import json, sys
d = json.load(open(".out"))
print(" ".join(sorted(n["code"] for n in d["coverage"]["notices"] if n["code"] == sys.argv[1])))' "$1"
}
equals() { # name, right, came
	if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "'$3', not '$2'"; fi
}

# Arguments of an agent's server.
server() { # folder, arguments before and behind the token
	mkdir -p "$1"
	python3 -c '
import json, sys
token = "gh" + "p_" + "R7tZ2mK9xW4vB6nQ8sD1fG3hJ5kL0pYcVuTe"
args = ["-a%d" % i for i in range(int(sys.argv[1]))] + ["--token", token] + ["-b%d" % i for i in range(int(sys.argv[2]))]
json.dump({"mcpServers": {"x": {"command": "node", "args": ["server.js"] + args}}}, open(sys.argv[3] + "/.mcp.json", "w"))' "$2" "$3" "$1"
}
literals() {
	python3 -c 'import json; print(sum(f["rule"] == "agent-literal-credential" for f in json.load(open(".out"))["findings"]))'
}
server few 10 180
run scan --no-config --format json few
exits 'a server with 193 arguments' 0
equals 'has its token told' 1 "$(literals)"
equals 'is read whole' '' "$(notices limit-agent-arguments)"
server many 10 400
run scan --no-config --format json many
exits 'one with 413 makes the scan incomplete' 3
equals 'and the token before the bound is told' 1 "$(literals)"
equals 'and the report names the bound, once' 'limit-agent-arguments' "$(notices limit-agent-arguments)"
python3 -c '
import json
n = [n for n in json.load(open(".out"))["coverage"]["notices"] if n["code"] == "limit-agent-arguments"][0]
print(n)' >note
if grep -q '200 arguments' note; then ok 'with its number'; else not_ok 'with its number' "$(cat note)"; fi

# Roles of a cloud and jobs of pipelines that may fit together.
pairs() { # folder, roles, jobs
	mkdir -p "$1/.github/workflows"
	python3 -c '
import sys
folder, roles, jobs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with open(folder + "/roles.tf", "w") as f:
    for i in range(roles):
        f.write("""resource "aws_iam_role" "r%d" {
  name = "r%d"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow", Action = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }
      Condition = {
        StringEquals = { "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com" }
        StringLike = { "token.actions.githubusercontent.com:sub" = "repo:o/r:*" }
      }
    }]
  })
}
""" % (i, i))
for w in range((jobs + 99) // 100):
    with open(folder + "/.github/workflows/w%d.yml" % w, "w") as f:
        f.write("on: [push]\npermissions: {id-token: write}\njobs:\n")
        for i in range(min(100, jobs - 100 * w)):
            f.write("  j%d:\n    runs-on: x\n    steps:\n      - uses: aws-actions/configure-aws-credentials@v4\n        with: {role-to-assume: \"arn:aws:iam::111122223333:role/r0\", aws-region: eu-west-1}\n" % i)
' "$@"
	git init -q "$1" 2>/dev/null && git -C "$1" remote add origin https://github.com/o/r.git
}
pairs few-roles 40 60
run scan --no-config --format json --no-history few-roles
equals 'forty roles and sixty jobs are put together' '' "$(notices limit-federation)"
pairs many-roles 1600 1400
run scan --no-config --format json --no-history many-roles
exits '1,600 roles and 1,400 jobs make the scan incomplete' 3
equals 'and the report names the bound, once' 'limit-federation' "$(notices limit-federation)"
finish
