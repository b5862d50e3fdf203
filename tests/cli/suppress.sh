#!/bin/sh
# Findings that are accepted: by marks beside them and by the lists of other tools. They stay in the report and do not count at the gate.
. "$(dirname "$0")/lib.sh"

# Made at run time, so that this file holds nothing that looks like a secret.
letters='Zq7Rw2Kx9Lm4Tn8Vb3Hd6Fg1Jc5PsYuEaQ'
token() { # number
	printf 'pw%s%s' "$1" "$(printf %s "$letters" | cut -c"$1"-$(($1 + 13)))"
}
url() { # number
	printf 'postgres://app:%s@db.internal.corp:5432/app' "$(token "$1")"
}
scan() { # arguments
	run scan --no-history --gate-confidence low --min-confidence low --format json "$@"
}

mkdir target
printf 'a = "%s"\n' "$(url 1)" >target/app.conf
scan target
exits a_finding_fails_the_gate 1
rule=$(sed -n 's/.*"rule":"\([^"]*\)".*/\1/p' .out | head -1)
[ -n "$rule" ] || rule=$(tr ',' '\n' <.out | sed -n 's/.*"rule": *"\([^"]*\)".*/\1/p' | head -1)

printf 'a = "%s" # nhiscan:allow %s for the tests\n' "$(url 1)" "$rule" >target/app.conf
scan target
exits mark_of_the_rule_accepts 0
says it_stays_in_the_report '"suppressed": ?"inline nhiscan:allow: for the tests"'
run scan --no-history --gate-confidence low --format sarif target
says sarif_says_it_is_in_the_source '"kind": ?"inSource"'

printf 'a = "%s" # nhiscan:allow no-such-rule for the tests\n' "$(url 1)" >target/app.conf
scan target
exits mark_of_another_rule_accepts_nothing 1

for mark in gitleaks:allow betterleaks:allow trufflehog:ignore kingfisher:ignore 'pragma: allowlist secret' ggignore nosecret 'noqa: S105' \
	secretlint-disable-line 'nosec G101'; do
	printf 'a = "%s" # %s\n' "$(url 1)" "$mark" >target/app.conf
	scan target
	exits "mark_$(echo "$mark" | tr -c 'a-zA-Z0-9\n' _)_is_honoured" 0
	says "mark_$(echo "$mark" | tr -c 'a-zA-Z0-9\n' _)_is_told" '"suppressed": ?"inline '
done

printf 'a = "%s" # gitleaks:allow\n' "$(url 1)" >target/app.conf
printf 'a = "%s"\n' "$(url 1)" >target/other.conf
scan target
exits a_place_without_a_mark_keeps_the_finding 1
rm target/other.conf

printf 'a = "%s" # gitleaks:allow like %s\n' "$(url 1)" "$(url 5)" >target/app.conf
scan target
holds no_secret_in_a_reason sh -c "! grep -q '$(token 5)' '$work/.out'"

printf 'data: %s # gitleaks:allow\n' "$(printf 'db = "%s"\n' "$(url 2)" | base64 -w0)" >target/app.conf
scan target
exits mark_beside_encoded_text_is_honoured 0
says encoded_text_was_found '"suppressed": ?"inline gitleaks:allow'
rm target/app.conf

finish
