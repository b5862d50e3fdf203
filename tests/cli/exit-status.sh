#!/bin/bash
# The exit status, case by case: what a gate in a pipeline relies on. nhiscan(1), EXIT STATUS.
. "$(dirname "$0")/lib.sh"
rule() { # id, severity, confidence
	cat <<-EOF
		- id: acme-$1
		  title: Acme $1
		  service: Acme
		  severity: $2
		  confidence: $3
		  kind: token
		  nhi: [NHI2]
		  cwe: [798]
		  keywords: [acme$1_]
		  pattern: '\b(acme$1_[a-z0-9]{20})\b'
		  after: 64
		  fix: Revoke it.
		  reference: https://docs.acme.invalid/
		  positive: ['acme$1_{{lowernum:20}}', 'T=acme$1_{{lowernum:20}}']
		  negative: ['acme$1_{{lowernum:5}}', 'acme$1_']
	EOF
}
{
	rule crit critical high
	rule low low high
	rule info info high
	rule unsure high medium
	rule doubt high low
} >rules.yaml
mkdir clean crit low info unsure doubt empty
echo 'nothing here' >clean/file
for what in crit low info unsure doubt; do
	"$expand" 4 "T=acme${what}_{{lowernum:20}}" >$what/file
done
gate() { # name, exit status, reason in the JSON report, arguments
	name=$1 expected=$2 reason=$3
	shift 3
	run --rules rules.yaml --no-builtin-rules --format json "$@"
	if [ "$status" != "$expected" ]; then
		not_ok "$name" "exit status $status, not $expected"
	elif [ -n "$reason" ] && ! grep -q "\"exit\":{\"code\":$expected,\"reason\":\"$reason\"}" .out; then
		not_ok "$name" "the report does not say $expected, $reason"
	else
		ok "$name"
	fi
}
gate clean 0 clean clean
git init -q unborn && git init -q --bare unborn.git
gate repository_without_anything_in_it 3 incomplete unborn
says empty_repository_is_named '"code":"empty-repository","where":"unborn"'
gate bare_repository_without_anything_in_it 3 incomplete unborn.git
gate history_alone_of_nothing 3 incomplete --no-worktree unborn
gate nothing_staged_in_it 0 clean --staged unborn
echo 'nothing here' >unborn/file
gate a_file_and_no_commit 0 clean unborn
gate finding 1 findings crit
gate low_is_the_default_threshold 1 findings low
gate info_is_below_the_default_threshold 0 clean info
gate info_when_asked_for 1 findings --fail-on info info
gate below_threshold 0 clean --fail-on high low
gate at_threshold 1 findings --fail-on critical crit
gate no_threshold 0 clean --fail-on none crit
gate medium_confidence_is_reported_only 0 clean unsure
says medium_confidence_is_listed '"findings":1'
gate medium_confidence_when_asked_for 1 findings --gate-confidence medium unsure
gate low_confidence_is_withheld 0 clean doubt
says low_confidence_is_counted '"withheld":1'
gate low_confidence_when_asked_for 1 findings --gate-confidence low --min-confidence low doubt
gate exit_zero 0 findings --exit-zero crit
gate exit_zero_when_clean 0 clean --exit-zero clean
gate nothing_scanned 3 nothing-scanned empty
gate exit_zero_keeps_nothing_scanned 3 nothing-scanned --exit-zero empty
gate missing_target 3 '' absent
gate exit_zero_keeps_missing_target 3 '' --exit-zero absent
gate several_targets_one_with_findings 1 findings clean crit
gate several_targets_one_empty 0 clean clean empty
gate selected_rules_do_not_match 0 clean --only acme-low crit
gate usage 2 '' --no-such-option
gate usage_of_a_value 2 '' --fail-on nonsense clean
gate rules_that_do_not_load 2 '' --rules absent.yaml clean
head -c 5000 /dev/zero | tr '\0' 'x' >big
gate cut_document 3 incomplete --max-document-size 1k big
{ cat crit/file && cat big; } >big-crit
gate cut_document_with_a_finding_in_what_was_read 1 findings --max-document-size 1k big-crit
gate exit_zero_keeps_incomplete 3 incomplete --exit-zero --max-document-size 1k big-crit
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	cp -r clean locked && echo x >locked/shut && chmod 0 locked/shut && chmod 755 "$work" && chmod 644 rules.yaml
	status=0
	setpriv --reuid 65534 --regid 65534 --clear-groups "$NHISCAN" locked >.out 2>.err || status=$?
	exits unreadable_file 3
fi
mkdir conf && cp crit/file conf/ && printf 'fail_on: none\n' >conf/.nhiscan.yaml
gate the_target_cannot_weaken_the_gate 1 findings conf
printf 'allow: [{rule: acme-crit, path: file, reason: known, expires: 2999-01-01}]\n' >conf/.nhiscan.yaml
gate accepted_finding_does_not_fail 0 clean conf
says accepted_finding_stays_in_the_report '"suppressed":1'
printf 'exclude: [file]\n' >conf/.nhiscan.yaml
gate excluded_file_is_counted 0 clean conf
says exclusion_shows_in_the_report '"config":1'
rm conf/file && echo 'exclude: ["*"]' >conf/.nhiscan.yaml && cp crit/file conf/file
gate all_excluded_is_nothing_scanned 3 nothing-scanned conf
status=0
"$NHISCAN" --rules rules.yaml --no-builtin-rules - <crit/file >.out 2>.err || status=$?
exits standard_input_with_a_finding 1
status=0
"$NHISCAN" --rules rules.yaml --no-builtin-rules - <clean/file >.out 2>.err || status=$?
exits standard_input_clean 0
run rules test 'nothing at all'
exits rules_test_without_a_match 0
# What `make run` does: rules and their samples are no findings of a scan of this project.
run --no-history --no-progress "$root"
exits own_tree_passes_the_gate 0
finish
