#!/bin/sh
# Peak memory of what is unpacked: wide windows beside and inside each other. Made archives of some hundred megabytes.
. "$(dirname "$0")/lib.sh"
needs archive-memory python3
# The sanitized build is larger and some five times as slow: no figure means anything there, and archives.sh reads the same kinds.
case ${BUILD:-} in *asan*)
	echo 'skip archive-memory: measured in the plain build'
	exit 0
	;;
esac
TMPDIR="$work" python3 "$root/tests/cli/memory.py" "$NHISCAN" || bad=1
finish
