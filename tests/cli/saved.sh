#!/bin/sh
# Baselines, gates, differences and joins of saved reports.
. "$(dirname "$0")/lib.sh"
needs saved python3

# Made at run time, so that this file holds nothing that looks like a secret.
letters='Zq7Rw2Kx9Lm4Tn8Vb3Hd6Fg1Jc5PsYuEaQ'
url() { # number
	printf 'postgres://app:pw%s%s@db.internal.corp:5432/app' "$1" "$(printf %s "$letters" | cut -c"$1"-$(($1 + 13)))"
}
export SOURCE_DATE_EPOCH=1767225600
head -c 32 /dev/urandom >key && chmod 600 key
head -c 32 /dev/urandom >other && chmod 600 other
common='--no-history --gate-confidence low --min-confidence low --fingerprint-key-file'

mkdir a b
printf 'one = "%s"\n' "$(url 1)" >a/app.conf
printf 'two = "%s"\n' "$(url 5)" >a/two.conf
printf 'one = "%s"\n' "$(url 1)" >b/copy.conf

# --- baseline ---
run baseline --no-history a
complains baseline_without_a_key_is_refused 'a baseline needs fingerprints'
run baseline --no-history --min-confidence low --fingerprint-key-file key -o known a
exits baseline_is_written 0
holds baseline_has_its_header grep -q '^# nhiscan-baseline/1 key [0-9a-f]*$' known
holds baseline_has_a_line_a_finding sh -c '[ "$(grep -vc "^#" known)" = 2 ]'
holds baseline_is_sorted sh -c 'tail -n +2 known | LC_ALL=C sort -c'
holds baseline_tells_no_place sh -c '! grep -E "conf|20[0-9][0-9]-" known'
run scan $common key --baseline known a
exits known_is_not_accepted 1
run scan $common key --baseline known --fail-on-new a
exits known_does_not_fail_on_new 0
says gate_says_what_it_looked_at 'not known to the baseline'

# Moved code stays known; another secret on an accepted line does not.
sed -i 's/^\([^#].*\)$/\1 reason="moves in January" owner=team-a ticket=SEC-12 expires=2026-06-30/' known
{
	echo; echo; cat a/app.conf
} >a/moved.conf && rm a/app.conf
run scan $common key --baseline known --format json a
exits accepted_does_not_fail 0
says reason_is_told '"reason":"moves in January","owner":"team-a","ticket":"SEC-12"'
says accepted_stays_in_the_report '"suppressed":"moves in January \(owner team-a, SEC-12, until 2026-06-30, known:[23]\)"'
printf 'one = "%s" "%s"\n' "$(url 1)" "$(url 9)" >a/moved.conf
run scan $common key --baseline known a
exits another_secret_on_the_line_counts 1
run scan $common key --baseline known --format sarif a
says sarif_tells_new_from_known '"baselineState":"new"'
says sarif_state_is_on_all '"baselineState":"unchanged"'
rm a/moved.conf
run scan $common key --baseline known --format json a
says what_is_gone_is_told '"code":"baseline-absent"'
printf 'one = "%s"\n' "$(url 1)" >a/app.conf
SOURCE_DATE_EPOCH=1790000000 run scan $common key --baseline known --format json a
exits expired_counts_again 1
says expired_is_told '"code":"suppression-expired"'
run baseline --no-history --min-confidence low --fingerprint-key-file key --baseline known -o again a
holds reasons_are_kept cmp known again
run scan $common other --baseline known a
complains another_key_is_refused 'was made with key'
run scan --no-history --baseline known a
complains no_key_is_refused 'fingerprint-key-file'
printf '<<<<<<< ours\n' >>known
run scan $common key --baseline known a
complains merge_conflict_is_named 'known:4: a conflict of a merge'
echo 'hello' >nothing
run scan $common key --baseline nothing a
complains other_files_are_refused 'nothing:1: not a baseline of nhiscan'

# --- saved reports ---
run scan $common key --format json -o a.json --format jsonl -o a.jsonl a
run scan $common key --format json -o b.json b
for r in a.json a.jsonl; do
	run gate "$r"
	exits "gate_fails_on_$r" 1
	run gate "$r" --fail-on none
	exits "gate_of_the_command_line_wins_$r" 0
	run gate "$r" --exit-zero
	exits "exit_zero_$r" 0
