#!/bin/sh
# Installs the Debian packages named as arguments that are not there yet. Needs root or sudo only when something is missing.
set -eu
missing=
for p in "$@"; do
	status=$(dpkg-query -W -f='${Status}' "$p" 2>/dev/null || true)
	[ "$status" = "install ok installed" ] || missing="$missing $p"
done
[ -n "$missing" ] || exit 0
run=
if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null || {
		echo "nhiscan needs these packages, and neither root nor sudo is at hand:$missing" >&2
		echo "Install them, then run make again: apt-get install$missing" >&2
		exit 1
	}
	run=sudo
fi
echo "installing:$missing" >&2
$run apt-get update -qq
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive $run apt-get install -y -qq --no-install-recommends $missing >/dev/null
