#!/bin/bash
# Canary secrets, each used once, in every field that a scan can meet: none may show in a report, a log, an error or a core file.
. "$(dirname "$0")/lib.sh"
needs canaries git python3
leaks=$root/tests/cli/leaks.py
canaries=$work/.canaries
seed=0
: >"$canaries"

# A canary each; what is planted is in $c, what must not show goes to the list.
plant() { # template
	seed=$((seed + 100))
	c=$("$expand" $seed "$1")
	printf '%s\n' "$c" >>"$canaries"
}
token() {
	plant '{{github:ghp_}}'
}
password() { # with the name that makes it one
	plant '{{password:18}}'
	c="db_password=$c"
}
tight() { # outputs hold no canary
	name=$1
	shift
	if "$leaks" "$canaries" "$@" >"$work/.leaks" 2>&1; then
		ok "$name"
	else
		not_ok "$name" "$(head -5 "$work/.leaks" | tr '\n' ' ')"
	fi
}
quiet_run() { # name, arguments: neither stdout nor stderr shows a canary
	name=$1
	shift
	run "$@"
	tight "$name" "$work/.out" "$work/.err"
}

# --- a repository with canaries in every field ---
repo=$work/repo
mkdir "$repo"
cd "$repo" || exit 1
git init -q . && git config user.name t && git config user.email t@example.org
token && echo "export GH=$c" >deploy.sh
password && echo "$c" >app.conf
plant '{{base64:40}}' && printf 'aws_access_key_id = %s\naws_secret_access_key = %s\n' "$("$expand" 7 'AKIA{{base32:16}}')" "$c" >credentials
"$expand" 9 '{{pem:ec}}' >key.pem
grep -v -- ----- key.pem | grep . >>"$canaries"
plant '{{alnum:20}}' && echo "DB=postgres://app:$c@db.corp.test:5432/main" >db.env
token && echo "{\"auth\": \"$(printf 'github_token=%s and a tail' "$c" | base64 -w0)\"}" >layer.json
token && printf 'token = "%s"\n' "$c" | iconv -t UTF-16 >wide.ini
token && echo x >"backup-$c.txt"
password && mkdir "$c" && echo x >"$c/file"
password && mkdir "$c" && token && echo "T=$c" >"$(ls -d db_password=* | tail -1)/inner.txt"
# Many secrets on one line, also cut ones: each excerpt shows the line of another.
line=
for i in 1 2 3 4 5 6 7 8 9; do token && line="$line --t$i $c"; done
echo "run $line" >oneline.sh
plant '{{password:18}}' && shared=$c && echo "password: \"$shared\"" >shared.yaml
echo y >"copy of $shared"
git add -A
token && git commit -qm "use $c"
password && git commit -q --allow-empty -m "set $c"
git commit -q --allow-empty -m "again $shared and so on"
token && git branch "fix/$c"
plant '{{alnum:18}}' && git branch "db_password=$c"
token && git tag "v1-$c"
token && git tag -a annotated -m "made with $c"
token && git notes add -m "noted $c"
echo change >>app.conf && token && echo "S=$c" >>app.conf && git stash push -q -m "wip $c"
token && git remote add origin "https://bot:$c@git.corp.test/team/app.git"
password && git config http.extraheader "$c"
token && echo "T=$c" >untracked.txt
token && git rm -q --cached deploy.sh && echo "U=$c" >>deploy.sh && git commit -qm 'drop deploy.sh'
mkdir sub && token && echo "exclude: ['$c/*']" >.nhiscan.yaml
token && ln -s "/nowhere/$c" "link-$c"
token && mkfifo "pipe-$c"
cd "$work" || exit 1

for format in text json jsonl sarif; do
	quiet_run "repository_as_$format" --format $format --stats --min-confidence low repo
	tail -c 100 "$work/.out" | grep -q . || not_ok "repository_as_$format" 'no report'