done
run gate a.json --format oneline
says gate_lists_findings '^app.conf:1:'
sed 's/"findings":2,/"findings":1,/' a.json >changed.json
run gate changed.json
exits changed_report_is_refused 3
# What a gate would have to believe: thresholds that are not there, totals that are wrong, a second report behind the first.
edited() { # name, python statements about the report r
	python3 -c "import json; r = json.load(open('a.json'))
$2
json.dump(r, open('edited.json', 'w'))" || exit 1
	run gate edited.json
	exits "$1" "$3"
}
edited the_same_is_taken 'pass' 1
edited no_threshold_is_refused 'del r["run"]["gate"]' 2
edited unknown_threshold_is_refused 'r["run"]["gate"]["fail_on"] = "blocker"' 2
edited wrong_threshold_is_refused 'r["run"]["gate"] = "none"' 2
edited unknown_policy_is_refused 'r["run"]["policies"] = [{"name": "x", "fail_on": "", "confidence": "low"}]' 2
edited lowered_severity_is_refused 'r["findings"][0]["severity"] = "info"' 3
cp "$work/.err" said
holds message_names_what_differs grep -q 'edited.json: its summary says [0-9]* findings .*, and there are' said
edited suppressed_by_hand_is_refused 'r["findings"][0]["suppressed"] = "because"' 3
edited summary_by_hand_is_refused 'r["summary"]["gate"] = 0' 3
edited other_confidence_is_refused 'r["findings"][0]["confidence"] = "low" if r["findings"][0]["confidence"] != "low" else "medium"' 3
edited incomplete_is_believed 'r["coverage"]["complete"] = False; r["run"]["gate"]["fail_on"] = "none"; r["summary"]["gate"] = 0' 3
edited later_members_are_passed_over 'r["later"] = 1; r["run"]["later"] = [1]; r["findings"][0]["later"] = {}' 1
cat a.json a.json >two.json
run gate two.json
complains two_reports_in_one_file_are_refused 'two.json: line [0-9]+: more behind the end of the report'
head -c 3000 a.jsonl >cut.jsonl
run gate cut.jsonl --fail-on none
exits cut_report_is_incomplete 3
run gate /etc/hostname
complains no_report_is_refused 'no report of nhiscan'
run gate a.json --fail-on-new
complains fail_on_new_needs_a_baseline 'needs --baseline'

# --- joining: the same secret of two reports is one finding, in any order ---
run merge --format json a.json b.json
cp "$work/.out" ab.json
exits merge_decides_nothing 0
run merge --format json b.json a.json
cp "$work/.out" ba.json
holds order_does_not_show cmp ab.json ba.json
holds secrets_join sh -c '[ "$(grep -o "\"id\":\"[0-9a-f]*\",\"rule\"" ab.json | wc -l)" = 2 ]'
holds both_places_are_there sh -c 'grep -q copy.conf ab.json && grep -q app.conf ab.json'
run merge --format json a.json a.json
says twice_is_once '"code":"report-twice"'
# A report joined from others is the same report when it is joined with its parts again, in any order, or with another that shares a part.
seen() { # report: findings with their places, targets, counts; not the command line
	python3 - "$1" <<-'EOF'
		import json, sys
		r = json.load(open(sys.argv[1]))
		r["run"].pop("arguments")
		r["coverage"]["notices"] = [n for n in r["coverage"]["notices"] if n["code"] != "report-twice"]
		print(json.dumps(r, indent=1))
	EOF
}
places() { # report: every finding's places with the names of their targets
	python3 - "$1" <<-'EOF'
		import json, sys
		r = json.load(open(sys.argv[1]))
		for f in sorted(r["findings"], key=lambda f: f["id"]):
		    print(f["id"], sorted((r["run"]["targets"][s["target"]]["name"], s["path"], s["line"], s["column"]) for s in f["sightings"]))
	EOF
}
seen ab.json >ab.seen
for parts in 'ab.json a.json' 'a.json ab.json' 'b.json ab.json' 'ab.json ab.json' 'ab.json a.json b.json'; do
	# shellcheck disable=SC2086
	run merge --format json $parts
	cp "$work/.out" again.json
	seen again.json >again.seen
	holds "joined_again_$(echo "$parts" | tr -c 'a-z\n' _)" cmp ab.seen again.seen
