#!/bin/sh
# Fetches axe-core (npm, MPL-2.0) for the test of the HTML report, where there is a browser to run it in. Part of the set-up of the tests, which
# themselves use no network; without npm or a browser that test is skipped by name.
cd "$(dirname "$0")/.." || exit 1
home=build/npm
[ ! -f $home/node_modules/axe-core/axe.min.js ] || exit 0
command -v npm >/dev/null || exit 0
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || exit 0
mkdir -p $home
npm install --silent --no-audit --no-fund --ignore-scripts --prefix $home axe-core@4 >$home/axe.log 2>&1 ||
	echo "axe-core could not be installed ($home/axe.log): its test will be skipped" >&2
exit 0