done
quiet_run repository_with_several_threads --format json --threads 4 repo
run --format json -o all.json --format sarif -o all.sarif --format text -o all.txt --format jsonl -o all.jsonl repo
exits repository_has_findings 1
tight report_files all.json all.sarif all.txt all.jsonl
# Findings must have been made, or the silence proves nothing.
found=$(grep -o '"rule": *"github-[a-z-]*"' all.json | wc -l)
if [ "$found" -ge 15 ]; then ok most_canaries_were_found; else not_ok most_canaries_were_found "$found findings"; fi
quiet_run bare_names --no-worktree --format sarif repo/.git
quiet_run staged --staged --format json repo
if command -v script >/dev/null; then
	script -qec "$NHISCAN --threads 2 repo" "$work/tty.txt" </dev/null >/dev/null 2>&1
	tight terminal "$work/tty.txt"
fi

# Who wrote a commit, when that is asked for; what is remembered between scans; what counters and a baseline's list tell: in every format.
cd "$repo" || exit 1
token && git -c user.name="dev $c" -c user.email="t@example.org" commit -q --allow-empty -m "see $c"
token && git -c user.name="dev" -c user.email="$c@example.org" commit -q --allow-empty -m "see $c"
password && echo "$c" >again.conf && git add again.conf && git -c user.name="dev $c" commit -qm 'once more'
cd "$work" || exit 1
head -c 32 /dev/urandom >key && chmod 600 key
token && printf 'allow:\n  - {rule: "*", path: again.conf, reason: "is %s", owner: "%s", ticket: "%s"}\n  - {rule: jwt, path: "x/%s", reason: old, expires: 2020-01-01}\n' "$c" "$c" "$c" "$c" >accept.yaml
formats='text json jsonl sarif oneline csv junit gitlab github markdown ocsf oscal cyclonedx html baseline'
arguments=(--fingerprint-key-file key --with-authors --stats --ci-history --config accept.yaml --min-confidence low --cache remembered --progress)
"$NHISCAN" --help | grep -q -- '--progress' || unset 'arguments[-1]'
for f in $formats; do arguments+=(--format "$f" -o "every.$f"); done
for time in first second; do
	run "${arguments[@]}" repo
	tight "every_format_with_authors_and_a_cache_$time" every.* .out .err
done
holds authors_are_told grep -q "\"author\":{\"name\":\"" every.json
holds something_is_remembered sh -c 'find remembered -type f | grep -q .'
find remembered -type f -exec cat {} + >remembered.all
tight what_is_remembered remembered.all
for f in $formats; do quiet_run "saved_report_as_$f" merge --format "$f" every.json; done
quiet_run difference diff every.json every.json
quiet_run gate_with_a_list gate --baseline every.baseline every.jsonl

# --- arguments, standard input ---
token && quiet_run target_that_is_missing "$c"
password && quiet_run target_that_is_missing_password "$c"
plant '{{password:18}}' && quiet_run target_that_is_a_bare_password "$c"
plant '{{base64:40}}' && quiet_run target_that_is_an_aws_secret "$c"
token && quiet_run only --only "$c" repo
plant '{{password:18}}' && quiet_run only_password --only "$c" repo
token && quiet_run unknown_option "--$c"
token && quiet_run value_of_an_option "--threads=$c"
token && quiet_run fail_on --fail-on "$c" repo
token && quiet_run range --range "$c..HEAD" repo
token && quiet_run since --since "$c" repo
token && quiet_run output --output "$c/x.json" repo
token && quiet_run output_without_format --output "$c" repo
token && quiet_run output_written --output "r-$c.json" repo/app.conf
tight output_written_report "r-$c.json"
token && quiet_run config --config "$c" repo
token && quiet_run key_file --fingerprint-key-file "$c" repo
token && quiet_run rules_path --rules "$c" repo
token && quiet_run explain rules explain "$c"
token && quiet_run completions completions "$c"
token && quiet_run help help "$c"
token && quiet_run subcommand rules "$c"
token && quiet_run rules_test rules test "export T=$c"
password && quiet_run rules_test_password rules test "$c" --path "$c"
plant '{{alnum:20}}' && quiet_run url_as_target "https://bot:$c@h.corp.test/"
plant '{{alnum:14}}' && quiet_run url_as_argument --rules "postgres://bot:$c@h.corp.test/" repo
for format in text json jsonl sarif; do
	token && quiet_run "named_file_as_$format" --format $format "repo/untracked.txt" --only "github-*"
	token && password_line=$c && password && printf '%s\n%s\n' "$password_line" "$c" >.in
	status=0
	"$NHISCAN" --format $format - <.in >.out 2>.err || status=$?
	tight "stdin_as_$format" "$work/.out" "$work/.err"
