#!/bin/sh
# What is packed is read as if it were unpacked: every kind of container, nested, under its own path.
. "$(dirname "$0")/lib.sh"
needs archives python3
TMPDIR="$work" python3 "$root/tests/cli/archives.py" "$NHISCAN" || bad=1
TMPDIR="$work" python3 "$root/tests/cli/images.py" "$NHISCAN" || bad=1
TMPDIR="$work" python3 "$root/tests/cli/papers.py" "$NHISCAN" || bad=1
TMPDIR="$work" python3 "$root/tests/cli/bombs.py" "$NHISCAN" || bad=1
finish
