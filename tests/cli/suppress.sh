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

# --- what is said of a configuration is accepted in the same ways ---
mkdir -p ci/.github/workflows
printf 'on: push\npermissions: write-all\njobs: {j: {runs-on: ubuntu-latest, steps: [{run: make}]}}\n' >ci/.github/workflows/a.yml
facts() { run scan --no-history --only github-token-write-all --format json "$@"; }
facts ci
exits a_fact_fails_the_gate 1
echo '.github/workflows/a.yml:a-rule:2' >list.ignore
facts --suppressions list.ignore ci
exits a_list_accepts_a_fact_by_its_line 0
says the_list_is_the_reason '"suppressed": ?"listed in list.ignore:1, by file and line"'
echo '.github/workflows/a.yml:a-rule:3' >list.ignore
facts --suppressions list.ignore ci
exits another_line_accepts_no_fact 1
echo '^\.github/' >paths.ignore
facts --suppressions paths.ignore ci
exits patterns_accept_facts_too 0
cp list.ignore ci/.gitleaksignore && sed -i 's/3$/2/' ci/.gitleaksignore
facts ci
exits gitleaksignore_accepts_a_fact 0
rm ci/.gitleaksignore
sed -i 's/write-all/& # gitleaks:allow/' ci/.github/workflows/a.yml
facts ci
exits a_mark_accepts_a_fact 0

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

# --- gitleaks' configuration: made-up rules ---
cat >gitleaks.toml <<'TOML'
[extend]
useDefault = true
[[rules]]
id = "acme-key"
description = "Acme key"
regex = '''(?i)\bacme[_-]?key['"\s:=]{1,5}([a-z0-9]{24})(?:[\s"']|$)'''
entropy = 3
keywords = ["acme"]
path = '''\.(env|txt)$'''
[[rules.allowlists]]
description = "made for the tests"
paths = ['''^fixtures/''']
[[rules]]
id = "no-text"
regex = '''[a-f0-9]{32}'''
keywords = ["thing"]
[[rules]]
id = "pair"
regex = '''pair_part=([A-Za-z0-9]{20})'''
keywords = ["pair_part"]
[[rules.required]]
id = "pair-id"
withinLines = 2
[[rules]]
id = "pair-id"
regex = '''pair_id=[0-9]{6}'''
keywords = ["pair_id"]
skipReport = true
TOML
acme() { # first letter
	printf 'ACME_KEY=%sr7w2kx9lm4tn8vb3hd6fg1j\n' "$1"
}
rm -rf target && mkdir -p target/fixtures
acme q >target/a.env
run scan --no-history --gitleaks-config gitleaks.toml --no-builtin-rules --format json target
exits rule_of_gitleaks_finds 1
says its_finding_has_its_id '"rule": ?"acme-key"'
says what_is_not_honoured_is_told '"code": ?"gitleaks-config"[^}]*gitleaks.toml:[0-9]+[^}]*no-text'
run scan --no-history --rules gitleaks.toml --no-builtin-rules --format json target
exits rules_option_reads_toml 1
mv target/a.env target/a.c
run scan --no-history --gitleaks-config gitleaks.toml --no-builtin-rules target
exits path_of_a_rule_is_honoured 0
rm target/a.c
acme z >target/fixtures/b.env
run scan --no-history --gitleaks-config gitleaks.toml --no-builtin-rules --format json target
exits allowlist_accepts 0
says its_description_is_the_reason '"suppressed": ?"gitleaks allowlist: made for the tests"'
rm target/fixtures/b.env
printf 'pair_part=Zq7Rw2Kx9Lm4Tn8Vb3Hd\n' >target/p.txt
run scan --no-history --gitleaks-config gitleaks.toml --no-builtin-rules target
exits without_what_it_requires_it_is_none 0
printf 'pair_id=123456\npair_part=Zq7Rw2Kx9Lm4Tn8Vb3Hd\n' >target/p.txt
run scan --no-history --gitleaks-config gitleaks.toml --no-builtin-rules target
exits with_what_it_requires_it_is_one 1
printf 'pair_id=123456\n\n\n\npair_part=Zq7Rw2Kx9Lm4Tn8Vb3Hd\n' >target/p.txt
run scan --no-history --gitleaks-config gitleaks.toml --no-builtin-rules target
exits too_far_away_it_is_none 0
rm target/p.txt
printf '[extend]\npath = "gitleaks.toml"\ndisabledRules = ["pair"]\n[[rules]]\nid = "acme-key"\nentropy = 4.9\n' >outer.toml
run rules list --rules outer.toml --no-builtin-rules
says extended_rules_are_there '^acme-key'
holds disabled_rule_is_not sh -c "! grep -q '^pair ' .out"
holds notices_are_printed sh -c "'$NHISCAN' rules list --rules outer.toml --no-builtin-rules 2>&1 >/dev/null | grep -q 'no-text'"
printf '[[rules]\n' >broken.toml
run scan --gitleaks-config broken.toml target
complains broken_toml_is_a_usage_error 'broken.toml:1: '

printf 'a = "%s"\n' "$(url 1)" >target/app.conf
printf '[allowlist]\ndescription = "all"\npaths = ["conf$"]\n[[rules]]\nid = "x"\nregex = "app"\n' >target/.gitleaks.toml
scan target
exits allowlist_of_the_target_accepts 0
says it_is_listed '"suppressed": ?"gitleaks allowlist: all"'
says it_is_told '"code": ?"gitleaks-config"[^}]*accept a finding at 1 place'
says rules_of_the_target_are_not_loaded '"code": ?"gitleaks-config"[^}]*not loaded'
scan --no-config target
exits no_config_leaves_gitleaks_toml_unread 1
echo 'exclude: []' >target/.nhiscan.yaml
scan target
exits beside_nhiscan_yaml_it_is_not_read 1
says that_is_told_too '"code": ?"gitleaks-config"[^}]*not read'
rm target/.nhiscan.yaml
echo '[broken' >target/.gitleaks.toml
scan target
exits broken_one_of_the_target_does_not_end_the_scan 1
says its_fault_is_told '"code": ?"gitleaks-config"[^}]*target/.gitleaks.toml:1'

# --- reports of other tools as lists: by the secret, not by the place ---
mkdir -p other
printf '\n\na = "%s"\n' "$(url 11)" >other/moved.conf
value=$(token 11)
printf '[{"RuleID":"x","File":"moved.conf","StartLine":1,"Commit":"","Secret":"%s","Fingerprint":"moved.conf:x:1"}]' "$value" >gitleaks.json
scan --suppressions gitleaks.json other
exits gitleaks_baseline_accepts_moved_code 0
says gitleaks_baseline_is_told 'listed in gitleaks.json:1, by file and hash of the secret'
printf '[{"RuleID":"x","File":"moved.conf","StartLine":3,"Commit":"","Secret":"REDACTED"}]' >redacted.json
scan --suppressions redacted.json other
exits redacted_baseline_accepts_by_line 0
printf '{"SourceMetadata":{"Data":{"Filesystem":{"file":"moved.conf","line":9}}},"DetectorName":"Postgres","Raw":"%s"}\n' "$value" >trufflehog.json
scan --suppressions trufflehog.json other
exits trufflehog_report_accepts_moved_code 0
printf 'a = "%s" b = "%s"\n' "$(url 11)" "$(url 14)" >other/moved.conf
scan --suppressions gitleaks.json other
exits another_secret_on_the_line_counts 1
printf '[{"RuleID":' >broken.json
run scan --suppressions broken.json other
complains broken_list_is_refused 'broken.json:1: not JSON'
finish
