#!/bin/sh
# Reports in files: formats paired with names, modes, refusals.
. "$(dirname "$0")/lib.sh"

mkdir target
echo 'nothing to see here' >target/file.txt

run --no-history --format json -o r.json --format text target
exits two_reports_from_one_scan 0
says second_report_is_on_stdout .
holds file_is_private sh -c '[ "$(stat -c %a r.json)" = 600 ]'
if command -v python3 >/dev/null; then
	holds json_report_parses python3 -m json.tool r.json
fi
run --no-history -o r.sarif target
holds name_tells_the_format grep -q '"2.1.0"' r.sarif
run --no-history --format json --format sarif target
complains two_reports_on_stdout_are_refused 'two reports for the standard output'
run --no-history -o report target
complains name_without_format_is_refused 'give --format too'
ln -s r.json link.json
run --no-history -o link.json target
complains link_is_not_written_through 'symbolic link'
run --no-history -o absent/r.json target
complains absent_folder_is_named_before_the_scan 'its folder cannot be written'
run --no-history --format text -o /dev/full target
exits full_disk_makes_the_scan_incomplete 3
holds nothing_temporary_is_left sh -c '! ls -A . | grep nhiscan-report'
finish
