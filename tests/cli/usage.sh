#!/bin/sh
# Help, version, completions, and how mistakes on the command line are answered.
. "$(dirname "$0")/lib.sh"

run --help
exits help_ends_with_0 0
says help_shows_examples_first '^Examples:'
says help_lists_options '^ +--no-history'
holds help_fits_80_columns sh -c "! '$NHISCAN' --help | grep -E '.{81}'"
for command in 'rules list' 'rules explain' 'rules check' 'rules test' completions help; do
	# shellcheck disable=SC2086
	run help $command
	says "help_of_$(echo "$command" | tr ' ' _)" "^Usage: nhiscan $command"
done
run rules --help
says help_of_a_group 'rules explain RULE'

run --version
says version_is_one_line '^nhiscan [0-9]+\.[0-9]+\.[0-9]+$'
if command -v python3 >/dev/null; then
	holds version_as_json_parses sh -c "'$NHISCAN' --version --json | python3 -c '
import json, sys
v = json.load(sys.stdin)
assert v[\"name\"] == \"nhiscan\" and v[\"rules\"] > 0 and len(v[\"rules_digest\"]) == 64
assert all(v[\"libraries\"].values())'"
else
	skip version_as_json_parses 'python3 is not installed'
fi

run --no-histroy .
complains unknown_option_suggests_the_nearest 'unknown option --no-histroy; did you mean --no-history\?'
run rules lst
complains unknown_subcommand_suggests_the_nearest "did you mean 'rules list'\?"
run rule list
complains mistyped_subcommand_is_not_taken_for_a_target "did you mean the subcommand 'rules'\?"
run --format xml
complains bad_choice_is_named_with_the_list "'xml' is not one of text, "
run --format
complains missing_value_is_named '--format needs a value'
run rules explain no-such-rule-at-all
complains unknown_rule_is_named "there is no rule 'no-such-rule-at-all'"
run rules list --only no-such-rule-at-all
complains selector_without_rules_is_an_error 'no-such-rule-at-all'
run "--$(printf 'a1%.0s' 1 2 3 4 5 6 7 8 9 10)"
complains token_in_an_argument_is_covered 'unknown option --a1a1\*\*\*\*'

run rules list
exits rules_are_listed 0
id=$(head -n 1 "$work/.out" | cut -d ' ' -f 1)
run rules explain "$id"
says a_listed_rule_is_explained '^Pattern '
says explanation_says_what_to_do '^What to do '
if command -v python3 >/dev/null; then
	holds rules_as_json_parse sh -c "'$NHISCAN' rules list --format json | python3 -c '
import json, sys
v = json.load(sys.stdin)
assert v[\"count\"] == len(v[\"rules\"]) > 0'"
fi

for shell in bash zsh fish; do
	if command -v "$shell" >/dev/null; then
		"$NHISCAN" completions "$shell" >"script.$shell"
		holds "completions_load_in_$shell" "$shell" -n "script.$shell"
	else
		skip "completions_load_in_$shell" "$shell is not installed"
	fi
done
complete_bash() { # words; the last one is completed
	bash -c '. ./script.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _nhiscan; printf "%s\n" "${COMPREPLY[@]}"' x "$@"
}
check_completion() { # name, expected word, words…
	name=$1 want=$2
	shift 2
	if complete_bash "$@" | grep -qx -e "$want"; then ok "$name"; else not_ok "$name" "no '$want' for '$*'"; fi
}
check_completion bash_completes_subcommands rules nhiscan ru
check_completion bash_completes_second_words explain nhiscan rules e
check_completion bash_completes_options --no-history nhiscan --no-h
check_completion bash_completes_choices sarif nhiscan --format s
check_completion bash_completes_choices_after_equals sarif nhiscan --format = s
check_completion bash_completes_shells fish nhiscan completions f
touch target.txt
check_completion bash_completes_files target.txt nhiscan scan targ

holds man_page_is_up_to_date "$root/tools/make-man.sh" --check "$NHISCAN"
"$NHISCAN" --help >/dev/full 2>"$work/.err"
status=$?
exits full_disk_is_an_error 3
run --format sarf .
complains near_choice_is_offered "'sarf' is not one of text, .*; did you mean 'sarif'\?"
run hook pre-comit
complains near_operand_is_offered "'pre-comit' is not one of .*; did you mean 'pre-commit'\?"
# Files of another kind: which file, what it is not, what to do instead.
head -c 32 /dev/urandom >key && chmod 600 key
echo '[{"Description":"x","StartLine":1,"File":"a","RuleID":"r","Fingerprint":"c:a:r:1"}]' >gitleaks.json
run --baseline gitleaks.json --fingerprint-key-file key .
complains list_of_another_tool_as_a_baseline 'gitleaks.json:1: not a baseline of nhiscan, .*--suppressions'
run diff gitleaks.json gitleaks.json
complains neither_reports_nor_exports 'gitleaks.json: neither a report that nhiscan saved as JSON .* nor an export'
finish
