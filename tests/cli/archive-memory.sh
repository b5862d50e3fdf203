#!/bin/sh
# Peak memory of what is unpacked: wide windows beside and inside each other. Made archives of some hundred megabytes.
. "$(dirname "$0")/lib.sh"
needs archive-memory python3
TMPDIR="$work" python3 "$root/tests/cli/memory.py" "$NHISCAN" || bad=1
finish
