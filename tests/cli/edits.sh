#!/bin/sh
# Changes that mend a finding: offered where they are mechanical, valid SARIF, and what they make of a file has the finding no more.
. "$(dirname "$0")/lib.sh"
needs edits python3
mkdir -p repo/.github/workflows repo/elsewhere && cd repo || exit 1
cat >.github/workflows/all.yml <<'E'
on: push
permissions: write-all
jobs:
  build:
    runs-on: ubuntu-latest
    steps: [{run: make}]
E
printf 'on: push\r\njobs:\r\n  build:\r\n    runs-on: ubuntu-latest\r\n    steps: [{run: make}]\r\n' >.github/workflows/none.yml
cat >.github/workflows/upload.yml <<'E'
on: push
permissions: {contents: read}
jobs:
  one:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4 # the code
      - uses: actions/upload-artifact@v4
        with: {name: x, path: .}
  two:
    runs-on: ubuntu-latest
    steps:
      - name: code
        uses: actions/checkout@v4
        with:
          fetch-depth: 0
      - uses: actions/upload-artifact@v4
        with: {name: y, path: .}
  three:
    runs-on: ubuntu-latest
    steps:
      - {uses: actions/checkout@v4}
      - uses: actions/upload-artifact@v4
        with: {name: z, path: .}
E
cat >.github/workflows/pin.yml <<'E'
on: push
permissions: {contents: read}
jobs:
  pinned:
    runs-on: ubuntu-latest
    steps:
      - uses: acme/deploy@0123456789012345678901234567890123456789 # v2
  moving:
    runs-on: ubuntu-latest
    steps:
      - uses: acme/deploy@v2
        with: {token: "${{ secrets.DEPLOY_TOKEN }}"}
E
cat >.github/dependabot.yml <<'E'
version: 2
updates:
  - package-ecosystem: bundler
    directory: /
    schedule: {interval: weekly}
    insecure-external-code-execution: allow
E
cat >.gitlab-ci.yml <<'E'
variables:
  CI_DEBUG_TRACE: "true"
build: {script: [make]}
E
cat >azure-pipelines.yml <<'E'
trigger: [main]
pool: {vmImage: ubuntu-latest}
steps:
  - checkout: self
    persistCredentials: true
  - script: git push
E
cd .. || exit 1
only='--only github-token-* --only ci-secret-to-moving-code --only dependabot-* --only ci-debug-logging --only ci-job-identity-to-script'
set -f
# shellcheck disable=SC2086
run --format json -o one.json --format sarif -o one.sarif --min-confidence low $only repo
python3 - >edits.txt <<'E'
import json
for f in json.load(open("one.json"))["findings"]:
    e = f["edit"]
    print(f["sightings"][0]["path"], f["rule"], e and "%d:%d-%d:%d %r" % (e["line"], e["column"], e["end_line"], e["end_column"], e["text"]))
E
LC_ALL=C sort edits.txt >sorted.txt
cat >expected.txt <<'E'
.github/dependabot.yml dependabot-runs-external-code 6:39-6:44 'deny'
.github/workflows/all.yml github-token-write-all 2:14-2:23 '{contents: read}'
.github/workflows/none.yml github-token-permissions-default 2:1-2:1 'permissions:\r\n  contents: read\r\n'
.github/workflows/pin.yml ci-secret-to-moving-code 11:15-11:29 'acme/deploy@0123456789012345678901234567890123456789 # v2'
.github/workflows/upload.yml github-token-uploaded 16:1-16:1 '          persist-credentials: false\n'
.github/workflows/upload.yml github-token-uploaded 7:45-7:45 '\n        with:\n          persist-credentials: false'
.github/workflows/upload.yml github-token-uploaded None
.gitlab-ci.yml ci-debug-logging 2:19-2:25 '"false"'
azure-pipelines.yml ci-job-identity-to-script 5:25-5:29 'false'
E
grep -v github-token-kept sorted.txt >told.txt
holds each_edit_is_what_one_would_write diff -u expected.txt told.txt
# made, from the last to the first, they leave nothing of what they mend
python3 - <<'E'
import json
todo = {}
for f in json.load(open("one.json"))["findings"]:
    if f["edit"] and f["rule"] != "github-token-kept":
        todo.setdefault(f["sightings"][0]["path"], []).append(f["edit"])
for path, edits in todo.items():
    data = open("repo/" + path, "rb").read()
    for e in sorted(edits, key=lambda e: -e["offset"]):
        data = data[:e["offset"]] + e["text"].encode() + data[e["offset"] + e["length"]:]
    open("repo/" + path, "wb").write(data)
E
# shellcheck disable=SC2086
run --format json --min-confidence low $only repo
python3 - >left.txt <<'E'
import json
for f in json.load(open(".out"))["findings"]:
    print(f["sightings"][0]["path"], f["sightings"][0]["line"], f["rule"])
E
LC_ALL=C sort left.txt | grep -v github-token-kept >sorted.txt
echo '.github/workflows/upload.yml 27 github-token-uploaded' >expected.txt
holds what_is_mended_is_found_no_more diff -u expected.txt sorted.txt
python3 - <<'E' >shape.txt
import json
fixes = [r["fixes"] for r in json.load(open("one.sarif"))["runs"][0]["results"] if "fixes" in r]
for f in fixes:
    c = f[0]["artifactChanges"][0]
    assert f[0]["description"]["text"] and c["artifactLocation"]["uri"] and c["replacements"][0]["deletedRegion"]["startLine"] > 0
print(len(fixes) >= 8)
E
says_file() { if grep -q "$2" "$3"; then ok "$1"; else not_ok "$1" "$(cat "$3")"; fi; }
says_file sarif_has_fixes True shape.txt
if python3 -c 'import jsonschema' 2>/dev/null; then
	holds sarif_with_fixes_is_valid python3 -c "
import json, jsonschema
jsonschema.validate(json.load(open('one.sarif')), json.load(open('$root/testdata/schema/sarif-schema-2.1.0.json')))
jsonschema.validate(json.load(open('one.json')), json.load(open('$root/report/nhiscan-report.schema.json')))"
else
	skip sarif_with_fixes_is_valid 'python3-jsonschema is not installed'
fi
# a saved report tells them again, and history offers none
run merge --format json one.json
python3 - >again.txt <<'E'
import json
print([f["edit"] for f in json.load(open(".out"))["findings"]] == [f["edit"] for f in json.load(open("one.json"))["findings"]])
E
says_file a_saved_report_keeps_them True again.txt
printf -- '- id: xxx\n  title: x\n  service: x\n  on: job\n  when: untrusted\n  edit: [{replace: a, after: b}]\n' >bad.yaml
run rules check bad.yaml
if grep -q "'edit' lists" .out .err; then ok an_edit_is_one_thing; else not_ok an_edit_is_one_thing 'no word of it'; fi
finish