done
plant '{{password:18}}' && printf 'password = "%s"\n' "$c" >"file $c.txt"
quiet_run target_named_like_its_secret --format json "file $c.txt"

# --- configuration and rules ---
config() { # name, content
	mkdir -p "conf"
	printf '%s\n' "$2" >conf/.nhiscan.yaml
	quiet_run "$1" --format json conf
}
token && config config_unknown_field "$c: 1"
token && config config_bad_value "fail_on: $c"
password && config config_bad_value_password "fail_on: $c"
token && config config_unknown_rule "skip: ['$c']"
token && config config_allow_reason "allow: [{rule: '*', path: '$c', reason: 'see $c', expires: 2000-01-01}]"
token && config config_not_yaml "a: [ '$c"
token && printf -- '- id: %s\n' "$c" >bad-rule.yaml && quiet_run rule_bad_id --rules bad-rule.yaml conf
token && printf -- '- %s: 1\n' "$c" >bad-rule.yaml && quiet_run rule_unknown_field rules check bad-rule.yaml
token && printf -- '- id: x\n  pattern: "(%s"\n' "$c" >bad-rule.yaml && quiet_run rule_bad_pattern rules check bad-rule.yaml
token && cat >case-rule.yaml <<-EOF
	- id: acme-token
	  title: Acme token
	  service: Acme
	  severity: high
	  confidence: medium
	  kind: token
	  nhi: [NHI2]
	  cwe: [798]
	  keywords: [acme_]
	  pattern: '\\b(acme_[a-z0-9]{20})\\b'
	  after: 64
	  fix: Revoke it.
	  reference: https://docs.acme.invalid/
	  positive: ['$c', 'T=$c']
	  negative: ['none']
EOF
quiet_run rule_failing_case rules check case-rule.yaml

# --- what can't be read ---
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	mkdir locked && token && echo x >"locked/f-$c" && chmod 0 "locked/f-$c"
	token && mkdir "locked/d-$c" && chmod 0 "locked/d-$c"
	chmod 755 "$work" locked
	for format in text json sarif; do
		status=0
		setpriv --reuid 65534 --regid 65534 --clear-groups "$NHISCAN" --format $format locked >.out 2>.err || status=$?
		exits "unreadable_as_$format" 3
		tight "unreadable_is_masked_as_$format" "$work/.out" "$work/.err"
	done
	token && mkdir "shut-$c" && chmod 0 "shut-$c"
	status=0
	setpriv --reuid 65534 --regid 65534 --clear-groups "$NHISCAN" "shut-$c" >.out 2>.err || status=$?
	exits unreadable_target 3
	tight unreadable_target_is_masked "$work/.out" "$work/.err"
fi

# --- what names a product or stands in prose is no secret elsewhere: paths stay readable ---
mkdir -p "$work/plain/svc-rabbitmq/argocd" && cd "$work/plain" || exit 1
echo 'RABBITMQ_DEFAULT_PASS: rabbitmq' >docker-compose.yml
echo 'reads the password argocd-server2 from standard input' >usage.md
"$expand" 9 '{{pem:ec}}' >svc-rabbitmq/argocd/argocd-server2.key
run --no-history --min-confidence low --format oneline .
cp "$work/.out" "$work/.seen"
holds words_in_paths_stay grep -q "^svc-rabbitmq/argocd/argocd-server2.key" "$work/.seen"
cd "$work" || exit 1

# --- a crash leaves no core, and its trace in the log holds nothing ---
mkdir crash && cd crash || exit 1
mkfifo in && token
(
	ulimit -c unlimited
	exec "$NHISCAN" - <in >out 2>err
) 2>/dev/null &
pid=$!
exec 3>in
echo "T=$c" >&3
sleep 0.5
kill -ABRT $pid
wait $pid 2>/dev/null
exec 3>&-
if [ "$(find . -name 'core*' | wc -l)" = 0 ]; then ok no_core_file; else not_ok no_core_file "$(ls)"; fi
tight crash_output out err
finish
