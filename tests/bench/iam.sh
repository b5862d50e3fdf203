#!/bin/sh
# Times judging the export of an account with N principals of ten policies each, 1,000 and 5,000 and 10,000 unless given, on one core, the JSON report
# included, and shows how time and memory grow. Cloudsplaining beside it where it is installed and the account is small enough for it, and whom each of the
# two names. PMapper reads no exports: it asks the live API.
# iam.sh [N ...]
. "$(dirname "$0")/lib.sh"
[ $# -gt 0 ] || set -- 1000 5000 10000
pin=$(on 1)
for n in "$@"; do
	export_file=$work/account-$n.json
	python3 "$here/accounts.py" "$n" >"$export_file"
	printf '\n### %s principals of 10 policies each, %s MB, 1 thread\n\n' "$n" "$(du -m "$export_file" | cut -f1)"
	{
		row 'nhiscan iam, text and JSON' "$pin $NHISCAN iam --no-config --exit-zero --format json -o $work/report.json $export_file"
		if have cloudsplaining && [ "$n" -le 1000 ]; then
			row cloudsplaining "$pin cloudsplaining scan --skip-open-report --input-file $export_file --output $work"
		fi
	} | measure
	if [ -f "$work/iam-results-account-$n.json" ]; then
		"$NHISCAN" inventory --format json "$export_file" >"$work/inventory.json" || true
		python3 "$here/iam_compare.py" "$work/inventory.json" "$work/iam-results-account-$n.json"
	fi
	rm -f "$export_file" "$work"/iam-*
done
absent cloudsplaining
