#!/bin/sh
# Archives: time and memory beside `bsdtar -xOf FILE`, and the peers' where they are installed. archive.sh [FOLDER]: what to pack; without it the headers
# and documentation of this machine. Each kind holds the same files.
. "$(dirname "$0")/lib.sh"

folder=${1:-/usr/include}
have bsdtar || {
	echo "archive.sh: needs bsdtar (libarchive-tools)" >&2
	exit 2
}
bsdtar -cf "$work/a.tar" -C "$folder" .
gzip -k "$work/a.tar"
bsdtar -acf "$work/a.zip" -C "$folder" .
! have zstd || zstd -qk "$work/a.tar"
! have xz || xz -1k "$work/a.tar"
# Several at once, and one inside another.
mkdir "$work/several"
for i in 1 2 3 4; do cp "$work/a.tar.gz" "$work/several/$i.tgz"; done
bsdtar -cf "$work/nested.tar" -C "$work/several" .

one() { # file, threads
	printf '\n### %s, %d thread%s\n\n' "$(basename "$1")" "$2" "$([ "$2" = 1 ] || echo s)"
	pin=$(on "$2")
	{
		row nhiscan "$pin $NHISCAN --no-config --no-progress --exit-zero --threads $2 --format json $1"
		[ -d "$1" ] || row bsdtar "$pin bsdtar -xOf $1"
		if have gitleaks; then
			row gitleaks "$pin gitleaks dir --no-banner --exit-code 0 --log-level error --max-archive-depth 8 $1"
		fi
		if have trufflehog; then
			row trufflehog "$pin trufflehog filesystem $1 --no-verification --no-update --json --concurrency=$2 --log-level=-1"
		fi
		if have kingfisher; then row kingfisher "$pin kingfisher scan --no-validate --no-update-check --quiet --jobs $2 $1"; fi
	} | measure --warm "cat $1"
}

for file in "$work"/a.tar "$work"/a.tar.gz "$work"/a.tar.zst "$work"/a.tar.xz "$work"/a.zip "$work"/nested.tar "$work"/several; do
	[ -e "$file" ] || continue
	for t in $threads; do
		one "$file" "$t"
	done
done
