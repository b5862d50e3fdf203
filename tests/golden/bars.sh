#!/bin/bash
# The bars of reports on what scans really write, not on golden files alone: a repository with history, archives, encoded secrets, pipelines, an agent's
# configuration and exports of an account is reported in every format, and each format is held against its schema and its consumers. Which test holds which
# bar: CONTRIBUTING.md, "What reports promise".
. "$(dirname "$0")/../cli/lib.sh"
needs bars git python3 "$expand"
golden=$root/tests/golden
export SOURCE_DATE_EPOCH=1767225600 GIT_CONFIG_NOSYSTEM=1 HOME="$work" GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@example.org GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@example.org
export GIT_AUTHOR_DATE='2025-01-02T03:04:05Z' GIT_COMMITTER_DATE='2025-01-02T03:04:05Z'
head -c 32 /dev/urandom >key && chmod 600 key

mkdir in
git init -q app && cd app || exit 1
"$expand" 1 'token={{github:ghp_}}' >app.env
"$expand" 2 'a={{github:ghp_}} b={{github:ghp_}}' >"two words [1].conf" # two of one rule on a line
"$expand" 3 'token={{github:ghp_}}' >../in/member.env && "$expand" 4 'token={{github:ghp_}}' >../in/other.env
tar -C .. -czf box.tar.gz in && (cd .. && tar -czf app/outer.tgz in app/box.tar.gz)
"$expand" 5 'auth: {{b64:github_token={{github:gho_}} and the rest}}' >secret.yaml
printf '{"mcpServers": {"x": {"command": "npx", "args": ["-y", "srv"], "env": {"GITHUB_TOKEN": "%s"}}}}\n' "$("$expand" 6 '{{github:ghp_}}')" >.mcp.json
mkdir -p .github/workflows && printf 'on: pull_request_target\npermissions: write-all\njobs:\n  a:\n    runs-on: self-hosted\n    steps:\n      - uses: actions/checkout@v4\n        with: {ref: "${{ github.head_ref }}"}\n      - run: echo "${{ github.event.pull_request.title }}"\n' >.github/workflows/pr.yml
git add -A && git commit -q -m one
"$expand" 7 'token={{github:ghp_}}' >gone.env && git add -A && git commit -q -m two && git rm -q gone.env && git commit -q -m three
git remote add origin https://user:secret@git.example.org/team/app.git
printf 'allow:\n  - {rule: "*", path: app.env, reason: "test account", owner: team-a, ticket: T-1, expires: 2099-01-01}\n' >.nhiscan.yaml
cd "$work" || exit 1
touch .out .err && cp -r "$root/testdata/ci" pipelines && cp -r "$root/testdata/iam/shop" exports
# As `aws iam get-credential-report` prints it: with the time it was made.
printf '{"Content": "%s", "ReportFormat": "text/csv", "GeneratedTime": "2025-12-30T10:20:30+00:00"}\n' "$(base64 -w0 exports/credential-report.csv)" >exports/credential-report.json
rm exports/credential-report.csv

report() { # folder, arguments of nhiscan scan: every format
	mkdir -p "$1" && cd "$1" || exit 1
	local out=()
	for f in json jsonl sarif csv gitlab github ocsf oscal cyclonedx html text oneline; do out+=(--format $f -o "report.$f"); done
	out+=(--format junit -o report.junit.xml --format markdown -o report.md)
	shift
	# A baseline wants ids that stay.
	[ "$1" != --fingerprint-key-file ] || out+=(--format baseline -o report.baseline)
	"$NHISCAN" scan "${out[@]}" "$@" >.out 2>.err
	status=$?
	cd "$work" || exit 1
}
everything='../app ../pipelines ../exports'
# shellcheck disable=SC2086
report all --fingerprint-key-file ../key --min-confidence low --max-results 0 $everything
[ "$status" = 1 ] && ok 'everything_has_findings' || not_ok everything_has_findings "status $status: $(cat all/.err)"
report one --fingerprint-key-file ../key ../app
# shellcheck disable=SC2086
report run-key --min-confidence low $everything
mkdir harmless && echo harmless >harmless/file
report none --no-history ../harmless
cp all/report.baseline baseline && "$expand" 8 'token={{github:ghp_}}' >app/new.env
report known --fingerprint-key-file ../key --baseline ../baseline ../app
TF_BUILD=True SYSTEM_COLLECTIONURI=https://dev.azure.com/org/ SYSTEM_TEAMPROJECT=project SYSTEM_DEFINITIONID=12 BUILD_DEFINITIONNAME=nightly SYSTEM_PHASENAME=phase \
	SYSTEM_PHASEID=3a3a2a60-14c7-570b-14a4-fa42ad92f52a SYSTEM_JOBID=3a3a2a60-14c7-570b-14a4-fa42ad92f52a BUILD_SOURCEBRANCH=refs/heads/main BUILD_BUILDID=77 \
	report azure --fingerprint-key-file ../key ../app
for d in all one run-key none known azure; do
	cp "$d/report.sarif" "$d.sarif" && cp "$d/report.json" "$d.json" && cp "$d/report.jsonl" "$d.jsonl"
done

# The checks print lines of their own.
through() { # program, arguments
	"$@" >"$work/.lines" 2>"$work/.err" || [ -s "$work/.lines" ] || not_ok "$1" "$(tail -3 "$work/.err")"
	sed -e 's/^ok /ok bars: /; s/^not ok /not ok bars: /; s/^skip /skip bars: /' -e "s#$work/##" "$work/.lines"
	! grep -q '^not ok' "$work/.lines" || bad=1
}
python=python3
"$python" -c 'import jsonschema' 2>/dev/null || python=/usr/bin/python3
if "$python" -c 'import jsonschema' 2>/dev/null; then
	through "$python" "$golden/validate.py" "$work"/*.sarif "$work"/*.json "$work"/*.jsonl
	for d in all one run-key none known; do
		through "$python" "$golden/validate_formats.py" "$work/$d"/report.{cyclonedx,oscal,ocsf,gitlab,junit.xml,csv,github,md}
	done
else
	skip bars_schemas 'python3-jsonschema is not installed'
fi
through python3 "$golden/consumers.py" "$work"/*.sarif --gitlab all/report.gitlab one/report.gitlab none/report.gitlab
through python3 "$golden/framework_ids.py" all
through python3 "$golden/evidence.py" all "$(git -C app rev-parse HEAD)" 111122223333
cd "$root" || exit 1
through tests/golden/multitool.sh "$work"/*.sarif
through tests/golden/ajv.sh "$work"/*.sarif
cd "$work" || exit 1
holds ocsf_has_all_three_classes python3 -c 'import json; assert {json.loads(l)["class_uid"] for l in open("all/report.ocsf")} == {2006, 2007, 2008}'
holds two_secrets_on_a_line_say_so python3 -c 'import json; r=json.load(open("one.sarif"))["runs"][0]["results"]; assert [x["properties"]["nhiscan/sharesLines"] for x in r if "two%20words" in x["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]] == [2, 2]'
finish
