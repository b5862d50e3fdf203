#!/bin/sh
# Shows what the cost of a history grows with: one file of 200 KB, one line of it changed again and again, N times and twice and four times N.
# growth.sh [N]: 1000 unless given. The sum of blobs doubles, and so does git cat-file; bytes matched must grow by inserted lines only.
. "$(dirname "$0")/lib.sh"
n=${1:-1000}
size=${BENCH_GROWTH_BYTES:-200000}
printf '\n### One file of %s bytes, one line changed at a time, 1 thread\n\n' "$size"
printf '| versions | sum of blobs MB | pack MB | stored, inflated MB | bytes matched MB | of the sum | of the stored | nhiscan CPU s | cat-file CPU s | nhiscan ÷ cat-file |\n'
printf '|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n'
for factor in 1 2 4; do
	versions=$((n * factor))
	repo=$work/growth-$versions.git
	import "$repo" growth "$versions" "$size"
	sum=$(git --git-dir="$repo" cat-file --batch-all-objects --batch-check='%(objecttype) %(objectsize)' | awk '$1 == "blob" { s += $2 } END { print s }')
	# What git stores, inflated: blobs kept whole and delta instructions. The floor of what has to be matched.
	stored=$(git verify-pack -v "$repo"/objects/pack/*.idx | awk '$2 == "blob" { s += $3 } END { print s }')
	pack=$(find "$repo" -name '*.pack' -printf '%s\n' | awk '{ s += $1 } END { print s }')
	scan="$NHISCAN --no-config --no-worktree --no-progress --exit-zero --threads 1 --format json $repo"
	matched=$($scan --stats 2>&1 >/dev/null | awk '$1 == "bytes_matched" { print $2 }')
	{
		row nhiscan "$scan"
		row cat-file "git --git-dir=$repo cat-file --batch-all-objects --unordered --batch"
	} | python3 "$here/measure.py" --runs "$runs" >"$work/table" 2>/dev/null
	mine=$(awk -F' *[|] *' '$2 == "nhiscan" { print $4 }' "$work/table")
	floor=$(awk -F' *[|] *' '$2 == "cat-file" { print $4 }' "$work/table")
	awk -v v="$versions" -v s="$sum" -v p="$pack" -v d="$stored" -v m="$matched" -v a="$mine" -v b="$floor" \
		'BEGIN { printf "| %d | %.1f | %.2f | %.2f | %.2f | %.2f %% | %.2f | %.2f | %.2f | %.2f |\n", v, s / 1e6, p / 1e6, d / 1e6, m / 1e6, 100 * m / s, m / d, a, b, a / (b > 0 ? b : 1) }'
	rm -rf "$repo"
done
