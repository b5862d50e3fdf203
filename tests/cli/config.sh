#!/bin/sh
# .nhiscan.yaml: its errors, and what a target's own file may not do.
. "$(dirname "$0")/lib.sh"
needs config "$expand"

mkdir target
echo 'nothing to see here' >target/file.txt
write_config() { # text, with \n
	printf "$1" >target/.nhiscan.yaml
}

run --no-history target
exits clean_target_passes 0

write_config 'exclude: [a]\nexlude: [b]\n'
run --no-history target
complains unknown_field_names_file_line_and_nearest "target/.nhiscan.yaml:2: unknown field 'exlude'; did you mean 'exclude'\?"
run --no-history --no-config target
exits no_config_leaves_it_unread 0

write_config 'fail_on: [\n'
run --no-history target
complains broken_yaml_is_an_error 'target/.nhiscan.yaml:'

write_config 'fingerprint_key_file: key\n'
run --no-history target
complains target_may_not_choose_the_key 'not accepted from the target'

write_config 'fail_on: none\n'
run --no-history --format json target
exits weaker_gate_is_no_error 0
says weaker_gate_is_ignored_with_a_notice 'config-ignored'

write_config 'allow:\n  - rule: jwt\n'
run --no-history target
complains allow_needs_a_reason 'needs a reason'

write_config 'allow:\n  - {rule: "?*", reason: all}\n'
run --no-history target
complains allow_of_everything_needs_a_path "rule '\?\*' needs a path"
mkdir globs && "$expand" 5 'export T={{github:ghp_}}' >globs/a.sh
printf 'allow:\n  - {rule: "github-*", path: a.sh, reason: "sample"}\n' >globs/.nhiscan.yaml
run --no-history --format json globs
exits allow_takes_a_pattern_of_ids 0
says what_the_pattern_accepts_is_suppressed '"suppressed":1'
printf 'allow:\n  - {rule: github-personal-acess-token, path: a.sh, reason: "sample"}\n' >globs/.nhiscan.yaml
run --no-history --format json globs
exits unknown_rule_accepts_nothing 1
says unknown_rule_is_told_with_the_nearest "globs/.nhiscan.yaml:2\",\"detail\":\"no rule of this scan is named 'github-personal-acess-token'; did you mean 'github-personal-access-token'\?"
run --no-history --format json --only 'aws-*' globs
says rules_left_out_are_not_called_unknown '"findings":0'
holds rules_left_out_give_no_notice sh -c '! grep -q suppression-unused .out'

rm target/.nhiscan.yaml
ln -s /etc/hostname target/.nhiscan.yaml
run --no-history target
complains link_is_not_followed 'symbolic link'
rm target/.nhiscan.yaml

write_config 'exclude: [secret.txt]\n'
echo x >target/secret.txt
run --no-history --format json target
says excluded_files_are_counted '"skipped":\{[^}]*"config":1'

# Limits: hit where the file says, named in the report, and the file's lowering is, too; a target's own file raises none.
if command -v python3 >/dev/null; then
	python3 -c '
import zipfile
with zipfile.ZipFile("target/a.zip", "w") as z:
    for i in range(9):
        z.writestr("m%d" % i, "x" * 5000)'
	write_config 'limits:
  archive_members: 5
  archive_time: 80000
'
	run --no-history --format json target
	exits hit_limit_of_the_file_is_incomplete 3
	says lowered_limit_is_told 'lowers a limit \(archive_members: 5\)'
	says raised_limit_is_ignored "archive_time: 80000. would raise a limit"
	says hit_limit_is_named 'limit-archive-members'
	run --no-history --archive-members 50 --format json target
	exits command_line_goes_before_the_file 0
	write_config 'limits: {max_document_size: 4k}
'
	run --no-history --format json target
	exits bytes_of_a_member_are_limited 3
	says member_beyond_its_limit_is_named 'limit-document-bytes'
	rm target/a.zip
else
	skip limits 'python3 is not installed'
fi
write_config 'limits: {archive_dept: 4}
'
run --no-history target
complains unknown_limit_names_the_nearest "unknown field 'archive_dept'; did you mean 'archive_depth'"
write_config 'limits: {archive_size: much}
'
run --no-history target
complains bad_limit_names_file_and_line "target/.nhiscan.yaml:1: archive_size: 'much' is not a size"
rm target/.nhiscan.yaml

# What a configuration narrows, loses or no longer accepts is told to people too.
write_config 'only: [aws-*]\nfail_on: none\nallow:\n  - {rule: private-key, path: a, reason: x, expires: 2020-01-01}\n  - {rule: private-key, path: b, reason: x}\n'
run target
says narrowed_rules_are_told 'note +config-narrows: target/.nhiscan.yaml:1: .*only: aws'
says ignored_settings_are_told 'note +config-ignored: target/.nhiscan.yaml:2: .*fail_on: none'
says expired_entries_are_told 'note +suppression-expired: target/.nhiscan.yaml:4: '
says unused_entries_are_told 'note +suppression-unused: target/.nhiscan.yaml:5: '
rm target/.nhiscan.yaml
if command -v git >/dev/null; then
	author='-c user.name=t -c user.email=t@example.org -c protocol.file.allow=always'
	git init -q lib && echo one >lib/a && git -C lib add a && git -C lib $author commit -qm one
	git init -q app && (cd app && git $author submodule --quiet add ../lib libs/x && git $author commit -qm two)
	run --no-history app
	holds submodule_that_is_there_is_no_matter sh -c '! grep -q submodule-absent .out'
	git clone -q app clone
	run clone
	says absent_submodule_is_told 'note +submodule-absent: libs/x: .*git submodule update --init'
	exits absent_submodule_fails_nothing 0
fi

# A folder of a repository does not take the configuration of its top, and that is said.
if command -v git >/dev/null; then
	git init -q whole && mkdir whole/part && echo text >whole/part/file && printf 'exclude: [x]\n' >whole/.nhiscan.yaml
	run --no-history whole/part
	says configuration_above_is_told 'note +config-ignored: .*/whole/.nhiscan.yaml: .*when the top is scanned'
	run --no-history whole
	holds configuration_of_the_top_is_taken sh -c '! grep -q config-ignored .out'
	(cd whole/part && "$NHISCAN" --no-history .) >.out 2>.err
	says configuration_above_is_told_inside 'note +config-ignored'
fi

# Policies: what they leave open is the run's; a target's own are never laxer than the run, and what they ask for is listed.
mkdir -p policed/prod
"$expand" 5 "password = '{{password:16}}'" >policed/prod/db.conf
gate() { # name, status, text of .nhiscan.yaml, arguments
	name=$1 expected=$2
	printf "$3" >policed/.nhiscan.yaml
	shift 3
	run --no-history "$@" policed
	exits "$name" "$expected"
}
gate without_policy_medium_confidence_passes 0 'exclude: [x]\n'
gate policy_asks_for_less_confidence 1 'policy: [{path: prod/, gate_confidence: low}]\n'
gate policy_leaves_confidence_to_the_run 1 'policy: [{path: prod/, fail_on: low}]\n' --gate-confidence low
gate policy_of_a_target_is_not_laxer_in_confidence 1 'policy: [{path: prod/, gate_confidence: high}]\n' --gate-confidence low
gate policy_of_a_target_is_not_laxer_in_severity 1 'policy: [{path: prod/, fail_on: low}]\n' --gate-confidence low --fail-on info
gate policy_leaves_severity_to_the_run 0 'policy: [{path: prod/, gate_confidence: low}]\n' --fail-on critical

run --config no-such.yaml target
complains missing_config_is_a_usage_error 'no-such.yaml'
finish
