#!/bin/sh
# Validates the golden reports against their schemas and our own rules; the checks are in validate.py.
set -eu
cd "$(dirname "$0")"
# Debian's python3 has python3-jsonschema; another one first in PATH may not.
for python in python3 /usr/bin/python3; do
	if "$python" -c 'import jsonschema' 2>/dev/null; then
		[ $# -gt 0 ] || "$python" validate_formats.py || bad=1
		"$python" validate.py "$@" || bad=1
		exit ${bad:-0}
	fi
done
echo 'skip validating reports: python3-jsonschema is not installed'
