#!/bin/sh
# Puts SYNOPSIS and OPTIONS, made from the option table by `nhiscan help --mdoc`, between their markers in man/nhiscan.1.
#   tools/make-man.sh [PATH-OF-NHISCAN]           rewrites the page
#   tools/make-man.sh --check [PATH-OF-NHISCAN]   fails when the page is out of date
set -eu
cd "$(dirname "$0")/.."
check=
if [ "${1:-}" = --check ]; then
	check=1
	shift
fi
bin=${1:-build/nhiscan}
page=man/nhiscan.1
parts=$(mktemp)
new=$(mktemp)
trap 'rm -f "$parts" "$new"' EXIT
"$bin" help --mdoc >"$parts"
awk -v parts="$parts" '
	# the marker lines themselves come with the part
	function part(name,    line, on) {
		while ((getline line < parts) > 0) {
			if (line ~ ("^\\.\\\\\" BEGIN " name)) on = 1
			if (on) print line
			if (line ~ ("^\\.\\\\\" END " name)) on = 0
		}
		close(parts)
	}
	/^\.\\" BEGIN / { part($3 ~ /synopsis/ ? "synopsis" : "options"); skipping = 1 }
	!skipping { print }
	/^\.\\" END / { skipping = 0 }
' "$page" >"$new"
if [ -n "$check" ]; then
	diff -u "$page" "$new" >&2 || {
		echo "$page is out of date: run tools/make-man.sh" >&2
		exit 1
	}
else
	cat "$new" >"$page"
fi
