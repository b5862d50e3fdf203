#!/bin/sh
# Baselines, gates, differences and joins of saved reports.
. "$(dirname "$0")/lib.sh"

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
