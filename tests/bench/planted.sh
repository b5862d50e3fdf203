#!/bin/sh
# Shows who finds a secret in which place of a repository: one fresh repository a place, with one synthetic token in that place alone.
# planted.sh: no arguments. A peer has found it when its report holds the token; nhiscan masks, so its findings are counted and their label shown.
. "$(dirname "$0")/lib.sh"

peers=
for name in gitleaks betterleaks trufflehog kingfisher titus; do
	if have $name; then peers="$peers $name"; fi
done

# Every peer is given both its ways in: the history and the files.
report_of() { # peer, repository; prints all its reports
	case $1 in
	gitleaks | betterleaks)
		"$1" git --no-banner --exit-code 0 --log-level error -f json -r - "$2"
		"$1" dir --no-banner --exit-code 0 --log-level error -f json -r - "$2"
		;;
	trufflehog)
		trufflehog git "file://$2" --no-verification --no-update --json --log-level=-1
		trufflehog filesystem "$2" --no-verification --no-update --json --log-level=-1
		;;
	kingfisher) kingfisher scan --no-validate --no-update-check --quiet --format json "$2" ;;
	titus)
		titus scan --git --output :memory: --format json "$2"
		titus scan --output :memory: --format json "$2"
		;;
	esac 2>/dev/null || true
}

# Objects as they lie after a clone or a git gc, those that nothing reaches included. "loose only": found before this, not after.
pack() { # repository
	git -C "$1" repack -adkq
	if [ -d "$1/.git/modules/inner" ]; then git --git-dir="$1/.git/modules/inner" repack -adkq; fi
}

printf '\n### Places\n\n| place | nhiscan |'
for peer in $peers; do printf ' %s |' "$peer"; done
printf '\n|---|---|'
for peer in $peers; do printf -- '---|'; done
printf '\n'
python3 "$here/planted.py" places >"$work/places"
missed=0 n=0
while IFS= read -r place; do
	n=$((n + 1))
	token=$(python3 "$here/planted.py" token "$n")
	repo=$work/$n/repository
	python3 "$here/planted.py" plant "$place" "$repo" "$token"
	cp -a "$work/$n" "$work/$n.loose"
	pack "$repo"
	status=0
	"$NHISCAN" --no-config --no-progress --format json "$repo" >"$work/report.json" 2>/dev/null || status=$?
	label=$(python3 -c '
import json, sys
found = json.load(open(sys.argv[1]))["findings"]
print(", ".join(sorted({s["place"] for f in found for s in f["sightings"]})))' "$work/report.json") || label=
	if grep -qF "$token" "$work/report.json"; then
		echo "planted: $place: the token is in the report of nhiscan, unmasked" >&2
		missed=1
	fi
	[ -n "$label" ] && [ "$status" = 1 ] || missed=1
	printf '| %s | %s |' "$place" "${label:-**no**}"
	for peer in $peers; do
		if report_of "$peer" "$repo" | grep -qF "$token"; then
			printf ' yes |'
		elif report_of "$peer" "$work/$n.loose/repository" | grep -qF "$token"; then
			printf ' loose only |'
		else
			printf ' no |'
		fi
	done
	printf '\n'
	rm -rf "${work:?}/$n" "$work/$n.loose"
done <"$work/places"
absent gitleaks betterleaks trufflehog kingfisher titus
# Not a matter of speed, so it can fail: nhiscan has to find them all.
exit $missed
