#!/bin/sh
# Facts of pipelines in a scan and with `nhiscan ci`: findings in reports, marks, places, gate, own rules, damaged files; who can start what.
. "$(dirname "$0")/lib.sh"

mkdir -p repo/.github/workflows
cd repo || exit 1
git init -q .
cat >.github/workflows/ci.yml <<'YAML'
name: CI
on:
  pull_request:
  push: {branches: [main]}
permissions: {contents: read}
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: acme/report@main
        with:
          token: ${{ secrets.REPORT_TOKEN }}
  release:
    if: github.event_name == 'push'
    runs-on: ubuntu-latest
    environment: production
    permissions: {contents: write, id-token: write}
    steps:
      - run: npm publish
        env: {NODE_AUTH_TOKEN: "${{ secrets.REPORT_TOKEN }}"}
YAML
cat >.github/workflows/triage.yml <<'YAML'
on: issue_comment
permissions: write-all
jobs:
  answer:
    runs-on: ubuntu-latest
    steps: [{uses: ./.github/actions/answer}]
YAML
mkdir -p .github/actions/answer
cat >.github/actions/answer/action.yml <<'YAML'
name: answer
runs:
  using: composite
  steps:
    - shell: bash
      run: echo "${{ github.event.comment.body }}"
YAML
git add -A
git -c user.email=t@example.org -c user.name=t commit -qm start
cd ..
git clone -q --bare repo bare.git

run ci repo
says 'who can start a job' 'started by +anyone: issue_comment'
says 'a condition is evaluated' 'started by +people with write access: push'
says 'secrets by name' 'reads +secrets REPORT_TOKEN'
says 'what it may do' 'may +write contents, id-token; mint identity tokens; publish'
says 'what limits it' 'limited by +environment production'
says 'the sum' '^3 jobs: 1 that anyone can start, 1 that pull or merge requests start; 2 with secrets'
exits 'telling is no gate' 0

run ci --format json repo
cp .out jobs.json
holds 'JSON is valid and complete' python3 - <<'PY'
import json
d = json.load(open("jobs.json"))
assert d["schema"] == "nhiscan-ci/1" and d["count"] == 3
j = {j["job"]: j for j in d["jobs"]}
assert j["answer"]["started_by"] == {"who": "anyone", "events": ["issue_comment"]}, j["answer"]
assert j["answer"]["may"]["write_all"] is True
assert j["test"]["reads"]["secrets"] == ["REPORT_TOKEN"]
assert j["test"]["may"]["unpinned_code"] == ["acme/report@main"]
assert j["release"]["started_by"]["who"] == "trusted"
assert (j["release"]["path"], j["release"]["line"], j["release"]["column"]) == (".github/workflows/ci.yml", 13, 3)
PY

# on a terminal: a table where it has the columns, records wrapped to it where it has not
cat >terminal.py <<'PY'
import fcntl, os, pty, struct, sys, termios, time
pid, fd = pty.fork()
if pid == 0:
    time.sleep(.3)
    os.execv(sys.argv[2], sys.argv[2:])
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 50, int(sys.argv[1]), 0, 0))
out = b""
try:
    while data := os.read(fd, 65536):
        out += data
except OSError:
    pass
sys.stdout.write(out.decode().replace("\r\n", "\n"))
PY
NO_COLOR=1 python3 terminal.py 120 "$NHISCAN" ci repo >.out
says 'a table names its columns' '^JOB +STARTED BY +READS +MAY +LIMITED BY$'
says 'a row is a job below its file' '^release :13 +people with write +secrets REPORT_TOKEN +write contents, id-token; +environment$'
cp .out wide.txt
holds 'no row is wider than the terminal' python3 -c 'import sys
widths = [len(l.rstrip("\n")) for l in open("wide.txt")]
sys.exit(max(widths) > 120 or max(widths) < 100)'
NO_COLOR=1 python3 terminal.py 120 "$NHISCAN" ci repo >.out
says 'the table has the sum too' '^3 jobs: 1 that anyone can start'
mkdir -p agent/.github/workflows
printf 'on: push\njobs:\n  write:\n    runs-on: ubuntu-latest\n    steps:\n      - run: claude -p "fix it" --dangerously-skip-permissions\n' >agent/.github/workflows/agent.yml
NO_COLOR=1 python3 terminal.py 200 "$NHISCAN" ci agent >.out
tr -s ' \n' ' ' <.out >words && mv words .out
says 'the table names the agents of a job' 'runs agent claude'
NO_COLOR=1 python3 terminal.py 44 "$NHISCAN" ci repo >narrow.txt
holds 'a narrow terminal gets records that fit' python3 -c 'import sys
lines = [l.rstrip("\n") for l in open("narrow.txt")]
sys.exit(any(len(l) > 44 for l in lines if " " in l.strip() and "/" not in l and not l.startswith("3 jobs")) or not any("limited by" in l for l in lines))'

mkdir accents
{
	printf 'deploy:\n  script: [make]\n  environment: '
	printf 'e\314\201%.0s' $(seq 80)
	echo
} >accents/.gitlab-ci.yml
NO_COLOR=1 python3 terminal.py 120 "$NHISCAN" ci accents >accents.txt
holds 'a word without blanks is cut between characters, not before an accent' python3 -c 'import sys
text = open("accents.txt", encoding="utf-8").read()
sys.exit("\u0301" not in text or " \u0301" in text)'

