#!/bin/sh
# Is the portable tarball the same from the same sources? Builds it from two fresh clones in folders of different names and lengths, compares the bytes, and looks
# at what is in it: the program runs, the bill of materials is JSON. Takes two whole builds, so it is a step of a release, not of `make check`.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
umask 022
mkdir -p "$work/a" "$work/another-folder/with-a-longer-name"
for to in "$work/a/one" "$work/another-folder/with-a-longer-name/two-of-them"; do
	git clone -q --no-hardlinks "$top" "$to" # both before the first build: work may go on in the repository
done
for to in "$work/a/one" "$work/another-folder/with-a-longer-name/two-of-them"; do
	(cd "$to" && make -s -j"$(nproc)" tarball >"$work/log" 2>&1) || { tail -20 "$work/log"; exit 1; }
	umask 027 # the second is built under another one
done
set -- "$work"/a/one/nhiscan-*.tar.gz "$work/another-folder/with-a-longer-name/two-of-them"/nhiscan-*.tar.gz
sha256sum "$@" | sed "s#$work/##"
cmp "$1" "$2"
mkdir "$work/x" && tar -xzf "$1" -C "$work/x"
cd "$work"/x/nhiscan-*
python3 -c 'import json; d = json.load(open("nhiscan.cdx.json")); assert d["bomFormat"] == "CycloneDX" and len(d["components"]) > 5'
echo harmless >file
bin/nhiscan scan --no-history file | tail -1
echo 'ok: the same bytes twice, with a bill of materials, and the program runs'
