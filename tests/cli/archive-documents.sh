#!/bin/sh
# Documents and configurations in archives, images for several platforms, and where their findings are in every format.
. "$(dirname "$0")/lib.sh"
needs archive-documents python3
TMPDIR="$work" python3 "$root/tests/cli/documents.py" "$NHISCAN" || bad=1
TMPDIR="$work" python3 "$root/tests/cli/papers_written.py" "$NHISCAN" || bad=1
finish
