#!/bin/sh
# How long a commit waits for the hook: three staged files in a repository of many commits, beside what git itself needs to start, and beside the staged runs of
# other scanners where they are installed. Prints milliseconds, the median of several runs.
#   COMMITS=100000 RUNS=11 tests/bench/staged.sh
set -eu
cd "$(dirname "$0")/../.."
program=$PWD/${BUILD:-build}/nhiscan
commits=${COMMITS:-100000} runs=${RUNS:-11}
command -v git >/dev/null || { echo 'skip staged: git is not installed'; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME="$work" GIT_CONFIG_NOSYSTEM=1
git init -q "$work/r"
cd "$work/r"
awk -v n="$commits" 'BEGIN {
	for (i = 1; i <= n; i++) {
		m = "commit " i
		printf "commit refs/heads/main\ncommitter t <t@example.org> %d +0000\ndata %d\n%s\nM 100644 inline dir%d/file%d.txt\ndata %d\n%s\n\n", 1000000000 + i * 60, length(m), m, i % 100, i % 2000, length(m), m
	}
}' | git fast-import --quiet --force
git checkout -q -f main
for i in 1 2 3; do printf 'int value_%d = %d;\n' $i $i >"new$i.c"; done
git add new1.c new2.c new3.c
median() { # command…: milliseconds
	i=0
	while [ $i -lt "$runs" ]; do
		a=$(date +%s%N)
		"$@" >/dev/null 2>&1 || true
		b=$(date +%s%N)
		echo $(((b - a) / 10000))
		i=$((i + 1))
	done | sort -n | awk '{ t[NR] = $1 } END { printf "%.2f\n", t[int((NR + 1) / 2)] / 100 }'
}
start=$(median git --version)
ours=$(median "$program" hook pre-commit)
echo "commits $commits"
echo "git --version          $start ms"
echo "nhiscan hook pre-commit $ours ms"
for other in gitleaks betterleaks; do
	if command -v $other >/dev/null; then
		theirs=$(median $other git --staged --no-banner .)
		echo "$other git --staged    $theirs ms, $(echo "$theirs $ours" | awk '{ printf "%.1f", $1 / $2 }') times ours"
	else
		echo "$other: not installed"
	fi
done
