#!/bin/sh
# The rules subcommands: checking of rule files, custom rules, and trying a text.
. "$(dirname "$0")/lib.sh"

run rules check "$root/rules/secrets"
exits cases_of_the_built_in_rules_pass 0
says checked_rules_are_counted '^[0-9]+ rules, [0-9]+ cases: 0 errors'

# A rule file with one rule; $1 is the pattern, $2 a positive case.
write_rule() {
	cat >rule.yaml <<-YAML
		- id: acme-token
		  title: Acme token
		  service: Acme
		  severity: high
		  confidence: high
		  kind: token
		  nhi: [NHI2]
		  cwe: [798]
		  keywords: [acme_]
		  pattern: '$1'
		  after: 64
		  fix: Delete it at Acme.
		  reference: https://acme.example/tokens
		  positive: ['$2', 'other acme_{{alnum:24}}']
		  negative: ['acme_short', 'acme-{{alnum:24}}']
	YAML
}
good='(?<![A-Za-z0-9_])(acme_[A-Za-z0-9]{24})(?![A-Za-z0-9])'

write_rule "$good" 'token=acme_{{alnum:24}}'
run rules check rule.yaml
exits sound_rule_passes 0
run rules list --rules rule.yaml --no-builtin-rules
says custom_rule_is_listed_alone '^acme-token +high'
holds nothing_else_is_listed sh -c "[ \$('$NHISCAN' rules list --rules rule.yaml --no-builtin-rules | wc -l) = 1 ]"
run rules explain acme-token --rules rule.yaml
says custom_rule_is_explained 'Delete it at Acme'

write_rule "$good" 'token=acme_{{alnum:20}}'
run rules check rule.yaml
exits failing_case_fails 1
says failing_case_is_named '^error: rule.yaml:14: rule acme-token: positive 1'

write_rule '(acme_[A-Za-z0-9]{24}' 'token=acme_{{alnum:24}}'
run rules check rule.yaml
complains malformed_pattern_is_named_with_its_line 'rule.yaml:10: '
run scan --rules rule.yaml .
complains malformed_rule_stops_a_scan 'rule.yaml:10: '
printf -- '- id: acme\n  titel: x\n' >bad.yaml
run rules check bad.yaml
complains unknown_field_is_named_with_its_line 'bad.yaml:2: .*title'
printf '# nothing yet\n' >empty.yaml
run scan --rules empty.yaml .
complains file_without_rules_is_named 'empty.yaml holds no rule'
run rules check absent.yaml
complains absent_file_is_named 'absent.yaml'

# (a+)+$ and a long row of a: exponential for a matcher without limits
write_rule '(acme_(?:a+)+b)(?![A-Za-z0-9])' 'token=acme_{{alnum:24}}'
{
	printf 'acme_'
	head -c 20000 /dev/zero | tr '\0' a
} >slow.txt
holds catastrophic_pattern_ends_soon sh -c "timeout 20 '$NHISCAN' rules test --rules rule.yaml --only acme-token - <slow.txt; [ \$? != 124 ]"

write_rule "$good" 'token=acme_{{alnum:24}}'
part=kJ2mQ9xT
value=acme_${part}4vB7nW1cL5zR8sD3
printf 'token=%s\n' "$value" >text
"$NHISCAN" rules test --rules rule.yaml --only acme-token - <text >"$work/.out" 2>"$work/.err"
status=$?
exits matching_text_gives_1 1
says match_is_placed '^finding +acme-token at 1:7'
holds secret_is_not_shown sh -c "! grep -q '$part' '$work/.out'"
run rules test --rules rule.yaml --only acme-token 'nothing here'
exits other_text_gives_0 0
says other_text_matches_nothing 'no rule matches'
run rules coverage
exits coverage_is_shown 0
says coverage_counts_services '^[0-9]+ rules for [0-9]+ services$'
says coverage_names_kinds_and_nhi '^AWS +[0-9]+ +NHI1 NHI2 .*token'
run rules coverage --rules rule.yaml --no-builtin-rules --format json
says coverage_is_json_too '"service": "Acme"'
finish