done
mkdir third && cp b/copy.conf third/ && echo 'and more' >>third/copy.conf
run scan $common key --format json -o c.json third
run merge --format json -o bc.json b.json c.json
run merge --format json -o abc.json a.json b.json c.json
run merge --format json -o shared.json ab.json bc.json
places abc.json >abc.places && places shared.json >shared.places
holds shared_part_is_told_once cmp abc.places shared.places
holds its_places_are_there grep -q "'third'.*copy.conf" shared.places
# Two lines of one file are two places, whichever report they come from.
mkdir twice && cat b/copy.conf b/copy.conf >twice/both.conf
run scan $common key --format json -o t.json twice
run merge --format json -o at.json a.json t.json
places t.json | grep -o "'both.conf', [0-9]*, [0-9]*" | sort >t.places
places at.json | grep -o "'both.conf', [0-9]*, [0-9]*" | sort >at.places
holds lines_of_one_file_are_all_there sh -c '[ "$(wc -l <t.places)" -ge 2 ] && cmp t.places at.places'
python3 - <<-'EOF'
	import json
	r = json.load(open("ab.json"))
	for s in (s for f in r["findings"] for s in f["sightings"]):
	    s["target"] = 4000000000
	json.dump(r, open("beyond.json", "w"))
EOF
for f in sarif text csv gitlab html; do
	run merge --format $f beyond.json a.json
	holds "places_in_no_target_as_$f" test "$status" -le 3
done
run scan $common other --format json -o o.json b
run merge --format json a.json o.json
says other_keys_join_nothing '"code":"fingerprints-not-joined"'
for f in sarif csv markdown junit gitlab ocsf oscal cyclonedx github; do
	run merge --format $f a.json
	exits "saved_reports_become_$f" 0
done

# --- differences ---
run diff a.json a.json
exits nothing_is_new 0
says same_is_unchanged '^0 new, 0 gone, 2 unchanged$'
run diff b.json a.json
exits new_findings_fail 1
says new_is_marked '^\+ [a-z]+ .*two.conf'
says difference_is_counted '^1 new, 0 gone, 1 unchanged$'
run diff a.json b.json
exits gone_is_fine 0
says gone_is_marked '^- [a-z]+ .*two.conf'
run diff a.json b.json --format sarif
says absent_is_told '"baselineState":"absent"'
run diff a.json o.json
complains keys_must_agree 'not made with one'
run diff a.json nothing
complains other_files_have_no_difference "nothing is no report"

# --- verification ---
sha256sum a.json a.jsonl >SUMS
run verify-report a.json a.jsonl --manifest SUMS
exits reports_are_as_they_were 0
echo ' ' >>a.json
run verify-report a.json --manifest SUMS
exits change_is_seen 1
says change_is_named 'CHANGED'
# Every format: as it was, and with one byte changed.
formats='text json jsonl sarif oneline csv junit gitlab github markdown ocsf oscal cyclonedx html baseline'
outputs=
for f in $formats; do outputs="$outputs --format $f -o v.$f"; done
run scan $common key $outputs a
sha256sum v.* >VSUMS
for f in $formats; do
	run verify-report v.$f --manifest VSUMS
	exits "verified_$f" 0
	says "verified_says_so_$f" '^v[.][a-z]*: OK'
	python3 - v.$f <<'PY'
import sys
b = bytearray(open(sys.argv[1], "rb").read())
b[len(b) // 2] ^= 1
open(sys.argv[1], "wb").write(b)
PY
	run verify-report v.$f --manifest VSUMS
	exits "one_byte_is_seen_$f" 1
done
run verify-report b.json --manifest SUMS
exits unlisted_is_no_success 1
run verify-report a.json
complains manifest_is_needed 'needs --manifest'
run verify-report a.json --manifest nothing
complains manifest_is_read 'not a line of sha256sum'

# --- policies ---
mkdir -p p/prod p/tests
printf 'one = "%s"\n' "$(url 1)" >p/tests/app.conf
cat >policy.yaml <<'YAML'
policy:
  - path: tests/
    environment: tests
    fail_on: none
  - path: prod/
    environment: production
    fail_on: info
    gate_confidence: low
allow:
  - rule: "*"
    path: nowhere/
    reason: never used
    owner: team-b
    ticket: SEC-13
YAML
run scan --config policy.yaml $common key p
exits tests_do_not_fail 0
printf 'one = "%s"\n' "$(url 1)" >p/prod/app.conf
run scan --config policy.yaml $common key --format json p
exits production_does 1
says policy_is_told '"policy":"production"'
cp policy.yaml p/.nhiscan.yaml && rm -r p/prod
run scan $common key --format json p
exits a_target_does_not_weaken_its_gate 1
says weakening_is_told 'would weaken the gate'
run scan --min-confidence low --config policy.yaml --format json p
says unused_entries_are_told '"code":"suppression-unused"'
finish
