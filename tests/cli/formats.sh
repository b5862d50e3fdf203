#!/bin/bash
# Every format: no canary in any, the same bytes for 1, 2 and 8 threads and for inputs named in another order, and from a saved report what the scan itself
# writes. Bars 2, 5 and 6 of what reports promise.
. "$(dirname "$0")/lib.sh"
needs formats git python3 "$expand"
leaks=$root/tests/cli/leaks.py
canaries=$work/.canaries
formats='text json jsonl sarif oneline csv junit gitlab github markdown ocsf oscal cyclonedx html baseline'
export SOURCE_DATE_EPOCH=1767225600 GIT_CONFIG_NOSYSTEM=1 HOME="$work" GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@example.org GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@example.org
export GIT_AUTHOR_DATE='2025-01-02T03:04:05Z' GIT_COMMITTER_DATE='2025-01-02T03:04:05Z'
head -c 32 /dev/urandom >key && chmod 600 key

# A canary each, in a file, a file's name, a message, a branch, an archive's member, and beside another one.
seed=0
plant() {
	seed=$((seed + 100))
	c=$("$expand" $seed '{{github:ghp_}}')
	printf '%s\n' "$c" >>"$canaries"
}
git init -q repo && cd repo || exit 1
plant && echo "token=$c" >app.env
plant && echo "token=$c" >"name $c.txt"
plant && first=$c && plant && printf 'a=%s b=%s # =cmd() <script>x</script> | [l](javascript:x) ::error::x\n' "$first" "$c" >two.conf
plant && mkdir in && echo "token=$c" >in/member.env && plant && echo x >"in/name-$c.txt" && plant && echo "token=$c" >"in/beside.env" && plant && echo "token=$c" >"in/both-$c.env" && tar -czf box.tar.gz in && rm -r in
git add -A && plant && git commit -q -m "message with $c"
plant && git checkout -q -b "topic/$c"
plant && echo "token=$c" >gone.env && git add -A && git commit -q -m 'two' && git rm -q gone.env && git commit -q -m 'three'
cd "$work" || exit 1
mkdir other && plant && echo "token=$c" >other/app.env
plant && printf 'exclude: [nothing]\nallow:\n  - rule: "*"\n    path: two.conf\n    reason: "because %s"\n' "$c" >repo/.nhiscan.yaml

# One scan writes them all.
report() { # folder, threads, targets…
	mkdir -p "$1" && cd "$1" || exit 1
	local threads=$2 arguments=()
	shift 2
	for f in $formats; do arguments+=(--format "$f" -o "r.$f"); done
	"$NHISCAN" scan --fingerprint-key-file ../key --min-confidence low --threads "$threads" "${arguments[@]}" "$@" >../.out 2>../.err
	# How many threads were asked for is the only difference that is allowed.
	sed -i 's/--threads\(","\| \|","\)[0-9]*/--threads\1N/g' r.*
	cd "$work" || exit 1
}
same() { # name, folder, folder
	for f in $formats; do
		if cmp -s "$2/r.$f" "$3/r.$f"; then ok "$1_$f"; else not_ok "$1_$f" "$(cmp "$2/r.$f" "$3/r.$f" 2>&1)"; fi
	done
}
report one 1 ../other ../repo
for f in $formats; do
	if [ -s "one/r.$f" ] && "$leaks" "$canaries" "one/r.$f" >.leaks 2>&1; then ok "no_canary_in_$f"; else not_ok "no_canary_in_$f" "$(head -3 .leaks)"; fi
done
holds there_are_findings sh -c '[ "$(grep -c ghp_ one/r.oneline)" -ge 5 ]'
report two 2 ../other ../repo
same two_threads one two
report eight 8 ../other ../repo
same eight_threads one eight
report shuffled 2 ../repo ../other
same other_order two shuffled
python3 - "$formats" <<'PY' >.out 2>.err || bad=1
import csv, json, sys, xml.dom.minidom
for f in ("json", "sarif", "gitlab", "oscal", "cyclonedx"):
    json.load(open(f"one/r.{f}", encoding="ascii"))
for f in ("jsonl", "ocsf"):
    [json.loads(l) for l in open(f"one/r.{f}", encoding="ascii")]
xml.dom.minidom.parse("one/r.junit")
rows = list(csv.reader(open("one/r.csv", encoding="utf-8", newline="")))
assert len({len(r) for r in rows}) == 1 and len(rows) > 5, rows
PY
if [ $? = 0 ]; then ok every_format_parses; else not_ok every_format_parses "$(cat .err)"; fi

# One scan's reports agree: the program, the digest of what was found, and how to check them.
python3 - <<'PY' >.out 2>.err || bad=1
import csv, json, re
one = json.load(open("one/r.json"))
digest, program = one["summary"]["integrity"]["findings_sha256"], one["tool"]["sha256"]
assert re.fullmatch("[0-9a-f]{64}", digest) and re.fullmatch("[0-9a-f]{64}", program), (digest, program)
for f in "json jsonl sarif junit gitlab markdown ocsf oscal cyclonedx html".split():
    text = open(f"one/r.{f}", encoding="utf-8").read()
    assert digest in text, f"no digest of the findings in {f}"
    assert program in text, f"no digest of the program in {f}"
    assert "verify-report" in text, f"{f} does not tell how to check it"
# A secret in a file and in history: what history knows is in the row, though the file comes first.
rows = {r["id"]: r for r in csv.DictReader(open("one/r.csv", encoding="utf-8", newline=""))}
events = {e["finding_info"]["uid"]: e for e in map(json.loads, open("one/r.ocsf"))}
both = 0
for f in one["findings"]:
    dated = [s for s in f["sightings"] if s["commit"]]
    row, first = rows[f["id"]], events[f["id"]]["finding_info"].get("first_seen_time")
    assert (row["at_head"] == "yes") == any(s["at_head"] for s in f["sightings"]), row
    assert (row["commit"] != "") == bool(dated), row
    assert (first is not None) == any(s["authored"] for s in dated), f["id"]
    both += f["sightings"][0]["commit"] is None and bool(dated)
assert both > 2, both
PY
if [ $? = 0 ]; then ok reports_of_one_scan_agree; else not_ok reports_of_one_scan_agree "$(cat .err)"; fi

# From a saved report the same as from the scan, but for the command line.
cd one || exit 1
for f in csv gitlab ocsf cyclonedx oneline baseline; do
	"$NHISCAN" merge --format $f r.json >../saved 2>../.err
	# Its own command line and exit status are told with the rest of the evidence.
	sed -i 's/"\(Command line\|Exit status\): [^"]*"/"\1"/g; s/\(\(command-line\|exit-status\)","value":\)"[^"]*"/\1""/g' ../saved "r.$f"
	if cmp -s ../saved "r.$f"; then ok "saved_report_gives_the_same_$f"; else not_ok "saved_report_gives_the_same_$f" "$(diff ../saved "r.$f" | head -4 | cut -c1-300)"; fi
done
cd "$work" || exit 1

# CSV has its header for no rows; a scan of nothing passes in no format.
mkdir empty && echo harmless >empty/file
run --no-history --format csv empty
says csv_header_without_rows '^id,fingerprint,rule,'
mkdir nothing
for f in $formats; do
	run --no-history --fingerprint-key-file key --format $f nothing
	exits "nothing_scanned_$f" 3
done
finish
