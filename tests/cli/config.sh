#!/bin/sh
# .nhiscan.yaml: its errors, and what a target's own file may not do.
. "$(dirname "$0")/lib.sh"

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

rm target/.nhiscan.yaml
ln -s /etc/hostname target/.nhiscan.yaml
run --no-history target
complains link_is_not_followed 'symbolic link'
rm target/.nhiscan.yaml

write_config 'exclude: [secret.txt]\n'
echo x >target/secret.txt
run --no-history --format json target
says excluded_files_are_counted '"skipped":\{[^}]*"config":1'

run --config no-such.yaml target
complains missing_config_is_a_usage_error 'no-such.yaml'
finish
