#!/bin/bash
# Untrusted text is text in every format: ten kinds of hostile text, each in the names of files and folders, archive members, commit, tag and note messages, branches,
# authors, remotes, jobs, servers of agents, users of an export, rules' titles and fixes, reasons, owners and tickets of suppressions. The table: inert.py.
. "$(dirname "$0")/lib.sh"
needs inert git python3 "$expand"
table=$root/tests/cli/inert.py
export SOURCE_DATE_EPOCH=1767225600 GIT_AUTHOR_DATE='2025-01-02T03:04:05Z' GIT_COMMITTER_DATE='2025-01-02T03:04:05Z' PYTHONIOENCODING=utf-8
formats='text json jsonl sarif oneline csv junit gitlab github markdown ocsf oscal cyclonedx html baseline'
touch .out .err
head -c 32 /dev/urandom >key && chmod 600 key
for i in $(seq 1 20); do "$expand" $((i * 50)) '{{github:ghp_}}'; done >secrets

inert() { # what, format, file: looked at with the others of its kind
	looked_at+=("$1:$2:$3")
}
for kind in $(python3 "$table" kinds); do
	python3 "$table" plant "$work/$kind" "$kind" "$work/secrets" 2>.err || { not_ok "plant_$kind" "$(tail -2 .err)"; continue; }
	cd "$work/$kind" || exit 1
	looked_at=()
	arguments=(--fingerprint-key-file ../key --with-authors --ci-history --min-confidence low --rules rules.yaml --no-progress)
	for f in $formats; do arguments+=(--format "$f" -o "r.$f"); done
	"$NHISCAN" scan "${arguments[@]}" repo >stdout 2>stderr
	for f in $formats; do inert "in_$f" "$f" "r.$f"; done
	# There was something to be made inert.
	found=$(grep -c . r.oneline)
	carried=0
	for f in $formats; do ! grep -q zq7mark "r.$f" || carried=$((carried + 1)); done
	if [ "$found" -ge 10 ] && [ "$carried" -ge 13 ]; then ok "${kind}_is_carried"; else not_ok "${kind}_is_carried" "$found places, in $carried formats"; fi
	# Named on the command line, in the reasons of a list, in saved reports, in what other commands print and in errors.
	first=$(cd repo && for d in *zq7mark*; do [ ! -d "$d" ] || printf '%s' "$d"; done)
	"$NHISCAN" --format text --no-history "repo/$first" >text 2>>stderr
	inert "as_a_target" text text
	"$NHISCAN" "repo/$first/absent" "repo/$first" >>stdout 2>error
	inert "in_an_error" stderr error
	"$NHISCAN" --baseline "repo/$first" --fingerprint-key-file ../key repo >>stdout 2>error
	inert "in_the_name_of_a_list" stderr error
	for f in text sarif csv html markdown github junit; do
		"$NHISCAN" merge --format $f -o "m.$f" r.json 2>>stderr
		inert "in_a_saved_report_as_$f" $f "m.$f"
	done
	for f in text json sarif csv html; do
		"$NHISCAN" iam --format $f -o "i.$f" export >>stdout 2>>stderr
		inert "in_an_account_as_$f" $f "i.$f"
	done
	"$NHISCAN" iam export >iam.text 2>>stderr
	inert "in_what_iam_tells" text iam.text
	"$NHISCAN" iam --emit-script revoke.sh export >/dev/null 2>>stderr
	"$NHISCAN" inventory export >table 2>>stderr
	inert "in_the_inventory" table table
	"$NHISCAN" inventory --format csv export >csv 2>>stderr
	inert "in_the_inventory_as_csv" csv csv
	"$NHISCAN" ci repo >ci 2>>stderr
	inert "in_the_list_of_jobs" text ci
	"$NHISCAN" practices repo >practices 2>>stderr
	inert "in_practices" text practices
	"$NHISCAN" rules explain acme-key --rules rules.yaml >explain 2>>stderr
	inert "in_a_rule_explained" text explain
	echo >>stderr
	inert "on_stderr" stderr stderr
	python3 "$table" check "$kind" "${looked_at[@]}" 2>.err || bad=1
	[ ! -s .err ] || not_ok "${kind}_check" "$(tail -1 .err)"
	cd "$work" || exit 1
done
finish
