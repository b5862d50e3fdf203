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

# --- lists of accepted findings ---
printf 'x\na = "%s"\n' "$(url 1)" >target/app.conf
scan target
exits without_a_list_the_gate_fails 1
echo 'app.conf:some-rule:2' >target/.gitleaksignore
scan target
exits gitleaksignore_is_read 0
says its_reason_names_file_and_line '"suppressed": ?"listed in target/.gitleaksignore:1, by file and line"'
scan --no-config target
exits no_config_leaves_gitleaksignore_unread 1
printf '# none\napp.conf:some-rule:7\nnonsense\n' >target/.gitleaksignore
scan target
exits another_line_accepts_nothing 1
says unused_entries_are_told '"code": ?"suppression-unused"[^}]*target/.gitleaksignore:2'
says nonsense_is_told '"code": ?"suppression-ignored"[^}]*target/.gitleaksignore:3'
rm target/.gitleaksignore
ln -s /etc/hostname target/.gitleaksignore
scan target
says link_is_not_followed '"code": ?"suppression-ignored"[^}]*symbolic link'
rm target/.gitleaksignore

hash=$(printf %s "$(token 1)" | sha1sum | cut -d' ' -f1)
cat >baseline.json <<JSON
{"version": "1.4.0", "results": {"app.conf": [
 {"type": "Secret Keyword", "filename": "app.conf", "hashed_secret": "$hash", "is_verified": false, "line_number": 9}]}}
JSON
scan --suppressions baseline.json target
exits baseline_of_detect_secrets_accepts 0
says its_reason_says_by_hash '"suppressed": ?"listed in baseline.json:2, by file and hash of the secret"'
printf 'a = "%s"\n' "$(url 3)" >target/app.conf
scan --suppressions baseline.json target
exits another_secret_is_not_accepted 1
echo '{"results": 3}' >baseline.json
run scan --suppressions baseline.json target
complains broken_baseline_is_a_usage_error 'not a baseline'
printf '# test data\n^app\\.(conf|ini)$\n' >paths.txt
scan --suppressions paths.txt target
exits patterns_of_paths_accept 0
says their_reason_names_file_and_line '"suppressed": ?"path excluded by paths.txt:2"'
run scan --suppressions no-such-file target
complains missing_list_is_a_usage_error 'no-such-file'

# the commit that brought a secret in speaks for the file
git init -q repo
printf "%s\n" "$(url 4)" >repo/db.txt
git -C repo add . && git -C repo -c user.name=t -c user.email=t@example.org commit -qm one
commit=$(git -C repo rev-parse HEAD)
printf "more\n%s\n" "$(url 4)" >>repo/db.txt
git -C repo -c user.name=t -c user.email=t@example.org commit -qam two
run scan --gate-confidence low --format json repo
exits history_has_the_secret 1
echo "$commit:db.txt:a-rule:1" >repo/.gitleaksignore
run scan --gate-confidence low --format json repo
exits fingerprint_with_commit_accepts_the_file 0
says its_reason_says_by_commit 'by commit, file and line'

finish
