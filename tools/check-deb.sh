#!/bin/sh
# Builds the Debian package from a fresh clone and asks lintian, which must have no error and no warning. A whole build, so it is a step of a release, not of
# `make check`. Needs devscripts, debhelper, lintian; OUT=FOLDER keeps what was built.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
for need in dpkg-buildpackage dh lintian; do
	command -v $need >/dev/null || { echo "check-deb: $need is not installed (devscripts, debhelper, lintian)" >&2; exit 2; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=$(sed -n 's/^VERSION := //p' "$top/Makefile")
git clone -q "$top" "$work/nhiscan-$version"
cd "$work/nhiscan-$version"
git archive --format=tar.gz --prefix="nhiscan-$version/" -o "../nhiscan_$version.orig.tar.gz" HEAD -- . ':!debian'
dpkg-buildpackage -us -uc >"$work/log" 2>&1 || { tail -20 "$work/log"; exit 1; }
cd ..
[ -z "${OUT:-}" ] || cp nhiscan_* nhiscan-dbgsym_* "$OUT"/
lintian --allow-root --fail-on error,warning --tag-display-limit 0 nhiscan_*.changes
echo 'ok: built, and lintian has nothing to say'