# what is of others never becomes a command of the runner whose log this is
mkdir -p 'cmds/::error::x/.circleci'
printf '"##vso[task.setvariable]x":\n  script: [make]\n' >cmds/.gitlab-ci.yml
printf 'version: 2.1\njobs:\n  a: {docker: [{image: a}], steps: [checkout]}\n' >'cmds/::error::x/.circleci/config.yml'
run ci cmds
says 'a name is no command' '  \\x23#vso\[task\.setvariable\]x$'
says 'a path is no command' '^\./::error::x/\.circleci/config\.yml:3  a$'

run --no-history --format json repo
cp .out facts.json
exits 'findings about pipelines fail the gate' 1
holds 'findings stand at exact places' python3 - <<'PY'
import json
d = json.load(open("facts.json"))
at = {(f["rule"], s["path"], s["line"], s["column"]) for f in d["findings"] for s in f["sightings"][:1]}
for wanted in [
    ("ci-secret-to-moving-code", ".github/workflows/ci.yml", 10, 15),
    ("github-token-write-all", ".github/workflows/triage.yml", 2, 14),
    ("ci-untrusted-text", ".github/actions/answer/action.yml", 6, 18),
    ("ci-secret-crosses-trust", ".github/workflows/ci.yml", 12, 18),
]:
    assert wanted in at, (wanted, sorted(at))
f = next(f for f in d["findings"] if f["rule"] == "github-token-write-all")
assert f["kind"] == "configuration" and f["verdict"] == "configured" and f["masked"] == "", f
assert f["reasons"][0]["code"] == "condition"
PY

# the same at HEAD, where no working tree shows it; staged; alone; by standard input
count() { # name, arguments…: both files' findings are there
	name=$1
	shift
	run --format oneline --only ci-secret-to-moving-code --only github-token-write-all "$@"
	cp .out kept
	holds "$name" test "$(grep -c . kept)" = 2
}
count 'a bare repository' bare.git
count 'without the working tree' --no-worktree repo
count 'the working tree alone' --no-history repo
run --format oneline --only github-token-write-all repo/.github/workflows/triage.yml
says 'a file alone is told by its content' 'triage.yml:2:14: high github-token-write-all'
run --format oneline --only github-token-write-all - <repo/.github/workflows/triage.yml
says 'and so is the standard input' '2:14: high github-token-write-all'

# selection, marks, off rules
run --no-history --format oneline --skip 'ci-*' --skip 'github-*' repo
exits 'skipped rules find nothing' 0
sed 's/^permissions: write-all/& # nhiscan:allow github-token-write-all the bot needs it/' repo/.github/workflows/triage.yml >t.yml
run --format json --only github-token-write-all t.yml
says 'a mark accepts it' '"suppressed":"inline nhiscan:allow: the bot needs it"'
exits 'and it does not count' 0
run --no-history --format oneline --only 'github-*' repo
holds 'a glob does not switch on what is off' sh -c '! grep -q github-secret-outside-environment .out'
run --format sarif --only github-token-write-all --no-history repo
says 'SARIF has the place' '"startLine":2'

# damaged ones
printf 'on: push\njobs:\n\ta: 1\n' >repo/.github/workflows/bad.yml
run --no-history --format json repo
says 'what cannot be read is told with its place' '"where":".github/workflows/bad.yml:3:1"'
says 'and why' 'a tab where YAML allows blanks only'

# names of secrets that begin like a vendor's token are names
mkdir -p many/.github/workflows
printf 'on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: x\n        env: {A: "${{ secrets.NPM_TOKEN }}"}\n' >many/.github/workflows/a.yml
run ci many
says 'a name such as NPM_TOKEN is shown' 'reads +secrets NPM_TOKEN$'

# many jobs are told by several threads, in the same order
python3 - many/.github/workflows <<'PY'
import sys
for i in range(900):
    with open("%s/w%d.yml" % (sys.argv[1], i), "w") as f:
        f.write("on: [push, pull_request]\njobs:\n")
        for k in range(3):
            f.write("  j%d:\n    runs-on: x\n    steps:\n      - uses: a/b@v%d\n      - run: npm test\n" % (k, i))
PY
taskset -c 0 "$NHISCAN" ci many >.one 2>&1
"$NHISCAN" ci many >.four 2>&1
holds 'records do not depend on the number of threads' cmp .one .four
holds 'each job has one' test "$(grep -c 'started by' .four)" -eq 2701

# one's own rules
cat >own.yaml <<'YAML'
- id: own-rule
  title: Job without a reviewed environment
  service: ours
  on: job
  when: publishes and environment != "production"
  severity: high
  confidence: high
  nhi: [NHI8]
  cwe: [653]
  message: "{name} publishes from {environment}"
  fix: Use the environment.
  reference: https://example.org/
  positive: [{fact: {publishes: true, environment: none}}]
  negative: [{fact: {publishes: true, environment: production}}]
YAML
run rules check own.yaml
exits 'a rule of one'"'"'s own is checked' 0
sed 's/publishes and/publishs and/' own.yaml >bad.yaml
run rules check bad.yaml
complains 'a mistake has file, line, column and the nearest name' \
	"bad.yaml:5:9: rule own-rule: unknown attribute 'publishs' of a job, did you mean 'publishes'"
sed 's/environment: none/environment: production/' own.yaml >wrong.yaml
run rules check wrong.yaml
says 'a case that does not hold is told' 'positive 1 does not hold'
run rules explain own-rule --rules own.yaml
says 'explain shows the condition' 'When +publishes and environment != "production"'
finish
