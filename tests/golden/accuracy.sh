#!/bin/sh
# Precision and recall on the development set stay above tests/accuracy/floors.json.
cd "$(dirname "$0")/../.." || exit 1
command -v python3 >/dev/null || {
	echo 'skip accuracy: python3 is not installed'
	exit 0
}
case "${BUILD:-build}" in
*asan*)
	echo "skip accuracy: measured with the plain build"
	exit 0
	;;
esac
out=$(make --no-print-directory -s accuracy 2>&1) && {
	echo 'ok accuracy_is_above_its_floors'
	exit 0
}
echo 'not ok accuracy_is_above_its_floors'
echo "$out" | sed 's/^/# /'
exit 1
