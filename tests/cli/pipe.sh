#!/bin/bash
# A reader that goes away, as `head` does, ends a command quietly, with the status of what was found. What cannot be written to a file is told.
. "$(dirname "$0")/lib.sh"
needs readers_that_go_away git
head -c 32 /dev/urandom >key && chmod 600 key
mkdir tree export
"$expand" 3 'export T={{github:ghp_}}' >tree/deploy.sh
echo 'nothing to see here' >clean
cp -r "$root/testdata/iam/shop/." export/
run --fingerprint-key-file key --format json -o one.json tree
run --fingerprint-key-file key --format json -o two.json clean

# Written when nobody reads any more: the pause lets the reader end first.
to_nobody() { # arguments: $status and .err are those of nhiscan
	{
		sleep .1
		"$NHISCAN" "$@" 2>"$work/.err"
		echo $? >"$work/.status"
	} | true
	: >"$work/.out"
	status=$(cat "$work/.status")
}
quiet() { # name, status that the command has with a reader, arguments
	name=$1 expected=$2
	shift 2
	to_nobody "$@"
	if [ "$status" != "$expected" ]; then
		not_ok "$name" "exit status $status, not $expected"
	elif grep -Eiq 'pipe|standard output|success|writing' .err; then
		not_ok "$name" "$(head -3 .err)"
	else
		ok "$name"
	fi
}
formats='baseline csv cyclonedx github gitlab html json jsonl junit markdown ocsf oneline oscal sarif text'
for f in $formats; do
	# A list of known findings is made by a command of its own, and needs the key.
	quiet "findings_as_$f" 1 --fingerprint-key-file key --format "$f" tree
	quiet "nothing_as_$f" 0 --fingerprint-key-file key --format "$f" clean
done
command_quiet() { # words that name the command; the status is that which it has with a reader
	run "$@"
	quiet "$(printf '%s_' "$@" | tr -c 'a-z\n' _)" "$status" "$@"
}
command_quiet --help
command_quiet --version
command_quiet help scan
command_quiet rules list
command_quiet rules list --format json
command_quiet rules explain jwt
command_quiet rules coverage
command_quiet rules test 'nothing at all'
command_quiet completions bash
command_quiet commands aws
command_quiet ci "$root/testdata/ci/gitlab"
command_quiet ci --format json "$root/testdata/ci/gitlab"
command_quiet practices "$root/testdata/ci/gitlab"
command_quiet iam export
command_quiet iam --format sarif export
command_quiet inventory export
command_quiet inventory --format csv export
command_quiet inventory --format json export
command_quiet gate --format text one.json
command_quiet diff two.json one.json
command_quiet merge --format json one.json two.json
command_quiet verify-report one.json
command_quiet baseline --fingerprint-key-file key tree

# The other report of the same run is whole.
to_nobody --format json -o beside.json --format text tree
exits other_report_is_written_all_the_same 1
holds other_report_is_whole python3 -m json.tool beside.json
# A full disk is no reader that went away.
for f in $formats; do
	status=0
	"$NHISCAN" --fingerprint-key-file key --format "$f" tree >/dev/full 2>.err || status=$?
	if [ "$status" = 3 ] && grep -q 'No space left' .err; then ok "full_disk_as_$f"; else not_ok "full_disk_as_$f" "$status $(head -1 .err)"; fi
done
for c in 'iam export' 'inventory export' 'rules list' 'ci .' 'practices .' --help; do
	status=0
	# shellcheck disable=SC2086
	"$NHISCAN" $c >/dev/full 2>.err || status=$?
	if [ "$status" = 3 ] && grep -q 'standard output\|writing' .err; then ok "full_disk_of_${c%% *}"; else not_ok "full_disk_of_${c%% *}" "$status $(head -1 .err)"; fi
done
finish
